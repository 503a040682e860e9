"""Values of fields in a form in which they can be compared."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from rapidfuzz.distance import Levenshtein

from receiptgen.extraction.values.amounts import parse_amount

# Share of a name's letters and digits that may differ for it to count as read in an item.
_NAME_EDITS = 0.1
_AMOUNTS = frozenset(
    {
        "amount", "percent", "quantity", "unit_price", "gross", "net", "tax", "items_sold", "subtotal", "total",
        "rounding", "payable", "change", "saved",
    }
)  # fmt: skip


def folded(text: str) -> str:
    """Return the letters and digits of a text, case-folded, compatible characters made one (NFKC)."""
    return "".join(char for char in normalize("NFKC", normalize("NFKC", text).casefold()) if char.isalnum())


def spaced(text: str) -> str:
    """Return a text case-folded, with single spaces: all else counts."""
    return " ".join(normalize("NFKC", text).casefold().split())


def amount_of(text: str) -> Decimal | None:
    """Return the number that a text says, with a point as JSON has it or as paper has it; None where it says none."""
    plain = "".join(normalize("NFKC", text).split())
    try:
        value = Decimal(plain)
    except InvalidOperation:
        amount = parse_amount(plain)
        return amount.value if amount else None
    return value if value.is_finite() else None


def same_amount(said: str, true: str) -> bool:
    """Tell whether two texts say one number; texts that say none are compared as texts."""
    numbers = amount_of(said), amount_of(true)
    return folded(said) == folded(true) if None in numbers else numbers[0] == numbers[1]


def same_time(said: str, true: str) -> bool:
    """Tell whether two times, ISO 8601, are of one minute."""
    return said[:5] == true[:5]


def same_text(said: str, true: str) -> bool:
    """Tell whether two texts have the same letters and digits; where one has none, whether they are the same."""
    letters = folded(said), folded(true)
    return letters[0] == letters[1] if all(letters) else spaced(said) == spaced(true)


def nearly_same_name(said: str, true: str) -> bool:
    """Tell whether a name differs from the true one by no more than a tenth of the latter's letters and digits."""
    reference = folded(true)
    if not reference:
        return same_text(said, true)
    most = int(_NAME_EDITS * len(reference))
    return Levenshtein.distance(folded(said), reference, score_cutoff=most) <= most


def name_similarity(said: str, true: str) -> float:
    """Return how similar two names are by their letters and digits, 0 to 1."""
    return float(Levenshtein.normalized_similarity(folded(said), folded(true)))


def comparison_of(name: str) -> Callable[[str, str], bool]:
    """Return what compares values of a field, by the last part of its name."""
    last = name.rpartition(".")[2]
    if last in _AMOUNTS:
        return same_amount
    return {"date": str.__eq__, "time": same_time}.get(last, same_text)
