"""The tables and archives of a data set while it grows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from receiptgen.dataset.plan import Plan
from receiptgen.writers import Sink, State, openers


@contextmanager
def open_sinks(
    folder: Path, plan: Plan, states: Mapping[str, Mapping[str, State]]
) -> Iterator[dict[str, dict[str, Sink]]]:
    """Lend the sinks of a data set, by part and name; those that are not finished are closed as they are.

    Args:
        folder: Folder of the data set.
        plan: Its plan.
        states: States from which they go on, by part and name.

    Raises:
        DatasetError: A file is gone or shorter than its state says.
        OSError: One can't be opened.
    """
    sinks: dict[str, dict[str, Sink]] = {}
    try:
        for part in plan.parts:
            sinks[part] = {}
            for name, opener in openers(plan.writers, bool(plan.receipts)).items():
                sinks[part][name] = opener(folder / part, states.get(part, {}).get(name))
        yield sinks
    finally:
        for opened in sinks.values():
            for sink in opened.values():
                sink.close()
