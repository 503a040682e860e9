"""Currencies by the signs that receipts print."""

import pytest

from receiptgen.extraction.values.amounts import parse_amount
from receiptgen.extraction.values.currency_signs import currency_of


def _currency(page: str) -> tuple[str, list[str], bool] | None:
    """Return the currency of a page, the words that name it, and whether it is a guess."""
    texts = page.split()
    found = currency_of(texts, [parse_amount(text) for text in texts])
    return found and (found[0], [texts[index] for index in found[1]], found[2])


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("Total RM12.50", "MYR"), ("Total: 12,50 €", "EUR"), ("Total 12,50€", "EUR"), ("TOTAL GBP 12.50", "GBP"),
        ("Gesamt (EUR) 12,50", "EUR"), ("Summe 12.50 SEK", "SEK"), ("R$ 5,00", "BRL"), ("Rs. 50", "INR"),
        ("Rp. 5.000", "IDR"), ("12,50 zł", "PLN"), ("S$4.20", "SGD"), ("Cena 50 Kč", "CZK"), ("CHF 12.50", "CHF"),
    ],
)  # fmt: skip
def test_signs_and_codes_tell_the_currency(page: str, code: str) -> None:
    found = _currency(page)
    assert found is not None
    assert found[0] == code
    assert not found[2]


@pytest.mark.parametrize(
    ("page", "code", "guessed"),
    [
        ("Total $5.00", "USD", True), ("ABN 12 345 Total $5.00", "AUD", False), ("GST/HST: Total $5.00", "CAD", False),
        ("Prices in SGD Total $5.00", "SGD", False), ("R.F.C. RFC: Total $5.00 IVA", "MXN", False),
        ("BOLETA Total $5.000 IVA", "CLP", False), ("CUIT 30 IVA Total $5.000", "ARS", False),
        ("Bogotá Total $5.000 IVA", "COP", False), ("Sum kr 50", "SEK", True), ("MVA 25% Sum kr 50", "NOK", False),
        ("合计 ¥ 50", "JPY", True), ("50 元 ¥ 50", "CNY", False),
    ],
)  # fmt: skip
def test_of_currencies_with_one_sign_other_words_tell_which(page: str, code: str, guessed: bool) -> None:
    found = _currency(page)
    assert found is not None
    assert (found[0], found[2]) == (code, guessed)


def test_the_words_that_name_it_are_told() -> None:
    assert _currency("Tea $2.50 Total $ 2.50 Points 7") == ("USD", ["$2.50", "$"], True)


def test_a_code_says_more_than_a_sign() -> None:
    assert _currency("$2.50 $2.50 $5.00 Total AUD 5.00") == ("AUD", ["AUD"], False)


def test_words_of_sentences_are_no_codes_where_amounts_have_a_sign() -> None:
    assert _currency("TRY OUR NEW BUN Total £5.00") == ("GBP", ["£5.00"], False)
    assert _currency("Alle Preise in EUR inkl. Steuer 5,00") == ("EUR", ["EUR"], False)


def test_where_no_sign_is_no_currency_is() -> None:
    assert _currency("Total 12.50 try again 7%") is None
    assert currency_of([], []) is None
