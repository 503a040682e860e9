"""Input images that a user names: files, folders, patterns."""

from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import read_lines
from receiptgen.imaging.image_files import IMAGES


def expand(names: Iterable[str]) -> list[Path]:
    """Return the image files that names stand for, each once.

    Args:
        names: Files, folders (all images in them, at any depth, by name), or patterns such as ``scans/2026-*.jpg``.

    Raises:
        FileError: A name stands for nothing.
    """
    images: dict[Path, None] = {}
    for name in names:
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
        yield from (file for file in sorted(path.rglob("*")) if file.suffix.lower() in IMAGES and file.is_file())
    elif path.exists() or not has_magic(name):
        yield from [path] if path.exists() else []
    else:
        matches = sorted(glob(name, recursive=True))  # noqa: PTH207  # Path.glob refuses absolute patterns
        yield from (file for match in matches if (file := Path(match)).is_file())
