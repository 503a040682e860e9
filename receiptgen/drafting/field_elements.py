"""Fields of a template: labels and values, and what stands beside them."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from receiptgen.drafting.element_draft import Drafted, ElementDraft, indices
from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.pairs import MOMENTS, Pair, form_of
from receiptgen.drafting.row_styles import RowStyles
from receiptgen.drafting.rows import ReceiptRow, RowWord, text_of
from receiptgen.drafting.sections import Section

# Pairs in a row at most. Confidence, letters and digits that what stands beside fields has if it is printed.
_MOST, _CLEAR, _LEAST = 8, 0.6, 2


class _FieldRow(NamedTuple):
    """A row of fields."""

    row: ReceiptRow
    pairs: tuple[Pair, ...]
    beside: tuple[RowWord, ...]

    @property
    def is_bare(self) -> bool:
        """Whether its pairs are moments without labels."""
        return all(pair.key in MOMENTS and not pair.label for pair in self.pairs)

    @property
    def has_more(self) -> bool:
        """Whether something is printed beside its fields that is no remainder of a word, and no amount."""
        clear = bool(self.beside) and float(np.mean([word.confidence for word in self.beside])) >= _CLEAR
        amounts = any(word.amount and word.amount.is_money for word in self.beside)
        return clear and not amounts and sum(map(str.isalnum, text_of(self.beside))) >= _LEAST


class FieldDrafter:
    """Turns rows of labels and values into elements.

    Args:
        grid: How the characters of the page stand.
        styles: How rows are printed.
        drafted: What other elements have said.
    """

    def __init__(self, grid: PageGrid, styles: RowStyles, drafted: Drafted) -> None:
        self._grid, self._styles, self._drafted = grid, styles, drafted
        self._values: dict[str, str] = {}

    def fields(self, section: Section) -> Iterator[ElementDraft]:
        """Yield fields of rows that are alike; what stands beside them is a text of its own below."""
        rows = [self._field_row(*parts) for parts in zip(section.rows, section.pairs, section.beside, strict=True)]
        for _, group in groupby(rows, key=self._alike):
            alike = list(group)
            for run in _without_repeats(alike):
                yield from self._pairs(run)
            more = [one for one in alike if one.has_more]
            if more:
                lines = [text_of(one.beside) for one in more]
                self._drafted.fixed += lines
                yield ElementDraft("text", {"lines": lines, "align": "left"}, indices(*(one.beside for one in more)))

    def _field_row(self, row: ReceiptRow, pairs: Sequence[Pair], beside: Sequence[RowWord]) -> _FieldRow:
        """Return a row with the pairs that are drawn; the words of others stand beside them."""
        drawn = tuple(pair for pair in pairs if self._is_drawn(pair))
        others = [word for pair in pairs if pair not in drawn for word in (*pair.label, *pair.value)]
        return _FieldRow(row, drawn, tuple(sorted((*beside, *others), key=lambda word: word.left)))

    def _is_drawn(self, pair: Pair) -> bool:
        """Tell whether a pair is a field; one with another value than above isn't, since a field has one value."""
        value = text_of(pair.value)
        return pair.key in MOMENTS or self._values.setdefault(pair.key, value) == value

    def _alike(self, one: _FieldRow) -> tuple[object, ...]:
        """Return what rows of one element have in common."""
        return (
            len(one.pairs), one.is_bare, tuple(self._styles.column_style(one.row)), one.has_more and one.row.number,
        )  # fmt: skip

    def _pairs(self, rows: Sequence[_FieldRow]) -> Iterator[ElementDraft]:
        """Yield the fields of rows that are alike."""
        count, bare = len(rows[0].pairs), rows[0].is_bare
        first: dict[str, Pair] = {}
        for pair in (pair for one in rows for pair in one.pairs):
            first.setdefault(pair.key, pair)
        self._drafted.parts.update(first)
        style = self._styles.column_style(rows[0].row)
        form = form_of(list(first.values()), self._grid) if count == 1 else "inline"
        words = indices(*(self._words(pair) for pair in first.values())) - indices(*(one.beside for one in rows))
        yield ElementDraft("fields", {
            "show": list(first), **({"form": form} if form != "inline" else {}),
            **({"per_row": min(count, _MOST)} if count > 1 else {}), **({"bare": 1.0} if bare else {}),
            **({"style": style} if style else {}),
        }, words)  # fmt: skip

    def _words(self, pair: Pair) -> tuple[RowWord, ...]:
        """Return the words that a field is printed for: its value, and its label where it is kept."""
        key = {"datetime": "date"}.get(pair.key, pair.key)
        return (*pair.label, *pair.value) if self._drafted.takes_word(key, pair.label_text) else pair.value


def _without_repeats(rows: Sequence[_FieldRow]) -> Iterator[list[_FieldRow]]:
    """Yield runs of rows that have fields, none of which says one twice; moments are those of one payment."""
    run: list[_FieldRow] = []
    for one in (one for one in rows if one.pairs):
        said = {pair.key for above in run for pair in above.pairs} - MOMENTS
        if not said.isdisjoint(pair.key for pair in one.pairs):
            yield run
            run = []
        run.append(one)
    if run:
        yield run
