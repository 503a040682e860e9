"""Pages whose words are told their roles."""

from ..data.batch_plan import BatchPlan
from ..data.words.batches import MULTIPLE
from ..data.words.stream import BLOCK, WordStream
from ..evaluation.words import HeldOutWords, WordReader, hold_words_out
from ..loop.models import AnyModel
from ..recipes.fields_recipe import FieldsRecipe
from .kind_task import KindTask


class WordsTask(KindTask[FieldsRecipe, HeldOutWords]):
    """A reader of fields that learns from pages of labelled words; see ``Task``."""

    reads = WordReader

    def open_data(self, model: AnyModel, begins: bool) -> None:
        """Load what is drawn, and draw the held-out pages."""
        recipe = self.recipe
        self._stream().open()
        self.held_out = tuple(
            hold_words_out(name, source, recipe.held_out_pages, recipe.seed) for name, source in recipe.held_out.items()
        )

    def plan(self, model: AnyModel) -> BatchPlan:
        """Return how pages become batches."""
        recipe = self.recipe
        return BatchPlan(recipe.batch, recipe.learning.accumulate, MULTIPLE, recipe.seed, BLOCK)

    def _stream(self) -> WordStream:
        return WordStream(self.recipe.sources, self.recipe.seed)

    def stream(self, model: AnyModel, plan: BatchPlan) -> WordStream:
        """Return the stream of pages to train on."""
        return self._stream()
