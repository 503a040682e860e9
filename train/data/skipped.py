"""The list of rows that gave no line, written while a run meets them."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import FileError
from receiptgen.core.files import reason_of

SKIPPED = "skipped.tsv"
_HEAD = "data\tname\treason\n"


class Skip(NamedTuple):
    """A row that gave no line.

    Attributes:
        data: Name of the data set.
        name: Which row.
        reason: What is wrong with it.
    """

    data: str
    name: str
    reason: str


class Skipped:
    """The file ``skipped.tsv`` of a folder: each row once, however often it is met; there is none without rows.

    No handle stays open, and lines are appended: several processes may write it.

    Args:
        folder: Where it lies.

    Raises:
        FileError: What is there can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / SKIPPED
        self._known: dict[Skip, None] = {}
        try:
            content = self.path.read_text(encoding="utf-8", errors="replace") if self.path.exists() else ""
        except OSError as error:
            raise self._fault("read", error) from None
        # Behind the last line end is what a killed process left torn.
        for line in content.split("\n")[1:-1]:
            cells = line.split("\t")
            if len(cells) == len(Skip._fields):
                self._known[Skip(*cells)] = None
        self._torn = bool(content) and not content.endswith("\n")

    def note(self, skips: Iterable[Skip]) -> None:
        """Append the rows that are not there yet.

        Raises:
            FileError: The disk is full, or the file can't be written to.
        """
        rows = (Skip(*(" ".join(part.split()) for part in skip)) for skip in skips)
        new = [row for row in dict.fromkeys(rows) if row not in self._known]
        if not new:
            return
        self._known.update(dict.fromkeys(new))
        lines = "".join("\t".join(row) + "\n" for row in new)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                head = "\n" if self._torn else "" if file.tell() else _HEAD
                file.write((head + lines).encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise self._fault("written", error) from None
        self._torn = False

    def __len__(self) -> int:
        """Return how many rows."""
        return len(self._known)

    @property
    def counts(self) -> Counter[str]:
        """How many rows of each data set."""
        return Counter(skip.data for skip in self._known)

    def _fault(self, what: str, error: OSError) -> FileError:
        return FileError(f"{self.path}: can't be {what}: {reason_of(error)}")
