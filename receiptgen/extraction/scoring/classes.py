"""Fields compared with the boxes of a photo, whose texts have classes and no spaces.

A page may have several boxes of a class, as a total that is printed twice: a field is right if it is one of them. A
name or an address may be all its boxes, in reading order. A store may be either name of the merchant, a tax that of a
rate or of all, a total rounded or not. Items and prices are compared as sets.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from receiptgen.annotations.classed_boxes import ClassedBox
from receiptgen.annotations.true_receipts import ClassTruth
from receiptgen.annotations.written_dates import dates_of, times_of
from receiptgen.extraction.fields import Field, ReceiptFields
from receiptgen.extraction.scoring.judged import Judged, joined, judge_many, judge_one
from receiptgen.extraction.scoring.texts import folded, nearly_same_name, same_amount, same_text

Same = Callable[[Field, str], bool]


def judge_classes(said: ReceiptFields, truth: ClassTruth) -> list[Judged]:
    """Compare the fields of a photo with its boxes.

    Args:
        said: What was read.
        truth: Its boxes. Dates in them count in each order of day, month and year.
    """
    true: dict[str, list[str]] = defaultdict(list)
    for box in _in_reading_order(truth.boxes):
        if box.text:
            true[box.kind].append(box.text)
    for kind in ("store", "address"):
        if len(true[kind]) > 1:  # a name or an address of several boxes
            true[kind].append(" ".join(true[kind]))
    judged = [one for name, field, same in _singles(said, true) for one in judge_one(name, field, true[name], same)]
    names = [item.name for item in said.items if item.name]
    amounts = [item.amount for item in said.items if item.amount]
    return [
        *judged,
        *judge_many("item", names, true["item"], lambda field, text: nearly_same_name(field.value, text)),
        *judge_many("price", amounts, true["price"], _same_amount),
    ]


def _in_reading_order(boxes: Iterable[ClassedBox]) -> Iterator[ClassedBox]:
    """Yield boxes row by row, each from the left: files have them in any order."""
    row: list[ClassedBox] = []
    for box in sorted(boxes, key=lambda box: box.box[1]):
        # A box of the same row begins above the middle of its first one.
        if row and box.box[1] > (row[0].box[1] + row[0].box[3]) / 2:
            yield from sorted(row, key=lambda box: box.box[0])
            row = []
        row.append(box)
    yield from sorted(row, key=lambda box: box.box[0])


def _singles(said: ReceiptFields, true: dict[str, list[str]]) -> Iterator[tuple[str, Field | None, Same]]:
    merchant = said.merchant
    yield "store", _right_one((merchant.name, merchant.legal_name), true["store"], _same_text), _same_text
    yield "address", joined(merchant.address), _same_text
    yield "telephone", merchant.phone, _same_text
    yield "date", said.date, _same_date
    yield "time", said.time, _same_time
    yield "subtotal", said.subtotal, _same_amount
    yield "tax", _right_one((said.tax, *(tax.tax for tax in said.taxes)), true["tax"], _same_amount), _same_amount
    yield "tip", said.tip.amount if said.tip else None, _same_amount
    yield "total", _right_one((said.total, said.payable), true["total"], _same_amount), _same_amount


def _right_one(said: Iterable[Field | None], true: list[str], same: Same) -> Field | None:
    """Return that of several fields which is right; the first that was said if none is."""
    fields = [field for field in said if field]
    right = (field for field in fields if any(same(field, text) for text in true))
    return next(right, fields[0] if fields else None)


def _same_text(said: Field, true: str) -> bool:
    return same_text(said.value, true)


def _same_amount(said: Field, true: str) -> bool:
    return same_amount(said.value, true)


def _same_date(said: Field, true: str) -> bool:
    """Tell whether a date is that of a box, or stands on what the box has of one."""
    if days := dates_of(true):
        return said.value in {day.isoformat() for day in days}
    return bool(folded(true)) and folded(true) in folded(said.text)


def _same_time(said: Field, true: str) -> bool:
    return same_text(said.text, true) or said.value[:5] in times_of(true)
