"""Where an address begins and ends, by its rows: houses first, a country last, and no values between."""

import re
from collections.abc import Sequence
from typing import Final

from receiptgen.extraction.assembly.house_numbers import begins_with_house, begins_with_label, begins_with_postcode
from receiptgen.extraction.labelling.company_forms import is_form
from receiptgen.extraction.labelling.roles import LABEL, OTHER
from receiptgen.extraction.labelling.scored_words import ScoredWords

# Rows of an address, each with the indices of its words.
Rows = list[list[int]]

ADDRESS: Final = "merchant.address"
# Roles of names, which words of streets and towns may be taken for.
NAMES: Final = frozenset({"merchant.name", "merchant.legal_name", "merchant.branch"})
# Roles of the words of a row that may be one of an address though it was told to be something else.
_PERHAPS: Final = NAMES | {ADDRESS, OTHER, LABEL}
# What names a value or is no place: ``Site : 2591``, ``me@shop.com``.
_NAMES_VALUE = re.compile(r"[^\W\d_][\w-]*\s?:|\w@\w")
# A number of a register or a telephone, or one in brackets.
_LONG_NUMBER = re.compile(r"\d(?:[\s-]?\d){6}|\([^)]*\d{4}")
# Postcodes that stand in a row by themselves, and those within others.
_LONE_POSTCODE = re.compile(r"\d{5,6}[.,]?")
_POSTCODE = re.compile(r"(?<!\w)\d{5,6}(?!\w)")
# Labels of telephones and the like that networks take for places, without case.
_LABELS = frozenset(
    [
        "tel",
        "telp",
        "telephone",
        "phone",
        "ph",
        "mobile",
        "mob",
        "hp",
        "handphone",
        "whatsapp",
        "fax",
        "hotline",
        "email",
        "website",
    ]
)
# Most rows from the first that was told to be of an address up to the one with its house.
_ABOVE = 3
# Confidence from which a single character before a house belongs to it.
_CLEAR = 0.85
# Probability that one of its words is of an address from which a row above a postcode belongs to it.
_LIKELY = 0.3
# Countries as addresses end with them, without case and signs.
_LISTED = """
    malaysia; singapore; indonesia; thailand; philippines; vietnam; cambodia; india; pakistan; bangladesh; sri lanka;
    nepal; china; hong kong; taiwan; japan; korea; australia; new zealand; united states; united states of america; usa;
    canada; mexico; brazil; brasil; argentina; chile; colombia; peru; united kingdom; great britain; ireland; germany;
    deutschland; austria; switzerland; schweiz; suisse; france; italy; italia; spain; portugal; netherlands;
    nederland; belgium; luxembourg; denmark; danmark; norway; norge; sweden; sverige; finland; suomi; iceland; poland;
    polska; hungary; romania; bulgaria; greece; croatia; hrvatska; slovenia; slovakia; serbia; ukraine; turkey;
    israel; egypt; morocco; kenya; nigeria; south africa; saudi arabia; united arab emirates; uae; qatar; kuwait
"""
_COUNTRIES = frozenset(" ".join(name.split()) for name in _LISTED.split(";"))
# Words of the longest name of a country.
_MOST = 4


def with_beginning(scored: ScoredWords, rows: Rows) -> Rows:
    """Return the rows of an address with what it begins with, if they begin with something else, and without strays.

    It begins with the number of its house, in the cell of the first row or up to three rows above it; or with what
    stands above its postcode.

    Args:
        scored: The words of a page.
        rows: The rows, one at least.
    """
    rows = [_without_strays(scored, rows[0]), *rows[1:]]
    first = scored.words[rows[0][0]]
    cell = [index for index in scored.row(first.row) if scored.words[index].cell == first.cell]
    if begins_with_house(scored.text(cell)) and may_belong(scored, cell):
        return [cell[: cell.index(rows[0][0])] + rows[0], *rows[1:]]
    if begins_with_house(scored.text(rows[0])):
        return rows
    above: Rows = []
    for number in range(first.row - 1, max(first.row - _ABOVE, 1) - 1, -1):
        row = scored.row(number)
        if not may_belong(scored, row):
            break
        above.insert(0, row)
        if begins_with_house(scored.text(row)):
            return [*above, *rows]
    if above and begins_with_postcode(scored.text(rows[0])) and _may_be(scored, above[-1]):
        return [above[-1], *rows]
    return rows


def _without_strays(scored: ScoredWords, row: list[int]) -> list[int]:
    """Return a row from its house on, if what stands before it is a piece of a logo or of an edge that was misread."""
    for place in range(1, len(row)):
        before = scored.words[row[place - 1]]
        if len(before.text.strip(".,")) > 1 or before.confidence >= _CLEAR:
            break
        if begins_with_house(scored.text(row[place:])):
            return row[place:]
    return row


def may_belong(scored: ScoredWords, indices: Sequence[int]) -> bool:
    """Tell whether a row may be one of an address: it says no value, no money, no company and no long number."""
    text = scored.text(indices)
    return (
        bool(indices)
        and all(scored.roles[index] in _PERHAPS for index in indices)
        and (begins_with_label(text) or not _NAMES_VALUE.search(text))
        and not _LONG_NUMBER.search(text)
        and not any(is_form(scored.words[index].text) for index in indices)
        and not any(amount and amount.is_money for amount in map(scored.amounts.__getitem__, indices))
    )


def _may_be(scored: ScoredWords, row: Sequence[int]) -> bool:
    """Tell whether a word of a row may be one of an address."""
    return max(scored.share(index, ADDRESS) for index in row) >= _LIKELY


def up_to_end(scored: ScoredWords, rows: Rows) -> Rows:
    """Return the rows of an address up to its end.

    It ends above the first row, but for that of its house, that names a value, and with its country.

    Args:
        scored: The words of a page.
        rows: The rows, one at least.
    """
    for place, row in enumerate(rows):
        text = scored.text(row)
        if place and (_NAMES_VALUE.search(text) or _labels_value(scored, row)):
            return rows[:place]
        if ends_with_country(text):
            return rows[: place + 1]
    return rows


def _labels_value(scored: ScoredWords, row: Sequence[int]) -> bool:
    """Tell whether a word is the label of what follows in its cell, as ``Mobile : 012``, and no town."""
    follows = row[0] + 1 < len(scored.words) and scored.words[row[0] + 1].cell == scored.words[row[0]].cell
    return follows and len(row) == 1 and scored.words[row[0]].text.casefold().strip(".") in _LABELS


def with_postcode(scored: ScoredWords, rows: Rows) -> Rows:
    """Return the rows of an address with a postcode that stands below them by itself, if they have none.

    Args:
        scored: The words of a page.
        rows: The rows, one at least.
    """
    below = scored.row(scored.words[rows[-1][0]].row + 1)
    has_one = any(_POSTCODE.search(scored.text(row)) for row in rows)
    return rows if has_one or not _LONE_POSTCODE.fullmatch(scored.text(below)) else [*rows, below]


def ends_with_country(text: str) -> bool:
    """Tell whether a row ends with the name of a country."""
    words = re.findall(r"[^\W\d_]+", text.casefold().replace(".", ""))
    return any(" ".join(words[-count:]) in _COUNTRIES for count in range(1, min(_MOST, len(words)) + 1))
