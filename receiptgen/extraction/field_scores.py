"""How well values that anybody's extractor read of receipts agree with the truth: total, date, merchant and items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

from receiptgen.annotations.true_receipts import DrawnTruth
from receiptgen.core.counts import counted
from receiptgen.extraction.fields import Field, ItemFields, MerchantFields, ReceiptFields
from receiptgen.extraction.scoring.figures import Count
from receiptgen.extraction.scoring.values import judge_values, whole_items

# What is compared, and of an item.
_SINGLE = ("total", "date", "merchant.name")
_OF_ITEM = ("name", "quantity", "amount")


class ReceiptScore(NamedTuple):
    """How well the values of one receipt agree with the truth.

    Attributes:
        wrong: Names of what is wrong, of ``total``, ``date`` and ``merchant.name``.
        items: Count of whole items.
        misses: What is wrong, a line each.
    """

    wrong: frozenset[str]
    items: Count
    misses: tuple[str, ...]


@dataclass(frozen=True)
class FieldScores:
    """How well the values of several receipts agree with the truth.

    Attributes:
        count: Number of receipts.
        total: Share of receipts whose total is right, or rightly missing where none is printed, 0 to 1.
        date: Share of receipts whose date is right.
        merchant: Share of receipts whose merchant's name is right.
        items: F1 of the items of all receipts together, 0 to 1; an item is right if its name, its quantity and its
            amount are.
        misses: What is wrong by receipt, a line each; receipts of which all is right are left out.
    """

    count: int
    total: float
    date: float
    merchant: float
    items: float
    misses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, scores: Mapping[str, ReceiptScore]) -> "FieldScores":
        """Sum up the scores of receipts.

        Args:
            scores: Scores by the names of receipts, at least one.
        """
        total, day, merchant = (
            sum(name not in score.wrong for score in scores.values()) / len(scores) for name in _SINGLE
        )
        items = reduce(Count.plus, (score.items for score in scores.values()), Count()).f1
        misses = {name: score.misses for name, score in scores.items() if score.misses}
        return cls(len(scores), total, day, merchant, 1.0 if items is None else items, misses)

    def __str__(self) -> str:
        shares = (("total", self.total), ("date", self.date), ("merchant", self.merchant), ("items (F1)", self.items))
        said = ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares)
        missed = [f"{name}: {miss}" for name, misses in self.misses.items() for miss in misses]
        return "\n".join([f"{counted(self.count, 'receipt')}: {said}", *missed])


def score_values(truth: DrawnTruth, said: Mapping[str, Any]) -> ReceiptScore:
    """Compare the values of a receipt with the truth, as ``receiptgen evaluate --fields`` compares them.

    Args:
        truth: What the receipt says.
        said: What was read, in the structure of ``items.json``.
    """
    true, read = _texts(truth.values), _texts(said)
    fields, truth = _fields(read), DrawnTruth(true, truth.hidden)
    judged = {one.name: one for one in judge_values(fields, truth)[0] if not one.right}
    wrong = [judged[name] for name in _SINGLE if name in judged]
    items = whole_items(fields.items, truth)
    misses = [
        f"{one.name} is {_shown(one.true)}, read as {_shown(one.said.value if one.said else '')}" for one in wrong
    ]
    misses += [f"item {_item_shown(true['items'][index])} is missing" for index in items.missing]
    misses += [f"item {_item_shown(read['items'][index])} was read, and is not there" for index in items.made_up]
    return ReceiptScore(frozenset(one.name for one in wrong), items.count, tuple(misses))


def _texts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is compared of values as texts, in their structure and without what is missing.

    The structure may be anybody's: a merchant may be a name alone, and what is no list of records holds no item.
    """
    merchant = values.get("merchant")
    name = merchant.get("name") if isinstance(merchant, Mapping) else merchant
    listed = values.get("items")
    items = [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, Iterable) else []
    return {
        **_without_empty({"total": _text(values.get("total")), "date": _day(values.get("date"))}),
        "merchant": _without_empty({"name": _text(name)}),
        "items": [_without_empty({key: _text(item.get(key)) for key in _OF_ITEM}) for item in items],
    }


def _fields(texts: Mapping[str, Any]) -> ReceiptFields:
    """Return texts as a reader of fields says them, and is sure of them."""
    return ReceiptFields(
        merchant=MerchantFields(name=_field(texts["merchant"], "name")),
        date=_field(texts, "date"),
        total=_field(texts, "total"),
        items=tuple(
            ItemFields(name=_field(item, "name"), quantity=_field(item, "quantity"), amount=_field(item, "amount"))
            for item in texts["items"]
        ),
    )


def _field(texts: Mapping[str, Any], key: str) -> Field | None:
    return Field(texts[key], texts[key], 1.0) if key in texts else None


def _without_empty(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _day(value: Any) -> str:
    """Return a day as ISO 8601 has it, with hyphens and without its time; what is none as it is."""
    text = value.isoformat() if isinstance(value, date) else _text(value)
    try:
        return date.fromisoformat(text[:10] if text[10:11] in {"T", " "} else text).isoformat()
    except ValueError:
        return text


def _item_shown(item: Mapping[str, str]) -> str:
    """Return an item as it is printed or was read."""
    return f"{_shown(item.get('name', ''))} ({item.get('quantity', '1')}, {_shown(item.get('amount', ''))})"


def _shown(text: str) -> str:
    return repr(text) if text else "nothing"
