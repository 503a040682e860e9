"""Print styles by name, as ``tall+wide``, with weights."""

from collections.abc import Set as AbstractSet
from typing import Annotated

from pydantic import AfterValidator

from receiptgen.core.distributions import Weights
from receiptgen.typography.blocks import PLAIN, Style

# What keeps the style that a template says.
KEPT = "kept"


def style_of(name: str) -> Style:
    """Return the style of a name that ``StyleWeights`` takes."""
    return PLAIN if name == "plain" else Style(**dict.fromkeys(name.split("+"), True))


def _check_styles(weights: Weights, besides: AbstractSet[str]) -> Weights:
    for name in weights.keys() - besides:
        parts = set() if name == "plain" else set(name.split("+"))
        if unknown := parts - set(Style.model_fields):
            known = ", ".join(["plain", *sorted(besides), *Style.model_fields])
            raise ValueError(f"unknown style {min(unknown)!r}; styles are {known}, joined by +")
    return weights


# Validators of one argument each: older versions of pydantic hand a second one the information of the validation.
def _known_styles(weights: Weights) -> Weights:
    return _check_styles(weights, frozenset())


def _known_or_kept(weights: Weights) -> Weights:
    return _check_styles(weights, {KEPT})


StyleWeights = Annotated[Weights, AfterValidator(_known_styles)]
StylesOrKept = Annotated[Weights, AfterValidator(_known_or_kept)]
