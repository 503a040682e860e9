"""What runs of all networks that read no lines share."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import TrainingError, WeightsError
from receiptgen.recognition.layers import is_at
from receiptgen.recognition.model_kind import KindMetadata, KindModel, KindNetwork
from receiptgen.recognition.networks import initial_arrays

from ..backends import Learner
from ..data.batch_plan import BatchPlan
from ..data.process_group import ProcessGroup
from ..data.worker_pool import SampleStream
from ..evaluation.held_out_set import HeldOutSet
from ..evaluation.kind_reader import KindReader
from ..evaluation.shared_reader import Total
from ..loop.evaluator import HeldOutReader
from ..loop.models import AnyMetadata, AnyModel
from ..recipes.kind_recipe import KindRecipe
from .initialization import NONE, Initialization
from .task import Trained

R = TypeVar("R", bound=KindRecipe)
H = TypeVar("H", bound=HeldOutSet)


class KindTask(ABC, Generic[R, H]):
    """A network that learns from drawn pages; see ``Task``. Subclasses say what its samples are.

    Args:
        recipe: Settings of the run.

    Attributes:
        reads: What reads its held-out samples.
        recipe: The same.
        held_out: Held-out sets, once the data is open.
        notes: Nothing: all that is drawn has a truth.
    """

    reads: ClassVar[type[KindReader]]

    def __init__(self, recipe: R) -> None:
        self.recipe = recipe
        self.held_out: tuple[H, ...] = ()
        self.notes: Mapping[str, str] = {}

    def initialize(self) -> Initialization:
        """Return the initial model, and a note where it is that of a file."""
        recipe, kind = self.recipe, self.recipe.kind
        record: dict[str, Any] = {"recipe": recipe.name, "seed": recipe.seed}
        if recipe.init == NONE:
            weights = initial_arrays(kind.specs(recipe.network), recipe.seed)
            return Initialization(KindModel(kind, recipe.network, weights, record), ())
        path = Path(recipe.init)
        if not (path.exists() or packaged_weights(recipe.init)):
            raise WeightsError(f"{path}: no such file; --init names the initial weights, or none")
        source = kind.load(path)
        if source.network != recipe.network:
            has, wanted = self._differences(source.network)
            raise TrainingError(
                f"{path}: its network has {has}, the recipe's {wanted}; name other weights, or --init none"
            )
        model = KindModel(kind, source.network, source.weights, {**record, "from": dict(source.record)})
        return Initialization(model, (f"{path}: its weights are loaded",))

    def _differences(self, network: KindNetwork) -> tuple[str, str]:
        """Return what settings another network has, and what others the recipe's, in words."""
        theirs, ours = (self.recipe.kind.settings(each) for each in (network, self.recipe.network))
        names = [name for name in theirs if theirs[name] != ours[name]]
        return " and ".join(f"{theirs[name]} {name}" for name in names), " and ".join(str(ours[name]) for name in names)

    def agrees(self, metadata: AnyMetadata) -> str:
        """Return what of a stored state is not as the recipe has it."""
        same = isinstance(metadata, KindMetadata) and metadata.network == self.recipe.network
        return "" if same else "network"

    def trained(self, model: AnyModel) -> tuple[Trained, tuple[str, ...]]:
        """Return what the learner trains; there is nothing to note."""
        assert isinstance(model, KindModel)
        kind, frozen = model.kind, self.recipe.learning.freeze
        specs = kind.specs(model.network)
        if unknown := [path for path in frozen if not any(is_at(name, [path]) for name in specs)]:
            raise TrainingError(f"freeze: there is no weight at {unknown[0]!r} of {kind.noun}; 0 is its first layer")
        if all(is_at(name, frozen) for name, spec in specs.items() if spec.trained):
            raise TrainingError("freeze: leaves no weight to train")
        return Trained(model.network.layers(), kind.example, kind, frozen), ()

    @abstractmethod
    def open_data(self, model: AnyModel, begins: bool) -> None:
        """Load what is drawn, and draw the held-out pages."""

    @abstractmethod
    def plan(self, model: AnyModel) -> BatchPlan:
        """Return how samples become batches."""

    @abstractmethod
    def stream(self, model: AnyModel, plan: BatchPlan) -> SampleStream:
        """Return the stream of samples to train on."""

    def pool(self, stream: SampleStream, address: str) -> NoReturn:
        """Refuse a cluster.

        Raises:
            TrainingError: Always.
        """
        noun = self.recipe.kind.noun
        raise TrainingError(f"--draw-on: pages for {noun} are drawn by --workers of this machine; leave it out")

    def reader(self, learner: Learner, model: AnyModel, group: ProcessGroup, total: Total) -> HeldOutReader:
        """Return what reads held-out samples with a learner's averaged weights."""
        return self.reads(learner.infer, group, total)
