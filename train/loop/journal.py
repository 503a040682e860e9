"""The journal of a run: JSON records, one per line, appended as they happen."""

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
    """The fields of every record of a journal.

    Attributes:
        step: Number of steps so far.
        seen: Number of lines trained on so far, with repetitions.
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
        record: Kind of record.
        reason: Reason in words, such as ``all steps are done``.
        best_step: Step of the best weights.
        best: CER of the best weights, case-folded.
    """

    record: Literal["ended"] = "ended"
    reason: str
    best_step: int
    best: Number


AnyEntry = Started | Progressed | Evaluated | Ended
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
