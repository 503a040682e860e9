"""Where a receipt is from, and what shop it is of."""

import pytest
from printed_rows import printed_rows
from receipt_fields import text

from receiptgen.commerce.countries.locales import locale
from receiptgen.drafting.country import date_pattern, guess_country, time_pattern
from receiptgen.drafting.trade import guess_shop
from receiptgen.extraction.fields import ItemFields, MerchantFields, ReceiptFields


@pytest.mark.parametrize(
    ("printed", "currency", "name"),
    [
        ("KEDAI MURNI SDN BHD\n68000 AMPANG, SELANGOR\nTOTAL  20.30\nMALAYSIA", "MYR", "en_MY"),
        ("Bäckerei Korn\nSUMME   4,20\nGegeben   5,00\nRückgeld  0,80\nwww.korn.de ", "EUR", "de_DE"),
        ("CORNER STORE\nSUBTOTAL   4.20\nSALES TAX   0.30\nTOTAL   4.50", "USD", "en_US"),
    ],
)
def test_the_country_is_that_of_money_words_and_towns(printed: str, currency: str, name: str) -> None:
    assert guess_country(printed_rows(printed), ReceiptFields(currency=text(currency))).locale.name == name


def test_countries_that_would_do_as_well_are_named() -> None:
    found = guess_country(printed_rows("SHOP\nTOTAL  4.50"), ReceiptFields())
    assert found.others


def test_patterns_of_dates_and_times_are_found() -> None:
    def printed(value: str, shown: str) -> ReceiptFields:
        return ReceiptFields(date=text(value).__class__(value, shown, 0.9), time=None)

    assert date_pattern(printed("2018-03-09", "09-03-18").date, locale("en_MY")) == "%d-%m-%y"
    assert date_pattern(printed("2018-03-19", "3/19/2018").date, locale("en_US")) == "%-m/%-d/%Y"
    assert date_pattern(printed("2018-03-19", "the 19th").date, locale("en_US")) == ""
    assert time_pattern(text("20:13:39").__class__("20:13:39", "8:13:39 PM", 0.9), locale("en_MY")) == "%-I:%M:%S %p"


@pytest.mark.smoke
def test_the_shop_is_told_by_name_fields_and_goods() -> None:
    country = locale("en_MY")
    named = ReceiptFields(merchant=MerchantFields(name=text("RESTORAN WAN SHENG")))
    assert guess_shop(named, country, ()) == ("restaurant", True)
    assert guess_shop(ReceiptFields(), country, {"pump"}) == ("fuel", True)
    sold = ReceiptFields(items=(ItemFields(name=text("Paracetamol")), ItemFields(name=text("Vitamin C Tablets"))))
    assert guess_shop(sold, country, ()).name == "pharmacy"
    assert guess_shop(ReceiptFields(), country, ()) == ("supermarket", False)
