"""What the charset of a run lacks of its data, told or refused before the first step."""

from collections.abc import Mapping

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import Charset

from ..data.coverage import Coverage, charset_option, table_coverage
from ..data.spec import is_on_disk
from ..evaluation.held_out import held_out_coverage
from ..recipes.recipe import Recipe
from .run_data import RunData


def check_coverage(data: RunData, recipe: Recipe, charset: Charset, begins: bool) -> RunData:
    """Return the data of a run without the held-out sets that its charset can't spell, and with notes on the rest.

    Args:
        data: The data of the run.
        recipe: Settings of the run.
        charset: The charset of the run.
        begins: Whether the run begins; one that is resumed goes on with what it has.

    Raises:
        TrainingError: More than half of the rows of a data set would be lost, or no held-out set is left.
    """
    on_disk = {source.name: is_on_disk(part.data) for source, part in zip(data.sources, recipe.data, strict=True)}
    trained = {
        source.name: table_coverage(source.table, charset, drawn=not on_disk[source.name]) for source in data.sources
    }
    held = {each.name: held_out_coverage(each, charset) for each in data.held_out}
    kept = tuple(each for each in data.held_out if not held[each.name].mostly_lost)
    used = [*trained.values(), *(held[each.name] for each in kept)]
    mend = _mend(charset_option(recipe.charset, used, charset.kind))
    lost = next((name for name, each in trained.items() if begins and (each.mostly_lost or each.all_lost)), None)
    if lost:
        or_leave = "" if on_disk[lost] else "; --data names other data"
        raise TrainingError(f"{lost}: {trained[lost]}{mend}{or_leave}; too few are left without")
    if not kept:
        name, coverage = next(iter(held.items()))
        mend = _mend(charset_option(recipe.charset, held.values(), charset.kind))
        raise TrainingError(
            f"held-out set {name!r}: {coverage}{mend}; no held-out set is left without, --held-out names another"
        )
    # Labels are looked at before images only where that saves reading some.
    sources = [each._replace(checks_labels=on_disk[each.name] and trained[each.name].lost > 0) for each in data.sources]
    notes = {**data.notes, **_training_notes(data.notes, trained, mend), **_held_out_notes(held, mend, kept[0].name)}
    return RunData(tuple(sources), kept, notes)


def _training_notes(notes: Mapping[str, str], coverages: Mapping[str, Coverage], mend: str) -> dict[str, str]:
    """Return the notes on data sets that the charset lacks something of, with what else is said of them."""
    return {
        name: "; ".join(filter(None, [notes.get(name, ""), f"{coverage}{mend}"]))
        for name, coverage in coverages.items()
        if coverage.lost
    }


def _held_out_notes(coverages: Mapping[str, Coverage], mend: str, decides: str) -> dict[str, str]:
    """Return a note on each held-out set that the charset lacks something of.

    Args:
        coverages: What it lacks of each set, the first of which is to decide which weights are best.
        mend: What adds it, of those that are not left out.
        decides: Name of the set that decides now.
    """
    left_out = dict.fromkeys(coverages, "; it is left out")
    first = next(iter(coverages))
    if first != decides:
        left_out[first] += f", and {decides!r} decides which weights are best instead"
    return {
        f"held-out set {name!r}": f"{coverage}{left_out[name] if coverage.mostly_lost else mend}"
        for name, coverage in coverages.items()
        if coverage.lost
    }


def _mend(option: str) -> str:
    return f"; {option} adds them" if option else "; take them out of the labels"
