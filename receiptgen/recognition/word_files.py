"""Files of the units that a charset has, one a line: words, or characters."""

from collections import Counter
from pathlib import Path
from unicodedata import category, normalize

from receiptgen.core.assets import packaged
from receiptgen.core.errors import CharsetError
from receiptgen.core.files import read_lines

# Characters of a word: longer ones are lines of something else.
_LONGEST = 60
# Share of the lines of a dictionary of characters that may be longer, and are told; with more, it is one of words.
_EXCEPTIONS = 0.1


def packaged_words(name: str) -> Path:
    """Return a packaged list of words.

    Raises:
        UnknownNameError: There is none of that name.
    """
    return packaged("words", name, ".txt")


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

    Empty lines and comments, of ``#`` and more, are left out. A letter with its marks gives each of them; a character
    that comes again counts once.

    Returns:
        The characters, in the order of their labels; empty where many lines of the file are longer.

    Raises:
        FileError: There is no such file, or it is not text.
        CharsetError: A line has several characters, though nearly all have one.
    """
    lines = [(number, _character(line)) for number, line in enumerate(read_lines(path), 1)]
    lines = [(number, chars) for number, chars in lines if chars and not (chars[0] == "#" and len(chars) > 1)]
    several = [(number, chars) for number, chars in lines if any(category(mark)[0] != "M" for mark in chars[1:])]
    if not lines or len(several) > _EXCEPTIONS * len(lines):
        return ""
    if several:
        number, chars = several[0]
        raise CharsetError(
            f"{path}:{number}: {chars[:_LONGEST]!r} is not one character, as the other lines are; give each a line"
        )
    found = dict.fromkeys("".join(chars for _, chars in lines))
    return "".join(found if " " in found else [*found, " "])


def _character(line: str) -> str:
    """Return a line as labels have it: without white space beside a character, which alone is the space."""
    return normalize("NFC", line.strip() or (" " if line else ""))


def _word(line: str, position: str) -> str:
    words = normalize("NFC", line).split()
    if not words:
        raise CharsetError(f"{position}: is empty; remove the line")
    if len(words) > 1:
        raise CharsetError(f"{position}: {' '.join(words)[:_LONGEST]!r} has a space; write one word a line")
    if len(words[0]) > _LONGEST:
        raise CharsetError(f"{position}: a word of {len(words[0]):,} characters; at most {_LONGEST} are read")
    return words[0]
