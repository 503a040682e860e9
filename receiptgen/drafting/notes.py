"""What could not be told of a receipt, in a line each."""

from collections.abc import Iterator, Sequence

from receiptgen.commerce.countries.locales import Locale
from receiptgen.drafting.accounting import quoted
from receiptgen.drafting.country import date_pattern, time_pattern
from receiptgen.drafting.currency_signs import Signs
from receiptgen.drafting.element_draft import Drafted, ElementDraft
from receiptgen.drafting.legible import is_doubtful
from receiptgen.drafting.rows import ReceiptRow, text_of
from receiptgen.drafting.sections import Section
from receiptgen.drafting.trade import GuessedShop
from receiptgen.drafting.wording import plain_label
from receiptgen.extraction.fields import ReceiptFields


def notes_of(
    country: Locale, others: Sequence[str], shop: GuessedShop, fields: ReceiptFields, elements: Sequence[ElementDraft],
    drafted: Drafted, signs: Signs, seen: bool,
) -> tuple[str, ...]:  # fmt: skip
    """Return what could not be told.

    Args:
        country: Country that was taken.
        others: Locales that are nearly as likely.
        shop: Kind of shop that was taken.
        fields: What the receipt says.
        elements: The elements of the template.
        drafted: What these print.
        signs: Which amounts have the sign of the currency.
        seen: Whether the image was looked at.
    """
    return (*_guesses(country, others, shop, fields), *_missing(elements, drafted, seen), *_changed(drafted, signs))


def _guesses(country: Locale, others: Sequence[str], shop: GuessedShop, fields: ReceiptFields) -> Iterator[str]:
    if others:
        yield f"the country: {country.name} is taken, {', '.join(others)} would do as well"
    if not shop.known:
        yield f"the kind of shop: nothing tells it, {shop.name} is taken; goods and prices are those of its shops"
    if fields.date and not date_pattern(fields.date, country):
        yield f"the form of the date {quoted(fields.date.text)}: the country's usual ones are drawn"
    if fields.time and not time_pattern(fields.time, country):
        yield f"the form of the time {quoted(fields.time.text)}: the country's usual ones are drawn"


def _missing(elements: Sequence[ElementDraft], drafted: Drafted, seen: bool) -> Iterator[str]:
    kinds = {element.kind for element in elements}
    if "items" not in kinds:
        yield "the goods: no table of them was found; add {kind: items} where they belong"
    if "total" not in drafted.parts:
        yield "the total: none was found; add {kind: totals} where it belongs"
    if "taxes" in drafted.parts or "tax_summary" in kinds or "discounts" in drafted.parts:
        yield (
            "names of taxes, amounts of discounts, and whether prices contain taxes, are the country's, drawn for each "
            "receipt"
        )
    if not seen:
        yield "rules, barcodes and QR codes: they are looked for on a single image alone"
    if {"barcode", "qr"} & kinds:
        yield "what the code says: another text is drawn"
    yield "logos, pictures and frames are not looked for; {kind: image, file: logo.png} prints a logo"


def _changed(drafted: Drafted, signs: Signs) -> Iterator[str]:
    if signs.partly:
        yield (
            "signs of the currency stand at some amounts alone; a template has them on all, on totals or on none: "
            f"{signs.signed} is taken"
        )
    if drafted.fixed:
        told = ", ".join(map(quoted, drafted.fixed))
        yield f"no field says these, which stand in a row of their own and are the same on each receipt: {told}"


def checked_notes(
    rows: Sequence[ReceiptRow], elements: Sequence[ElementDraft], sections: Sequence[Section]
) -> Iterator[str]:
    """Yield what is printed otherwise than it was read, or as it was read with doubt.

    Args:
        rows: All rows of the page.
        elements: The elements of the template.
        sections: What parts of the rows are taken for.
    """
    mended = [
        f"row {one.row.number} {quoted(text_of(one.label_words))} as {quoted(one.label)}"
        for section in sections for one in section.sums
        if one.label and _squeezed(one.label) not in _squeezed(text_of(one.label_words))
    ]  # fmt: skip
    if mended:
        yield f"misread labels are printed as the country's words that they are like: {'; '.join(mended)}"
    as_read = frozenset[int]().union(*(one.words for one in elements if one.kind == "text" and "say" not in one.keys))
    doubtful = [row for row in rows if is_doubtful(row) and any(word.index in as_read for word in row.words)]
    if doubtful:
        told = "; ".join(f"row {row.number} {quoted(row.text)}" for row in doubtful)
        yield f"printed as it was read, with doubt; correct it where it is wrong: {told}"


def _squeezed(text: str) -> str:
    return plain_label(text).replace(" ", "")
