"""Files that are sent beside a template: logos, lists of goods, fonts and whatever else it names."""

from base64 import b64decode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

from receiptgen.core.errors import FileError
from receiptgen.core.files import reason_of
from receiptgen.serving.answers import RefusedError

# Files of a request at most, their bytes taken together, and characters of a name.
MOST_FILES, MOST_BYTES, LONGEST_NAME = 20, 8_000_000, 100
# Bytes of a name as UTF-8 that file systems take, less than the 255 so that `.yaml` and the like fit behind it.
_LONGEST_BYTES = 240
# Base64 writes three bytes as four characters.
LARGEST_PARAMETER = MOST_BYTES * 4 // 3 + 4 * MOST_FILES
TOO_LARGE = f"the files beside a template may have {MOST_BYTES:,} bytes in all; leave some out, or save them smaller"
# What no system takes in a name, or what would lead elsewhere.
_FORBIDDEN = frozenset('/\\:*?"<>|')
# Sets of files that are kept, so that what was loaded of them is still right when they are sent again.
_KEPT = 8


class SentFile(NamedTuple):
    """A file that lies beside a template.

    Attributes:
        name: Its name, without folders.
        content: Its bytes.
    """

    name: str
    content: bytes


def parse_sent_files(value: Any) -> tuple[SentFile, ...]:
    """Parse the parameter ``beside`` of a request: names with contents in base64.

    Raises:
        RefusedError: It is something else, a name is none, or there are too many files or bytes.
    """
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise RefusedError(400, "beside: expected an object of names with contents in base64, or null")
    if len(value) > MOST_FILES:
        raise RefusedError(413, f"beside: {len(value):,} files; a template has {MOST_FILES} beside it at most")
    files = tuple(SentFile(_name(name), _content(name, text)) for name, text in value.items())
    if sum(len(file.content) for file in files) > MOST_BYTES:
        raise RefusedError(413, f"beside: {TOO_LARGE}")
    return files


def is_file_name(name: str) -> bool:
    """Tell whether a name is one of a file on every system: without folders, not hidden, on one line."""
    spaced = name != name.strip() or name.startswith(".") or name.endswith(".")
    fits = 0 < len(name) <= LONGEST_NAME and len(name.encode(errors="replace")) <= _LONGEST_BYTES
    return fits and name.isprintable() and not (spaced or _FORBIDDEN & {*name})


def _name(name: str) -> str:
    if not is_file_name(name):
        raise RefusedError(400, f"beside: {name[:60]!r} is no name of a file, such as 'logo.png', without folders")
    return name


def _content(name: str, text: Any) -> bytes:
    if not isinstance(text, str):
        raise RefusedError(400, f"beside: {name}: expected its content in base64")
    if len(text) > LARGEST_PARAMETER:
        raise RefusedError(413, f"beside: {name}: {TOO_LARGE}")
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise RefusedError(400, f"beside: {name}: its content is not base64") from None


class SentFolder:
    """Lays files that are sent into folders below the current one, named by what they hold.

    The same files lie in the same folder when they are sent again: what was made of them is found in caches, and other
    files of the same names are never taken for them.
    """

    def __init__(self) -> None:
        self._recent: list[Path] = []

    def lay(self, files: Sequence[SentFile]) -> Path:
        """Return the folder in which some files lie side by side, a relative path; there is none of no files.

        Raises:
            FileError: They can't be written.
        """
        digest = sha256()
        for name, content in files:
            digest.update(f"{name}\0{sha256(content).hexdigest()}\n".encode())
        folder = Path(digest.hexdigest()[:16])
        if not files:
            return folder
        if folder in self._recent:
            self._recent.append(self._recent.pop(self._recent.index(folder)))
            return folder
        while len(self._recent) >= _KEPT:
            rmtree(self._recent.pop(0), ignore_errors=True)
        try:
            folder.mkdir(exist_ok=True)
            for name, content in files:
                (folder / name).write_bytes(content)
        except OSError as error:
            rmtree(folder, ignore_errors=True)
            raise FileError(f"the files beside the template can't be written: {reason_of(error)}") from None
        self._recent.append(folder)
        return folder
