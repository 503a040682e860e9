"""Recipes of finders: all settings of a run that trains one, in YAML."""

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from receiptgen.config.records import AsRecord
from receiptgen.finding.finder_model import FINDER
from receiptgen.finding.network import FinderNetwork
from receiptgen.recognition.model_kind import ModelKind

from ..data.pages.crops import Crops
from ..data.pages.stream import PageSource
from .kind_recipe import KindRecipe
from .settings import plain_names


class FinderRecipe(KindRecipe):
    """Settings of a run that trains a finder of text on pages.

    Attributes:
        network: Network to train, ``finder`` or its settings with ``kind: finder``.
        pages: Receipts that are drawn to train on, by profile.
        crops: How pages become crops.
        held_out: Receipts for evaluations, drawn with a seed of their own, by their names in reports. The first decides
            which weights are best.
        held_out_crops: Number of crops of each held-out set.
    """

    kind: ClassVar[ModelKind] = FINDER

    network: Annotated[FinderNetwork, AsRecord()]
    pages: tuple[PageSource, ...]
    held_out: Annotated[dict[str, PageSource], AfterValidator(plain_names)]
    crops: Crops = Crops()
    held_out_crops: int = Field(default=96, ge=1, le=10**6)
