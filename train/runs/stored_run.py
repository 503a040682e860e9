"""The run that a folder holds already."""

from pathlib import Path

from receiptgen.core.errors import FileError, TrainingError

from ..loop.checkpoint import STATE
from ..recipes.recipe import AnyRecipe, Recipe, recipe_of

RECIPE = "recipe.json"
# Times that a synthetic line is shown beside a GPU.
_GPU_ECHO = 3


def resumed_recipe(folder: Path) -> AnyRecipe:
    """Return the recipe of the run that a folder holds.

    Raises:
        TrainingError: It holds no run.
    """
    path = folder / RECIPE
    for name in (RECIPE, STATE):
        if not (folder / name).is_file():
            raise TrainingError(f"{folder}: holds no run to resume ({name} is missing); train without --resume")
    try:
        return recipe_of(path.read_text(encoding="utf-8"), str(path), Path())
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: can't be read: {str(error).lower()}") from None


def run_batch(folder: Path) -> int | None:
    """Return the batch of the run that a folder holds, which stays whatever the devices are; None if it holds none.

    Raises:
        TrainingError: Its recipe can't be read.
    """
    return resumed_recipe(folder).batch if (folder / STATE).exists() else None


def with_echo(recipe: Recipe, folder: Path, gpu: bool) -> Recipe:
    """Return a recipe that says how often each line is shown, which stays whatever the devices of a later part are.

    Args:
        recipe: Settings of the run.
        folder: Folder of the run; may hold an earlier part of it.
        gpu: Whether a GPU trains.

    Raises:
        TrainingError: The recipe in the folder can't be read.
    """
    if recipe.echo is not None:
        return recipe
    earlier = resumed_recipe(folder) if (folder / STATE).exists() else None
    echo = earlier.echo if isinstance(earlier, Recipe) else _GPU_ECHO if gpu else 1
    return recipe.model_copy(update={"echo": echo})


def state_time(folder: Path) -> int:
    """Return when the state in a folder was written, in nanoseconds; 0 if there is no state."""
    state = folder / STATE
    return state.stat().st_mtime_ns if state.exists() else 0


def holds_run(folder: Path, recipe: AnyRecipe) -> bool:
    """Tell whether a folder holds an earlier part of the same run.

    Raises:
        TrainingError: It holds another run.
    """
    if not (folder / STATE).exists():
        return False
    earlier = resumed_recipe(folder)
    if earlier == recipe:
        return True
    old, new = earlier.model_dump(mode="json"), recipe.model_dump(mode="json")
    keys = [repr(key) for key in new if new[key] != old.get(key)] or ["'data'"]
    differ = f"{' and '.join(keys)} {'differs' if len(keys) == 1 else 'differ'}"
    raise TrainingError(
        f"{folder}: holds a run of another recipe, whose {differ}; name another --out, or --resume that one"
    )
