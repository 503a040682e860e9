"""A long receipt over several overlapping photos becomes one page: rows are matched by their text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from receiptgen.reading.results import PageText, Photo, TextLine

Row = tuple[TextLine, ...]
# Called with the name of a photo and what is wrong with it, or doubtful.
Told = Callable[[str, str], None]
# Similarity of two texts, 1 less their edit distance as a share of the longer one, from which rows agree: two readings
# of one row differ by some characters, two rows of goods by a name or a price.
_ALIKE = 0.75
# What a row costs that only one of two photos shows, relative to a row that agrees wholly: at the edge of a photo one
# is cut off, and a finder may miss one.
_GAP = 0.4
# Characters that the rows have that two photos share, taken together: one row such as "TOTAL" proves nothing.
_LEAST = 8
# Confidence of each line of a row from which it isn't cut off by the edge of its photo.
_SURE = 0.5
# Another way to join them, with none of the same pairs, is told if its rows agree as well, up to this share.
_TIE = 0.95


@dataclass(frozen=True)
class _Overlap:
    """Rows that two photos share.

    Attributes:
        pairs: Indices of each of these rows on both photos, rising; those between them are on one photo alone.
        score: How well they agree, the sum of their similarities less what gaps cost.
    """

    pairs: tuple[tuple[int, int], ...]
    score: float

    def rivals(self, other: "_Overlap") -> bool:
        """Tell whether another overlap is one of quite other rows that agree as well, as of a row printed twice."""
        own, others = self.score / len(self.pairs), other.score / len(other.pairs)
        return set(self.pairs).isdisjoint(other.pairs) and others >= _TIE * own


def stitch(pages: Iterable[tuple[str, PageText]], report: Told, warn: Told) -> list[tuple[str, PageText]]:
    """Join pages that follow each other on one receipt, from its top to its foot.

    The end of what is joined so far and the start of the next photo are aligned so that as many rows as possible agree.
    Of a row that both show, the reading with more characters that are expected to be right is kept, less those that
    are expected to be wrong.

    Args:
        pages: Names of photos and their text, in order.
        report: Told of a photo that has no rows in common with those before.
        warn: Told of a photo whose rows fit at two places, which is a warning of the page too.

    Returns:
        One page, named after its first photo; several where photos have no rows in common. Warnings name their photo.
    """
    joined: list[tuple[str, PageText]] = []
    for name, page in pages:
        if joined:
            first, before = joined[-1]
            more = _joined(before, name, page, warn)
            if more is not None:
                joined[-1] = first, more
                continue
            report(name, f"has no rows in common with {before.photos[-1].file}; it begins a page of its own")
        warnings = tuple(f"{name}: {warning}" for warning in page.warnings)
        photos = (Photo(name, page.width, page.height),)
        joined.append((name, replace(page, photos=photos, warnings=warnings)))
    return joined


def _joined(above: PageText, name: str, below: PageText, warn: Told) -> PageText | None:
    """Return a page with the rows of a photo below it; None where they have none in common."""
    found = _overlaps([_text(row) for row in above.rows], [_text(row) for row in below.rows])
    if not found:
        return None
    best = found[0]
    warnings = [*above.warnings, *(f"{name}: {warning}" for warning in below.warnings)]
    if rival := next(filter(best.rivals, found[1:]), None):
        ways = f"with {len(best.pairs)} rows in common, but also with {len(rival.pairs)}; the first is taken"
        warn(name, f"fits {above.photos[-1].file} {ways}")
        warnings.append(f"{name}: fits {above.photos[-1].file} {ways}")
    shift = _column_shift(above.rows, below.rows, best.pairs)
    lower = [_placed(row, len(above.photos), shift) for row in below.rows]
    return replace(
        above,
        rows=tuple(_merged(above.rows, lower, best.pairs)),
        unread=max(above.unread, below.unread),
        warnings=tuple(warnings),
        photos=(*above.photos, Photo(name, below.width, below.height)),
    )


def _overlaps(above: Sequence[str], below: Sequence[str]) -> list[_Overlap]:
    """Return the ways in which rows at the end of one photo are those at the start of the next, the best first.

    An alignment of the end of one sequence with the start of another (Gusfield 1997, 11.6.4, suffix-prefix): rows
    before it above and after it below are free, and so are those above that follow where the photo below has ended;
    other rows that agree with none cost something. The best is found for each place where it may end; of those that
    share their last pair, one is kept.
    """
    similar = _similarities(above, below)
    # Row i: rows above up to i are used; column j: rows below up to j. It may begin anywhere above, at the top below.
    scores = np.zeros((len(above) + 1, len(below) + 1))
    scores[0, 1:] = -_GAP * np.arange(1, len(below) + 1)
    for i in range(1, len(above) + 1):
        for j in range(1, len(below) + 1):
            pair = scores[i - 1, j - 1] + similar[i - 1, j - 1]
            scores[i, j] = max(pair, scores[i - 1, j] - _GAP, scores[i, j - 1] - _GAP)
    found: dict[tuple[int, int], _Overlap] = {}
    ends = [(len(above), j) for j in range(1, len(below) + 1)] + [(i, len(below)) for i in range(1, len(above))]
    for end in ends:
        pairs = _traced(scores, similar, end)
        if scores[end] <= 0 or sum(min(len(above[i]), len(below[j])) for i, j in pairs) < _LEAST:
            continue
        overlap = _Overlap(pairs, float(scores[end]))
        if pairs[-1] not in found or found[pairs[-1]].score < overlap.score:
            found[pairs[-1]] = overlap
    return sorted(found.values(), key=lambda overlap: (-overlap.score, -len(overlap.pairs)))


def _similarities(above: Sequence[str], below: Sequence[str]) -> NDArray[np.float64]:
    """Return how similar rows are, (A, B), minus infinity for those that don't agree."""
    similar = np.array([[Levenshtein.normalized_similarity(one, other) for other in below] for one in above])
    similar = similar.reshape(len(above), len(below))
    return np.where(similar >= _ALIKE, similar, -np.inf)


def _traced(
    scores: NDArray[np.float64], similar: NDArray[np.float64], end: tuple[int, int]
) -> tuple[tuple[int, int], ...]:
    """Return the pairs of the best alignment that ends after a number of rows above and one below, rising."""
    i, j = end
    pairs = []
    while i > 0 and j > 0:
        if scores[i, j] == scores[i - 1, j - 1] + similar[i - 1, j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif scores[i, j] == scores[i - 1, j] - _GAP:
            i -= 1
        else:
            j -= 1
    return tuple(reversed(pairs))


def _merged(above: Sequence[Row], below: Sequence[Row], pairs: Sequence[tuple[int, int]]) -> list[Row]:
    """Return the rows of both, each once; of rows that one photo alone shows within the overlap, those not cut off."""
    i, j = pairs[0]
    rows = [*above[:i], *filter(_is_sure, below[:j])]
    for upper, lower in pairs:
        rows += [*above[i:upper], *below[j:lower], max(above[upper], below[lower], key=_certainty)]
        i, j = upper + 1, lower + 1
    if j == len(below):  # the photo ends within the rows above
        return [*rows, *above[i:]]
    return [*rows, *filter(_is_sure, above[i:]), *below[j:]]


def _is_sure(row: Row) -> bool:
    """Tell whether a row at the edge of a photo is whole, which is read with confidence then."""
    return min(line.confidence for line in row) >= _SURE


def _certainty(row: Row) -> float:
    """Return the characters of a row that are expected to be right, less those that are expected to be wrong."""
    return sum(2 * char - 1 for line in row for word in line.words for char in word.chars or (word.confidence,))


def _text(row: Row) -> str:
    """Return the text of a row without spaces and case, which two readings often have otherwise."""
    return "".join(line.text for line in row).replace(" ", "").casefold()


def _column_shift(above: Sequence[Row], below: Sequence[Row], pairs: Sequence[tuple[int, int]]) -> int:
    """Return by how many columns lines of one photo stand further to the right than on the next."""
    return round(median(above[upper][0].column - below[lower][0].column for upper, lower in pairs))


def _placed(row: Row, photo: int, shift: int) -> Row:
    return tuple(replace(line, photo=photo, column=max(0, line.column + shift)) for line in row)
