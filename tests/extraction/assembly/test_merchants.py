"""Who sells, by the words of a page."""

import pytest

from receiptgen.extraction.assembly.merchants import merchant_of
from receiptgen.extraction.fields import Field
from receiptgen.extraction.labelling.scored_words import ScoredWords
from tests.support.scored_pages import scored_page

PAGE = (
    "Corner~merchant.name", "Shop,~merchant.name",
    "Corner~merchant.legal_name Shop~merchant.legal_name Ltd.~merchant.legal_name",
    "1~merchant.address High~merchant.address Street,~merchant.address", "Town~merchant.address",
    "Tel:~label 0123~merchant.phone 4567~merchant.phone  Fax~label 0123~merchant.fax 99~merchant.fax",
    "GST~label ID~label No:~label (12-34)~merchant.tax_ids.number", "shop@corner.com~merchant.email",
    "Reg~label #~label 77~merchant.company_ids.number",
)  # fmt: skip


def _value(field: Field | None) -> str | None:
    return field.value if field else None


@pytest.mark.smoke
def test_names_address_and_numbers_are_told() -> None:
    merchant = merchant_of(scored_page("Welcome", *PAGE))
    # Rows of one name belong together, without what stands round it.
    assert _value(merchant.name) == "Corner Shop"
    assert merchant.name
    assert merchant.name.text == "Corner Shop,"
    assert _value(merchant.legal_name) == "Corner Shop Ltd."
    assert [line.value for line in merchant.address] == ["1 High Street,", "Town"]
    assert (_value(merchant.phone), _value(merchant.fax)) == ("0123 4567", "0123 99")
    assert (_value(merchant.email), _value(merchant.url), _value(merchant.branch)) == ("shop@corner.com", None, None)
    ids = [(_value(one.label), _value(one.number)) for one in (*merchant.tax_ids, *merchant.company_ids)]
    assert ids == [("GST ID No", "12-34"), ("Reg", "77")]


def test_what_is_printed_twice_is_told_once() -> None:
    merchant = merchant_of(scored_page(*PAGE, "Thanks", "Again", "And", *PAGE))
    assert merchant == merchant_of(scored_page(*PAGE))


def test_an_id_is_one_whatever_signs_it_has() -> None:
    page = scored_page("GST~label 12-34~merchant.tax_ids.number", "and", "VAT~label 1234~merchant.tax_ids.number")
    assert [_value(one.label) for one in merchant_of(page).tax_ids] == ["GST"]


def test_of_names_that_are_printed_twice_the_surer_is_taken() -> None:
    page = scored_page(
        "Comer~merchant.name Shap~merchant.name", "Thanks", "And", "Corner~merchant.name Shop~merchant.name"
    )
    shares = page.shares.copy()
    shares[:2, 0] += 9
    doubtful = ScoredWords(page.words, shares, page.starts, page.month_first)
    name = merchant_of(doubtful).name
    assert name
    assert name.value == "Corner Shop"


def test_of_nobody_nothing_is_told() -> None:
    merchant = merchant_of(scored_page("Thanks", "Total 5.60~total"))
    assert merchant.name is None
    assert (merchant.address, merchant.tax_ids) == ((), ())


def test_a_company_is_told_by_its_form_or_by_what_stands_beside_it() -> None:
    goods = "Red~merchant.legal_name Roll~merchant.legal_name"
    company = "Corner~merchant.legal_name Ltd~merchant.legal_name"
    assert _value(merchant_of(scored_page(goods, "a", "b", company)).legal_name) == "Corner Ltd"
    assert _value(merchant_of(scored_page(goods)).legal_name) == "Red Roll"


def test_names_among_goods_count_only_where_none_stands_above() -> None:
    goods = ("Tea~items.name 1.00~items.amount", "Big~merchant.name Green~merchant.name Tea~merchant.name")
    assert _value(merchant_of(scored_page("Shop~merchant.name", *goods)).name) == "Shop"
    assert _value(merchant_of(scored_page(*goods)).name) == "Big Green Tea"


def test_a_branch_alone_is_the_name() -> None:
    merchant = merchant_of(scored_page("Station~merchant.branch Shop~merchant.branch"))
    assert (_value(merchant.name), merchant.branch) == ("Station Shop", None)
