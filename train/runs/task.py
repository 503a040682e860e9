"""What a run is about: lines that are read, or what other kinds of networks see. All else of a run is the same."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from receiptgen.recognition.layers import Layers, Shape

from ..backends import Learner, Objective
from ..data.batch_plan import BatchPlan
from ..data.loader import BlockPool
from ..data.process_group import ProcessGroup
from ..data.worker_pool import SampleStream
from ..evaluation.held_out_set import HeldOutSet
from ..evaluation.shared_reader import Total
from ..loop.evaluator import HeldOutReader
from ..loop.models import AnyMetadata, AnyModel
from ..recipes.recipe import AnyRecipe
from .initialization import Initialization


class Trained(NamedTuple):
    """What a learner is to train.

    Attributes:
        layers: All layers.
        input: Shape of an input.
        objective: What the network is trained to do.
        frozen: Paths of weights that are not trained.
    """

    layers: Layers
    input: Shape
    objective: Objective
    frozen: tuple[str, ...]


class Task(Protocol):
    """What a run trains, on which data, and how that is scored."""

    @property
    def recipe(self) -> AnyRecipe:
        """Settings of the run."""

    def initialize(self) -> Initialization:
        """Return the initial model, and notes on it.

        Raises:
            ReceiptgenError: The weights that ``init`` names can't be read, or don't fit the recipe.
        """

    def agrees(self, metadata: AnyMetadata) -> str:
        """Return what of a stored state is not as the recipe has it, such as ``network``; nothing where all is."""

    def trained(self, model: AnyModel) -> tuple[Trained, tuple[str, ...]]:
        """Return what the learner trains, and notes on it.

        Raises:
            ReceiptgenError: The teacher can't be read or doesn't fit, or ``freeze`` names no weight, or all.
        """

    def open_data(self, model: AnyModel, begins: bool) -> None:
        """Open the data.

        Args:
            model: Model to train.
            begins: Whether the run begins; one that is resumed goes on with what it has.

        Raises:
            ReceiptgenError: A data set is missing or wrong.
        """

    @property
    def held_out(self) -> tuple[HeldOutSet, ...]:
        """Held-out sets; the first decides which weights are best."""

    @property
    def notes(self) -> Mapping[str, str]:
        """Notes on data sets by their names."""

    def plan(self, model: AnyModel) -> BatchPlan:
        """Return how samples become batches."""

    def stream(self, model: AnyModel, plan: BatchPlan) -> SampleStream:
        """Return the stream of samples to train on."""

    def pool(self, stream: Any, address: str) -> BlockPool:
        """Return what prepares samples on a cluster.

        Raises:
            TrainingError: Samples of this task are prepared here alone.
        """

    def reader(self, learner: Learner, model: AnyModel, group: ProcessGroup, total: Total) -> HeldOutReader:
        """Return what reads held-out samples with a learner's averaged weights."""
