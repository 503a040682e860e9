"""Lines, words and characters that are read."""

from collections.abc import Mapping

from receiptgen.executors import EXECUTORS, Executor
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.metadata import Metadata, network_settings
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import input_shape, step_of, with_head

from ..backends import Ctc, Learner
from ..data.batch_plan import BatchPlan
from ..data.executor_pool import ExecutorPool, TravellingLines
from ..data.line_blocks import LineStream
from ..data.process_group import ProcessGroup
from ..data.spec import location_of
from ..data.tables import fold_of
from ..evaluation.held_out import HeldOut
from ..evaluation.shared_reader import SharedReader, Total
from ..loop.models import AnyMetadata, AnyModel
from ..recipes.recipe import Recipe
from .data_charset import agrees
from .initialization import Initialization, frozen_paths, initialize
from .run_coverage import check_coverage
from .run_data import RunData, echo_sources, open_run_data
from .task import Trained
from .teacher import open_teacher, teacher_note


class LineTask:
    """A recogniser that learns from labelled lines; see ``Task``.

    Args:
        recipe: Settings of the run, with how often each line is shown.

    Attributes:
        recipe: The same.
        data: Data of the run, once it is open.
    """

    data: RunData

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def initialize(self) -> Initialization:
        """Return the initial model, and notes on it."""
        return initialize(self.recipe)

    def agrees(self, metadata: AnyMetadata) -> str:
        """Return what of a stored state is not as the recipe has it."""
        network = self.recipe.network
        if not isinstance(metadata, Metadata):
            return "network"
        if network is not None and network_settings(metadata.network) != network_settings(network):
            return "network"
        return "" if agrees(self.recipe, metadata.charset) else metadata.charset.kind

    def trained(self, model: AnyModel) -> tuple[Trained, tuple[str, ...]]:
        """Return what the learner trains, and a note on its teacher."""
        assert isinstance(model, Model)
        recipe, notes = self.recipe, tuple[str, ...]()
        teacher = open_teacher(recipe.teacher, model) if recipe.teacher else None
        if recipe.teacher and teacher:
            notes = (teacher_note(recipe.teacher, teacher),)
        frozen = frozen_paths(model.network, len(model.charset), recipe.learning.freeze)
        layers = with_head(model.network, len(model.charset))
        return Trained(layers, input_shape(model.network), Ctc(teacher), frozen), notes

    def open_data(self, model: AnyModel, begins: bool) -> None:
        """Open the data."""
        assert isinstance(model, Model)
        data = open_run_data(self.recipe, fold_of(model.record))
        self.data = check_coverage(data, self.recipe, model.charset, begins)

    @property
    def held_out(self) -> tuple[HeldOut, ...]:
        """Held-out sets."""
        return self.data.held_out

    @property
    def notes(self) -> Mapping[str, str]:
        """Notes on data sets by their names."""
        return self.data.notes

    def plan(self, model: AnyModel) -> BatchPlan:
        """Return how lines become batches."""
        assert isinstance(model, Model)
        return BatchPlan(self.recipe.batch, self.recipe.learning.accumulate, model.network.multiple, self.recipe.seed)

    def stream(self, model: AnyModel, plan: BatchPlan) -> LineStream:
        """Return the stream of lines to train on."""
        assert isinstance(model, Model)
        sources = echo_sources(self.data.sources, self.recipe.echo or 1)
        step, apart = step_of(model.network), plan.lines_of_block
        return LineStream(sources, model.charset, model.preprocess, step, self.recipe.seed, apart)

    def pool(self, stream: LineStream, address: str) -> ExecutorPool:
        """Return what prepares lines on a cluster."""
        executor: Executor = EXECUTORS.get("ray")(address=address)
        places = [location_of(part.data) for part in self.recipe.data]
        return ExecutorPool(TravellingLines.of(stream, places), executor)

    def reader(self, learner: Learner, model: AnyModel, group: ProcessGroup, total: Total) -> SharedReader:
        """Return what reads held-out lines with a learner's averaged weights."""
        assert isinstance(model, Model)
        network = model.network
        recognizer = LineRecognizer(learner.infer, model.charset, model.preprocess, network.multiple, step_of(network))
        return SharedReader(recognizer, group, total)
