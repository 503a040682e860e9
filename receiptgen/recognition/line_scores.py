"""Accuracy on the lines of a data set, as figures, a table and JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from receiptgen.recognition.metrics import Figures, Reading, by_kind, confusions, interval, normalised, with_text

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


class BlankScores(NamedTuple):
    """The accuracy on images of nothing, whose ground truth is empty.

    Attributes:
        lines: Number of them.
        read_as_nothing: Number of those in which nothing was read.
    """

    lines: int
    read_as_nothing: int

    def __str__(self) -> str:
        return f"{100 * self.read_as_nothing / self.lines:.1f} % of {self.lines:,} read as nothing"


@dataclass(frozen=True)
class LineScores:
    """The accuracy on a data set. Images of nothing count in ``blanks`` alone.

    Attributes:
        name: Name of the data set.
        readings: Its lines, with ground truth and prediction, and its images of nothing.
        kinds: Figures of ``all`` lines with a text and of each kind; empty where there are none.
        confusions: The most frequent single edits, case-folded, and how often each occurs.
        interval: 95 % interval of the case-folded CER, over receipts.
        skipped: Number of rows that gave no line.
        blanks: Accuracy on images of nothing.
    """

    name: str
    readings: tuple[Reading, ...]
    kinds: dict[str, Figures]
    confusions: tuple[tuple[str, int], ...]
    interval: tuple[float, float]
    skipped: int
    blanks: BlankScores


def score_lines(name: str, readings: Sequence[Reading], skipped: int = 0) -> LineScores:
    """Return the figures of lines, at least one, of a data set of which ``skipped`` rows gave no line."""
    texts = with_text(readings)
    nothing = [reading for reading in readings if not normalised(reading.text)]
    blanks = BlankScores(len(nothing), sum(not normalised(reading.prediction) for reading in nothing))
    worst_edits = tuple(confusions(texts, CONFUSIONS))
    return LineScores(name, tuple(readings), by_kind(texts), worst_edits, interval(texts), skipped, blanks)


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
            "blanks": scores.blanks._asdict(),
        }
        for scores in all_scores
    }
