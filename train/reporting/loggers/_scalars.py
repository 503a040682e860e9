"""Names under which loggers show the figures of a journal."""

from ...loop.entries import Evaluation
from ...loop.journal import AnyEntry, Progressed

_PROGRESSED = ("loss", "rate", "norm", "images_per_second", "wait")


def scalars_of(entry: AnyEntry) -> dict[str, float]:
    """Return the figures of a record by their names, such as ``train/loss`` and ``cer/mine``.

    Those that are nan, which stands for what was not measured, are left out.
    """
    match entry:
        case Progressed():
            pairs = [(f"train/{name}", getattr(entry, name)) for name in _PROGRESSED]
        case Evaluation():
            pairs = [(f"{name}/{entry.data}", getattr(entry, name)) for name in entry.figures]
        case _:
            pairs = []
    return {tag: value for tag, value in pairs if value == value}
