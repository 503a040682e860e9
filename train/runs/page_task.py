"""Pages on which text is found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import TrainingError, WeightsError
from receiptgen.finding.finder_model import EXAMPLE, FinderMetadata, FinderModel, finder_specs, load_finder
from receiptgen.finding.network import MULTIPLE
from receiptgen.recognition.layers import is_at
from receiptgen.recognition.networks import initial_arrays

from ..backends import Learner, Maps
from ..data.batch_plan import BatchPlan
from ..data.pages.stream import PageStream
from ..data.process_group import ProcessGroup
from ..evaluation.pages import HeldOutPages, PageReader, hold_pages_out
from ..evaluation.shared_reader import Total
from ..loop.models import AnyMetadata, AnyModel
from ..recipes.finder_recipe import FinderRecipe
from .initialization import NONE, Initialization
from .task import Trained


class PageTask:
    """A finder that learns from drawn pages; see ``Task``.

    Args:
        recipe: Settings of the run.

    Attributes:
        recipe: The same.
        held_out: Held-out sets, once the data is open.
        notes: Nothing: all that is drawn has a truth.
    """

    def __init__(self, recipe: FinderRecipe) -> None:
        self.recipe = recipe
        self.held_out: tuple[HeldOutPages, ...] = ()
        self.notes: Mapping[str, str] = {}

    def initialize(self) -> Initialization:
        """Return the initial model, and a note where it is that of a file."""
        recipe = self.recipe
        record: dict[str, Any] = {"recipe": recipe.name, "seed": recipe.seed}
        if recipe.init == NONE:
            weights = initial_arrays(finder_specs(recipe.network), recipe.seed)
            return Initialization(FinderModel(recipe.network, weights, record), ())
        path = Path(recipe.init)
        if not (path.exists() or packaged_weights(recipe.init)):
            raise WeightsError(f"{path}: no such file; --init names the initial weights, or none")
        source = load_finder(path)
        if source.network != recipe.network:
            raise TrainingError(
                f"{path}: its network has {source.network.channels} channels, the recipe's {recipe.network.channels}; "
                "name other weights, or --init none"
            )
        model = FinderModel(source.network, source.weights, {**record, "from": dict(source.record)})
        return Initialization(model, (f"{path}: its weights are loaded",))

    def agrees(self, metadata: AnyMetadata) -> str:
        """Return what of a stored state is not as the recipe has it."""
        same = isinstance(metadata, FinderMetadata) and metadata.network == self.recipe.network
        return "" if same else "network"

    def trained(self, model: AnyModel) -> tuple[Trained, tuple[str, ...]]:
        """Return what the learner trains; there is nothing to note."""
        assert isinstance(model, FinderModel)
        specs, frozen = finder_specs(model.network), self.recipe.learning.freeze
        if unknown := [path for path in frozen if not any(is_at(name, [path]) for name in specs)]:
            raise TrainingError(f"freeze: there is no weight at {unknown[0]!r} of a finder; 0 is its first layer")
        if all(is_at(name, frozen) for name, spec in specs.items() if spec.trained):
            raise TrainingError("freeze: leaves no weight to train")
        return Trained(model.network.layers(), EXAMPLE, Maps(), frozen), ()

    def open_data(self, model: AnyModel, begins: bool) -> None:
        """Load what is drawn, and draw the held-out pages."""
        recipe = self.recipe
        self._stream().open()
        self.held_out = tuple(
            hold_pages_out(name, source, recipe.crops, recipe.held_out_crops, recipe.seed)
            for name, source in recipe.held_out.items()
        )

    def plan(self, model: AnyModel) -> BatchPlan:
        """Return how crops become batches."""
        recipe = self.recipe
        return BatchPlan(recipe.batch, recipe.learning.accumulate, MULTIPLE, recipe.seed, recipe.crops.each)

    def _stream(self) -> PageStream:
        return PageStream(self.recipe.pages, self.recipe.crops, self.recipe.seed)

    def stream(self, model: AnyModel, plan: BatchPlan) -> PageStream:
        """Return the stream of crops to train on."""
        return self._stream()

    def pool(self, stream: PageStream, address: str) -> NoReturn:
        """Refuse a cluster.

        Raises:
            TrainingError: Always.
        """
        raise TrainingError("--draw-on: pages for a finder are drawn by --workers of this machine; leave it out")

    def reader(self, learner: Learner, model: AnyModel, group: ProcessGroup, total: Total) -> PageReader:
        """Return what finds text on held-out crops with a learner's averaged weights."""
        return PageReader(learner.infer, group, total)
