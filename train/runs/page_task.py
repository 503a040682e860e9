"""Pages on which text is found."""

from receiptgen.finding.network import MULTIPLE

from ..data.batch_plan import BatchPlan
from ..data.pages.stream import PageStream
from ..evaluation.pages import HeldOutPages, PageReader, hold_pages_out
from ..loop.models import AnyModel
from ..recipes.finder_recipe import FinderRecipe
from .kind_task import KindTask


class PageTask(KindTask[FinderRecipe, HeldOutPages]):
    """A finder that learns from drawn pages; see ``Task``."""

    reads = PageReader

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
