"""A first template from a receipt that was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.counts import counted
from receiptgen.core.errors import PageError
from receiptgen.drafting.accounting import quoted, unprinted
from receiptgen.drafting.country import date_pattern, guess_country, time_pattern
from receiptgen.drafting.currency_signs import Signs, signs_of
from receiptgen.drafting.element_draft import Drafted, ElementDraft
from receiptgen.drafting.elements import ElementDrafter
from receiptgen.drafting.field_review import reviewed
from receiptgen.drafting.goods import basket_of, goods_of, unlisted
from receiptgen.drafting.ink import PageInk
from receiptgen.drafting.item_review import sold_items
from receiptgen.drafting.notes import checked_notes, notes_of
from receiptgen.drafting.page_grid import measure_grid
from receiptgen.drafting.printing import printer_of
from receiptgen.drafting.rows import ReceiptRow, receipt_rows
from receiptgen.drafting.section_reader import SectionReader
from receiptgen.drafting.sections import Section
from receiptgen.drafting.trade import guess_shop, has_modifiers
from receiptgen.drafting.wording import Wording
from receiptgen.drafting.yaml_text import block, comment, inline
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.results import PageText

# Rows and amounts that a receipt has at least, and the mean confidence of its words.
_ROWS, _AMOUNTS, _CLEAR = 4, 1, 0.4
# Share of rows that two receipts side by side have on both sides, and how far from the middle they part.
_PARTED, _MIDDLE = 0.6, 0.2
# First line of a template.
_TITLE = "# Drafted from an image of a receipt. Draw it: receiptgen preview FILE --out preview.png"


@dataclass(frozen=True)
class DraftedTemplate:
    """A template that draws the like of a receipt.

    Attributes:
        text: Its YAML, with what could not be told as comments.
        notes: What could not be told, or was left out, a line each.
        goods: CSV of the goods that were read, of a list to be drawn from; empty where there is none.
    """

    text: str
    notes: tuple[str, ...]
    goods: str = ""


def template_from_page(
    page: PageText, fields: ReceiptFields, image: Pixels | None = None, *, generated: bool = False, goods: str = "",
) -> DraftedTemplate:  # fmt: skip
    """Draft a template that draws the like of a receipt.

    Args:
        page: Its text.
        fields: What it says; words are those of the page.
        image: Grey image of the page, uint8 (H, W), in which rules and codes are looked for; None for text alone.
        generated: Whether the business is another one on each receipt, not printed as it was read.
        goods: Path of the list of goods as the template names it, where the goods that were read are to be drawn;
            the caller writes ``DraftedTemplate.goods`` there. Empty for those of the kind of shop.

    Raises:
        PageError: There is no receipt on the page.
    """
    rows = receipt_rows(page, fields)
    _check_receipt(rows, fields)
    grid = measure_grid(rows)
    country, other_countries = guess_country(rows, fields)
    fields = reviewed(fields, rows, Wording(country))
    rows = receipt_rows(page, fields)
    ink = PageInk(image, page, grid) if image is not None and not page.photos else None
    reader = SectionReader(rows, grid, country, ink)
    sections = reader.read()
    fields = replace(fields, items=sold_items(fields.items, sections))
    shop = guess_shop(fields, country, {pair.key for one in sections for pairs in one.pairs for pair in pairs})
    modified = has_modifiers(shop.name, country) and not goods
    drafter = ElementDrafter(grid, Wording(country), ink.bold(rows) if ink else (), generated, modified, rows)
    elements = drafter.draft(sections)
    drafted = drafter.drafted
    signs = _signs(sections, country)
    printing = ink.printing() if ink else "unknown"
    printer, printer_notes = printer_of(grid, printing)
    listed = goods_of(fields, country)
    notes = (
        *notes_of(country, other_countries, shop, fields, elements, drafted, signs, ink is not None),
        *printer_notes,
        *(_not_listed(fields, country) if listed and goods else ()),
        *checked_notes(rows, elements, sections),
        *unprinted(rows, reader.marks, sections, reader.left_out, elements, signs.words),
    )
    keys = {
        "about": f"Like a receipt of {_name(fields, elements)}, {country.country}",
        "locales": country.name,
        "basket": basket_of(fields, drafted, shop.name, goods if listed else ""),
        "printers": [printer],
        "voice": _voice(fields, country, sections, drafted, signs),
        **({"profile": "dot_matrix"} if printing == "dots" else {}),
    }
    return DraftedTemplate(_yaml(keys, elements, notes), notes, listed if goods else "")


def _not_listed(fields: ReceiptFields, country: Locale) -> list[str]:
    """Return a note of what was read as goods and is not in their list."""
    told = ", ".join(map(quoted, unlisted(fields, country)))
    why = "for want of a name, or of a price that fits amount and quantity"
    return [f"not in the list of goods, {why}: {told}"] if told else []


def _check_receipt(rows: Sequence[ReceiptRow], fields: ReceiptFields) -> None:
    """Check that a page shows a receipt; raises PageError."""
    amounts = sum(len(row.money) for row in rows)
    clear = [row for row in rows if row.confidence >= _CLEAR]
    if len(clear) < _ROWS or (amounts < _AMOUNTS and not fields.total):
        found = f"{counted(len(clear), 'readable row')} and {counted(amounts, 'amount')}" if rows else "no text"
        raise PageError(f"no receipt is seen on it: {found}; photograph it from above, flat and in good light")
    if _is_parted(rows):
        raise PageError("seems to show two receipts side by side; cut one out")


def _is_parted(rows: Sequence[ReceiptRow]) -> bool:
    """Tell whether most rows have cells at both sides of a line near the middle that none crosses, as headers do."""
    left, right = min(row.left for row in rows), max(row.right for row in rows)
    spans = [[(cell[0].left, cell[-1].right) for cell in row.cells] for row in rows]
    for place in sorted({(one[1] + other[0]) / 2 for row in spans for one, other in pairwise(row)}):
        middle = abs((place - left) / (right - left) - 0.5) < _MIDDLE
        if not middle or any(start < place < end for row in spans for start, end in row):
            continue
        both = sum(row[0][1] < place < row[-1][0] for row in spans)
        if both > _PARTED * len(rows):
            return True
    return False


def _name(fields: ReceiptFields, elements: Sequence[ElementDraft]) -> str:
    """Return the name that a template prints, the trading name if it does; ``a shop`` where it prints none."""
    printed = frozenset[int]().union(*(one.words for one in elements if one.kind == "text"))
    names = [name for name in (fields.merchant.name, fields.merchant.legal_name) if name and name.words]
    return next((name.value for name in names if printed.issuperset(name.words)), "a shop")


def _signs(sections: Sequence[Section], country: Locale) -> Signs:
    """Return which amounts have the sign of the currency."""
    of_goods = [row for section in sections if section.kind == "items" for row in section.rows]
    of_sums = [one.row for section in sections for one in section.sums if section.kind in {"totals", "payment"}]
    return signs_of(of_goods, of_sums, country)


def _voice(
    fields: ReceiptFields, country: Locale, sections: Sequence[Section], drafted: Drafted, signs: Signs
) -> dict[str, Any]:
    """Return the habits of the cash register."""
    labels = list(drafted.words.values())
    upper = bool(labels) and all(label == country.upper(label) for label in labels)
    day, clock = date_pattern(fields.date, country), time_pattern(fields.time, country)
    times = drafted.table.times if drafted.table else ""
    return {
        "upper": upper, "colon": _colon(sections), "signed": signs.signed, **({"date": day} if day else {}),
        **({"time": clock} if clock else {}), **({"times": times} if times else {}),
        **({"words": {key: [label] for key, label in drafted.words.items()}} if labels else {}),
    }  # fmt: skip


def _colon(sections: Sequence[Section]) -> str:
    """Return the sign between most labels and values, with its spaces."""
    labels = [pair.label for section in sections for pairs in section.pairs for pair in pairs if pair.label]
    values = [pair.value for section in sections for pairs in section.pairs for pair in pairs if pair.label]
    apart = sum(label[-1].text == ":" or value[0].text == ":" for label, value in zip(labels, values, strict=True))
    close = sum(len(label[-1].text) > 1 and label[-1].text.endswith(":") for label in labels)
    if not labels:
        return ": "
    return " : " if apart > len(labels) / 2 else ": " if close + apart > len(labels) / 3 else " "


def _yaml(keys: Mapping[str, Any], elements: Sequence[ElementDraft], notes: Sequence[str]) -> str:
    """Return a template with comments."""
    lines = [_TITLE]
    if notes:
        lines += [
            "# What could not be told or was left out:",
            *(line for note in notes for line in comment(f"- {note}")),
        ]
    for key, value in keys.items():
        if key == "printers":
            lines += ["printers:", *(f"  - {inline(printer)}" for printer in value)]
        elif isinstance(value, Mapping):
            lines += block(key, value)
        else:
            lines.append(f"{key}: {inline(value)}")
    lines.append("elements:")
    for element in elements:
        said = {"kind": element.kind, **element.keys} if element.keys else element.kind
        lines.append(f"  - {inline(said)}")
    return "\n".join(lines) + "\n"
