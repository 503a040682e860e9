"""What was read is drafted as what it is: by the labels, rows and sums that speak for it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from printed_rows import printed_row, printed_rows
from receipt_fields import text

from receiptgen.commerce.countries.locales import locale
from receiptgen.drafting.country import guess_country
from receiptgen.drafting.field_review import reviewed
from receiptgen.drafting.goods import goods_of, price_of
from receiptgen.drafting.legible import is_noise, is_readable
from receiptgen.drafting.page_grid import measure_grid
from receiptgen.drafting.section_reader import SectionReader
from receiptgen.drafting.sums import Sums
from receiptgen.drafting.wording import Wording
from receiptgen.extraction.fields import ItemFields, MerchantFields, ReceiptFields

COUNTRY = locale("en_MY")
WORDING = Wording(COUNTRY)


@pytest.mark.parametrize(
    ("row", "role", "part", "label"),
    [
        ("Rour ding Adjustment    0.00", "rounding", "rounding", "Rounding Adjustment"),
        ("Nett Total    8.20", "total", "total", "Nett Total"), ("Discount given    1.65", "total", "discounts", None),
        ("Total    7.00", "tax", "total", "Total"), ("Was 12.87   Saved 8.40", "", "", None),
    ],
)  # fmt: skip
def test_labels_say_what_sums_are(row: str, role: str, part: str, label: str | None) -> None:
    amount = row.split()[-1]
    found = Sums(COUNTRY, WORDING).row(printed_row(row, roles={amount: role} if role else {}))
    assert (found.part if found else "") == part
    assert label is None or (found and found.label == label)


def test_a_register_number_is_no_phone_and_an_invoice_no_tax_number() -> None:
    rows = printed_rows("789417-W\n47301")
    fields = ReceiptFields(merchant=MerchantFields(phone=text("789417-W", 0)))
    merchant = reviewed(fields, rows, WORDING).merchant
    assert (merchant.phone, [one.number and one.number.text for one in merchant.company_ids]) == (None, ["789417-W"])
    assert (
        reviewed(ReceiptFields(merchant=MerchantFields(phone=text("47301", 100))), rows, WORDING).merchant.phone is None
    )


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "expected"),
    [
        ("3", "1.49", "4.47", "1.49"), ("301.49", None, "4.47", None), ("3", "0.01", "1.49", None),
        ("3", None, "4.47", "1.49"), (None, "1.49", "4.47", "1.49"), (None, None, "30", None),
        ("1.342", "1.99", "2.67", "1.99"),
    ],
)  # fmt: skip
def test_prices_fit_amounts_and_quantities(
    quantity: str | None, price: str | None, amount: str, expected: str | None
) -> None:
    item = ItemFields(
        quantity=text(quantity) if quantity else None, unit_price=text(price) if price else None, amount=text(amount)
    )
    assert price_of(item, COUNTRY) == (Decimal(expected) if expected else None)


def test_codes_are_no_part_of_names() -> None:
    items = tuple(
        ItemFields(name=text(name), amount=text("4.50")) for name in ("SR 100100000171- Meat", "Tea 6.20", "Pie")
    )
    assert goods_of(ReceiptFields(items=items), COUNTRY) == "name,price\nMeat,4.50\nPie,4.50\n"


def test_addresses_and_staff_are_no_goods() -> None:
    rows = printed_rows(
        "KEDAI MURNI\nNO 5 JALAN BESAR\nAmber  #5\n03/01/2018\nTEA   6.20\nCAKE   4.10\nTOTAL   10.30",
        {"KEDAI": "merchant.name", "JALAN": "merchant.address", "BESAR": "items.name", "Amber": "items.name",
         "03/01/2018": "date", "TEA": "items.name", "CAKE": "items.name", "10.30": "total"},
    )  # fmt: skip
    sections = SectionReader(rows, measure_grid(rows), COUNTRY, None).read()
    assert [row.text for one in sections if one.kind == "items" for row in one.rows] == ["TEA 6.20", "CAKE 4.10"]


@pytest.mark.smoke
def test_towns_and_legal_forms_tell_the_country_whatever_the_decimal_sign() -> None:
    rows = printed_rows("BOOK SDN BHD\n81100 JOHOR BAHRU\nJALAN SAGU 18\nTOTAL   9,00\nCASH   10,00")
    assert guess_country(rows, ReceiptFields(currency=text("USD"))).locale.name == "en_MY"
    rows = printed_rows("ONE WORLD\nIndianapolis, IN 46250\nTOTAL   9.00")
    assert guess_country(rows, ReceiptFields()).locale.name == "en_US"


def test_scraps_and_guesses_are_not_printed() -> None:
    def doubtful(printed: str, confidence: float) -> bool:
        row = printed_row(printed)
        row = replace(row, words=tuple(replace(word, confidence=confidence) for word in row.words))
        return is_noise(row) or not is_readable(row)

    assert doubtful("DO fa T 19, 6916 Ipot. BTW", 0.55)
    assert doubtful("29 0", 0.68)
    assert not doubtful("THANK YOU", 0.9)
