"""How alike two receipts are: what their rows say, one after the other."""

from collections.abc import Sequence

from receiptgen.drafting.rows import ReceiptRow, receipt_rows
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.reading.results import PageText

# What a row says, by what one of its words says, in the order in which they tell it. Numbers of the business and its
# address are printed as they stand, whatever is seen in them.
_TELLING = (
    "items", "payable", "total", "change", "tenders", "rounding", "subtotal", "tip", "service", "discounts", "taxes",
    "tax", "net", "gross", "items_sold", "saved", "date", "time", "invoice", "number", "merchant",
)  # fmt: skip
# Roles that are one: readers of fields take one for the other.
_ONE = {"payable": "total", "tax": "taxes", "net": "taxes", "time": "date", "number": "invoice"}


def row_kinds(page: PageText, fields: ReceiptFields) -> list[str]:
    """Return what the rows of a page say, from the top: a role, or ``text``.

    Args:
        page: The page.
        fields: What its receipt says.
    """
    return [_kind(row) for row in receipt_rows(page, fields) if not row.rule]


def _kind(row: ReceiptRow) -> str:
    role = next((role for role in _TELLING if row.with_role(role)), "text")
    return _ONE.get(role, role)


def resemblance(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how alike two sequences of rows are, 0 to 1.

    It is the share of rows of both that are part of their longest common subsequence.

    Args:
        one: Kinds of rows, as ``row_kinds`` returns them.
        other: Those of another receipt.
    """
    if not one or not other:
        return 0.0
    lengths = [0] * (len(other) + 1)
    for kind in one:
        before = lengths
        lengths = [0]
        for index, wanted in enumerate(other):
            longest = before[index] + 1 if kind == wanted else max(before[index + 1], lengths[index])
            lengths.append(longest)
    return 2 * lengths[-1] / (len(one) + len(other))
