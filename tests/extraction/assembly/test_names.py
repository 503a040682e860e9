"""Names of a business, whole and without what belongs to others."""

import pytest

from receiptgen.extraction.assembly.merchants import merchant_of
from receiptgen.extraction.fields import MerchantFields
from tests.support.scored_pages import scored, scored_page

GOODS = "Tea~items.name 2.50~items.amount"


def _merchant(*rows: str) -> MerchantFields:
    """Return the business of a page whose rows are a cell each."""
    return merchant_of(scored_page(*rows, apart=False))


def _names(*rows: str) -> tuple[str | None, str | None, str | None]:
    found = _merchant(*rows)
    name, company, branch = (field and field.value for field in (found.name, found.legal_name, found.branch))
    return name, company, branch


def _of(role: str, text: str) -> str:
    """Return words that all have a role."""
    return " ".join(f"{word}~merchant.{role}" for word in text.split())


@pytest.mark.smoke
def test_a_name_that_goes_on_in_the_next_row_has_it() -> None:
    assert _names(_of("name", "HOME MASTER &"), _of("branch", "ELECTRICAL"), GOODS)[0] == "HOME MASTER & ELECTRICAL"
    assert _names(_of("name", "HOME MASTER"), _of("branch", "ELECTRICAL"), GOODS) == ("HOME MASTER", None, "ELECTRICAL")


def test_a_company_whose_brackets_are_opened_above_has_what_stands_there() -> None:
    rows = (_of("name", "OAK HARDWARE"), _of("name", "SUPPLIES (WEST"), _of("legal_name", "END) LTD"))
    assert _names(*rows, GOODS)[1] == "OAK HARDWARE SUPPLIES (WEST END) LTD"


def test_an_address_is_no_part_of_a_name() -> None:
    assert _names(_of("name", "THAI KITCHEN"), _of("name", "NO.22 JALAN BESAR"), _of("name", "PUCHONG"))[0] == (
        "THAI KITCHEN"
    )
    rows = (_of("name", "OAK SHOP"), f"{_of('address', 'No 7, Off')} {_of('name', 'Batu Village')}")
    assert _names(*rows, GOODS)[0] == "OAK SHOP"


def test_a_note_in_small_letters_above_is_another_name() -> None:
    rows = (_of("name", "for mary ann"), _of("name", "OAK MACHINERY"), "(JM0352019-K)~merchant.company_ids.number")
    assert _names(*rows, GOODS)[0] == "OAK MACHINERY"


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("OAK SUPPLY SIN BHD", "OAK SUPPLY SDN BHD"), ("Oak Supply Sdn. Bhb.", "Oak Supply Sdn. Bhd."),
        ("OAK SUPPLY PTE LTD", "OAK SUPPLY PTE LTD"), ("OAK SUPPLY PTY LTD", "OAK SUPPLY PTY LTD"),
        # Two letters, or a form that may be either of two.
        ("OAK SUPPLY SIN BID", "OAK SUPPLY SIN BID"), ("OAK SUPPLY PTX LTD", "OAK SUPPLY PTX LTD"),
        ("OAK SUPPLY 3/B", "OAK SUPPLY S/B"), ("Oak Supply s/8", "Oak Supply s/b"),
        ("OAK SUPPLY S/B(587969-U)", "OAK SUPPLY S/B"), ("OAK SUPPLY LTD (587969-U)", "OAK SUPPLY LTD"),
    ],
)  # fmt: skip
def test_the_form_of_a_company_is_written_as_it_is(read: str, name: str) -> None:
    found = _merchant(_of("legal_name", read), GOODS).legal_name
    assert found
    assert found.value == name
    assert found.text == read.removesuffix(" (587969-U)")


def test_the_name_beside_a_number_of_a_register_is_the_company() -> None:
    number = "(001904043-H)~merchant.company_ids.number"
    rows = (_of("name", "Cash Sale"), f"{_of('branch', 'OAK TRADING')} {number}", _of("address", "22, High Street"))
    assert _names(*rows, GOODS)[1] == "OAK TRADING"


def test_goods_and_slogans_are_no_company_beside_a_name() -> None:
    rows = (_of("name", "OAK SHOP"), _of("address", "1 High Street"), "Thanks", "Again", _of("legal_name", "BILL BOOK"))
    assert _names(*rows, GOODS) == ("OAK SHOP", None, None)


def test_a_company_at_the_foot_is_told_by_its_form() -> None:
    rows = (_of("name", "OAK SHOP"), _of("address", "1 High Street"), GOODS, "Thanks", _of("legal_name", "Oak Ltd."))
    assert _names(*rows) == ("OAK SHOP", "Oak Ltd.", None)


def test_the_first_row_of_a_branch_alone_is_the_name() -> None:
    rows = (_of("branch", "LITTLE OWL"), _of("branch", "DENVER 5"), _of("address", "23 Forest Street"), GOODS)
    assert _names(*rows) == ("LITTLE OWL", None, "DENVER 5")


def test_a_name_that_no_word_was_told_to_be_of_is_told_by_its_place() -> None:
    address = _of("address", "1 High Street")
    # Above the address, at its beginning, by its form, by the number below, and the first row where nothing is told.
    assert _names("Oak Shop", address, GOODS)[0] == "Oak Shop"
    merchant = _merchant(_of("address", "OAK SHOP #478"), address, GOODS)
    assert merchant.name
    assert merchant.name.value == "OAK SHOP #478"
    assert [line.value for line in merchant.address] == ["1 High Street"]
    assert _names("Error", "Oak Supply Sdn Bhd", address, GOODS)[1] == "Oak Supply Sdn Bhd"
    assert _names("OAK~label NIAGA~label", "No~label A99552-P~merchant.company_ids.number", GOODS)[1] == "OAK NIAGA"
    assert _names("Oak Shop", GOODS)[0] == "Oak Shop"


@pytest.mark.parametrize("heading", [">>>>> Receipt <<<<<", "CASH SALE", "= Tax Invoice =", "Quittung"])
def test_what_receipts_are_called_is_no_name(heading: str) -> None:
    assert _names(_of("name", heading), "No. 7", _of("name", "OAK SHOP"), GOODS)[0] == "OAK SHOP"


def test_a_greeting_before_a_name_is_no_part_of_it() -> None:
    assert _names(_of("name", "Welcome to"), _of("name", "OAK & IVY"), GOODS)[0] == "OAK & IVY"
    assert _names(_of("name", "WILLKOMMEN BEI OAK"), GOODS)[0] == "OAK"


@pytest.mark.parametrize(
    ("name", "confidence", "read"),
    [
        ("S SAMCO", 0.7, "SAMCO"), ("SAFEWAY C", 0.4, "SAFEWAY"), ("S SAMCO", 0.95, "S SAMCO"), ("X", 0.4, "X"),
        ("PLAN B 2", 0.6, "PLAN"), ("A & B OAK", 0.9, "A & B OAK"),
    ],
)  # fmt: skip
def test_single_characters_read_with_doubt_at_the_ends_of_a_name_are_none_of_it(
    name: str, confidence: float, read: str
) -> None:
    page = scored_page(_of("name", name), GOODS, apart=False)
    words = [word._replace(confidence=confidence) for word in page.words]
    found = merchant_of(scored(words, page.shares)).name
    assert found
    assert found.value == read


def test_what_is_no_receipt_has_no_name() -> None:
    assert _names("Once upon a time", "there was a shop.") == (None, None, None)
    # Numbers are no name, nor what stands beside one.
    assert _names("3180404", GOODS) == (None, None, None)
    assert _names("GST No 1234~merchant.tax_ids.number", GOODS) == (None, None, None)


def test_a_form_alone_has_the_name_above_it() -> None:
    company = (_of("name", "OAK"), _of("name", "SUPPLIES"), _of("legal_name", "(M) SDN BHD"))
    assert _names(*company, GOODS)[1] == "SUPPLIES (M) SDN BHD"
    assert _names("Receipt No 12345~number", _of("legal_name", "SDN BHD"), GOODS)[1] == "SDN BHD"


def test_rows_hardly_read_above_a_clear_name_are_none_of_it() -> None:
    page = scored_page(_of("name", "Haces C77dze"), _of("name", "OAK INDEPENDENT GROCER"), GOODS, apart=False)

    def name(confidence: float) -> str:
        words = [word._replace(confidence=confidence if word.row == 0 else 0.98) for word in page.words]
        found = merchant_of(scored(words, page.shares)).name
        return found.value if found else ""

    assert name(0.3) == "OAK INDEPENDENT GROCER"
    assert name(0.7) == "Haces C77dze OAK INDEPENDENT GROCER"
    # Where all is hardly read it stays.
    words = [word._replace(confidence=0.3) for word in page.words]
    found = merchant_of(scored(words, page.shares)).name
    assert found
    assert found.value == "Haces C77dze OAK INDEPENDENT GROCER"


def test_a_notice_between_arrows_and_an_address_of_mail_are_no_names() -> None:
    rows = ("OAK~label NIAGA~label", "No~label A99552-P~merchant.company_ids.number", _of("address", "1 High Street"))
    assert _names(*rows, _of("legal_name", ">>> Approved <<<"), GOODS) == (None, "OAK NIAGA", None)
    assert _names(_of("name", "OAK SHOP"), "a", "b", _of("name", "the-oak-shop@oak.com"))[0] == "OAK SHOP"


def test_the_first_row_above_numbers_is_the_name_that_no_word_was_told_to_be_of() -> None:
    address = _of("address", "1 High Street")
    rows = ("Cash Sale", "OAK TRADING (001904043-H)", "Company~label Reg:~label 725186-V", address)
    assert _names(*rows, GOODS)[0] == "OAK TRADING"
    # Numbers that are no register's belong to a street or a day.
    assert _names("2503 Oak Street", "Big Town", _of("phone", "123"), GOODS)[0] == "Big Town"


def test_what_stands_far_below_an_address_at_the_top_is_no_name_if_one_stands_above_it() -> None:
    goods = ("Date 1", "Bill 2", "Till 3", "Half~merchant.name White~merchant.name Ruler~merchant.name", GOODS)
    assert _names("OAK SHOP", _of("address", "1 High Street"), *goods)[0] == "OAK SHOP"
    assert _names(_of("address", "1 High Street"), *goods)[0] == "Half White Ruler"
    assert _names("7", "a", "b", "c", "d", _of("address", "1 High Street"), *goods)[0] == "Half White Ruler"
