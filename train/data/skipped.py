"""The list of skipped rows of a run, which gave no line."""

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
        name: Name of the row.
        reason: Reason why it can't be used.
    """

    data: str
    name: str
    reason: str


class Skipped:
    """Writes ``skipped.tsv`` of a folder, with each row once; without rows there is no file.

    No file stays open, and lines are appended, so that several processes may write.

    Args:
        folder: Folder of the file.

    Raises:
        FileError: The existing file can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / SKIPPED
        self._rows: dict[Skip, None] = {}
        try:
            content = self.path.read_text(encoding="utf-8", errors="replace") if self.path.exists() else ""
        except OSError as error:
            raise self._fault("read", error) from None
        # After the last line end is what a killed process wrote partially.
        for line in content.split("\n")[1:-1]:
            cells = line.split("\t")
            if len(cells) == len(Skip._fields):
                self._rows[Skip(*cells)] = None
        self._partial = bool(content) and not content.endswith("\n")

    def add(self, skips: Iterable[Skip]) -> None:
        """Append the rows that the file does not have yet.

        Raises:
            FileError: The disk is full, or the file can't be written to.
        """
        rows = (Skip(*(" ".join(part.split()) for part in skip)) for skip in skips)
        new = [row for row in dict.fromkeys(rows) if row not in self._rows]
        if not new:
            return
        self._rows.update(dict.fromkeys(new))
        lines = "".join("\t".join(row) + "\n" for row in new)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab") as file:
                head = "\n" if self._partial else "" if file.tell() else _HEAD
                file.write((head + lines).encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise self._fault("written", error) from None
        self._partial = False

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    @property
    def counts(self) -> Counter[str]:
        """Number of rows of each data set."""
        return Counter(skip.data for skip in self._rows)

    def _fault(self, verb: str, error: OSError) -> FileError:
        return FileError(f"{self.path}: can't be {verb}: {reason_of(error)}")
