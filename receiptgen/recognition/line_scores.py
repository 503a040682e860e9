"""Accuracy on the lines of a data set, as figures, a table and JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from receiptgen.recognition.metrics import Figures, Reading, by_kind, confusions, interval

# Number of confusions that are kept.
CONFUSIONS = 30


class Column(NamedTuple):
    """A column of the table: its head, the field of ``Figures``, and how its numbers are printed."""

    head: str
    figure: str
    scale: float = 100
    form: str = "{:.2f}"


COLUMNS = (
    Column("lines", "lines", 1, "{:,}"),
    Column("CER", "cer"), Column("CER-ci", "cer_ci"), Column("-nosp", "cer_ci_nospace"),
    Column("WER", "wer"), Column("WER-ci", "wer_ci"),
    Column("exact", "exact"), Column("exact-ci", "exact_ci"), Column("-nosp", "exact_ci_nospace"),
    Column("word", "word"), Column("word-ci", "word_ci"),
    Column("ED", "mean_ed", 1), Column("ED-ci", "mean_ed_ci", 1),
    Column("NED", "mean_ned", 1, "{:.3f}"), Column("NED-ci", "mean_ned_ci", 1, "{:.3f}"),
    Column("NED/len", "mean_ned_label", 1, "{:.3f}"), Column("-ci", "mean_ned_label_ci", 1, "{:.3f}"),
    Column("empty", "empty"),
)  # fmt: skip


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
    labels = [scores.name if kind == "all" else f"  {kind}" for scores in all_scores for kind in scores.kinds]
    first = max([len(label) for label in labels], default=0)
    rows = [" " * first + "".join(f"{column.head:>9}" for column in COLUMNS)]
    figures = [figures for scores in all_scores for figures in scores.kinds.values()]
    for label, row in zip(labels, figures, strict=True):
        cells = (column.form.format(column.scale * getattr(row, column.figure)) for column in COLUMNS)
        rows.append(f"{label:{first}}" + "".join(f"{cell:>9}" for cell in cells))
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
