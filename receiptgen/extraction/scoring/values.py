"""Fields compared with the values of a drawn receipt, in the structure of ``items.json``.

Labels, as ``CASH`` of a payment, are not compared, nor what ``ReceiptFields`` has no place for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from receiptgen.annotations.true_receipts import DrawnTruth
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields
from receiptgen.extraction.scoring.alignment import align
from receiptgen.extraction.scoring.figures import Count
from receiptgen.extraction.scoring.judged import Judged, joined, judge_many, judge_one
from receiptgen.extraction.scoring.texts import comparison_of, name_similarity, nearly_same_name, same_amount

_SINGLE = (
    "merchant.name", "merchant.legal_name", "merchant.branch", "merchant.phone", "merchant.fax", "merchant.email",
    "merchant.url", "number", "invoice", "date", "time", "currency", "items_sold", "subtotal", "service.percent",
    "service.amount", "net", "tax", "gross", "tip.percent", "tip.amount", "total", "rounding", "payable", "change",
    "saved",
)  # fmt: skip
_LISTS = (
    "merchant.tax_ids.number", "merchant.company_ids.number", "discounts.percent", "discounts.amount", "taxes.code",
    "taxes.percent", "taxes.net", "taxes.tax", "taxes.gross", "tenders.amount",
)  # fmt: skip
_OF_ITEM = (
    "name", "code", "quantity", "unit", "unit_price", "gross", "discount.percent", "discount.amount", "amount",
    "tax_code", "note",
)  # fmt: skip
# What has to be right of an item.
_KEYS = ("name", "quantity", "amount")
# Names of this similarity may be those of one item whatever else was read.
_SIMILAR = 0.5


@dataclass(frozen=True)
class WholeItems:
    """Items of which all that counts is right, and what is left over.

    Attributes:
        right: Number of those that are right.
        missing: Indices of true ones that were not read, or not rightly.
        made_up: Indices of what was read and is none of the true ones.
    """

    right: int
    missing: tuple[int, ...]
    made_up: tuple[int, ...]

    @property
    def count(self) -> Count:
        """Their count."""
        return Count(self.right, 0, len(self.missing), len(self.made_up))


def judge_values(said: ReceiptFields, truth: DrawnTruth) -> tuple[list[Judged], Count]:
    """Compare the fields of a receipt.

    Args:
        said: What was read.
        truth: What is printed; what is hidden counts neither for nor against the reader.

    Returns:
        All fields, and the count of items: right are those, in order, of which name, quantity and amount are.
    """
    judged = [*_singles(said, truth), *_lists(said, truth), *_address(said, truth), *_items(said.items, truth)]
    return judged, whole_items(said.items, truth).count


def whole_items(said: tuple[ItemFields, ...], truth: DrawnTruth) -> WholeItems:
    """Compare items in order by name, quantity and amount; one without a quantity is one piece.

    What is partly hidden can't be right as a whole: it counts neither way, and neither does what was read of it.
    """
    true = _true_items(truth)
    dim = {j for j in range(len(true)) if {f"items.{j}.{key}" for key in _KEYS} & truth.hidden}
    of_dim = {i for i, j in align(said, true, _likeness) if j in dim} if dim else set()
    mine = [i for i in range(len(said)) if i not in of_dim]
    theirs = [j for j in range(len(true)) if j not in dim]
    pairs = align(mine, theirs, lambda i, j: _is_right(said[i], true[j]))
    read, found = {mine[i] for i, _ in pairs}, {theirs[j] for _, j in pairs}
    return WholeItems(len(pairs), tuple(j for j in theirs if j not in found), tuple(i for i in mine if i not in read))


def _same(name: str, said: Field, true: str) -> bool:
    return comparison_of(name)(said.value, true)


def _singles(said: ReceiptFields, truth: DrawnTruth) -> Iterator[Judged]:
    for name in _SINGLE:
        if name not in truth.hidden:
            true = _text(truth.values, name)
            yield from judge_one(name, _field(said, name), [true] if true else [], _comparing(name))


def _lists(said: ReceiptFields, truth: DrawnTruth) -> Iterator[Judged]:
    for name in _LISTS:
        entries, _, key = name.rpartition(".")
        fields = [getattr(entry, key) for entry in _records(said, entries)]
        found = {f"{entries}.{index}.{key}": _text(entry, key) for index, entry in enumerate(_list(truth, entries))}
        hidden = [text for path, text in found.items() if path in truth.hidden]
        seen = [text for path, text in found.items() if text and path not in truth.hidden]
        judged = judge_many(name, (field for field in fields if field), seen, _comparing(name))
        yield from (one for one in judged if not (one.outcome == "made up" and _is_among(name, one.said, hidden)))


def _is_among(name: str, said: Field | None, texts: Iterable[str]) -> bool:
    return said is not None and any(_same(name, said, text) for text in texts)


def _address(said: ReceiptFields, truth: DrawnTruth) -> Iterable[Judged]:
    """Compare all lines as one text, since a reader may part them elsewhere."""
    name = "merchant.address"
    lines = _list(truth, name)
    if any(f"{name}.{index}" in truth.hidden for index in range(len(lines))):
        return []
    return judge_one(name, joined(said.merchant.address), [" ".join(lines)] if lines else [], _comparing(name))


def _items(said: tuple[ItemFields, ...], truth: DrawnTruth) -> list[Judged]:
    """Compare items in order, each with the true one that it has most in common with."""
    true = _true_items(truth)
    pairs = align(said, true, _likeness)
    judged = [one for i, j in pairs for one in _judge_item(said[i], true[j], f"items.{j}", truth.hidden)]
    alone = set(range(len(said))) - {i for i, _ in pairs}
    unread = set(range(len(true))) - {j for _, j in pairs}
    judged += [one for i in sorted(alone) for one in _judge_item(said[i], {}, "", frozenset())]
    judged += [one for j in sorted(unread) for one in _judge_item(ItemFields(), true[j], f"items.{j}", truth.hidden)]
    return judged


def _judge_item(said: ItemFields, true: Mapping[str, str], path: str, hidden: frozenset[str]) -> Iterator[Judged]:
    for key in _OF_ITEM:
        if f"{path}.{key}" not in hidden:
            name = f"items.{key}"
            yield from judge_one(name, _field(said, key), [true[key]] if key in true else [], _comparing(name))


def _true_items(truth: DrawnTruth) -> list[dict[str, str]]:
    return [_visible(index, entry, truth.hidden) for index, entry in enumerate(_list(truth, "items"))]


def _visible(index: int, entry: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, str]:
    """Return the values of an item by their keys, without what is hidden."""
    return {key: text for key in _OF_ITEM if (text := _text(entry, key)) and f"items.{index}.{key}" not in hidden}


def _likeness(said: ItemFields, true: Mapping[str, str]) -> float:
    """Return how much an item has in common with a true one; 0 for nothing that tells them from others."""
    score = 0.0
    if said.name and "name" in true:
        similarity = name_similarity(said.name.value, true["name"])
        score += 2 * similarity if similarity >= _SIMILAR else 0
    for key, weight in (("amount", 1.0), ("code", 1.0)):
        field = _field(said, key)
        score += weight if field and key in true and _same(key, field, true[key]) else 0
    return score


def _is_right(said: ItemFields, true: Mapping[str, str]) -> float:
    name, quantity, amount = (_field(said, key) for key in _KEYS)
    named = bool(name and nearly_same_name(name.value, true["name"])) if "name" in true else name is None
    counted = same_amount(quantity.value if quantity else "1", true.get("quantity", "1"))
    paid = bool(amount and same_amount(amount.value, true["amount"])) if "amount" in true else amount is None
    return float(named and counted and paid)


def _comparing(name: str) -> Any:
    return lambda said, true: _same(name, said, true)


def _field(record: Any, path: str) -> Field | None:
    for key in path.split("."):
        record = None if record is None else getattr(record, key)
    return record if isinstance(record, Field) else None


def _records(record: Any, path: str) -> tuple[Any, ...]:
    for key in path.split("."):
        record = getattr(record, key)
    return tuple(record)


def _list(truth: DrawnTruth, path: str) -> list[Any]:
    found: Any = truth.values
    for key in path.split("."):
        found = found.get(key) or {}
    return list(found)


def _text(record: Mapping[str, Any], path: str) -> str:
    found: Any = record
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return "" if found is None else str(found)
