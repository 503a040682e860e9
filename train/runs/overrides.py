"""Recipes with some settings replaced, as options of the command line do."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.networks import NETWORKS

from ..data.sources import DataSource
from ..data.spec import named
from .recipe import Part, Recipe

_LEARNING = ("learning_rate", "freeze")


def override(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """Return the recipe with other settings.

    Args:
        recipe: As it was read.
        settings: By the options' names. ``data`` replaces all data sets, ``add_data`` adds some; ``held_out``, rows of
            ``NAME=DATA``, come before those of the recipe; ``steps`` without ``minutes`` takes a time limit away, and
            the other way round.

    Raises:
        ReceiptgenError: A name is unknown, or the settings don't go together.
    """
    values: dict[str, Any] = {name: getattr(recipe, name) for name in Recipe.model_fields}
    chosen = dict(settings)
    if ("steps" in chosen) != ("minutes" in chosen):
        values |= {"steps": None, "minutes": None}
    learning = {key: chosen.pop(key) for key in _LEARNING if key in chosen}
    values["learning"] = recipe.learning.model_dump() | learning
    if "network" in chosen:
        values["init"] = "none"  # the recipe's weights are of the recipe's network
        chosen["network"] = NETWORKS.get(chosen["network"])()
    parts = [*_parts(chosen["data"])] if "data" in chosen else [*recipe.data]
    chosen["data"] = parts + _parts(chosen.pop("add_data", ()))
    if "held_out" in chosen:
        given = _held_out(chosen["held_out"])
        chosen["held_out"] = given | {name: data for name, data in recipe.held_out.items() if name not in given}
    if chosen.get("init") not in {None, "none"} and "network" not in chosen:
        # Weights bring their network and characters along.
        values |= {"network": None, "charset": ""}
    try:
        return Recipe.model_validate(values | chosen)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])).removeprefix("learning.").replace("_", "-")
        raise TrainingError(f"--{place or 'recipe'}: {first['msg'].removeprefix('Value error, ')}") from None


def _parts(names: Sequence[str]) -> list[Part]:
    return [Part(weight=one.weight, data=one.data) for one in map(named, names)]


def _held_out(rows: Sequence[str]) -> dict[str, DataSource]:
    found = {}
    for row in rows:
        name, equals, rest = row.partition("=")
        if not equals or not rest:
            name, rest = _plain(Path(row).stem or row), row
        found[name] = named(rest).data
    return found


def _plain(name: str) -> str:
    """Return a name in letters, digits, - and _."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or "held_out"
