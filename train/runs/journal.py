"""The journal of a run: one JSON record a line, appended as things happen."""

from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from receiptgen.core.errors import FileError, TrainingError
from receiptgen.core.files import reason_of, write_atomic
from receiptgen.recognition.metrics import Figures

JOURNAL = "journal.jsonl"


def _number(value: Any) -> Any:
    return nan if value is None else value


# JSON has no nan and no infinity: both are written as null and read as nan.
Number = Annotated[float, BeforeValidator(_number)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every record of a journal says.

    Attributes:
        step: Updates of the weights so far.
        seen: Lines trained on so far, those seen again included.
        seconds: Since the run began, summed over resumes.
    """

    step: int
    seen: int
    seconds: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Entry):
    """A run began, or went on.

    Attributes:
        record: Tells this record from others.
        moment: Date and time of day, ISO 8601.
        network: Name of the network.
        backend: Name of the backend.
        devices: On what it trains.
    """

    record: Literal["started"] = "started"
    moment: str
    network: str
    backend: str
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed(Entry):
    """Some updates were made; means are over those since the last record.

    Attributes:
        record: Tells this record from others.
        loss: Mean of a line.
        rate: Learning rate.
        norm: Of the gradient, before it was clipped.
        images_per_second: Lines a second, waiting included.
        wait: Share of the time for which the step waited for the loader.
    """

    record: Literal["progressed"] = "progressed"
    loss: Number
    rate: Number
    norm: Number
    images_per_second: Number
    wait: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated(Entry):
    """A data set was read; the shares are those of ``metrics.Figures``.

    Attributes:
        record: Tells this record from others.
        data: Name of the data set.
        lines: How many were read.
        cer: Character error rate.
        cer_ci: The same, case-folded.
        cer_ci_nospace: The same, without blanks.
        exact: Share of the lines that were read without fault.
        exact_ci: The same, case-folded.
        word_ci: Share of the words that were found, case-folded.
        loss: Mean of a line; nan where it was not measured.
    """

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
class Ended(Entry):
    """A run ended.

    Attributes:
        record: Tells this record from others.
        reason: Why, in words, as ``all steps are done``.
        best_step: Step of the best weights.
        best: Its score.
    """

    record: Literal["ended"] = "ended"
    reason: str
    best_step: int
    best: Number


AnyEntry = Started | Progressed | Evaluated | Ended
_ENTRIES: TypeAdapter[AnyEntry] = TypeAdapter(Annotated[AnyEntry, Field(discriminator="record")])


class Journal:
    """The journal of a run that is written.

    No handle stays open: a record is a file opened, a line and a file closed, some 50 microseconds.

    Args:
        folder: Of the run; made if it isn't there. A last line that a killed run left torn is cut off.

    Raises:
        FileError: The folder can't be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._mend()
        except OSError as error:
            raise self._fault(error) from None

    def write(self, entry: AnyEntry) -> None:
        """Append a record; it is on its way to the disk when this returns.

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
            TrainingError: It holds what is no record.
        """
        return next(reversed(read(self.path)), None)

    def rewind(self, step: int) -> None:
        """Drop all records of later steps; those of the step itself stay. The file is whole at any time.

        Args:
            step: That of the checkpoint from which a run goes on; -1 drops all.

        Raises:
            FileError: The file can't be written to.
            TrainingError: It holds what is no record.
        """
        kept = b"".join(_ENTRIES.dump_json(entry) + b"\n" for entry in read(self.path) if entry.step <= step)
        write_atomic(self.path, kept)

    def _mend(self) -> None:
        """Cut off what follows the last line end."""
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            content = file.read()
            if content and not content.endswith(b"\n"):
                file.truncate(content.rfind(b"\n") + 1)

    def _fault(self, error: OSError) -> FileError:
        return FileError(f"{self.path}: can't be written: {reason_of(error)}")


def read(path: Path) -> list[AnyEntry]:
    """Read a journal; a torn last line is left out, and a file that is not there holds nothing.

    Raises:
        FileError: The file can't be read.
        TrainingError: A line is no record.
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
            place = ".".join(map(str, fault["loc"][1:]))
            raise TrainingError(
                f"{path}:{number}: is no record of a journal: {f'{place}: ' if place else ''}{fault['msg'].lower()}"
            ) from None
    return entries
