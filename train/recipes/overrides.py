"""Recipes with some settings replaced by options of the command line."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset_spec import parse_charset
from receiptgen.recognition.networks import NETWORKS

from ..data.sources import DataSource
from ..data.spec import parse_spec, with_blank
from .kind_recipe import KindRecipe
from .recipe import AnyRecipe, Part, Recipe
from .schedule import scaled_rate
from .settings import RunSettings

_LEARNING = ("learning_rate", "freeze", "accumulate")
_SHARE = re.compile(r"\d+(\.\d+)?%")


# Settings that options change of the recipe of a network that reads no lines.
_OF_KINDS = frozenset({"init", "steps", "minutes", "batch", "patience", "precision", "seed", *_LEARNING})
R = TypeVar("R", bound=RunSettings)


def override_recipe(recipe: AnyRecipe, settings: Mapping[str, Any]) -> AnyRecipe:
    """Return a recipe of any kind with other settings, by the options' names.

    Raises:
        ReceiptgenError: A name is unknown, or the settings don't go together.
    """
    return override_lines(recipe, settings) if isinstance(recipe, Recipe) else override_kind(recipe, settings)


def override_kind(recipe: KindRecipe, settings: Mapping[str, Any]) -> KindRecipe:
    """Return the recipe of a network that reads no lines with other settings.

    Args:
        recipe: Recipe as it was read.
        settings: Settings by the options' names, as ``override_lines`` takes them.

    Raises:
        TrainingError: One is of recognisers alone, or is wrong.
    """
    if others := [name for name in settings if name not in _OF_KINDS | recipe.data_options]:
        option = others[0].replace("_", "-")
        raise TrainingError(f"--{option}: {recipe.kind.noun} learns from pages that its recipe has drawn; leave it out")
    rows = {name: settings[name] for name in recipe.data_options & settings.keys()}
    values, changes = _common(recipe, {name: each for name, each in settings.items() if name not in rows})
    return _validated(type(recipe), values | changes | recipe.with_data(rows))


def override_lines(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """Return a recogniser's recipe with other settings.

    Args:
        recipe: Recipe as it was read.
        settings: Settings by the options' names. ``data`` replaces all data sets, ``add_data`` adds some; ``held_out``,
            rows of ``NAME=DATA`` or a share such as ``10%``, come before those of the recipe; ``steps`` without
            ``minutes`` removes a time limit, and vice versa; ``batch`` without ``learning_rate`` scales that; a
            ``charset`` such as ``+ř`` adds to that of the recipe.

    Raises:
        ReceiptgenError: A name is unknown, or the settings don't go together.
    """
    values, changes = _common(recipe, settings)
    if "network" in changes:
        values["init"] = "none"  # the recipe's weights are of the recipe's network
        changes["network"] = NETWORKS.get(changes["network"])()
    parts = [*_parts(changes["data"])] if "data" in changes else [*recipe.data]
    parts += _parts(changes.pop("add_data", ()))
    if "held_out" in changes:
        changes |= _shares(changes["held_out"])
        held_out = _held_out([row for row in changes["held_out"] if not _SHARE.fullmatch(row)])
        changes["held_out"] = held_out | {name: data for name, data in recipe.held_out.items() if name not in held_out}
    if blank := changes.pop("blank", None):
        held_out = changes.get("held_out", recipe.held_out)
        kept = iter(with_blank([*(part.data for part in parts), *held_out.values()], blank))
        parts = [part.model_copy(update={"data": next(kept)}) for part in parts]
        changes["held_out"] = dict(zip(held_out, kept, strict=True))
    changes["data"] = parts
    if changes.get("init") not in {None, "none"} and "network" not in changes:
        # Network and characters are those of the weights.
        values |= {"network": None, "charset": ""}
    if changes.get("charset", "").startswith("+"):
        changes["charset"] = str(parse_charset(values["charset"]).plus(*parse_charset(changes["charset"]).terms))
    return _validated(Recipe, values | changes)


def _common(recipe: RunSettings, settings: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the settings of a recipe with what all kinds of recipes have changed, and the other changes."""
    values: dict[str, Any] = {name: getattr(recipe, name) for name in type(recipe).model_fields}
    changes = dict(settings)
    if ("steps" in changes) != ("minutes" in changes):
        values |= {"steps": None, "minutes": None}
    learning = {key: changes.pop(key) for key in _LEARNING if key in changes}
    if "batch" in changes and "learning_rate" not in learning:
        learning["learning_rate"] = scaled_rate(recipe.learning, recipe.batch, changes["batch"])
    values["learning"] = recipe.learning.model_dump() | learning
    return values, changes


def _validated(kind: type[R], values: Mapping[str, Any]) -> R:
    """Return the record of some settings.

    Raises:
        TrainingError: One is wrong; its option is named.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])).removeprefix("learning.").replace("_", "-")
        raise TrainingError(f"--{key or 'recipe'}: {first['msg'].removeprefix('Value error, ')}") from None


def _parts(names: Sequence[str]) -> list[Part]:
    return [Part(weight=spec.weight, data=spec.data) for spec in map(parse_spec, names)]


def _shares(rows: Sequence[str]) -> dict[str, float]:
    """Return the share that ``10%`` among the held-out sets stands for, as a setting."""
    shares = [row for row in rows if _SHARE.fullmatch(row)]
    if len(shares) > 1 or any(not 0 < float(share[:-1]) < 100 for share in shares):
        raise TrainingError(f"--held-out {' '.join(shares)}: expected one share between 0% and 100%")
    return {"held_out_share": float(shares[0][:-1]) / 100} if shares else {}


def _held_out(rows: Sequence[str]) -> dict[str, DataSource]:
    held_out = {}
    for row in rows:
        name, equals, rest = row.partition("=")
        if not equals or not rest:
            name, rest = _plain(Path(row).stem or row), row
        held_out[name] = parse_spec(rest).data
    return held_out


def _plain(name: str) -> str:
    """Return a name of letters, digits, - and _ only."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "held_out"
