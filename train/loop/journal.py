"""The journal of a run: JSON records, one per line, appended as they happen."""

from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from receiptgen.core.errors import FileError, TrainingError
from receiptgen.core.files import reason_of, write_atomic
from receiptgen.recognition.metrics import Figures

from ..evaluation.pages import PageFigures

JOURNAL = "journal.jsonl"


def _number(value: Any) -> Any:
    return nan if value is None else value


# JSON has no nan and no infinity: both are written as null and read as nan.
Number = Annotated[float, BeforeValidator(_number)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The fields of every record of a journal.

    Attributes:
        step: Number of steps so far.
        seen: Number of lines or crops trained on so far, with repetitions.
        seconds: Time since the run began, in seconds, summed over resumes.
    """

    step: int
    seen: int
    seconds: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Entry):
    """A run began or was resumed.

    Attributes:
        record: Kind of record.
        moment: Date and time, ISO 8601.
        network: Name of the network.
        backend: Name of the backend.
        devices: Devices that it trains on.
    """

    record: Literal["started"] = "started"
    moment: str
    network: str
    backend: str
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed(Entry):
    """Some steps were made; means are over those since the last record.

    Attributes:
        record: Kind of record.
        loss: Mean loss of a line.
        rate: Learning rate.
        norm: Norm of the gradient before clipping.
        images_per_second: Lines per second, with waiting.
        wait: Share of the time that was spent waiting for the loader, 0 to 1.
    """

    record: Literal["progressed"] = "progressed"
    loss: Number
    rate: Number
    norm: Number
    images_per_second: Number
    wait: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated(Entry):
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
        lines = f"{_percent(self.exact_ci)} of {self.lines:,} lines exact"
        return f"{self.data}: CER {_percent(self.cer)}, case-folded {_percent(self.cer_ci)}; {lines}"

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
class EvaluatedPages(Entry):
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
        cells = f"F1 {_percent(self.f1)} of {self.cells:,} cells ({self.crops:,} crops)"
        errors = f"height {_percent(self.height)} off, direction {self.direction:.2f} degrees"
        return f"{self.data}: {cells}; {errors}; paper IoU {_percent(self.paper)}"


AnyEvaluated = Evaluated | EvaluatedPages


def evaluated_of(data: str, figures: Figures | PageFigures, *, step: int, seen: int, seconds: float) -> AnyEvaluated:
    """Return the record of a data set's figures, of lines or of pages."""
    if isinstance(figures, PageFigures):
        return EvaluatedPages(step=step, seen=seen, seconds=seconds, data=data, **figures._asdict())
    return Evaluated.of(data, figures, step=step, seen=seen, seconds=seconds)


def _percent(share: float) -> str:
    return f"{100 * share:.2f} %" if isfinite(share) else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Entry):
    """A run ended.

    Attributes:
        record: Kind of record.
        reason: Reason in words, such as ``all steps are done``.
        best_step: Step of the best weights.
        best: Error of the best weights, as ``AnyEvaluated.score`` has it.
    """

    record: Literal["ended"] = "ended"
    reason: str
    best_step: int
    best: Number


AnyEntry = Started | Progressed | Evaluated | EvaluatedPages | Ended
_ENTRIES: TypeAdapter[AnyEntry] = TypeAdapter(Annotated[AnyEntry, Field(discriminator="record")])


class Journal:
    """Writes the journal of a run.

    No file stays open: it is opened and closed for each record, in some 50 microseconds.

    Args:
        folder: Folder of the run, made if it doesn't exist. A partial last line of a killed run is cut off.

    Raises:
        FileError: The folder can't be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._truncate()
        except OSError as error:
            raise self._fault(error) from None

    def write(self, entry: AnyEntry) -> None:
        """Append a record.

        Raises:
            FileError: The disk is full, or the file can't be written to.
        """
        try:
            with self.path.open("ab") as file:
                file.write(_ENTRIES.dump_json(entry) + b"\n")
        except OSError as error:
            raise self._fault(error) from None

    @property
    def last(self) -> AnyEntry | None:
        """The last record.

        Raises:
            FileError: The file can't be read.
            TrainingError: A line is not a record.
        """
        return next(reversed(read_journal(self.path)), None)

    def rewind(self, step: int) -> None:
        """Drop all records of later steps; those of the step itself stay. The file is whole at any time.

        Args:
            step: Step of the checkpoint from which a run resumes; -1 drops all.

        Raises:
            FileError: The file can't be written to.
            TrainingError: A line is not a record.
        """
        content = b"".join(_ENTRIES.dump_json(entry) + b"\n" for entry in read_journal(self.path) if entry.step <= step)
        write_atomic(self.path, content)

    def _truncate(self) -> None:
        """Cut off what follows the last line end."""
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            content = file.read()
            if content and not content.endswith(b"\n"):
                file.truncate(content.rfind(b"\n") + 1)

    def _fault(self, error: OSError) -> FileError:
        return FileError(f"{self.path}: can't be written: {reason_of(error)}")


def read_journal(path: Path) -> list[AnyEntry]:
    """Read a journal; a partial last line is left out, and a missing file is an empty journal.

    Raises:
        FileError: The file can't be read.
        TrainingError: A line is not a record.
    """
    try:
        content = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise FileError(f"{path}: can't be read: {reason_of(error)}") from None
    entries = []
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        try:
            entries.append(_ENTRIES.validate_json(line))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            key = ".".join(map(str, fault["loc"][1:]))
            raise TrainingError(
                f"{path}:{number}: is not a record of a journal: {f'{key}: ' if key else ''}{fault['msg'].lower()}"
            ) from None
    return entries
