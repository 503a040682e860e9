"""Recipes of networks that read no lines: what they share, whatever the kind."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import field_serializer, field_validator, model_validator

from receiptgen.config.yaml_nodes import YamlMapping
from receiptgen.recognition.model_kind import KindNetwork, ModelKind

from .settings import RunSettings


class KindRecipe(RunSettings):
    """Settings of a run that trains a network of a kind on pages that it has drawn.

    Attributes:
        kind: The kind.
        data_options: Options that name data to train on, which ``with_data`` takes.
        network: Network to train, the name of the kind or its settings with ``kind``.
        pages: Pages to train on.
        held_out: Pages for evaluations, by their names in reports. The first decides which weights are best.
    """

    kind: ClassVar[ModelKind]
    data_options: ClassVar[frozenset[str]] = frozenset()

    network: Any
    pages: Any
    held_out: Any

    @field_validator("network", mode="before")
    @classmethod
    def _without_kind(cls, value: Any) -> Any:
        """Return the settings of a network without its name, which is known."""
        if value == cls.kind.name:
            return {}
        if isinstance(value, YamlMapping):
            return value.without("kind")
        return {key: each for key, each in value.items() if key != "kind"} if isinstance(value, Mapping) else value

    @field_serializer("network")
    def _with_kind(self, network: KindNetwork) -> dict[str, Any]:
        return self.kind.settings(network)

    @model_validator(mode="after")
    def _draws(self) -> "KindRecipe":
        if not self.sources:
            raise ValueError("names no 'pages' to train on")
        if not self.held_out:
            raise ValueError("names no 'held_out' pages")
        return self

    @property
    def sources(self) -> Sequence[Any]:
        """All that is trained on."""
        sources: Sequence[Any] = self.pages
        return sources

    def with_data(self, options: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return the settings that ``data_options`` change, by their rows; nothing where there are none."""
        return {}
