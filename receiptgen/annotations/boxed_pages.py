"""Pages with boxed lines, as ICDAR's SROIE task of 2019 publishes them: ``img/006.jpg`` and ``box/006.csv``."""

from collections.abc import Iterator
from pathlib import Path

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular
from receiptgen.imaging.boxes import Box, upright_box
from receiptgen.imaging.image_files import IMAGES


def has_boxes(folder: Path) -> bool:
    """Tell whether a folder has ``img`` and ``box``."""
    return (folder / "img").is_dir() and (folder / "box").is_dir()


def boxed_pages(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """Yield the images in ``img`` by name, at any depth, and the files of ``box`` that label them, where there are."""
    for image in sorted(path for path in (folder / "img").rglob("*") if path.suffix.lower() in IMAGES):
        inside = image.relative_to(folder / "img")
        ends = (folder / "box" / inside.with_suffix(end) for end in (".csv", ".txt"))
        yield image, next((path for path in ends if path.is_file()), None)


def label_rows(labels: Path) -> Iterator[tuple[int, str]]:
    """Yield the rows of a file of ``box`` that are not blank, each with its number from 1; raises OSError."""
    for number, row in enumerate(read_regular(labels).decode("utf-8-sig", errors="replace").splitlines(), 1):
        if row.strip():
            yield number, row


def boxed_rows(labels: Path) -> Iterator[tuple[int, Box, str]]:
    """Yield number, box and text of each row of a file of ``box``; raises OSError.

    Raises:
        DatasetError: ``boxed_row`` refuses a row.
    """
    for number, row in label_rows(labels):
        try:
            yield number, *boxed_row(row)
        except ValueError as error:
            raise DatasetError(f"{labels}:{number}: {error}") from None


def boxed_row(row: str) -> tuple[Box, str]:
    """Read ``x0,y0,..,x3,y3,text``, where the text may hold commas.

    Returns:
        The upright box round the quad, whole pixels, and the text without spaces at its ends.

    Raises:
        ValueError: The row is not of this form.
    """
    cells = row.split(",", 8)
    try:
        return upright_box([float(cell) for cell in cells[:8]]), cells[8].strip()
    except (ValueError, IndexError, OverflowError):
        raise ValueError("expected x0,y0,..,x3,y3,text") from None
