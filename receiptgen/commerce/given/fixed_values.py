"""Values that a template fixes: a path and a text, as given values, and whether they agree with what else is given."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from receiptgen.commerce.given.given_receipt import NOTHING, GivenReceipt, merge
from receiptgen.config.diagnostics import describe, details_of, quote
from receiptgen.core.errors import ValuesError
from receiptgen.core.suggestions import hint

# What is no text on a receipt, and what a kind of shop adds under names of its own.
_NEVER_PRINTED, _FACTS = {"locale", "currency", "shop", "inclusive", "tax_rounding"}, "facts"


class FixedValue(NamedTuple):
    """A value that an element of a template fixes.

    Attributes:
        place: Where it stands in the template, as ``("elements", 2)``.
        path: Path of the value, as ``merchant.name``.
        value: The value as text.
    """

    place: tuple[str | int, ...]
    path: str
    value: str

    def given(self) -> GivenReceipt:
        """Return it as given values; raises as ``given_at`` does."""
        return given_at(self.path, self.value)


def given_at(path: str, value: str) -> GivenReceipt:
    """Return given values of which one is said.

    Raises:
        ValueError: A receipt has no single value of that path, or the text is none.
    """
    if path not in _paths() and not path.startswith(f"{_FACTS}."):
        raise ValueError(f"a receipt has no single value {path!r}{hint(path, _paths(), 0)}")
    nested: Any = value
    for step in reversed(path.split(".", 1) if path.startswith(_FACTS) else path.split(".")):
        nested = {step: nested}
    try:
        return GivenReceipt.model_validate(nested)
    except ValidationError as error:
        raise ValueError(describe(details_of(error)[0])) from None


def agreed(fixed: Iterable[FixedValue], given: GivenReceipt, template: str) -> GivenReceipt:
    """Return given values with those that a template fixes, which agree with each other.

    Args:
        fixed: What the template fixes.
        given: What is given.
        template: Name of the template.

    Raises:
        ValuesError: What is given says something else.
    """
    found = NOTHING
    for each in fixed:
        own = each.given()
        other = _at(given, each.path)
        if other is not None and other != _at(own, each.path):
            place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in each.place)
            where = f"template {template!r}: {place.removeprefix('.')}"
            raise ValuesError(f"{where}: {each.path} is {quote(each.value)}, but {quote(other)} is given")
        found = merge(found, own)
    return merge(given, found) if found.said else given


def conflict(fixed: Iterable[FixedValue]) -> tuple[FixedValue, str] | None:
    """Return the first value that is fixed otherwise before, and what is wrong with it; None where all agree."""
    before: dict[str, str] = {}
    for each in fixed:
        if before.setdefault(each.path, each.value) != each.value:
            return each, f"{each.path} is {quote(before[each.path])} above; a receipt has one"
    return None


def _at(given: GivenReceipt, path: str) -> Any:
    here: Any = given
    for step in path.split(".", 1) if path.startswith(_FACTS) else path.split("."):
        here = here.get(step) if isinstance(here, Mapping) else getattr(here, step, None)
    return here


@cache
def _paths() -> frozenset[str]:
    return frozenset(path for path in _below(GivenReceipt) if path.partition(".")[0] not in _NEVER_PRINTED | {_FACTS})


def _below(record: type[BaseModel], prefix: str = "") -> list[str]:
    """Return the paths of single values: no lists, nor what is in them."""
    paths: list[str] = []
    for name, field in record.model_fields.items():
        parts = [part for part in get_args(field.annotation) if part is not type(None)] or [field.annotation]
        if isinstance(parts[0], type) and issubclass(parts[0], BaseModel):
            paths += _below(parts[0], f"{prefix}{name}.")
        elif getattr(parts[0], "__origin__", parts[0]) is not tuple and len(parts) == 1:
            paths.append(f"{prefix}{name}")
    return paths
