"""Numbers as receipts print them, read back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.commerce.countries.locales import locale
from receiptgen.extraction.values.amounts import parse_amount


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50", "12.50"), ("12,50", "12.50"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"),
        ("1'234.50", "1234.50"), ("RM12.50", "12.50"), ("$5", "5"), ("9,00€", "9.00"), ("-3.00", "-3.00"),
        ("3.00-", "-3.00"), ("(3.00)", "-3.00"),
        ("-RM0.02", "-0.02"), ("RM-0.02", "-0.02"), ("12.50A", "12.50"), ("0.345", "0.345"), ("12.000", "12000"),
        ("9.975%", "9.975"), ("20,00/day", "20.00"), (".50", "0.50"), ("1S.90", "15.90"), ("l2.00", "12.00"),
        ("24.50*", "24.50"), ("12.50:", "12.50"), ("2,93207", "2932.07"), ("1\u00a0430,58", "1430.58"),
    ],
)  # fmt: skip
def test_a_number_is_read_whatever_stands_against_it(text: str, value: str) -> None:
    amount = parse_amount(text)
    assert amount is not None
    assert amount.value == Decimal(value)


@pytest.mark.parametrize(
    "text", ["total", "12/03/2018", "10:34", "0123456789012345", "AB12C3", "www.a.com", "", "-", "%"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_amount(text) is None


def test_currencies_percentages_and_mended_letters_are_told() -> None:
    ringgit, share, mended, code = (parse_amount(text) for text in ("RM4.50", "7,5%", "1O.50", "4.50SR"))
    assert ringgit
    assert share
    assert mended
    assert code
    assert (ringgit.currency, share.percent, mended.mended, code.suffix) == ("RM", True, True, "SR")
    assert ringgit.is_money
    assert not share.is_money


@given(
    cents=st.integers(0, 10**9),
    name=st.sampled_from(["en_US", "de_DE", "de_CH", "fr_FR", "pt_BR", "en_IN", "es_MX", "it_IT", "nl_NL", "sv_SE"]),
)
def test_what_a_country_prints_is_read_back(cents: int, name: str) -> None:
    value = Decimal(cents) / 100
    amount = parse_amount("".join(locale(name).number(value, 2).split()))
    assert amount is not None
    assert amount.value == value
