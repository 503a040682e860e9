"""A fitted profile as YAML: complete, readable, and with comments that say what was found from what."""

import os
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from receiptgen.config.named_files import is_path
from receiptgen.core.distributions import Range, Spread
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.effects import EFFECTS
from receiptgen.fitting.fit import Fit
from receiptgen.fitting.numbers import SECTIONS, FreeKey, profile_at, values_at
from receiptgen.fitting.search import UNTOLD


def profile_text(fit: Fit, header: Sequence[str], about: str, path: Path) -> str:
    """Return the YAML of a fitted profile, which extends the one that it began from.

    Args:
        fit: The fit.
        header: Lines of the comment at the top.
        about: Description in one line.
        path: Where the file will lie; the path of the first profile is told from there.
    """
    fitted = profile_at(load_profile(fit.profile_name).value, fit.keys, fit.positions)
    notes = _notes(fit)
    parent = fit.profile_name
    if is_path(parent):
        parent = Path(os.path.relpath(parent, path.parent)).as_posix()
    lines = [*(f"# {line}".rstrip() for line in header), _mapping("extends", parent), _mapping("about", about)]
    for section in SECTIONS:
        if any(key.path[0] == section for key in fit.keys):
            lines += _section(section, getattr(fitted, section), notes)
    return "\n".join(lines) + "\n"


def _section(section: str, value: Any, notes: Mapping[tuple[Any, ...], list[str]]) -> list[str]:
    """Return the lines of one key of the profile, each effect below what is noted of it."""
    lines = [f"{section}:"]
    if isinstance(value, tuple):
        for index, effect in enumerate(value):
            lines += [f"  # {note}" for note in notes.get((section, index), ())]
            lines.append(f"  - {_flow(_effect(effect))}")
        return lines
    for name in _written(value):
        lines += [f"  # {note}" for note in notes.get((section, name), ())]
        lines.append(f"  {name}: {flow_of(getattr(value, name))}")
    return lines


def _notes(fit: Fit) -> dict[tuple[Any, ...], list[str]]:
    """Return what is noted of each effect, and each key of the margins: what changed, and what scans do not tell."""
    notes: dict[tuple[Any, ...], list[str]] = {}
    for key, value, told in zip(fit.keys, values_at(fit.keys, fit.positions), told_of(fit), strict=True):
        name = key.label.partition(".")[2]
        before, after = (flow_of(each) for each in (key.written, value))
        note = f"{name}: {told_text(told)}" + ("" if before == after else f"; was {before}")
        notes.setdefault(key.path[:2], []).append(note)
    return notes


def told_of(fit: Fit) -> list[tuple[float, ...]]:
    """Return for each key the share of its numbers' uncertainty that the scans have taken, 0 to 1."""
    return [tuple(fit.told[first : first + len(key.shape.names)].tolist()) for first, key in numbered(fit.keys)]


def told_text(told: Sequence[float]) -> str:
    """Return how well a key is told: such shares in per cent, or a word where no number of it is told."""
    known = [share for share in told if isfinite(share)]
    if not known:
        return "not looked at, the budget was spent"
    if max(known) < UNTOLD:
        return "not told by the scans"
    return "told " + " / ".join(f"{max(0.0, share):.0%}" if isfinite(share) else "-" for share in told)


def numbered(keys: Sequence[FreeKey]) -> list[tuple[int, FreeKey]]:
    """Return the keys, each with the index of its first number."""
    found, first = [], 0
    for key in keys:
        found.append((first, key))
        first += len(key.shape.names)
    return found


def _effect(effect: BaseModel) -> Any:
    """Return an effect as YAML has it: its kind beside what the profile writes of it, or just its kind."""
    kind = EFFECTS.name_of(type(effect))
    written = {name: _plain(getattr(effect, name)) for name in _written(effect)}
    return {"kind": kind, **written} if written else kind


def _written(record: BaseModel) -> list[str]:
    """Return the keys that a profile writes of a record, in the order of its fields."""
    return [name for name in type(record).model_fields if name in record.model_fields_set]


def _plain(value: Any) -> Any:
    """Return a value as what YAML writes."""
    if isinstance(value, BaseModel):
        return _effect(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Spread) and len(value.knots) > 2:
        return [_plain(knot) for knot in value.knots]
    if isinstance(value, Spread | Range):
        low, high = (_plain(end) for end in value.ends)
        return low if low == high else f"{low}..{high}"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if isinstance(value, Path) else value


def flow_of(value: Any) -> str:
    """Return a value of a profile as YAML writes it, in one line."""
    return _flow(_plain(value))


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=float("inf"), allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def _mapping(key: str, text: str) -> str:
    return f"{key}: {_flow(text)}"
