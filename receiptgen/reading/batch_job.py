"""Many images read one after the other; one that can't be read does not stop the others."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from receiptgen.core.errors import PageError
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import Picture, read_pictures
from receiptgen.reading.page_reader import PageReader, RecognizedLine
from receiptgen.reading.results import PageText

# Called with a file and the reason why it can't be read, or what is doubtful about it.
Report = Callable[[Path, str], None]
# Images of lines that are held in memory and read together.
_BATCH = 256


def read_pages(reader: PageReader, files: Iterable[Path], report: Report) -> Iterator[tuple[Path, Pixels, PageText]]:
    """Read pages; yield each file, its image (uint8 (H, W)) and its text with what is doubtful about it."""
    for path, picture in _pictures(files, report):
        try:
            page = reader.read(picture.pixels)
        except PageError as error:
            report(path, str(error))
        else:
            yield path, picture.pixels, page.with_warning(picture.damage)


def read_lines(
    reader: PageReader, files: Iterable[Path], report: Report, warn: Report
) -> Iterator[tuple[Path, Pixels, RecognizedLine]]:
    """Read images of one line each; yield each file, its image and its text; ``warn`` is told of damaged ones."""
    pictures = _pictures(files, report)
    while batch := list(islice(pictures, _BATCH)):
        for path, picture in batch:
            if picture.damage:
                warn(path, picture.damage)
        lines = reader.read_lines([picture.pixels for _, picture in batch])
        yield from ((path, picture.pixels, line) for (path, picture), line in zip(batch, lines, strict=True))


def _pictures(files: Iterable[Path], report: Report) -> Iterator[tuple[Path, Picture]]:
    """Yield images with their files; later pages of one file are named ``scan.tif#2`` and so on."""
    for path in files:
        for number, picture in enumerate(read_pictures(str(path)), 1):
            page_path = path if number == 1 else path.with_name(f"{path.name}#{number}")
            if isinstance(picture, str):
                report(page_path, picture)
            else:
                yield page_path, picture
