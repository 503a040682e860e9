"""Records of evaluations in a journal, one for each kind of network."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import Any, ClassVar, Literal

from receiptgen.recognition.metrics import Figures

from ..evaluation.pages import PageFigures
from ..evaluation.words import WordFigures
from .entries import Evaluation, Number, percent_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated(Evaluation):
    """A data set was evaluated; shares as in ``metrics.Figures``.

    Attributes:
        record: Kind of record.
        data: Name of the data set.
        lines: Number of lines.
        cer: Character error rate.
        cer_ci: The same, case-folded.
        cer_ci_nospace: The same, without spaces.
        exact: Line accuracy: share of the lines that are an exact match.
        exact_ci: The same, case-folded.
        word_ci: Share of the words that were read, case-folded.
        loss: Mean loss of a line; nan where it was not measured.
    """

    figures: ClassVar[tuple[str, ...]] = ("cer", "cer_ci", "cer_ci_nospace", "exact", "exact_ci", "word_ci", "loss")
    measures: ClassVar[tuple[str, str]] = ("character error rate", "case-folded")
    short: ClassVar[str] = "CER"
    samples: ClassVar[str] = "lines"

    record: Literal["evaluated"] = "evaluated"
    data: str
    lines: int
    cer: Number
    cer_ci: Number
    cer_ci_nospace: Number
    exact: Number
    exact_ci: Number
    word_ci: Number
    loss: Number = nan

    @property
    def score(self) -> float:
        """Error by which weights are compared: the lowest is best."""
        return self.cer_ci

    @property
    def rates(self) -> tuple[float, float]:
        """The two rates that curves show."""
        return self.cer, self.cer_ci

    @property
    def recorded(self) -> dict[str, float]:
        """What files of weights say of it."""
        return {"lines": self.lines, "cer": self.cer, "exact": self.exact}

    @property
    def summary(self) -> str:
        """Its figures in words."""
        lines = f"{percent_of(self.exact_ci)} of {self.lines:,} lines exact"
        return f"{self.data}: CER {percent_of(self.cer)}, case-folded {percent_of(self.cer_ci)}; {lines}"

    @classmethod
    def of(cls, data: str, figures: Figures, *, step: int, seen: int, seconds: float, loss: float = nan) -> "Evaluated":
        """Return the record of a data set's figures."""
        return cls(
            step=step,
            seen=seen,
            seconds=seconds,
            data=data,
            lines=figures.lines,
            cer=figures.cer,
            cer_ci=figures.cer_ci,
            cer_ci_nospace=figures.cer_ci_nospace,
            exact=figures.exact,
            exact_ci=figures.exact_ci,
            word_ci=figures.word_ci,
            loss=loss,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedPages(Evaluation):
    """A set of crops of pages was evaluated; figures as in ``PageFigures``.

    Attributes:
        record: Kind of record.
        data: Name of the set.
        crops: Number of crops.
        cells: Number of true cells.
        precision: Share of the cells found that are true.
        recall: Share of the true cells that were found.
        f1: Their harmonic mean.
        height: Mean error of heights, as a share of them.
        direction: Mean error of directions in degrees.
        paper: Intersection of found and true paper over their union.
        loss: Mean loss of a crop; nan where it was not measured.
    """

    figures: ClassVar[tuple[str, ...]] = ("precision", "recall", "f1", "height", "direction", "paper", "loss")
    measures: ClassVar[tuple[str, str]] = ("cells missed or wrong, 1 - F1", "height of letters")
    short: ClassVar[str] = "1 - F1"
    samples: ClassVar[str] = "crops"

    record: Literal["evaluated_pages"] = "evaluated_pages"
    data: str
    crops: int
    cells: int
    precision: Number
    recall: Number
    f1: Number
    height: Number
    direction: Number
    paper: Number
    loss: Number = nan

    @property
    def score(self) -> float:
        """Error by which weights are compared: the lowest is best."""
        return 1 - self.f1

    @property
    def rates(self) -> tuple[float, float]:
        """The two rates that curves show."""
        return self.score, self.height

    @property
    def recorded(self) -> dict[str, float]:
        """What files of weights say of it."""
        return {"crops": self.crops, "f1": self.f1, "height": self.height, "direction": self.direction}

    @property
    def summary(self) -> str:
        """Its figures in words."""
        cells = f"F1 {percent_of(self.f1)} of {self.cells:,} cells ({self.crops:,} crops)"
        errors = f"height {percent_of(self.height)} off, direction {self.direction:.2f} degrees"
        return f"{self.data}: {cells}; {errors}; paper IoU {percent_of(self.paper)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedWords(Evaluation):
    """A set of pages of words was evaluated; figures as in ``WordFigures``.

    Attributes:
        record: Kind of record.
        data: Name of the set.
        pages: Number of pages.
        words: Number of words.
        accuracy: Share of the words told right, of those that mean something.
        f1: F1 over words of all roles.
        money: F1 over amounts of money.
        starts: F1 of first words of items.
        whole: Share of the pages that are told right as a whole.
        loss: Mean loss of a page; nan where it was not measured.
    """

    figures: ClassVar[tuple[str, ...]] = ("accuracy", "f1", "money", "starts", "whole", "loss")
    measures: ClassVar[tuple[str, str]] = ("words told wrong, 1 - F1", "amounts of money")
    short: ClassVar[str] = "1 - F1"
    samples: ClassVar[str] = "pages"

    record: Literal["evaluated_words"] = "evaluated_words"
    data: str
    pages: int
    words: int
    accuracy: Number
    f1: Number
    money: Number
    starts: Number
    whole: Number
    loss: Number = nan

    @property
    def score(self) -> float:
        """Error by which weights are compared: the lowest is best."""
        return 1 - self.f1

    @property
    def rates(self) -> tuple[float, float]:
        """The two rates that curves show."""
        return self.score, 1 - self.money

    @property
    def recorded(self) -> dict[str, float]:
        """What files of weights say of it."""
        return {"pages": self.pages, "f1": self.f1, "money": self.money, "starts": self.starts, "whole": self.whole}

    @property
    def summary(self) -> str:
        """Its figures in words."""
        words = f"F1 {percent_of(self.f1)} of {self.words:,} words ({self.pages:,} pages)"
        parts = f"amounts {percent_of(self.money)}, items {percent_of(self.starts)}"
        return f"{self.data}: {words}; {parts}; {percent_of(self.whole)} of the pages all right"


AnyEvaluated = Evaluated | EvaluatedPages | EvaluatedWords
# The records of figures of networks that read no lines.
_OF_KINDS: Mapping[type, type[EvaluatedPages] | type[EvaluatedWords]] = {
    PageFigures: EvaluatedPages, WordFigures: EvaluatedWords,
}  # fmt: skip


def evaluated_of(data: str, figures: Any, *, step: int, seen: int, seconds: float) -> AnyEvaluated:
    """Return the record of a set's figures.

    Args:
        data: Name of the set.
        figures: Figures of lines, or those of another kind of network.
        step: Number of steps so far.
        seen: Number of samples trained on so far.
        seconds: Time so far.
    """
    if isinstance(figures, Figures):
        return Evaluated.of(data, figures, step=step, seen=seen, seconds=seconds)
    record = _OF_KINDS[type(figures)]
    return record(step=step, seen=seen, seconds=seconds, data=data, **figures._asdict())
