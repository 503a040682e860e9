"""Lines of a file."""

from collections.abc import Collection
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.vocabulary import phrases
from receiptgen.config.paths import FilePath
from receiptgen.core.assets import packaged, word_list
from receiptgen.core.dice import Dice
from receiptgen.core.errors import TextError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._country import left_to
from receiptgen.snippets._turns import Order, Turns

# Whitespace that is folded: all but single spaces between words.
_FOLDED = ("  ", " \n", "\n ", *(char for char in map(chr, range(0x3001)) if char.isspace() and char not in " \n"))


def _decoded(path: Path) -> str:
    try:
        data = read_regular(path)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise TextError(f"{path}: {reason_of(error)}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from None


# Size and time of change are arguments so that a changed file is read again.
@lru_cache(maxsize=32)
def _read(path: Path, size: int, changed: int) -> tuple[str, ...]:
    text = _decoded(path).replace("\r\n", "\n")
    lines = text.splitlines()
    # Most files need no folding, which takes five times as long as all else.
    if any(space in text for space in _FOLDED):
        lines = [" ".join(line.split()) for line in lines]
    kept = tuple(filter(None, lines))
    if not kept:
        raise TextError(f"{path}: no lines to draw from; write one text a line")
    return kept


def read_lines(path: Path) -> tuple[str, ...]:
    """Read the lines of a file, without empty ones, whitespace folded; kept until the file changes.

    Raises:
        TextError: The file can't be read, is not UTF-8, or has no lines.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise TextError(f"{path}: {reason_of(error)}") from None
    return _read(path, state.st_size, state.st_mtime_ns)


class Lines(NamedTuple):
    """Some lines of a file; order and times are those of ``File``."""

    kept: tuple[str, ...]
    order: Order
    times: int
    anywhere: bool = True

    def texts(self) -> tuple[str, ...]:
        """Return them."""
        return self.kept

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one line."""
        return dice.choose(self.kept)


@SNIPPETS.register
class File(Turns):
    """A line of the user's file, each equally likely, or in turn.

    Attributes:
        path: The file, in UTF-8, one text a line; its path counts from the folder of the YAML file that is
            loaded. Without one, packaged phrases such as ``Thank you``, or those of the country where it has a script
            of its own.
        unknown: What happens to lines that no font of the set draws: ``refuse`` the file before anything is drawn, or
            ``skip`` them, and count them.
        order: ``random``, or ``each`` line in turn, in the order of the file and then again, each time in another font:
            as many samples as the file has lines hold each once.
        times: How often ``draw`` draws each line where no number is asked for; of ``order: each`` only.
    """

    anywhere: ClassVar[bool] = True
    path: FilePath | None = None
    unknown: Literal["refuse", "skip"] = "refuse"

    @property
    def source(self) -> str:
        """The file, as messages name it."""
        return str(self.path or packaged("words", "lines", ".txt"))

    def lines(self) -> tuple[str, ...]:
        """Return all lines.

        Raises:
            TextError: The file can't be read, is not UTF-8, or has no lines.
        """
        return word_list("lines") if self.path is None else read_lines(self.path)

    def line_number(self, index: int) -> int:
        """Return the number, from 1, that one of the lines has in the file, as editors count."""
        rows = _decoded(Path(self.source)).split("\n")
        held = accumulate(sum(1 for line in row.splitlines() if line.strip()) for row in rows)
        return next(number for number, count in enumerate(held, 1) if count > index)

    def without(self, left_out: Collection[int]) -> Lines:
        """Return what draws all lines but those of some indices."""
        kept = tuple(line for index, line in enumerate(self.lines()) if index not in left_out)
        return Lines(kept, self.order, self.times)

    def texts(self) -> tuple[str, ...]:
        """Return all lines; raises as ``lines`` does."""
        return self.lines()

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one line.

        Raises:
            TextError: The file can't be read, is not UTF-8, or has no lines.
        """
        return dice.choose(phrases(locale) if left_to(locale, self, "path") else self.lines())
