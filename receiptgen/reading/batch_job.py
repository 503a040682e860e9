"""Many images read one after the other; one that can't be read stops none."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import read_frames
from receiptgen.reading.page_reader import PageReader, RecognizedLine
from receiptgen.reading.results import PageText

# Told of a file and why it can't be read.
Report = Callable[[Path, str], None]
# Images of lines that are held and read at once.
_LINES = 256


def read_pages(reader: PageReader, files: Iterable[Path], report: Report) -> Iterator[tuple[Path, Pixels, PageText]]:
    """Read pages; yield each file, its image (uint8 (H, W)) and what it says."""
    for path, image in _images(files, report):
        yield path, image, reader.read(image)


def read_lines(reader: PageReader, files: Sequence[Path], report: Report) -> Iterator[tuple[Path, RecognizedLine]]:
    """Read images of a line each."""
    images = _images(files, report)
    while some := list(islice(images, _LINES)):
        yield from zip((path for path, _ in some), reader.read_lines([image for _, image in some]), strict=True)


def _images(files: Iterable[Path], report: Report) -> Iterator[tuple[Path, Pixels]]:
    """Yield images with their files; of a file of several pages, those but the first as ``scan.tif#2``."""
    for path in files:
        for number, image in enumerate(read_frames(str(path)), 1):
            named = path if number == 1 else path.with_name(f"{path.name}#{number}")
            if isinstance(image, str):
                report(named, image)
            else:
                yield named, image
