"""Fields that were compared with the truth, one by one."""

from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import Literal, NamedTuple

from receiptgen.extraction.fields import Field
from receiptgen.extraction.scoring.texts import spaced

Outcome = Literal["right", "wrong", "missing", "made up"]
OUTCOMES: tuple[Outcome, ...] = ("right", "wrong", "missing", "made up")


class Judged(NamedTuple):
    """A field that the truth can tell of.

    Attributes:
        name: Its name without numbers of entries, as ``items.amount``.
        said: What was said; None for nothing.
        true: What is on the paper; empty for nothing.
        right: Whether both are the same, normalised.
        exact: Whether they are the same but for case and runs of spaces.
    """

    name: str
    said: Field | None
    true: str
    right: bool = False
    exact: bool = False

    @property
    def outcome(self) -> Outcome:
        """What came of it: said rightly or wrongly, or said or on the paper alone."""
        if self.right:
            return "right"
        if self.said is None:
            return "missing"
        return "wrong" if self.true else "made up"


def judge_one(
    name: str, said: Field | None, true: Sequence[str], same: Callable[[Field, str], bool]
) -> Iterable[Judged]:
    """Compare a field with texts of which each is right; yields nothing where there is neither.

    Args:
        name: Its name.
        said: The field.
        true: What is on the paper, the usual one first.
        same: Tells whether they are the same, normalised.
    """
    if said is None:
        return [Judged(name, None, true[0])] if true else []
    found = next((text for text in true if same(said, text)), None)
    return [Judged(name, said, true[0] if true else "")] if found is None else [rightly(name, said, found)]


def judge_many(
    name: str, said: Iterable[Field], true: Iterable[str], same: Callable[[Field, str], bool]
) -> list[Judged]:
    """Compare fields with texts in whatever order; what is left over of both is paired as wrong.

    Args:
        name: Their name.
        said: The fields.
        true: What is on the paper.
        same: Tells whether two are the same, normalised.
    """
    left, judged, others = list(true), [], []
    for field in said:
        index = next((index for index, text in enumerate(left) if same(field, text)), None)
        if index is None:
            others.append(field)
        else:
            judged.append(rightly(name, field, left.pop(index)))
    pairs = min(len(others), len(left))
    judged += [Judged(name, field, text) for field, text in zip(others, left, strict=False)]
    judged += [Judged(name, field, "") for field in others[pairs:]]
    return judged + [Judged(name, None, text) for text in left[pairs:]]


def joined(fields: Iterable[Field]) -> Field | None:
    """Return fields as one, with spaces between and the probability that all are right; None of none."""
    parts = tuple(fields)
    if not parts:
        return None
    value, text = (" ".join(getattr(part, name) for part in parts) for name in ("value", "text"))
    return Field(value, text, prod(part.confidence for part in parts), tuple(n for part in parts for n in part.words))


def rightly(name: str, said: Field, true: str) -> Judged:
    """Return a field that is right, and whether it is exact."""
    return Judged(name, said, true, right=True, exact=spaced(true) in {spaced(said.value), spaced(said.text)})
