"""What helps a person who mistyped a name."""

from collections.abc import Iterable

# Names that are listed in one line; of more, only the nearest is told.
_FEW = 12


def hint(name: str, known: Iterable[str], most: int = _FEW) -> str:
    """Return the name that resembles a mistyped one, or all names where they are few.

    Args:
        name: As it was typed.
        known: Names that would have been right.
        most: How many are listed at most; 0 to suggest the nearest alone.

    Returns:
        ``; did you mean 'x'?``, ``; there are a, b``, or an empty string.
    """
    names = list(known)
    return _near_miss(name, names) or (f"; there are {', '.join(names)}" if 0 < len(names) <= most else "")


def _near_miss(name: str, known: list[str]) -> str:
    from rapidfuzz import fuzz, process  # here, since all import this module and few names are mistyped

    found = process.extract(name, known, scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60, limit=None)
    # Case counts only between names that are else as near.
    nearest = max(found, key=lambda one: (one[1], fuzz.ratio(name, one[0])), default=None)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
