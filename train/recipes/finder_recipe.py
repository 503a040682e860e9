"""Recipes of finders: all settings of a run that trains one, in YAML."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from receiptgen.config.yaml_nodes import YamlMapping
from receiptgen.finding.finder_model import KIND, finder_settings
from receiptgen.finding.network import FinderNetwork

from ..data.pages.crops import Crops
from ..data.pages.stream import PageSource
from .settings import RunSettings, plain_names


def _without_kind(value: Any) -> Any:
    """Return the settings of a network without its name, which is known."""
    if value == KIND:
        return {}
    if isinstance(value, YamlMapping):
        return value.without("kind")
    return {key: each for key, each in value.items() if key != "kind"} if isinstance(value, Mapping) else value


class FinderRecipe(RunSettings):
    """Settings of a run that trains a finder of text on pages.

    Attributes:
        network: Network to train, ``finder`` or its settings with ``kind: finder``.
        pages: Receipts that are drawn to train on, by profile.
        crops: How pages become crops.
        held_out: Receipts for evaluations, drawn with a seed of their own, by their names in reports. The first decides
            which weights are best.
        held_out_crops: Number of crops of each held-out set.
    """

    network: Annotated[FinderNetwork, BeforeValidator(_without_kind), PlainSerializer(finder_settings)]
    pages: tuple[PageSource, ...]
    crops: Crops = Crops()
    held_out: Annotated[dict[str, PageSource], AfterValidator(plain_names)]
    held_out_crops: int = Field(default=96, ge=1, le=10**6)

    @model_validator(mode="after")
    def _draws(self) -> "FinderRecipe":
        if not self.pages:
            raise ValueError("names no 'pages' to train on")
        if not self.held_out:
            raise ValueError("names no 'held_out' pages")
        return self
