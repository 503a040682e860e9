"""Figures of fields that were compared: counts by name, totals that were checked, calibration of confidences."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from receiptgen.extraction.scoring.judged import Judged

_BINS = 10


class Count(NamedTuple):
    """Fields, or items, by what came of them.

    Attributes:
        right: Said rightly.
        wrong: On the paper and said, but wrongly.
        missing: On the paper and not said.
        made_up: Said and not on the paper.
        exact: Of those that are right, the same as on the paper but for case and runs of spaces.
    """

    right: int = 0
    wrong: int = 0
    missing: int = 0
    made_up: int = 0
    exact: int = 0

    def plus(self, other: "Count") -> "Count":
        """Return the sum of two counts."""
        return Count(*map(sum, zip(self, other, strict=True)))

    @property
    def said(self) -> int:
        """Number of all that was said."""
        return self.right + self.wrong + self.made_up

    @property
    def true(self) -> int:
        """Number of all that is on the paper."""
        return self.right + self.wrong + self.missing

    @property
    def precision(self) -> float | None:
        """Share of what was said that is right; None where nothing was."""
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        """Share of what is on the paper that was said; None where nothing is."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None where nothing was said and nothing is there."""
        return self._f1(self.right)

    @property
    def exact_f1(self) -> float | None:
        """The same, where only what is exact counts as right."""
        return self._f1(self.exact)

    def _f1(self, right: int) -> float | None:
        return 2 * right / (self.said + self.true) if self.said + self.true else None


class CheckedCount(NamedTuple):
    """Receipts by whether sums bear their totals out.

    Attributes:
        receipts: Receipts that have a total on the paper.
        checked: Those whose sums agree.
        failed: Those in which a sum fails.
        checked_right: Those whose sums agree and whose total is right.
    """

    receipts: int = 0
    checked: int = 0
    failed: int = 0
    checked_right: int = 0

    def plus(self, other: "CheckedCount") -> "CheckedCount":
        """Return the sum of two counts."""
        return CheckedCount(*map(sum, zip(self, other, strict=True)))


class Bin(NamedTuple):
    """Fields of similar confidence.

    Attributes:
        low: Least confidence.
        fields: Number of fields.
        confidence: Their mean confidence.
        right: Share of them that is right.
    """

    low: float
    fields: int
    confidence: float
    right: float


def count_fields(judged: Iterable[Judged]) -> dict[str, Count]:
    """Return counts of fields by their names."""
    counts: dict[str, Count] = {}
    for one in judged:
        single = Count(**{one.outcome.replace(" ", "_"): 1}, exact=int(one.exact))
        counts[one.name] = counts.get(one.name, Count()).plus(single)
    return counts


def count_checked(judged: Iterable[Judged], checked: bool | None) -> CheckedCount:
    """Count a receipt.

    Args:
        judged: Its fields.
        checked: What ``ReceiptFields.checked`` says.
    """
    total = next((one for one in judged if one.name == "total" and one.true), None)
    if total is None:
        return CheckedCount()
    return CheckedCount(1, int(checked is True), int(checked is False), int(checked is True and total.right))


def confidence_bins(judged: Iterable[Judged]) -> list[Bin]:
    """Return all fields that were said in ten bins of confidence of equal width, without empty ones."""
    inside: list[list[tuple[float, bool]]] = [[] for _ in range(_BINS)]
    for one in judged:
        if one.said is not None:
            number = min(_BINS - 1, max(0, int(_BINS * one.said.confidence)))
            inside[number].append((one.said.confidence, one.right))
    return [
        Bin(number / _BINS, len(pairs), *(sum(column) / len(pairs) for column in zip(*pairs, strict=True)))
        for number, pairs in enumerate(inside)
        if pairs
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the expected calibration error (Naeini and others, AAAI 2015); None without a field."""
    fields = sum(one.fields for one in bins)
    return sum(one.fields * abs(one.confidence - one.right) for one in bins) / fields if fields else None
