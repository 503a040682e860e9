"""Many images read one after the other; one that can't be read does not stop the others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import read_frames
from receiptgen.reading.page_reader import PageReader, RecognizedLine
from receiptgen.reading.results import PageText

# Called with a file and the reason why it can't be read.
Report = Callable[[Path, str], None]
# Images of lines that are held in memory and read together.
_BATCH = 256


def read_pages(reader: PageReader, files: Iterable[Path], report: Report) -> Iterator[tuple[Path, Pixels, PageText]]:
    """Read pages; yield each file, its image (uint8 (H, W)) and its text."""
    for path, image in _images(files, report):
        yield path, image, reader.read(image)


def read_lines(reader: PageReader, files: Sequence[Path], report: Report) -> Iterator[tuple[Path, RecognizedLine]]:
    """Read images of one line each; yield each file and its text."""
    images = _images(files, report)
    while batch := list(islice(images, _BATCH)):
        yield from zip((path for path, _ in batch), reader.read_lines([image for _, image in batch]), strict=True)


def _images(files: Iterable[Path], report: Report) -> Iterator[tuple[Path, Pixels]]:
    """Yield images with their files; later pages of one file are named ``scan.tif#2`` and so on."""
    for path in files:
        for number, image in enumerate(read_frames(str(path)), 1):
            page_path = path if number == 1 else path.with_name(f"{path.name}#{number}")
            if isinstance(image, str):
                report(page_path, image)
            else:
                yield page_path, image
