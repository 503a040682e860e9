"""What pydantic finds wrong, in the words of the house and at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from pydantic import ValidationError

from receiptgen.config.yaml_nodes import Fault, Step, YamlList, YamlMapping
from receiptgen.core.suggestions import hint

# What a field expects, by the beginning of pydantic's error type.
_EXPECTED = {
    "model": "a mapping",
    "dict": "a mapping",
    "mapping": "a mapping",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "finite_number": "a finite number",
    "bool": "true or false",
    "string": "text",
    "datetime": "a date with time such as '2024-12-31 12:30'",
    "date": "a date such as 2024-12-31",
    "time_delta": "a duration such as 1:30:00",
    "time": "a time such as 12:30",
    "path": "a path",
}
_SHAPED = re.compile(rf"({'|'.join(_EXPECTED)})(_type|_parsing.*|_sub_type|_from_.*|_attributes_type|_unicode)?")
# Keys or kinds that are listed in one line at most.
MOST_CHOICES = 30
_BOUNDS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "multiple_of": "a multiple of {multiple_of}",
}
_LENGTHS = {
    "too_short": "expected {min_length} items or more, got {size}",
    "too_long": "expected {max_length} items or fewer, got {size}",
    "string_too_short": "expected {min_length} characters or more, got {value}",
    "string_too_long": "expected {max_length} characters or fewer, got {value}",
}
_CHOICE = re.compile(r"'((?:[^'\\]|\\.)*)'|\"([^\"]*)\"")


# A fault as ``ValidationError.errors`` gives it.
Misfit = Mapping[str, Any]


class MemberError(ValueError):
    """Faults inside a record, each at its place; carries them through pydantic, which would flatten a ValidationError.

    Attributes:
        details: Faults as ``ValidationError.errors`` gives them, with locations inside the member.
    """

    def __init__(self, details: Sequence[Misfit]) -> None:
        self.details = details
        super().__init__("; ".join(f"{Fault.path_of(d['loc'])}{describe(d)}" for d in details))


def misfit(place: tuple[Step, ...], value: Any, text: str) -> Misfit:
    """Return the detail of a ``MemberError``: what is wrong with the value at a place inside a record."""
    return {"type": "value_error", "loc": place, "input": value, "ctx": {"error": ValueError(text)}}


class _Found(NamedTuple):
    """An error at its place; ``branches`` are the unions it went through, each with its path and branch."""

    fault: Fault
    branches: tuple[tuple[tuple[Step, ...], Step], ...]


class _Keys:
    """The keys that mappings may have, gathered once for each: a mapping may have thousands of unknown ones."""

    def __init__(self) -> None:
        self._told: dict[int, tuple[frozenset[str], str]] = {}

    def help(self, mapping: YamlMapping, key: Step) -> str:
        """Return what helps with an unknown key; mappings are told apart by identity, so they must live on."""
        if now := next((renamed[key] for renamed in _renamed(mapping) if key in renamed), ""):
            return f"; it is called {now!r} now"
        if id(mapping) not in self._told:
            known = frozenset(name for model in mapping.models for name in model.model_fields)
            self._told[id(mapping)] = known, hint("", sorted(known - mapping.keys()), MOST_CHOICES)
        known, lacking = self._told[id(mapping)]
        # Also a key that is there already, or was inherited, may be the one that was meant.
        return hint(str(key), known, 0) or lacking


def faults_of(raw: YamlMapping, error: ValidationError) -> list[Fault]:
    """Return the faults of a validation, of a union only those of the likeliest branch."""
    keys = _Keys()
    return [found.fault for found in _likeliest([_locate(raw, detail, keys) for detail in _flat(details_of(error))])]


def details_of(error: ValidationError) -> list[dict[str, Any]]:
    """Return pydantic's own account of each error."""
    return [dict(detail) for detail in error.errors(include_url=False)]


def quote(value: Any) -> str:
    """Return a value as messages show it: quoted and cut short, or the name of its shape."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def describe(detail: Mapping[str, Any]) -> str:
    """Say in the words of the house what one of pydantic's errors says."""
    kind, value, ctx = detail["type"], detail["input"], detail.get("ctx", {})
    got = quote(value)
    if kind in ("value_error", "assertion_error"):
        return str(ctx["error"])
    if kind == "missing":
        last = detail["loc"][-1] if detail["loc"] else ""
        return f"item {last + 1} is missing" if isinstance(last, int) else f"missing key {last!r}"
    if kind == "extra_forbidden":
        return f"unknown key {str(detail['loc'][-1])!r}"
    if kind in ("literal_error", "enum"):
        choices = [single or double for single, double in _CHOICE.findall(ctx["expected"])]
        return f"{got} is not {ctx['expected']}{hint(str(value), choices, 0)}"
    if kind in _BOUNDS:
        return f"expected {_BOUNDS[kind].format(**ctx)}, got {got}"
    if kind == "too_long" and isinstance(value, str):
        return f"expected {ctx['max_length']:,} characters or fewer, got {len(value):,}"
    if kind in _LENGTHS:
        size = ctx.get("actual_length") or (len(value) if hasattr(value, "__len__") else "more")
        text = _LENGTHS[kind].format(**ctx, size=size, value=got)
        return re.sub(r"\b1 (item|character)s", r"1 \1", text)
    if shaped := _SHAPED.fullmatch(kind):
        end = "; write '' for an empty text" if value is None and shaped[1] == "string" else ""
        return f"expected {_EXPECTED[shaped[1]]}, got {got}{end}"
    text = detail["msg"].rstrip(".")
    should, _, rest = text.partition("Input should be ")
    return f"expected {rest}, got {got}" if rest and not should else f"{text[:1].lower()}{text[1:]}, got {got}"


def _flat(details: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Replace each member's error by the faults inside the member."""
    for detail in details:
        inner = detail.get("ctx", {}).get("error")
        if isinstance(inner, MemberError):
            yield from _flat({**d, "loc": (*detail["loc"], *d["loc"])} for d in inner.details)
        elif not _miscounted(detail):
            yield detail


def _miscounted(detail: Mapping[str, Any]) -> bool:
    """Tell whether a list counts as too short only because pydantic left out its wrong items."""
    value = detail["input"]
    return detail["type"] == "too_short" and isinstance(value, YamlList) and len(value) >= detail["ctx"]["min_length"]


def _locate(raw: YamlMapping, detail: Mapping[str, Any], keys: _Keys) -> _Found:
    """Follow an error's location through the file; steps that the file lacks name branches of unions."""
    steps: tuple[Step, ...] = detail["loc"]
    kind = detail["type"]
    if kind == "missing":
        steps = steps[:-1]
    here: Any = raw
    position = raw.position
    path: tuple[Step, ...] = ()
    branches: list[tuple[tuple[Step, ...], Step]] = []
    for step in steps:
        if isinstance(here, YamlMapping) and step in here:
            if kind == "extra_forbidden" and step is steps[-1]:
                text = describe(detail) + keys.help(here, step)
                return _Found(Fault(here.keys_at[str(step)], path, text), tuple(branches))
            key_at, position, here = here.keys_at[str(step)], here.values_at[str(step)], here[str(step)]
        elif isinstance(here, YamlList) and isinstance(step, int) and step < len(here):
            position, here = here.values_at[step], here[step]
        elif step == "[key]":
            position = key_at
            continue
        else:
            branches.append((path, step))
            continue
        path = (*path, step)
    return _Found(Fault(position, path, describe(detail)), tuple(branches))


def _likeliest(found: Iterable[_Found]) -> list[_Found]:
    """Of each union keep the branch that came furthest."""
    kept: list[_Found] = []
    unions: dict[tuple[Step, ...], dict[Step, list[_Found]]] = {}
    for one in found:
        if one.branches:
            (path, branch), *inner = one.branches
            rest = one._replace(branches=tuple(inner))
            unions.setdefault(path, {}).setdefault(branch, []).append(rest)
        else:
            kept.append(one)
    for path, branches in unions.items():
        depth = len(path)
        ranked = [(_distance(branch, depth), branch) for branch in map(_likeliest, branches.values())]
        kept += min(ranked, key=itemgetter(0))[1]
    return kept


def _distance(branch: Sequence[_Found], depth: int) -> tuple[bool, bool, int]:
    """Tell how far a branch is from the value: wrong shape, no near miss, many faults."""
    shallow = any(
        len(one.fault.path) <= depth and not one.fault.text.startswith(("unknown key", "missing key")) for one in branch
    )
    return shallow, not any("did you mean" in one.fault.text for one in branch), len(branch)


def _renamed(mapping: YamlMapping) -> Iterator[Mapping[Step, str]]:
    """Yield what the records of a mapping say of keys that are called otherwise now."""
    for model in mapping.models:
        yield getattr(model, "renamed", {})
