"""Pages with boxed lines, as ICDAR's SROIE task of 2019 publishes them: ``img/006.jpg`` and ``box/006.csv``."""

from collections.abc import Iterator
from pathlib import Path

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.boxes import Box, upright_box
from receiptgen.imaging.image_files import IMAGES


def boxed_pages(folder: Path) -> Iterator[tuple[Path, Path | None]]:
    """Yield the images in ``img`` by name, at any depth, and the files of ``box`` that label them, where there are."""
    for image in sorted(path for path in (folder / "img").rglob("*") if path.suffix.lower() in IMAGES):
        inside = image.relative_to(folder / "img")
        ends = (folder / "box" / inside.with_suffix(end) for end in (".csv", ".txt"))
        yield image, next((path for path in ends if path.is_file()), None)


def boxed_rows(labels: Path) -> Iterator[tuple[int, Box, str]]:
    """Yield number, box and text of each row of a file of ``box``; raises OSError.

    Raises:
        DatasetError: A row is none of ``boxed_row``.
    """
    for number, row in enumerate(labels.read_text(encoding="utf-8-sig", errors="replace").splitlines(), 1):
        if not row.strip():
            continue
        try:
            yield number, *boxed_row(row)
        except ValueError as error:
            raise DatasetError(f"{labels}:{number}: {error}") from None


def boxed_row(row: str) -> tuple[Box, str]:
    """Read ``x0,y0,..,x3,y3,text``, where the text may hold commas.

    Returns:
        The upright box round the quad, whole pixels, and the text without blanks at its ends.

    Raises:
        ValueError: It is no such row.
    """
    cells = row.split(",", 8)
    try:
        return upright_box([float(cell) for cell in cells[:8]]), cells[8].strip()
    except (ValueError, IndexError, OverflowError):
        raise ValueError("expected x0,y0,..,x3,y3,text") from None
