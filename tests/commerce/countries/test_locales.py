"""Every locale file is complete, agrees with CLDR, and prints what it can read back."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from babel import Locale as Cldr
from babel import localedata
from babel.core import get_global
from babel.numbers import get_decimal_symbol, get_group_symbol, get_territory_currencies
from code_pages import printable
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.commerce.countries.locales import Locale, locale
from receiptgen.commerce.countries.patterns import fill
from receiptgen.commerce.countries.taxes import CLASSES
from receiptgen.commerce.sale.money import rounded
from receiptgen.commerce.trade.merchants import draw_merchant
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice

NAMES = packaged_names("locales")
SHOPS = packaged_names("shops")
# Tills print from code pages: CLDR's no-break spaces become blanks, its typographic apostrophe a plain one.
TILL_MARKS = {"\u202f": " ", "\u00a0": " ", "\u2019": "'"}
NUMERIC = ("%d", "%m", "%y", "%Y", "%H", "%I", "%M", "%S", "%d/%m/%Y %H:%M:%S", "%y%m%d")
# Currencies that CLDR does not know of yet: Bulgaria has the euro since 2026 (Council's decision of 8 July 2025).
LATER_CURRENCIES = {"BG": ("EUR",)}
every_locale = pytest.mark.parametrize("name", NAMES)
amounts = st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2)


def texts_of(place: Locale) -> list[str]:
    """All strings of a locale, keys of weights included."""
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            walk([*value, *value.values()])
        elif isinstance(value, (list, tuple)):
            for part in value:
                walk(part)

    walk(place.model_dump())
    return found


@pytest.mark.smoke
@every_locale
def test_every_word_and_kind_of_shop_is_there(name):
    place = locale(name)
    assert set(place.shops) == set(SHOPS)
    assert min(map(len, place.shops.values())) >= 2
    assert len(place.words["thanks"]) >= 2
    assert len(place.served("goods").words["thanks"]) >= 5
    assert min(len(place.words["returns"]), len(place.words["survey"]), len(place.words["goodbye"])) >= 3


@every_locale
def test_words_fit_a_receipt_and_leave_the_colon_to_elements(name):
    place = locale(name)
    taxes = [words for scheme in place.taxes for words in scheme.words.values()]
    for variants in [*place.words.values(), *taxes]:
        assert all(0 < len(text) <= 90 and text == text.strip() for text in variants)
        assert not any(text.endswith(":") for text in variants)


@every_locale
def test_lists_are_long_enough_for_variety(name):
    place = locale(name)
    assert len(place.streets) >= 60
    assert len(place.places) >= 20
    assert len(place.firstnames) >= 60
    assert len(place.surnames) >= 80
    assert len(place.companies) >= 4
    assert len(place.nouns) >= 30
    assert len(place.dates) >= 5
    assert len(place.times) >= 3
    assert len(set(place.streets)) == len(place.streets)


@every_locale
def test_separators_agree_with_cldr(name):
    place = locale(name)
    mark = get_decimal_symbol(name)
    assert place.decimal == TILL_MARKS.get(mark, mark)
    mark = get_group_symbol(name)
    assert place.group == TILL_MARKS.get(mark, mark)
    assert (place.grouping == "indian") == (Cldr.parse(name).decimal_formats[None].grouping == (3, 2))


@every_locale
def test_currency_is_the_countrys_present_one(name):
    known = get_territory_currencies(name[-2:])
    assert locale(name).currency.code in {*known, *LATER_CURRENCIES.get(name[-2:], ())}


@every_locale
def test_cash_step_agrees_with_cldr_where_cldr_rounds_cash(name):
    currency = locale(name).currency
    fractions = get_global("currency_fractions")
    _, _, digits, step = fractions.get(currency.code, fractions["DEFAULT"])
    if step:
        assert currency.cash_step == Decimal(step).scaleb(-digits)


@every_locale
def test_month_and_day_names_agree_with_cldr(name):
    localedata._cache.clear()  # Babel keeps what one locale borrows from another in data that all share
    place, cldr = locale(name), Cldr.parse(name)
    for printed, official in (
        (place.months, [cldr.months["stand-alone"]["abbreviated"][month] for month in range(1, 13)]),
        (place.days, [cldr.days["stand-alone"]["abbreviated"][day] for day in range(7)]),
    ):
        # Tills drop the point, print capitals here and there, and cut "Sept" and "June" to three.
        for ours, theirs in zip(printed, official, strict=True):
            assert ours.replace(".", "").casefold()[:3] == theirs.replace(".", "").casefold()[:3]


@every_locale
def test_places_have_what_addresses_print(name):
    place = locale(name)
    if any("{region}" in line for lines in place.address for line in lines):
        assert all(town.region for town in place.places)
    if any("{unit}" in line for lines in place.address for line in lines):
        assert place.units


@every_locale
def test_addresses_fill_without_leftovers(name):
    place = locale(name)
    dice = Dice(1)
    for lines in place.address:
        for town in place.places:
            unit = fill(place.units[0], dice) if place.units else ""
            postcode = fill(town.postcode, dice)
            values = {"number": "12", "street": place.streets[0], "town": town.town, "region": town.region}
            values |= {"postcode": postcode, "unit": unit}
            filled = "\n".join(fill(line, dice, values) for line in lines)
            assert not set("{}@\\") & set(filled)
            assert "#" not in filled.replace(unit, "")


@every_locale
def test_every_text_is_of_the_code_page_of_its_language(name):
    place = locale(name)
    for text in texts_of(place):
        assert printable(text, place.language), text


@every_locale
def test_every_tax_class_maps_to_a_rate(name):
    for scheme in locale(name).taxes:
        assert {name for name in scheme.classes if "." not in name} == set(CLASSES)
        assert all(0 <= rate.told < 30 for rate in scheme.rates.values())
        assert scheme.weight > 0
        assert scheme.summary


@every_locale
@settings(max_examples=25, deadline=None)
@given(value=amounts)
def test_money_reads_back(name, value):
    place = locale(name)
    value = rounded(value, place.currency.quantum)
    assert place.parse(place.money(value)) == value
    assert place.parse(place.number(value)) == value


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("en_US", "-1234.50", "-$1,234.50"),
        ("en_MY", "-0.02", "-RM0.02"),
        ("en_IN", "1234567.00", "Rs.12,34,567.00"),
        ("en_IN", "-123456.50", "-Rs.1,23,456.50"),
        ("en_IN", "999.00", "Rs.999.00"),
        ("de_CH", "1234.55", "CHF 1'234.55"),
        ("fr_FR", "12345.6", "12 345,60 \u20ac"),
        ("de_DE", "-1.5", "-1,50 EUR"),
    ],
)
def test_money_looks_as_tills_print_it(name, value, printed):
    assert locale(name).money(Decimal(value)) == printed


@pytest.mark.parametrize(
    ("text", "value"), [("Rs. -12.50", "-12.50"), ("12.50-", "-12.50"), ("RS 1,000.00", "1000"), (" 7 ", "7")]
)
def test_parse_heeds_a_minus_on_either_end_and_no_sign(text, value):
    assert locale("en_IN").parse(text) == Decimal(value)


@pytest.mark.parametrize("text", ["Rs.", "", "12.50 13.60 x", "1-2"])
def test_parse_refuses_what_is_no_number(text):
    with pytest.raises(ValueError, match="number"):
        locale("en_US").parse(text)


@settings(max_examples=60, deadline=None)
@given(moment=st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31)), pattern=st.sampled_from(NUMERIC))
def test_numeric_stamps_equal_strftime(moment, pattern):
    assert locale("en_MY").stamp(moment, pattern) == moment.strftime(pattern)


def test_stamps_use_the_locales_names_and_drop_zeros_on_request():
    moment = datetime(2018, 3, 5, 0, 7)
    assert locale("en_MY").stamp(moment, "%d-%b-%Y %-I:%M %p") == "05-MAR-2018 12:07 AM"
    assert locale("en_AU").stamp(moment, "%a %-d/%-m %-H:%M %P") == "Mon 5/3 0:07 am"


@every_locale
def test_no_two_numbers_of_a_business_are_forms_of_one(name):
    country = locale(name)
    for key in range(60):
        merchant = draw_merchant(shop_type("cafe"), country.taxes[0], Dice(key), country)
        for known, drawn in ((country.tax_ids, merchant.tax_ids), (country.company_ids, merchant.company_ids)):
            told = {number.label for number in drawn}
            assert all(len(told.intersection(number.labels)) < 2 for number in known)


@every_locale
def test_no_label_of_a_number_ends_as_the_number_begins(name):
    country = locale(name)
    for number in (*country.tax_ids, *country.company_ids):
        begin = re.match(r"[^\W\d_]*", number.pattern)
        assert begin is not None
        assert not begin[0] or not any(re.search(rf"\b{begin[0]}\b", label) for label in number.labels)


def test_a_tax_schemes_words_go_before_the_locales():
    place = locale("en_MY")
    gst = next(scheme for scheme in place.taxes if scheme.words)
    plain = next(scheme for scheme in place.taxes if not scheme.words)
    assert place.word("tax", Dice(1), gst) in gst.words["tax"]
    assert place.word("tax", Dice(1), plain) in place.words["tax"]
    assert place.word("total", Dice(1), gst) in place.words["total"]


def test_a_backslash_keeps_a_number_sign():
    assert re.fullmatch(r"#\d\d-\d\d", fill(r"\###-##", Dice(3)))


def test_what_is_filled_in_is_not_filled_again():
    assert fill("{unit} ##", Dice(3), {"unit": "#01"})[:4] == "#01 "


def test_no_member_is_a_senior_citizen_whose_discount_the_law_fixes():
    labels = [label.casefold() for label in locale("en_PH").words["member_discount"]]
    assert not [label for label in labels if re.search(r"\b(sc|pwd|senior)\b", label)]
