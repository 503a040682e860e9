"""The address of the business, row by row, by the words of a page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from receiptgen.extraction.assembly.address_bounds import (
    ADDRESS,
    NAMES,
    Rows,
    ends_with_country,
    up_to_end,
    with_beginning,
    with_postcode,
)
from receiptgen.extraction.assembly.house_numbers import ends_with_postcode, with_true_signs
from receiptgen.extraction.fields import Field
from receiptgen.extraction.labelling.company_forms import is_form
from receiptgen.extraction.labelling.roles import LABEL, OTHER
from receiptgen.extraction.labelling.scored_words import ScoredWords

# Role of a number under which a company is known.
_REGISTERED = "merchant.company_ids.number"
# Roles of words that make a cell less likely one of an address; a telephone may follow in its cell.
_ELSE = NAMES | {OTHER, "date", "time"}
# Roles of words that belong to an address which stands before them in their cell.
_OF_PLACES = NAMES | {ADDRESS, OTHER}
# Most letters of words that begin an address and look like labels: ``LOT``, ``NO:``, ``BLK``.
_SHORT = 4
# Share of a cell's words that are of an address, at least, for it to be one.
_LEAST = 0.5
# What a label that follows in a cell counts beside a word of an address.
_LABEL_AFTER = 0.5
# Probability that a row which belongs to an address by its place is one, whatever a network says of its words.
_BY_PLACE = 0.5
# Least share of the surest address's weight from which another may be that of the business.
_SHORTER = 0.25
# Most rows from a name to the address that is its own.
_NEAR = 4


def addresses_of(scored: ScoredWords) -> list[Rows]:
    """Return the rows of each address on a page, from the top."""
    rows = [row for group in scored.rows_with(scored.of_role(ADDRESS)) if (row := _of(scored, group))]
    return [_whole(scored, run) for run in _runs(scored, rows)]


def _whole(scored: ScoredWords, run: Rows) -> Rows:
    """Return rows that stand together as an address, with what belongs to it and nothing else."""
    rows = [run[0], *(_whole_row(scored, row) for row in run[1:])]
    rows = up_to_end(scored, _continued(scored, with_beginning(scored, up_to_end(scored, rows))))
    return with_postcode(scored, rows)


def best_address(scored: ScoredWords, addresses: Sequence[Rows], named: int | None) -> tuple[Field, ...]:
    """Return the rows of the business's address.

    Args:
        scored: The words of a page.
        addresses: All addresses.
        named: Row of the business's name: of several addresses, one below it is its own, unless it is far shorter than
            others. None for no name. Of those that may be it, the surest and longest is taken.
    """
    weights = [sum(scored.share(index, ADDRESS) for row in rows for index in row) for rows in addresses]
    weighed = [
        (weight, rows) for weight, rows in zip(weights, addresses, strict=True) if weight >= _SHORTER * max(weights)
    ]
    below = [pair for pair in weighed if named is not None and 0 <= _row(scored, pair[1][0]) - named <= _NEAR]
    _, best = max(below or weighed, key=lambda pair: pair[0], default=(0.0, []))
    return tuple(_line(scored, row) for row in best)


def _line(scored: ScoredWords, row: list[int]) -> Field:
    """Return a row of an address; one that belongs to it by its place is likely right, whatever its words were told."""
    field = scored.field(row, ADDRESS, with_true_signs(scored.text(row)))
    read = median(scored.words[index].confidence for index in row)
    return replace(field, confidence=max(field.confidence, _BY_PLACE * read))


def _row(scored: ScoredWords, indices: list[int]) -> int:
    return scored.words[indices[0]].row


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
    alike = all(scored.roles[index] in _OF_PLACES for index in indices)
    known = any(scored.amounts[index] or is_form(scored.words[index].text) for index in indices)
    return indices if alike and not known else []


def _continued(scored: ScoredWords, rows: Rows) -> Rows:
    """Return rows with the one below them, if that was taken for a name and is none of a company's.

    A company's name has its form, or the number of its register below it. What follows a postcode is a town, whatever
    stands below, and so is what ends with a country.
    """
    number = _row(scored, rows[-1]) + 1
    below = _missing(scored, number)
    if not below or not all(scored.roles[index].startswith("merchant.") for index in below):
        return rows
    is_registered = any(scored.roles[index] == _REGISTERED for index in scored.row(number + 1))
    is_town = ends_with_postcode(scored.text(rows[-1])) or ends_with_country(scored.text(below))
    return rows if is_registered and not is_town else [*rows, below]


def _of(scored: ScoredWords, row: list[int]) -> list[int]:
    """Return the words of a row that are of an address: those of cells that mostly are."""
    found: list[int] = []
    for cell in dict.fromkeys(scored.words[index].cell for index in row):
        indices = [index for index in row if scored.words[index].cell == cell]
        mine = [index for index in indices if scored.roles[index] == ADDRESS]
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


def _whole_row(scored: ScoredWords, row: list[int]) -> list[int]:
    """Return a row below another of an address with the words before it that were taken for a name or nothing."""
    first = scored.words[row[0]]
    before = [index for index in scored.row(first.row) if index < row[0] and scored.words[index].cell == first.cell]
    fits = all(scored.roles[index] in _OF_PLACES for index in before)
    return [*before, *row] if fits else row


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
