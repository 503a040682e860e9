"""Accuracy on the lines of a data set, as figures, a table and JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from receiptgen.recognition.metrics import Figures, Reading, by_kind, confusions, interval

# Number of confusions that are kept.
CONFUSIONS = 30


@dataclass(frozen=True)
class LineScores:
    """The accuracy on a data set.

    Attributes:
        name: Name of the data set.
        readings: Its lines, with ground truth and prediction.
        kinds: Figures of ``all`` lines and of each kind.
        confusions: The most frequent single edits, case-folded, and how often each occurs.
        interval: 95 % interval of the case-folded CER, over receipts.
        skipped: Number of rows that gave no line.
    """

    name: str
    readings: tuple[Reading, ...]
    kinds: dict[str, Figures]
    confusions: tuple[tuple[str, int], ...]
    interval: tuple[float, float]
    skipped: int


def score_lines(name: str, readings: Sequence[Reading], skipped: int = 0) -> LineScores:
    """Return the figures of lines, at least one, of a data set of which ``skipped`` rows gave no line."""
    worst_edits = tuple(confusions(readings, CONFUSIONS))
    return LineScores(name, tuple(readings), by_kind(readings), worst_edits, interval(readings), skipped)


def scores_table(all_scores: Sequence[LineScores]) -> list[str]:
    """Return the lines of a text table: each data set with its kinds below it; shares in per cent."""
    heads = ("lines", "CER", "CER-ci", "-nosp", "exact", "exact-ci", "-nosp", "word", "word-ci", "ED", "NED", "empty")
    labels = [scores.name if kind == "all" else f"  {kind}" for scores in all_scores for kind in scores.kinds]
    first = max([len(label) for label in labels], default=0)
    rows = [" " * first + "".join(f"{head:>9}" for head in heads)]
    for scores in all_scores:
        for kind, figures in scores.kinds.items():
            label = scores.name if kind == "all" else f"  {kind}"
            shares = (
                figures.cer, figures.cer_ci, figures.cer_ci_nospace, figures.exact, figures.exact_ci,
                figures.exact_ci_nospace, figures.word, figures.word_ci,
            )  # fmt: skip
            cells = "".join(f"{100 * share:9.2f}" for share in shares)
            tail = f"{figures.mean_ed:9.2f}{figures.mean_ned:9.3f}{100 * figures.empty:9.2f}"
            rows.append(f"{label:{first}}{figures.lines:9,}{cells}{tail}")
    return rows


def scores_json(all_scores: Sequence[LineScores]) -> dict[str, Any]:
    """Return the figures of all data sets, JSON-ready."""
    return {
        scores.name: {
            "kinds": {kind: asdict(figures) for kind, figures in scores.kinds.items()},
            "cer_ci_interval": list(scores.interval),
            "confusions": dict(scores.confusions),
            "skipped": scores.skipped,
        }
        for scores in all_scores
    }
