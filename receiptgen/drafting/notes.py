"""What could not be told of a receipt, or has no place in a template, in a line each."""

from collections.abc import Iterator, Sequence

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.country import date_pattern, time_pattern
from receiptgen.drafting.elements import Drafted
from receiptgen.drafting.sections import LeftOut, Section
from receiptgen.drafting.trade import GuessedShop
from receiptgen.extraction.fields import ReceiptFields

# Texts that a note quotes, and characters of each.
_QUOTED, _LONGEST = 5, 40


def notes_of(
    country: Locale, others: Sequence[str], shop: GuessedShop, fields: ReceiptFields, sections: Sequence[Section],
    left_out: LeftOut, drafted: Drafted, seen: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Return what could not be told, or was left out.

    Args:
        country: Country that was taken.
        others: Locales that are nearly as likely.
        shop: Kind of shop that was taken.
        fields: What the receipt says.
        sections: Its parts.
        left_out: What these have no place for.
        drafted: What the elements print.
        seen: Whether the image was looked at.
    """
    found = [
        *_guesses(country, others, shop, fields),
        *_missing(sections, drafted, seen),
        *_quoted("rows that are hardly readable are left out", left_out.unreadable),
        *_quoted("rows of amounts that no element prints are left out", left_out.amounts),
        *_quoted("rows between the goods that are no goods are left out", left_out.goods),
        *_quoted("what stands beside fields is left out", left_out.beside),
    ]
    return tuple(found)


def _guesses(country: Locale, others: Sequence[str], shop: GuessedShop, fields: ReceiptFields) -> Iterator[str]:
    if others:
        yield f"the country: {country.name} is taken, {', '.join(others)} would do as well"
    if not shop.known:
        yield f"the kind of shop: nothing tells it, {shop.name} is taken; goods and prices are those of its shops"
    if fields.date and not date_pattern(fields.date, country):
        yield f"the form of the date {_quote(fields.date.text)}: the country's usual ones are drawn"
    if fields.time and not time_pattern(fields.time, country):
        yield f"the form of the time {_quote(fields.time.text)}: the country's usual ones are drawn"


def _missing(sections: Sequence[Section], drafted: Drafted, seen: bool) -> Iterator[str]:
    kinds = {section.kind for section in sections}
    if drafted.table is None:
        yield "the goods: no table of them was found; add {kind: items} where they belong"
    if "total" not in drafted.parts:
        yield "the total: none was found; add {kind: totals} where it belongs"
    if "taxes" in drafted.parts or "tax_summary" in kinds or "discounts" in drafted.parts:
        yield "names of taxes and discounts, and whether prices contain taxes, are the country's, drawn anew"
    if not seen:
        yield "rules, barcodes and QR codes: they are looked for on a single image alone"
    if "code" in kinds:
        yield "what the code says: another text is drawn"
    yield "logos, pictures and handwriting are not looked for; {kind: image, file: logo.png} prints a logo"


def _quoted(told: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield a note that quotes texts; nothing where there are none."""
    if texts:
        more = f" and {len(texts) - _QUOTED} more" if len(texts) > _QUOTED else ""
        yield f"{told}: {', '.join(map(_quote, texts[:_QUOTED]))}{more}"


def _quote(text: str) -> str:
    plain = " ".join("".join(char for char in text if char.isprintable()).split())
    return f"'{plain if len(plain) <= _LONGEST else plain[: _LONGEST - 3] + '...'}'"
