"""The table of the goods: its columns, rows and headings."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

import numpy as np

from receiptgen.drafting.item_words import COLUMNS, TIMES, item_words
from receiptgen.drafting.rows import ReceiptRow, RowWord
from receiptgen.drafting.wording import EDGES, Wording
from receiptgen.elements.items import Column

# Keys of the words that head columns.
_HEADINGS: dict[Column, tuple[str, ...]] = {
    "code": ("code", "item"), "name": ("description", "item"), "quantity": ("quantity",),
    "unit_price": ("unit_price", "price"), "amount": ("amount", "price", "total"),
    "tax_code": ("tax_code", "tax", "code"),
}  # fmt: skip
# Columns that are taken from the headings where no word below is known to be of them.
_MAY_BE_READ_OVER: tuple[Column, ...] = ("quantity", "unit_price")
# The word of the country under which the template prints a heading.
_PRINTED: dict[Column, str] = {"name": "description"}
_HEADS = tuple(dict.fromkeys(key for keys in _HEADINGS.values() for key in keys))
# Letters that a name has at least; a unit of measure has fewer.
_LETTERS = 4
# Letters of a modifier at least.
_SHORTEST = 2
# Width of the sign between quantity and price that these are apart at most; further apart they are two columns.
_NEAR = 6.0
# Share of rows of goods that have a column if the table has it, and of goods with a second row if all have one.
_SHARE, _ALWAYS = 0.34, 0.7


@dataclass(frozen=True)
class ItemTable:
    """The table of the goods.

    Attributes:
        first: Columns of an item's first row.
        second: Columns of its second row; empty for none.
        always: Whether every item has a second row.
        indent: Characters by which the second row is moved in.
        count: Number of items.
        headings: Words that head the columns, by the keys of words; empty for no headings.
        times: Sign between quantity and price, with its spaces; empty for none.
        modifiers: Rows that say more of a good, as ``no onions``.
        words: Indices of the words that the columns print, or print others in place of.
    """

    first: tuple[Column, ...]
    second: tuple[Column, ...]
    always: bool
    indent: int
    count: int
    headings: dict[str, str]
    times: str = ""
    modifiers: tuple[ReceiptRow, ...] = ()
    words: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Row:
    """A row of goods by its columns: where each stands, from the left edge of the print, in pixels."""

    places: dict[Column, float]
    left: float
    times: str

    @property
    def priced(self) -> bool:
        return "amount" in self.places


def is_of_goods(row: ReceiptRow) -> bool:
    """Tell whether a row tells of goods."""
    return bool(row.with_role("items"))


def is_modifier(row: ReceiptRow) -> bool:
    """Tell whether a row between the goods may say more of the one above: words without amounts."""
    return not row.money and sum(map(str.isalpha, row.text)) >= _SHORTEST


def is_heading(row: ReceiptRow, wording: Wording) -> bool:
    """Tell whether a row heads the columns of a table: short cells, most of which are words for it."""
    cells = [_plain(cell) for cell in row.cells]
    words = [word.text for word in row.words]
    known = sum(bool(wording.key_of(cell, _HEADS)) for cell in {*cells, *map(str.strip, words)})
    return known >= 2 and not row.money


def read_table(
    rows: Sequence[ReceiptRow], heads: Sequence[ReceiptRow], wording: Wording, pitch: float,
    discounts: Sequence[ReceiptRow] = (),
) -> ItemTable:  # fmt: skip
    """Return the table that rows of goods are.

    Args:
        rows: Rows that tell of goods, at least one.
        heads: Rows above them that head their columns.
        wording: Words of the country.
        pitch: Width of a character in pixels.
        discounts: Those of the rows that take something off a good.
    """
    rows = [row for row in rows if row not in discounts]
    modifiers = tuple(row for row in rows if row.with_role("items.note") or (not is_of_goods(row) and is_modifier(row)))
    goods = [row for row in rows if row not in modifiers]
    told = [_row(row) for row in goods]
    told = [row for row in told if row.places]
    priced = [row for row in told if row.priced]
    bare = [row for row in told if not row.priced]
    if not priced:
        shown = item_words(goods, heads, ("name", "amount"), {})
        return ItemTable(("name", "amount"), (), False, 2, max(len(told), 1), {}, "", modifiers, shown)
    first, second, many = _ordered(told, priced, bare)
    columns, below = _columns(first, {}), _columns(second, {}) if second else ()
    headed = {column: place for column, place in _headed(heads, wording).items() if column not in (*columns, *below)}
    columns, below = _completed(_columns(first, {} if below else headed), _columns(second, headed) if second else ())
    times = Counter(row.times for row in told if row.times).most_common(1)
    if times and {"quantity", "unit_price"} <= {*below}:
        below = tuple(dict.fromkeys("quantity_price" if c in {"quantity", "unit_price"} else c for c in below))
    elif times and {"quantity", "unit_price"} <= {*columns}:
        columns = tuple(dict.fromkeys("quantity_price" if c in {"quantity", "unit_price"} else c for c in columns))
    moved = np.median([row.left for row in second]) - np.median([row.left for row in first]) if second else 0.0
    indent = int(np.clip(round(float(moved) / pitch), 0, 12))
    headings = _headings(heads, columns, below, wording)
    return ItemTable(
        columns, below, many, indent, len(priced), headings, times[0][0] if times else "", modifiers,
        item_words(goods, heads, (*columns, *below), headings),
    )  # fmt: skip


def _row(row: ReceiptRow) -> _Row:
    """Return the columns of a row of goods, and where they stand."""
    places: dict[Column, float] = {}
    for role, column in COLUMNS.items():
        words = row.with_role(role)
        if words and (column != "name" or _is_name(words)):
            places[column] = float(np.mean([(word.left + word.right) / 2 for word in words]))
    if "name" not in places and row.money and (first := _leading(row)) and _is_name(first):
        places["name"] = float(np.mean([(word.left + word.right) / 2 for word in first]))
    if "amount" not in places and row.money and "unit_price" not in places and "name" in places:
        places["amount"] = (row.money[-1].left + row.money[-1].right) / 2
    return _Row(places, row.left, _times(row))


def _leading(row: ReceiptRow) -> list[RowWord]:
    """Return the words of no known meaning that a row begins with, which a reader of fields passed over."""
    return list(takewhile(lambda word: not word.role and not word.amount, row.words))


def _is_name(words: Sequence[RowWord]) -> bool:
    return sum(char.isalpha() for word in words for char in word.text) >= _LETTERS


def _times(row: ReceiptRow) -> str:
    """Return the sign between quantity and price of a row, with its spaces; empty for none."""
    for before, word, after in zip(row.words, row.words[1:], row.words[2:], strict=False):
        near = after.left - before.right < _NEAR * (word.right - word.left)
        if word.text in TIMES and before.amount and after.amount and near:
            return f" {word.text} "
    return ""


def _ordered(told: Sequence[_Row], priced: list[_Row], bare: list[_Row]) -> tuple[list[_Row], list[_Row], bool]:
    """Return the first and the second rows of goods, and whether all goods have both."""
    named = [row for row in priced if "name" in row.places]
    if len(named) >= len(priced) / 2 or not bare:
        lower = [row for row in bare if "unit_price" in row.places]
        some = len(lower) >= _SHARE / 2 * len(priced)
        return priced, lower if some else [], len(lower) >= _ALWAYS * len(priced)
    # The name has a row of its own, above the amount or below it.
    above = sum(not one.priced and other.priced for one, other in pairwise(told))
    below = sum(one.priced and not other.priced for one, other in pairwise(told))
    name_first = above > below or (above == below and not told[0].priced)
    return (bare, priced, True) if name_first else (priced, bare, True)


def _columns(rows: Sequence[_Row], headed: Mapping[Column, float]) -> tuple[Column, ...]:
    """Return the columns that most rows have, and those that have headings, from the left."""
    counts = Counter(column for row in rows for column in row.places)
    kept = [column for column, count in counts.items() if count >= _SHARE * len(rows)]
    middles = {
        column: float(np.median([row.places[column] for row in rows if column in row.places])) for column in kept
    }
    places = {**headed, **middles}
    return tuple(sorted(places, key=lambda column: places[column]))


def _headed(heads: Sequence[ReceiptRow], wording: Wording) -> dict[Column, float]:
    """Return the columns that have headings, and where these stand; of those that rows may leave empty."""
    found: dict[Column, float] = {}
    for word in (word for row in heads for word in row.words):
        for column in _MAY_BE_READ_OVER:
            if wording.key_of(word.text.strip(EDGES), _HEADINGS[column]):
                found.setdefault(column, (word.left + word.right) / 2)
    return found


def _completed(first: tuple[Column, ...], second: tuple[Column, ...]) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """Return columns of a table that has each column once, and names and amounts."""
    second = tuple(column for column in second if column not in first)
    if "name" not in (*first, *second):
        first = (*(column for column in first if column == "code"), "name", *(c for c in first if c != "code"))
    if "amount" not in (*first, *second):
        first = (*first, "amount")
    return first, second


def _headings(
    heads: Sequence[ReceiptRow], first: Sequence[Column], second: Sequence[Column], wording: Wording
) -> dict[str, str]:
    """Return the words that head columns, by the keys of words under which the template prints them."""
    found: dict[str, str] = {}
    cells = [" ".join(part for part in _plain(cell).split()) for row in heads for cell in row.cells]
    cells += [word.text.strip(EDGES) for row in heads for word in row.words]
    # What one word may head is headed by it once: a name rather than its code, a price rather than what it comes to.
    for column in sorted((*first, *second), key=lambda column: column == "code"):
        keys = _HEADINGS.get("quantity" if column == "quantity_price" else column, ())
        free = [cell for cell in cells if cell not in found.values()]
        said = next((cell for key in keys for cell in free if wording.key_of(cell, (key,))), "")
        if said and keys:
            found.setdefault(_PRINTED.get(column, keys[0]), said)
    return found


def _plain(words: Sequence[RowWord]) -> str:
    return " ".join(word.text for word in words).strip(EDGES)
