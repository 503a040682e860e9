"""Recipes of readers of fields: all settings of a run that trains one, in YAML."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from receiptgen.config.records import AsRecord
from receiptgen.extraction.labelling.fields_model import FIELDS
from receiptgen.extraction.labelling.network import FieldsNetwork
from receiptgen.recognition.model_kind import ModelKind

from ..data.spec import weighted
from ..data.words.corrected import CorrectedSource
from ..data.words.source import WordSource
from ..data.words.stream import PagesSource
from .kind_recipe import KindRecipe
from .settings import plain_names


class FieldsRecipe(KindRecipe):
    """Settings of a run that trains a reader of fields, which tells the roles of a page's words.

    Attributes:
        network: Network to train, ``fields`` or its settings with ``kind: fields``.
        pages: Receipts to train on, set and read with errors, not drawn.
        corrected: Receipts to train on whose fields somebody has corrected.
        held_out: Receipts for evaluations, set with a seed of their own, by their names in reports. The first decides
            which weights are best.
        held_out_pages: Number of pages of each held-out set.
    """

    kind: ClassVar[ModelKind] = FIELDS
    data_options: ClassVar[frozenset[str]] = frozenset({"data", "add_data"})

    network: Annotated[FieldsNetwork, AsRecord()]
    pages: tuple[WordSource, ...] = ()
    corrected: tuple[CorrectedSource, ...] = ()
    held_out: Annotated[dict[str, WordSource], AfterValidator(plain_names)]
    held_out_pages: int = Field(default=200, ge=1, le=10**6)

    @property
    def sources(self) -> tuple[PagesSource, ...]:
        """All that is trained on."""
        return (*self.pages, *self.corrected)

    def with_data(self, options: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """Return what ``--data`` and ``--add-data`` change: rows of ``[W*]FILE`` with corrected fields."""
        rows = [weighted(row) for name in ("data", "add_data") for row in options.get(name, ())]
        added = tuple(CorrectedSource(path=Path(path), weight=weight) for weight, path in rows)
        return {"pages": (), "corrected": added} if "data" in options else {"corrected": (*self.corrected, *added)}
