"""The beginning of a locale's file: what Unicode's CLDR knows of a country, and marks where the rest is to go."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from receiptgen.core.errors import MissingExtraError, UnknownNameError

if TYPE_CHECKING:
    from babel import Locale as Cldr

# CLDR's typographic spaces and apostrophes, as cash registers print them.
_PLAIN: Final = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2019": "'"})
# Parts of CLDR's date and time patterns (UTS 35, part 4), and ours.
_PARTS: Final = {
    "d": "%-d", "dd": "%d", "M": "%-m", "MM": "%m", "MMM": "%b", "LLL": "%b", "y": "%Y", "yyyy": "%Y", "yy": "%y",
    "E": "%a", "EEE": "%a", "ccc": "%a", "H": "%-H", "HH": "%H", "h": "%-I", "hh": "%I", "m": "%M", "mm": "%M",
    "ss": "%S", "a": "%p",
}  # fmt: skip
_TOKEN: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
# What CLDR does not know, in the order of a locale's keys, with what to write.
_TODO: Final = {
    "phones": "patterns of telephone numbers, '#' is a digit: ['0##-### ## ##']",
    "address": "ways to print an address: [['{street} {number}', '{postcode} {town}']]",
    "streets": "20 names of streets or more, without numbers",
    "places": "12 towns or more: [{town: ..., postcode: '### ##'}], with a region where taxes or addresses need it",
    "firstnames": "20 first names or more",
    "surnames": "20 surnames or more",
    "companies": "patterns of legal names: ['{surname} AB', '{noun} AB']",
    "nouns": "5 names of businesses or more, for {noun}",
    "domains": "endings of web addresses: [.se, .com]",
    "shops": "patterns of trading names by kind of shop: {cafe: ['Kafé {noun}'], supermarket: [...]}",
    "tax_ids": "numbers for taxes: [{labels: [Org.nr], pattern: '[556###-###!]', check: luhn}]",
    "company_ids": "other numbers that businesses print, likewise; [] for none",
    "taxes": "rates, the classes of goods that they are for, and whether prices contain them; see another locale",
    "cards": "names of payment cards with weights: {VISA: 5, Mastercard: 4}",
    "words": "all fixed words in the language: {total: [SUMMA, ATT BETALA], cash: [Kontant], ...}",
}
# Notes and coins, as most currencies have them.
_PIECES: Final = tuple(Decimal(piece).scaleb(power) for power in (2, 1, 0, -1, -2) for piece in (5, 2, 1))


def draft(name: str, parent: str) -> str:
    """Return the YAML text of a locale that draws at once, and whose marks ``TODO`` say what is still its parent's.

    Args:
        name: Language and country, as ``sv_SE``.
        parent: Locale that it is laid over: a packaged name, or a path from where the text is written.

    Raises:
        UnknownNameError: CLDR knows no such language and country.
        MissingExtraError: Babel is not installed.
    """
    cldr = _cldr(name)
    code, currency = _currency(cldr)
    lines = [
        f"# {cldr.english_name}. Filled in from CLDR; each TODO says what to write, and is {parent}'s until then.",
        f"extends: {quoted(parent)}",
        f"language: {cldr.language}",
        f"country: {quoted(cldr.territories[str(cldr.territory)])}",
        *_separators(cldr),
        "currency:",
        f"  code: {code}",
        *(f"  {line}" for line in currency),
        *_stamps("dates", [cldr.date_formats[size].pattern for size in ("short", "medium")], ("%Y-%m-%d",)),
        *_stamps("times", [cldr.time_formats[size].pattern for size in ("short", "medium")], ("%H:%M",)),
        f"months: [{', '.join(_names(cldr.months, range(1, 13)))}]",
        f"days: [{', '.join(_names(cldr.days, range(7)))}]",
        *(f"# TODO {key}: {text}" for key, text in _TODO.items()),
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Write a text as YAML."""
    return "'" + text.replace("'", "''") + "'"


def _cldr(name: str) -> "Cldr":
    try:
        from babel import Locale as Cldr
        from babel import UnknownLocaleError
    except ImportError:
        raise MissingExtraError("locales new needs the package babel; pip install 'receiptgen[locales]'") from None
    try:
        found = Cldr.parse(name)
    except (UnknownLocaleError, ValueError):
        found = None
    if found is None or found.territory is None or found.territory not in found.territories:
        raise UnknownNameError(f"unknown language and country {name!r}; write them as sv_SE or pt_BR")
    return found


def _separators(cldr: "Cldr") -> Iterator[str]:
    from babel.numbers import get_decimal_symbol, get_group_symbol

    decimal, group = (symbol(cldr).translate(_PLAIN) for symbol in (get_decimal_symbol, get_group_symbol))
    yield f"decimal: {quoted(decimal if decimal in '.,' else '.')}"
    yield f"group: {quoted(group if group in '.,' + chr(39) + ' ' and group != decimal else '')}"
    if cldr.decimal_formats[None].grouping == (3, 2):
        yield "grouping: indian"


def _currency(cldr: "Cldr") -> tuple[str, list[str]]:
    """Return the code of the country's present currency, and what else is known of it as lines of YAML."""
    from babel.core import get_global
    from babel.numbers import get_currency_symbol, get_territory_currencies

    codes = get_territory_currencies(str(cldr.territory))
    if not codes:
        raise UnknownNameError(f"no currency is known of {cldr.territories[str(cldr.territory)]}")
    fractions = get_global("currency_fractions")
    digits, _, cash_digits, cash_rounding = fractions.get(codes[0], fractions["DEFAULT"])
    step = Decimal(cash_rounding or 1).scaleb(-cash_digits)
    rounds = bool(cash_rounding) or cash_digits < digits
    smallest = step if rounds else Decimal(1).scaleb(-digits)
    pattern = cldr.currency_formats["standard"].pattern.partition(";")[0]
    left = pattern.index("\u00a4") < pattern.index("0")
    return codes[0], [
        f"sign: {quoted(get_currency_symbol(codes[0], cldr).translate(_PLAIN))}",
        f"side: {'left' if left else 'right'}",
        f"space: {'true' if ' ' in pattern.translate(_PLAIN) else 'false'}",
        f"places: {digits}",
        f"cash_step: {step:f}" if rounds else "cash_step:",
        "scale: 1  # TODO about how many of them one euro is",
        f"notes: [{', '.join(f'{piece:f}' for piece in _PIECES if not piece % smallest)}]  # TODO those that there are",
    ]


def _stamps(key: str, patterns: list[str], usual: tuple[str, ...]) -> Iterator[str]:
    found = dict.fromkeys([*filter(None, map(_stamp, patterns)), *usual])
    weights = ", ".join(f"{quoted(pattern)}: {max(5 - 2 * index, 1)}" for index, pattern in enumerate(found))
    yield f"{key}: {{{weights}}}"


def _stamp(pattern: str) -> str:
    """Return our pattern for one of CLDR's, or an empty text where it has parts that cash registers don't print."""
    parts = []
    for token in _TOKEN.finditer(pattern.translate(_PLAIN)):
        text = token[0]
        if token[2] and text not in _PARTS:
            return ""
        parts.append(_PARTS[text] if token[2] else token[1] if token[1] is not None else text)
    return "".join(parts).strip()


def _names(forms: Mapping[str, Any], keys: range) -> Iterator[str]:
    names = forms["stand-alone"]["abbreviated"]
    return (quoted(names[key].rstrip(".").translate(_PLAIN)) for key in keys)
