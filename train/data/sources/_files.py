"""Images in files, which are found too where a table names them as another machine has them."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PureWindowsPath
from typing import Protocol

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import read_image


class Images(Protocol):
    """A store of images; can be pickled."""

    def image(self, file: str) -> Pixels | str:
        """Return an image uint8 (H, W), or the reason why there is none."""


class Files:
    """Images in files.

    A path as Windows writes it is taken as it is where there is such a file; otherwise its backslashes part folders,
    and of an absolute one the longest end that lies in a folder counts.

    Args:
        folders: Folders that their names are relative to; the first that has a file counts.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = tuple(map(str, folders))

    def image(self, file: str) -> Pixels | str:
        """Read an image file."""
        image: Pixels | str = NO_FILE
        for path in self._paths(file):
            image = read_image(path)
            if not isinstance(image, str) or image != NO_FILE:
                break
        return image

    def has(self, file: str) -> bool:
        """Tell whether there is such a file."""
        return any(map(os.path.exists, self._paths(file)))

    def _paths(self, file: str) -> Iterator[str]:
        """Yield where a file may lie, the likeliest place first."""
        for folder in self._folders:
            yield os.path.join(folder, file)  # noqa: PTH118  # pathlib takes as long as a tenth of a crop
        for name in self._other_names(file):
            for folder in self._folders:
                yield os.path.join(folder, name)  # noqa: PTH118  # as above

    def _other_names(self, file: str) -> Iterable[str]:
        """Return names that a file may have here, relative to the folders."""
        if "\\" not in file and file[1:2] != ":":
            return ()
        path = PureWindowsPath(file)
        return path_ends(path.parts[1:]) if path.anchor else (path.as_posix(),)


def path_ends(parts: Sequence[str]) -> list[str]:
    """Return the ends of a path of some folders and a file, the longest first."""
    return ["/".join(parts[start:]) for start in range(len(parts))]


def check_images(files: Files, names: Sequence[str], place: Path, remedy: str) -> None:
    """Check that some of the images exist. Those that are missing are flaws of their rows, unless all of them are.

    Args:
        files: The images.
        names: Names of some of them, of rows all over the data set.
        place: File or folder in the message.
        remedy: What to do where there are none.

    Raises:
        DatasetError: None of the images exists.
    """
    if names and not any(map(files.has, names)):
        raise DatasetError(f"{place}: no image can be found, such as {names[0]}; {remedy}")
