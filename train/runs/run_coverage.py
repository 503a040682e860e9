"""What the charset of a run lacks of its data, told or refused before the first step."""

from collections.abc import Mapping

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import Charset

from ..data.coverage import Coverage, charset_option, table_coverage
from ..evaluation.held_out import held_out_coverage
from .recipe import Recipe
from .run_data import RunData


def check_coverage(data: RunData, recipe: Recipe, charset: Charset, begins: bool) -> RunData:
    """Return the data of a run without the held-out sets that its charset can't spell, and with notes on the rest.

    Args:
        data: The data of the run.
        recipe: Settings of the run.
        charset: The charset of the run.
        begins: Whether to look at the data to train on, which a resumed run has done.

    Raises:
        TrainingError: More than half of the rows of a data set would be lost, or no held-out set is left.
    """
    trained = {
        source.name: table_coverage(source.table, charset, drawn=not source.on_disk)
        for source in data.sources
        if begins
    }
    held = {each.name: held_out_coverage(each, charset) for each in data.held_out}
    kept = tuple(each for each in data.held_out if not held[each.name].mostly_lost)
    used = [*trained.values(), *(held[each.name] for each in kept)]
    mend = _mend(charset_option(recipe.charset, used, charset.kind))
    for source in data.sources:
        if source.name in trained and trained[source.name].mostly_lost:
            or_leave = "" if source.on_disk else "; --data names other data"
            raise TrainingError(f"{source.name}: {trained[source.name]}{mend}{or_leave}; too few are left without")
    if data.held_out and not kept:
        name, coverage = next(iter(held.items()))
        mend = _mend(charset_option(recipe.charset, held.values(), charset.kind))
        raise TrainingError(f"held-out set {name!r}: {coverage}{mend}; no held-out set is left without")
    notes = dict(data.notes)
    for name, coverage in trained.items():
        if coverage.lost:
            notes[name] = "; ".join(filter(None, [notes.get(name, ""), f"{coverage}{mend}"]))
    notes |= _held_out_notes(held, mend)
    return data._replace(held_out=kept, notes=notes)


def _held_out_notes(coverages: Mapping[str, Coverage], mend: str) -> dict[str, str]:
    """Return a note on each held-out set that the charset lacks something of."""
    return {
        f"held-out set {name!r}": f"{coverage}; it is left out" if coverage.mostly_lost else f"{coverage}{mend}"
        for name, coverage in coverages.items()
        if coverage.lost
    }


def _mend(option: str) -> str:
    return f"; {option} adds them" if option else "; take them out of the labels"
