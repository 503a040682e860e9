"""Input images that a user names: files, folders, patterns; or hands over."""

import re
import shlex
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import BinaryIO, NamedTuple

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import LARGEST, read_lines
from receiptgen.imaging.image_files import READABLE

# Name that stands for the standard input, and what comes by it is called in results.
STDIN, STDIN_NAME = "-", "stdin"
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://.")
# Programs that fetch a URL to their standard output, by its protocol; curl knows most others.
_FETCH = {"s3": "aws s3 cp {} -", "gs": "gcloud storage cat {}"}


class ReceivedFile(NamedTuple):
    """A file that was handed over rather than named.

    Attributes:
        name: What results call it.
        content: Its bytes.
    """

    name: str
    content: bytes


def received(stream: BinaryIO) -> ReceivedFile:
    """Take a file from the standard input, to its end.

    Raises:
        FileError: It is a terminal, at which nobody types images, or larger than files that are read.
    """
    if stream.isatty():
        raise FileError(f"{STDIN}: reads a file from standard input; receiptgen read - < receipt.jpg")
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileError(f"{STDIN_NAME}: is larger than {LARGEST} bytes")
    return ReceivedFile(STDIN_NAME, content)


def expand(names: Iterable[str]) -> list[Path]:
    """Return the files of images and PDF that names stand for, each once.

    Args:
        names: Files, folders (all images in them, at any depth, by name), or patterns such as ``scans/2026-*.jpg``.

    Raises:
        FileError: A name stands for nothing, or is a URL.
    """
    images: dict[Path, None] = {}
    for name in names:
        if (url := _URL.match(name)) and not Path(name).exists():
            fetch = _FETCH.get(url[1].lower(), "curl -L {}").format(shlex.quote(name))
            raise FileError(f"{name}: URLs are not fetched; {fetch} | receiptgen read {STDIN}")
        files = dict.fromkeys(_files(name))
        if not files:
            reason = "holds no image" if Path(name).is_dir() else "no such file or folder"
            raise FileError(f"{name}: {reason}")
        images |= files
    return list(images)


def read_labels(path: Path) -> dict[str, str]:
    """Read the lines of a labels file, each a file and its text with a tab between.

    Returns:
        Texts by the names of their files, without folders.

    Raises:
        FileError: It can't be read.
        DatasetError: A line has no tab.
    """
    texts = {}
    for number, row in enumerate(read_lines(path), 1):
        file, tab, text = row.partition("\t")
        if row.strip() and not tab:
            raise DatasetError(f"{path}:{number}: expected FILE<TAB>TEXT")
        texts[Path(file).name] = text
    return texts


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.suffix.lower() in READABLE and file.is_file())
    elif path.exists() or not has_magic(name):
        yield from [path] if path.exists() else []
    else:
        matches = sorted(glob(name, recursive=True))  # noqa: PTH207  # Path.glob refuses absolute patterns
        yield from (file for match in matches if (file := Path(match)).is_file())
