"""The task of each kind of recipe."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..recipes.fields_recipe import FieldsRecipe
from ..recipes.finder_recipe import FinderRecipe
from ..recipes.kind_recipe import KindRecipe
from ..recipes.recipe import AnyRecipe, Recipe
from .kind_task import KindTask
from .line_task import LineTask
from .page_task import PageTask
from .stored_run import with_echo
from .task import Task
from .words_task import WordsTask

# By the recipes of networks that read no lines.
_KIND_TASKS: Mapping[type, type[KindTask[Any, Any]]] = {FinderRecipe: PageTask, FieldsRecipe: WordsTask}


def task_of(recipe: AnyRecipe, folder: Path, gpu: bool) -> Task:
    """Return the task of a recipe.

    Args:
        recipe: Settings of the run.
        folder: Folder of the run; may hold an earlier part of it.
        gpu: Whether a GPU trains.

    Raises:
        TrainingError: The recipe in the folder can't be read.
    """
    return LineTask(with_echo(recipe, folder, gpu)) if isinstance(recipe, Recipe) else kind_task_of(recipe)


def kind_task_of(recipe: KindRecipe) -> KindTask[Any, Any]:
    """Return the task of a recipe for a network that reads no lines."""
    return _KIND_TASKS[type(recipe)](recipe)
