"""Files of the units that a charset has, one a line: words, or characters."""

from collections import Counter
from pathlib import Path
from unicodedata import normalize

from receiptgen.core.assets import packaged
from receiptgen.core.errors import CharsetError
from receiptgen.core.files import read_lines

PREFIX, _SUFFIX = "words:", ".txt"
# Characters of a word: longer ones are lines of something else.
_LONGEST = 60


def own_word_file(name: str) -> Path | None:
    """Return the user's file that a charset's name stands for, or None if it stands for something else."""
    rest = name.removeprefix(PREFIX)
    is_file = rest.endswith(_SUFFIX) or (rest != name and not rest.isidentifier())
    return Path(rest) if is_file else None


def word_file(name: str) -> Path | None:
    """Return the file that a charset's name stands for, or None if it is not one of words.

    Raises:
        UnknownNameError: There is no packaged list of that name.
    """
    if own := own_word_file(name):
        return own
    return packaged("words", name.removeprefix(PREFIX), _SUFFIX) if name.startswith(PREFIX) else None


def read_words(path: Path) -> tuple[str, ...]:
    """Read a UTF-8 file of one word a line, in the order of its labels; lines that begin with ``#`` are comments.

    Raises:
        FileError: There is no such file, or it is not text.
        CharsetError: It has fewer than two words, one twice, or a line that is not one word.
    """
    lines = enumerate(read_lines(path), 1)
    words = [_word(line, f"{path}:{number}") for number, line in lines if not line.startswith("#")]
    doubles = [word for word, count in Counter(words).items() if count > 1]
    if doubles:
        more = len(doubles) - 1
        others = f", and {more:,} other {'word does' if more == 1 else 'words do'}" if more else ""
        raise CharsetError(f"{path}: {doubles[0]!r} occurs twice{others}; 'sort -u' removes doubles")
    if len(words) < 2:
        found = f"has one word, {words[0]!r}" if words else "has no words"
        raise CharsetError(f"{path}: {found}; name at least two, one a line")
    return tuple(words)


def read_characters(path: Path) -> str:
    """Read a file of one character a line, as PaddleOCR's dictionaries are; the space, which they leave out, is added.

    Returns:
        The characters, in the order of their labels; empty where the file is not one of single characters.

    Raises:
        FileError: There is no such file, or it is not text.
        CharsetError: It has a character twice.
    """
    chars = [normalize("NFC", line) for line in read_lines(path) if line]
    if len(chars) < 2 or any(len(char) != 1 for char in chars):
        return ""
    if doubles := [char for char, count in Counter(chars).items() if count > 1]:
        raise CharsetError(f"{path}: {doubles[0]!r} occurs twice; 'sort -u' removes doubles")
    return "".join(chars) if " " in chars else "".join([*chars, " "])


def _word(line: str, position: str) -> str:
    words = normalize("NFC", line).split()
    if not words:
        raise CharsetError(f"{position}: is empty; remove the line")
    if len(words) > 1:
        raise CharsetError(f"{position}: {' '.join(words)[:_LONGEST]!r} has a space; write one word a line")
    if len(words[0]) > _LONGEST:
        raise CharsetError(f"{position}: a word of {len(words[0]):,} characters; at most {_LONGEST} are read")
    return words[0]
