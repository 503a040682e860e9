"""Lines of a file."""

from functools import lru_cache
from pathlib import Path

from receiptgen.commerce.locales import Locale
from receiptgen.config.paths import FilePath
from receiptgen.config.records import Record
from receiptgen.core.assets import word_list
from receiptgen.core.dice import Dice
from receiptgen.core.errors import TextError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.snippets import SNIPPETS


# Size and time of change are arguments so that a changed file is read again.
@lru_cache(maxsize=32)
def _read(path: Path, size: int, changed: int) -> tuple[str, ...]:
    data = read_regular(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None
    lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if not lines:
        raise TextError(f"{path}: no lines to draw from; write one text a line")
    return lines


def read_lines(path: Path) -> tuple[str, ...]:
    """Read the lines of a file, without empty ones, whitespace folded; kept until the file changes.

    Raises:
        TextError: The file can't be read, is not UTF-8, or has no lines.
    """
    try:
        state = path.stat()
        return _read(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise TextError(f"{path}: {reason_of(error)}") from None


@SNIPPETS.register
class File(Record):
    """A line of the user's file, each equally likely.

    Attributes:
        path: The file, in UTF-8, one text a line; its path counts from the folder of the YAML file that is
            loaded. Without one, packaged phrases such as ``Thank you``.
    """

    path: FilePath | None = None

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one line.

        Raises:
            TextError: The file can't be read, is not UTF-8, or has no lines.
        """
        return dice.choose(word_list("lines") if self.path is None else read_lines(self.path))
