"""A receipt compared with its truth, whatever kind of truth that is."""

from typing import NamedTuple

from receiptgen.annotations.true_receipts import ClassTruth, DrawnTruth, KeyTruth
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.scoring.classes import judge_classes
from receiptgen.extraction.scoring.figures import CheckedCount, Count, count_checked, count_fields
from receiptgen.extraction.scoring.judged import Judged
from receiptgen.extraction.scoring.keys import judge_key
from receiptgen.extraction.scoring.values import judge_values


class FieldScore(NamedTuple):
    """The fields of a receipt, compared.

    Attributes:
        judged: Each field that the truth can tell of.
        items: Count of whole items; None where the truth can't tell.
        checked: Count of the receipt by whether its total was borne out.
    """

    judged: tuple[Judged, ...]
    items: Count | None
    checked: CheckedCount

    @property
    def f1(self) -> float:
        """Micro F1 of its fields; 1 where there are none and none was said."""
        counts = count_fields(self.judged).values()
        return 2 * sum(one.right for one in counts) / (sum(one.said + one.true for one in counts) or 1) if counts else 1


def score_fields(said: ReceiptFields, truth: DrawnTruth | KeyTruth | ClassTruth) -> FieldScore:
    """Compare what was read of a receipt with its truth."""
    items = None
    if isinstance(truth, DrawnTruth):
        judged, items = judge_values(said, truth)
    elif isinstance(truth, KeyTruth):
        judged = judge_key(said, truth)
    else:
        judged = judge_classes(said, truth)
    return FieldScore(tuple(judged), items, count_checked(judged, said.checked))
