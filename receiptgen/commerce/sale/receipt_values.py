"""A receipt's values, ready for JSON: all that were drawn, or parted into those printed and those not."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.sale.receipt import Receipt

Path = tuple[str | int, ...]

# What a receipt holds, in the order in which it is written. The rules of its taxes are left out: the taxes tell what
# came of them.
_NAMES: Final = (
    "locale", "currency", "shop", "merchant", "number", "invoice", "cashier", "till", "table", "guests", "date",
    "time", "items", "items_sold", "subtotal", "discounts", "service", "taxes", "inclusive", "tax_rounding", "net",
    "tax", "gross", "tip", "total", "rounding", "payable", "tenders", "change", "saved", "facts",
)  # fmt: skip


class PartedValues(NamedTuple):
    """The values of a receipt.

    Attributes:
        printed: What is printed, as it is printed; a key or an entry of a list of which nothing is printed is missing.
            Items keep their numbers: one of which nothing is printed among others is empty.
        unprinted: All else that was drawn, in the same structure. Entry ``i`` of a list of records has what is missing
            in entry ``i`` of ``printed``; records of which nothing is printed come after these.
        names: Path in ``printed``, with points between its steps, by path in the receipt.
    """

    printed: dict[str, Any]
    unprinted: dict[str, Any]
    names: dict[Path, str]


def drawn_values(receipt: Receipt) -> dict[str, Any]:
    """Return everything that was drawn, printed or not.

    Decimals are text with all their places, times ISO 8601, the locale its name.
    """
    return {name: _plain(getattr(receipt, name)) for name in _NAMES}


def part_values(receipt: Receipt, printed: Mapping[Path, object]) -> PartedValues:
    """Part the values of a receipt.

    Args:
        receipt: What was drawn.
        printed: What is printed, by path in the receipt.

    Raises:
        LookupError: Something was printed that is not a value of a receipt: a fault of its element.
    """
    parting = _Parting(printed)
    said, unsaid = parting.of(drawn_values(receipt))
    if unknown := [path for path in printed if path not in parting.names]:
        raise LookupError(f"a receipt has no value {unknown[0]}")
    return PartedValues(said or {}, unsaid or {}, parting.names)


# What JSON knows, and most values are: found out first, since telling a mapping takes longer than all else.
_KNOWN = frozenset({str, int, float, bool, type(None)})


class _Parting:
    """Parts values into what is printed and what is not; None each where there is nothing."""

    def __init__(self, printed: Mapping[Path, object]) -> None:
        self._printed = printed
        self.names: dict[Path, str] = {}

    def of(self, drawn: Any, path: Path = (), name: str = "") -> tuple[Any, Any]:
        """Part a value, which is at a path in the receipt and has a name among what is printed."""
        if path in self._printed:
            self.names[path] = name
            return _plain(self._printed[path]), None
        if isinstance(drawn, dict):
            said, unsaid = {}, {}
            for key, member in drawn.items():
                here, rest = self.of(member, (*path, key), f"{name}.{key}" if name else key)
                if here is not None:
                    said[key] = here
                if rest is not None:
                    unsaid[key] = rest
            return said or None, unsaid or None
        if isinstance(drawn, list):
            return self._of_list(drawn, path, name)
        # A receipt without a table has the table "", one without guests has 0.
        return None, drawn if drawn or drawn is False else None

    def _of_list(self, drawn: list[Any], path: Path, name: str) -> tuple[list[Any] | None, list[Any] | None]:
        said: list[Any] = []
        rests: list[Any] = []
        unsaid: list[Any] = []
        for index, member in enumerate(drawn):
            here, rest = self.of(member, (*path, index), f"{name}.{len(said)}")
            if here is None and path == ("items",):
                here = {}
            if here is not None:
                said.append(here)
                if isinstance(here, dict):
                    rests.append(rest or {})
            elif rest is not None:
                unsaid.append(rest)
        left = [*rests, *unsaid]
        return said if any(said) else None, left if any(left) else None


def _plain(value: object) -> object:
    """Turn a value into what JSON knows."""
    if type(value) in _KNOWN:
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Locale):
        return value.name
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(member) for key, member in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _names_of(type(value))}
    return value


@cache
def _names_of(record: type[Any]) -> tuple[str, ...]:
    """Return the names of a record's fields and then of what it computes from them."""
    computed = [name for name, member in vars(record).items() if isinstance(member, property)]
    return (*[field.name for field in fields(record)], *computed)
