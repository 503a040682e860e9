"""How well the lines of a data set were read, as figures and as a table."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from receiptgen.recognition.metrics import Figures, Reading, by_kind, confusions, interval

# Confusions that are kept.
CONFUSIONS = 30


@dataclass(frozen=True)
class LineScores:
    """How a data set was read.

    Attributes:
        name: Of the data set.
        readings: Its lines.
        kinds: Figures of ``all`` lines and of each kind.
        confusions: The most frequent single edits, case-folded, and how often each occurs.
        interval: Of the case-folded CER, 95 %, by receipts.
        skipped: Rows that gave no line.
    """

    name: str
    readings: tuple[Reading, ...]
    kinds: dict[str, Figures]
    confusions: tuple[tuple[str, int], ...]
    interval: tuple[float, float]
    skipped: int


def score_lines(name: str, readings: Sequence[Reading], skipped: int = 0) -> LineScores:
    """Return the figures of lines that were read, at least one, and of a set of which so many rows gave no line."""
    worst_edits = tuple(confusions(readings, CONFUSIONS))
    return LineScores(name, tuple(readings), by_kind(readings), worst_edits, interval(readings), skipped)


def table(evaluations: Sequence[LineScores]) -> list[str]:
    """Return a text table: each data set, and its kinds below it; shares in per cent."""
    heads = ("lines", "CER", "CER-ci", "-nosp", "exact", "exact-ci", "-nosp", "word", "word-ci", "ED", "NED", "empty")
    labels = [one.name if kind == "all" else f"  {kind}" for one in evaluations for kind in one.kinds]
    first = max([len(label) for label in labels], default=0)
    rows = [" " * first + "".join(f"{head:>9}" for head in heads)]
    for one in evaluations:
        for kind, figures in one.kinds.items():
            label = one.name if kind == "all" else f"  {kind}"
            shares = (
                figures.cer, figures.cer_ci, figures.cer_ci_nospace, figures.exact, figures.exact_ci,
                figures.exact_ci_nospace, figures.word, figures.word_ci,
            )  # fmt: skip
            cells = "".join(f"{100 * share:9.2f}" for share in shares)
            tail = f"{figures.mean_ed:9.2f}{figures.mean_ned:9.3f}{100 * figures.empty:9.2f}"
            rows.append(f"{label:{first}}{figures.lines:9,}{cells}{tail}")
    return rows


def as_json(evaluations: Sequence[LineScores]) -> dict[str, Any]:
    """Return all figures, JSON-ready."""
    return {
        one.name: {
            "kinds": {kind: asdict(figures) for kind, figures in one.kinds.items()},
            "cer_ci_interval": list(one.interval),
            "confusions": dict(one.confusions),
            "skipped": one.skipped,
        }
        for one in evaluations
    }
