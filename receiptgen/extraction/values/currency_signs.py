"""Currencies by the signs that receipts print."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from receiptgen.extraction.values.amounts import Amount


class _Sign(NamedTuple):
    """What a sign may stand for.

    Attributes:
        code: ISO 4217 code where nothing else tells.
        others: Codes that words on the page tell, by these words, casefolded.
    """

    code: str
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()


_DOLLARS = _Sign(
    "USD",
    (
        ("AUD", ("abn", "a.b.n", "abn:", "australia", "nsw", "vic", "qld", "aud")),
        ("CAD", ("hst", "pst", "qst", "tps", "tvq", "gst/hst", "canada", "cad")),
        ("SGD", ("singapore", "s'pore", "sgd", "uen", "uen:")),
        ("NZD", ("nzd", "zealand", "auckland", "wellington", "eftpos")),
        ("CLP", ("boleta", "rut", "chile", "clp")),
        ("ARS", ("cuit", "argentina", "ars")),
        ("COP", ("colombia", "bogotá", "bogota", "cop")),
        ("HKD", ("hong", "kowloon", "hkd")),
        ("TWD", ("taiwan", "taipei", "twd")),
        # Last, since others have a tax of that name.
        ("MXN", ("rfc", "méxico", "mexico", "mxn", "iva")),
    ),
)
_CROWNS = _Sign(
    "SEK",
    (("NOK", ("mva", "nok", "org.nr", "foretaksregisteret")), ("DKK", ("dkk", "cvr", "cvr-nr", "moms.", "kontant"))),
)
# Signs in lower case, and what they stand for.
_SIGNS = {
    "$": _DOLLARS, "us$": _Sign("USD"), "s$": _Sign("SGD"), "a$": _Sign("AUD"), "c$": _Sign("CAD"),
    "nz$": _Sign("NZD"), "hk$": _Sign("HKD"), "mx$": _Sign("MXN"), "nt$": _Sign("TWD"), "r$": _Sign("BRL"),
    "€": _Sign("EUR"), "£": _Sign("GBP"), "₤": _Sign("GBP"), "¥": _Sign("JPY", (("CNY", ("元", "cny", "rmb")),)),
    "￥": _Sign("JPY", (("CNY", ("元", "cny", "rmb")),)), "₹": _Sign("INR"), "rs": _Sign("INR"), "rs.": _Sign("INR"),
    "rm": _Sign("MYR"), "rp": _Sign("IDR"), "rp.": _Sign("IDR"), "₱": _Sign("PHP"), "php": _Sign("PHP"),
    "฿": _Sign("THB"), "₩": _Sign("KRW"), "₺": _Sign("TRY"), "tl": _Sign("TRY"), "zł": _Sign("PLN"), "zl": _Sign("PLN"),
    "kč": _Sign("CZK"), "kc": _Sign("CZK"), "ft": _Sign("HUF"), "lei": _Sign("RON"), "kr": _CROWNS, "kr.": _CROWNS,
    "fr.": _Sign("CHF"), "sfr": _Sign("CHF"), "₪": _Sign("ILS"), "₴": _Sign("UAH"), "₽": _Sign("RUB"),
    "лв": _Sign("BGN"),
}  # fmt: skip
_LISTED = """
    AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HRK HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PEN PHP
    PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR
"""
_BRACKETED = re.compile(r"\(([^()]{1,4})\)")
_CODES = frozenset(_LISTED.split())


def currency_of(texts: Sequence[str], amounts: Sequence[Amount | None]) -> tuple[str, list[int], bool] | None:
    """Return the currency that most signs on a page stand for.

    Args:
        texts: The words of the page.
        amounts: What each says as a number.

    Returns:
        The ISO 4217 code, the indices of the words that name it, and whether nothing but a guess tells which of the
        currencies of that sign it is; None where the paper names no currency.
    """
    places: dict[str, list[int]] = {}
    beside: set[str] = set()
    has_cents = any(amount and amount.is_money for amount in amounts)
    for index, (text, amount) in enumerate(zip(texts, amounts, strict=True)):
        sign = _sign(amount.currency or amount.suffix) if amount else _named(text)
        if sign:
            places.setdefault(sign, []).append(index)
            near = amounts[max(index - 1, 0) : index + 2]
            if any(amount and (amount.is_money or not has_cents) for amount in near):
                beside.add(sign)
    if not places:
        return None
    # A code says more than a sign, but for words of a sentence, as ``TRY`` may be.
    sign = max(places, key=lambda name: (name in beside, name in _CODES, len(places[name])))
    if sign in _CODES:
        return sign, places[sign], False
    said = {text.casefold().strip("():,.*#") for text in texts}
    meant = _SIGNS[sign]
    for code, words in meant.others:
        if not said.isdisjoint(words):
            return code, places[sign], False
    return meant.code, places[sign], bool(meant.others)


def _named(text: str) -> str:
    """Return the sign that a word is, or has in brackets, as ``Amt(RM)``."""
    bracketed = _BRACKETED.search(text)
    return _sign(bracketed[1] if bracketed else text.strip("():,*"))


def _sign(text: str) -> str:
    """Return a sign or a code as it is known; empty for all else."""
    if text in _CODES:
        return text
    return text.casefold() if text.casefold() in _SIGNS else ""
