"""Paths of a receipt's values, as ``total``, ``merchant.phone`` or ``items.amount``, which stands for all items'."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from receiptgen.commerce.sale.receipt import Receipt
from receiptgen.core.suggestions import hint

# What a receipt is made by, and no text on it says: the moment is said by its date and its time.
_NEVER_PRINTED = {"locale", "shop", "moment", "scheme", "inclusive", "tax_rounding", "contradictions"}
# Values of receipts of some kinds of shop only; a kind of shop may be anybody's, and so may their names.
FACTS = "facts"


@cache
def known_paths() -> frozenset[str]:
    """Return the paths of all values that a receipt may print and of the records that hold them, without facts."""
    return frozenset(path for path in _below(Receipt) if path.partition(".")[0] not in _NEVER_PRINTED | {FACTS})


def check_path(path: str) -> str:
    """Return a path as it was given; numbers in it choose entries of lists, from 0.

    Raises:
        ValueError: No receipt has such a value.
    """
    names = ".".join(step for step in path.split(".") if not step.isdigit())
    if names.partition(".")[0] != FACTS and names not in known_paths():
        raise ValueError(f"a receipt has no value {path!r}{hint(names, known_paths(), 0)}")
    return path


def is_below(path: Sequence[str | int], wanted: str) -> bool:
    """Tell whether a value's own path, with the numbers of all entries, is one of those that a path stands for."""
    steps = wanted.split(".")
    for step in path:
        if not steps:
            break
        if str(step) == steps[0]:
            del steps[0]
        elif not isinstance(step, int):
            return False
    return not steps


def _below(record: type[Any], prefix: str = "") -> list[str]:
    hints = get_type_hints(record)
    names = [field.name for field in fields(record)]
    computed = [name for name, member in vars(record).items() if isinstance(member, property)]
    paths = [f"{prefix}{name}" for name in (*names, *computed)]
    for name in names:
        for kind in _records_in(hints[name]):
            paths += _below(kind, f"{prefix}{name}.")
    return paths


def _records_in(kind: Any) -> list[type[Any]]:
    """Return the record that a type is, may be (``X | None``) or has entries of (``tuple[X, ...]``)."""
    if get_origin(kind) in {Union, UnionType, tuple}:
        return [record for part in get_args(kind) for record in _records_in(part)]
    return [kind] if is_dataclass(kind) and isinstance(kind, type) else []
