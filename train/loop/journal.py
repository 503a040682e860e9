"""The journal of a run: JSON records, one per line, appended as they happen."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from receiptgen.core.errors import FileError, TrainingError
from receiptgen.core.files import reason_of, write_atomic

from .entries import Entry, Number
from .evaluations import AnyEvaluated

JOURNAL = "journal.jsonl"


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


AnyEntry = Started | Progressed | AnyEvaluated | Ended
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
