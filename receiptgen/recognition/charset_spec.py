"""How a charset is named: a base, and what is added to it with plus signs, as ``receipt+ľŕ₺`` or ``+@dict.txt``."""

import re
from collections.abc import Callable, Iterator
from os.path import isfile
from pathlib import Path
from typing import Literal, NamedTuple
from unicodedata import normalize

from receiptgen.core.errors import CharsetError
from receiptgen.core.suggestions import hint

ASCII = "".join(map(chr, range(0x20, 0x7F)))
# What the packaged countries of Latin script print beyond ASCII, letters in either case. Greek, Cyrillic and other
# scripts are read by weights with charsets of their own.
_BEYOND_ASCII = (
    "¡£§ª°º¥€…"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüý"
    "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıŁłŃńŇňŐőŘřŚśŞşŠšŤťŮůŰűŹźŻżŽžȘșȚț"
)
NAMED = {"ascii": ASCII, "receipt": ASCII + _BEYOND_ASCII}
# All characters of the data to train on: beside those of initial weights, or without them.
DATA, ONLY_DATA = "data", "only-data"
CHARACTERS = "chars:"
_TEXT_FILE = ".txt"
_NAME = re.compile(r"[A-Za-z_]\w+(?:-\w+)*", re.ASCII)
_PATH = re.compile(r"(?:~|\.{1,2})?[/\\].*\w|.*\w[/\\]\w.*|.*\w\.[A-Za-z]\w{0,7}", re.DOTALL)
# What stands in no list of characters, only in one of names, behind a misspelt prefix or in a range.
_MEANT = re.compile(r"(?<![^\W_])(?:ascii|receipt|(?:only-)?data|chars?|words?|file)(?![^\W_])|a-z|A-Z|0-9")
# Least number of letters in the order of the alphabet that are not taken for a name: ``ABC`` isn't, ``de`` is.
_SHORTEST_RUN = 3

TermKind = Literal["name", "characters", "file", "words", "data"]
# Whether the characters of initial weights belong to a charset: they do, they do if there are any, they don't.
Base = Literal["weights", "weights if any", "none"]
_PREFIXES: dict[str, TermKind] = {CHARACTERS: "characters", "words:": "words", "@": "file"}


class CharsetTerm(NamedTuple):
    """A part of a charset.

    Attributes:
        kind: What it is: ``words`` is a file or a packaged list, ``file`` one of characters or words.
        value: A name, the characters, or a path; empty for ``data``.
    """

    kind: TermKind
    value: str = ""

    def __str__(self) -> str:
        """Return it as it is typed after a plus sign."""
        if self.kind in {"name", "data"}:
            return self.value or DATA
        if self.kind == "characters" and "+" not in self.value and _kind(self.value, None) == "characters":
            return self.value
        return next(prefix for prefix, kind in _PREFIXES.items() if kind == self.kind) + self.value

    @property
    def path(self) -> Path | None:
        """The user's file that it is read from, if it is."""
        is_path = self.kind == "file" or (self.kind == "words" and not self.value.isidentifier())
        return Path(self.value) if is_path else None


class CharsetSpec(NamedTuple):
    """What a charset is made of.

    Attributes:
        base: Whether the characters of initial weights belong to it.
        terms: What belongs to it besides.
    """

    base: Base
    terms: tuple[CharsetTerm, ...] = ()

    def __str__(self) -> str:
        """Return it as it is typed."""
        names = [str(term) for term in self.terms]
        if self.base == "weights":
            return "".join(f"+{name}" for name in names)
        first = self.terms[0]
        if self.base == "none" and first.kind == "data":
            names[0] = ONLY_DATA
        if first.kind == "characters" and _is_literal(first.value):
            names[0] = first.value  # a plus sign is one of them
        return "+".join(names)

    def plus(self, *added: CharsetTerm) -> "CharsetSpec":
        """Return it with more terms; all characters stand last, as one term."""
        terms = dict.fromkeys([*self.terms, *added])
        chars = "".join(dict.fromkeys("".join(term.value for term in terms if term.kind == "characters")))
        rest = [term for term in terms if term.kind != "characters"]
        return self._replace(terms=(*rest, *([CharsetTerm("characters", chars)] if chars else ())))

    def with_paths(self, change: Callable[[Path], Path]) -> "CharsetSpec":
        """Return it with other paths of its files."""
        terms = [term._replace(value=str(change(term.path))) if term.path else term for term in self.terms]
        return self._replace(terms=tuple(terms))

    @property
    def has_data(self) -> bool:
        """Whether the characters of the data to train on belong to it."""
        return CharsetTerm("data") in self.terms


def parse_charset(text: str, folder: Path | None = Path()) -> CharsetSpec:
    """Return what a charset is made of.

    Args:
        text: ``BASE+ADDED+ADDED``. A base is ``ascii``, ``receipt``, ``data`` (the characters of the initial weights,
            if there are any, and those of the data), ``only-data``, ``@FILE``, ``words:FILE`` or ``words:NAME``;
            without one, it is the charset of the initial weights. Any of these is added, or characters. Characters
            alone are a charset, too, of which a plus sign is one. After ``chars:``, everything is taken for characters.
        folder: Folder from which paths are counted; None where text may name no files.

    Raises:
        CharsetError: A term is neither the name of a charset, nor a file, nor plainly characters.
    """
    if not text:
        return CharsetSpec("weights")
    added = text.startswith("+")
    typed = list(_split(text[added:], folder))
    try:
        if not added and _kind(typed[0], folder) == "characters":
            return CharsetSpec("none", (_literal(text, typed, folder),))
        terms = tuple(_term(each, folder) for each in typed)
        if ONLY_DATA in typed[not added :]:
            raise CharsetError(
                f"{ONLY_DATA} is a base, to which others are added; '+{DATA}' adds the data's characters"
            )
    except CharsetError as error:
        place = "" if str(error).startswith(repr(text)) else f"{text!r}: "
        raise CharsetError(f"charset {place}{error}") from None
    base: Base = "weights" if added else "weights if any" if typed[0] == DATA else "none"
    return CharsetSpec(base, terms)


def _split(text: str, folder: Path | None) -> Iterator[str]:
    """Yield the terms between plus signs, of which the path of a file may have some."""
    pieces = text.split("+")
    while pieces:
        joined = ["+".join(pieces[: count + 1]) for count in range(len(pieces))]
        if pieces[0].startswith(CHARACTERS):
            yield joined[-1]
            return
        count = 0
        if _kind(pieces[0], folder) in {None, "file", "words"}:
            count = max((index for index, typed in enumerate(joined) if _names_file(typed, folder)), default=0)
        yield joined[count]
        pieces = pieces[count + 1 :]


def _kind(typed: str, folder: Path | None) -> TermKind | None:
    """Return what a term is; None where it is empty, or looks like a name or a path and is neither."""
    if typed in NAMED:
        return "name"
    if typed in {DATA, ONLY_DATA}:
        return "data"
    for prefix, kind in _PREFIXES.items():
        if typed.startswith(prefix) and typed != "@":
            return kind if typed != prefix else None
    if typed.endswith(_TEXT_FILE):
        return "file"
    if _PATH.fullmatch(typed) or (_NAME.fullmatch(typed) and not _is_alphabet(typed)):
        return "file" if folder is not None and _exists(folder / typed) else None
    if typed != typed.strip() and typed.strip():
        return "characters" if _kind(typed.strip(), folder) == "characters" else None
    return "characters" if typed and not _MEANT.search(typed) else None


def _names_file(typed: str, folder: Path | None) -> bool:
    """Tell whether a term names a file that exists."""
    if folder is None or _kind(typed, folder) not in {"file", "words"}:
        return False
    return _exists(folder / typed.removeprefix("words:").removeprefix("@"))


def _exists(path: Path) -> bool:
    return isfile(path)  # noqa: PTH113  # false, too, where a name is too long for a file


def _is_alphabet(word: str) -> bool:
    """Tell whether a word is made of letters or digits in their order, as ``ABCxyz123``."""
    starts = [place for place in range(len(word)) if not place or ord(word[place]) != ord(word[place - 1]) + 1]
    return all(stop - start >= _SHORTEST_RUN for start, stop in zip(starts, [*starts[1:], len(word)], strict=True))


def _term(typed: str, folder: Path | None) -> CharsetTerm:
    """Return a term; raises CharsetError where it is none."""
    kind = _kind(typed, folder)
    if kind is None:
        if not typed or typed in _PREFIXES:
            plus = "" if typed else f"; '{CHARACTERS}+' means the plus sign"
            raise CharsetError(f"nothing follows {typed or '+'!r}{plus}")
        near = hint(typed, (*NAMED, DATA, ONLY_DATA), 0) or ";"
        raise CharsetError(
            f"{typed!r} is neither the name of a charset nor a file{near} '{CHARACTERS}{typed}' means its characters"
        )
    prefix = next((each for each, meant in _PREFIXES.items() if meant == kind and typed.startswith(each)), "")
    value = "" if kind == "data" else typed.removeprefix(prefix)
    return CharsetTerm(kind, normalize("NFC", value) if kind == "characters" else value)


def _is_literal(text: str) -> bool:
    """Tell whether characters are a charset as they stand, without a prefix."""
    pieces = text.split("+")
    return bool(pieces[0]) and all(_kind(piece, None) == "characters" for piece in pieces if piece)


def _literal(text: str, typed: list[str], folder: Path | None) -> CharsetTerm:
    """Return the characters that a text begins with, to its end; raises CharsetError where a name or file follows."""
    other = next((each for each in typed[1:] if each and _kind(each, folder) != "characters"), "")
    if other:
        raise CharsetError(f"characters stand last, as in '{other}+{typed[0]}'; '{CHARACTERS}{text}' means all of it")
    return _term(f"{CHARACTERS}{text.removeprefix(CHARACTERS)}", folder)
