"""The address of the business, row by row, by the words of a page."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from receiptgen.extraction.fields import Field
from receiptgen.extraction.labelling.company_forms import is_form
from receiptgen.extraction.labelling.roles import LABEL, OTHER
from receiptgen.extraction.labelling.scored_words import ScoredWords

_ADDRESS = "merchant.address"
# Roles of words that make a cell less likely one of an address; a telephone may follow in its cell.
_ELSE = frozenset({OTHER, "merchant.name", "merchant.legal_name", "merchant.branch", "date", "time"})
# Roles of words that belong to an address which stands before them in their cell.
_OF_PLACES = frozenset({_ADDRESS, OTHER, "merchant.name", "merchant.legal_name", "merchant.branch"})
# Most letters of words that begin an address and look like labels: ``LOT``, ``NO:``, ``BLK``.
_SHORT = 4
# Share of a cell's words that are of an address, at least, for it to be one.
_LEAST = 0.5
# What names a value or is no place: ``Site : 2591``, ``me@shop.com``.
_NAMES_VALUE = re.compile(r"[^\W\d_][\w-]*\s?:|\w@\w")
# Numbers with letters for noughts.
_NOUGHTS = re.compile(r"\b(?=[Oo]*\d[Oo]*\d)[\dOo]{4,}\b")
_ZERO = str.maketrans("Oo", "00")
# What a label that follows in a cell counts beside a word of an address.
_LABEL_AFTER = 0.5
# Most rows from a name to the address that is its own.
_NEAR = 4


# Rows of an address, each with the indices of its words.
Rows = list[list[int]]


def addresses_of(scored: ScoredWords) -> list[Rows]:
    """Return the rows of each address on a page, from the top."""
    rows = [row for group in scored.rows_with(scored.of_role(_ADDRESS)) if (row := _of(scored, group))]
    return [_continued(scored, _up_to_values(scored, run)) for run in _runs(scored, rows)]


def best_address(scored: ScoredWords, addresses: Sequence[Rows], named: int | None) -> tuple[Field, ...]:
    """Return the rows of the business's address.

    Args:
        scored: The words of a page.
        addresses: All addresses.
        named: Row of the business's name: of several addresses, one below it is its own. None for no name. Of those
            that may be it, the surest and longest is taken.
    """
    below = [rows for rows in addresses if named is not None and 0 <= _row(scored, rows[0]) - named <= _NEAR]
    best = max(
        below or addresses,
        key=lambda rows: sum(scored.share(index, _ADDRESS) for row in rows for index in row),
        default=[],
    )
    return tuple(scored.field(row, _ADDRESS, _with_zeros(scored.text(row))) for row in best)


def _with_zeros(text: str) -> str:
    """Return a row with noughts in numbers in which they were read as letters, as ``4330O``."""
    return _NOUGHTS.sub(lambda found: found[0].translate(_ZERO), text)


def _row(scored: ScoredWords, indices: list[int]) -> int:
    return scored.words[indices[0]].row


def _up_to_values(scored: ScoredWords, rows: Rows) -> Rows:
    """Return the rows above the first, but for that of the number, that names a value."""
    end = next((place for place, row in enumerate(rows) if place and _NAMES_VALUE.search(scored.text(row))), len(rows))
    return rows[:end]


def _runs(scored: ScoredWords, rows: Rows) -> Iterator[Rows]:
    """Part rows where others lie between; one of letters alone, of which nothing else is known, belongs to both."""
    run = rows[:1]
    for above, below in pairwise(rows):
        between = _row(scored, below) - _row(scored, above) - 1
        missing = _missing(scored, _row(scored, above) + 1) if between == 1 else []
        if between and not missing:
            yield run
            run = []
        run += [missing, below] if missing else [below]
    if run:
        yield run


def _missing(scored: ScoredWords, row: int) -> list[int]:
    """Return the words of a row between two of an address if it may be one: no label, number, date or company."""
    indices = scored.row(row)
    alike = all(scored.roles[index] in _ELSE - {"date", "time"} for index in indices)
    known = any(scored.amounts[index] or is_form(scored.words[index].text) for index in indices)
    return indices if alike and not known else []


def _continued(scored: ScoredWords, rows: Rows) -> Rows:
    """Return rows with the one below them, if that was taken for a name and is none of a company's."""
    below = _missing(scored, _row(scored, rows[-1]) + 1)
    named = below and all(scored.roles[index].startswith("merchant.") for index in below)
    return [*rows, below] if named else rows


def _of(scored: ScoredWords, row: list[int]) -> list[int]:
    """Return the words of a row that are of an address: those of cells that mostly are."""
    found: list[int] = []
    for cell in dict.fromkeys(scored.words[index].cell for index in row):
        indices = [index for index in row if scored.words[index].cell == cell]
        mine = [index for index in indices if scored.roles[index] == _ADDRESS]
        if not mine:
            continue
        begun = _begun_by(scored, mine[0])
        labels = [index for index in indices if scored.roles[index] == LABEL and index not in begun]
        others = [index for index in indices if scored.roles[index] in _ELSE]
        against = len(others) + sum(1.0 if index < mine[0] else _LABEL_AFTER for index in labels)
        if len(mine) >= _LEAST * (len(mine) + against):
            # What follows in the cell is the name of a place, not of the business.
            found += [*begun, *(index for index in indices if index >= mine[0] and scored.roles[index] in _OF_PLACES)]
    return found


def _begun_by(scored: ScoredWords, first: int) -> list[int]:
    """Return short labels in the cell of an address before its first word: they are its beginning."""
    found: list[int] = []
    for index in range(first - 1, -1, -1):
        word = scored.words[index]
        letters = sum(map(str.isalpha, word.text))
        if word.cell != scored.words[first].cell or scored.roles[index] != LABEL or letters > _SHORT:
            break
        found.insert(0, index)
    return found
