"""Amounts whose thousands are parted by spaces, as ``1 430,58``: each is one word for a reader of fields."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from receiptgen.extraction.labelling.page_words import PageWord, PageWords

# What stands between the groups of an amount that is one word.
SPACE = "\u00a0"
# Thousands in groups with cents after them; and without, where a page's amounts have none.
_GROUPS = r"[^\w\s(]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+"
_WITH_CENTS, _WHOLE = re.compile(_GROUPS + r"[.,]\d{2}(?!\d)\S{0,3}"), re.compile(_GROUPS + r"(?!\d)\S{0,3}")
_CENTS = re.compile(r"\d[.,]\d{2}(?!\d)")
# Amounts with cents from which a page counts as one whose amounts have them.
_FEWEST = 3
# Words that are tried together, and the widest gap between them in heights of a word.
_MOST, _GAP = 3, 0.7


def amount_pattern(texts: Iterable[str]) -> re.Pattern[str]:
    """Return what an amount in groups looks like on a page: with cents if its amounts have them.

    Args:
        texts: All texts of the page.
    """
    return _WITH_CENTS if sum(1 for text in texts if _CENTS.search(text)) >= _FEWEST else _WHOLE


def whole_words(words: PageWords) -> list[tuple[int, ...]]:
    """Return the indices of the words that are one: those of an amount in groups together, any other by itself.

    Args:
        words: The words of a page in reading order.
    """
    pattern = amount_pattern(word.text for word in words)
    found: list[tuple[int, ...]] = []
    start = 0
    while start < len(words):
        # Most words are no beginning of a number.
        last = min(start + _MOST, len(words)) if words[start].text[-1:].isdigit() else start
        stop = next((stop for stop in range(last, start + 1, -1) if _is_one(words[start:stop], pattern)), start + 1)
        found.append(tuple(range(start, stop)))
        start = stop
    return found


def joined(words: PageWords, places: Sequence[Sequence[int]]) -> list[PageWord]:
    """Return words put together.

    Args:
        words: The words of a page.
        places: Indices of those that are one, as ``whole_words`` returns them.
    """
    return [_one([words[index] for index in place]) for place in places]


def _is_one(words: PageWords, pattern: re.Pattern[str]) -> bool:
    first, last = words[0], words[-1]
    if first.cell != last.cell or first.row != last.row or len(words) < 2:
        return False
    height = first.bottom - first.top
    near = all(after.left - before.right <= _GAP * height for before, after in pairwise(words))
    return near and pattern.fullmatch(SPACE.join(word.text for word in words)) is not None


def _one(words: Sequence[PageWord]) -> PageWord:
    if len(words) == 1:
        return words[0]
    return words[0]._replace(
        text=SPACE.join(word.text for word in words),
        confidence=min(word.confidence for word in words),
        top=min(word.top for word in words),
        right=words[-1].right,
        bottom=max(word.bottom for word in words),
    )
