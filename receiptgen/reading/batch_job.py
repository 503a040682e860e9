"""Many images read one after the other; one that can't be read does not stop the others."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path

from receiptgen.core.errors import PageError
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import pictures_in, read_pictures
from receiptgen.imaging.pictures import Picture
from receiptgen.reading.inputs import ReceivedFile
from receiptgen.reading.page_reader import PageReader, RecognizedLine
from receiptgen.reading.pages import PaperFinder, read_page, read_papers
from receiptgen.reading.results import PageText

# Called with a file and the reason why it can't be read, or what is doubtful about it.
Report = Callable[[Path, str], None]
# Called with the number of a page and how many its file has.
PageCount = Callable[[int, int], None]
# Images of lines that are held in memory and read together.
_BATCH = 256
# From this height in pixels on, an image that is less than twice as wide as high is a page rather than a line; lower
# ones may be of a word or a character.
_PAGE_HEIGHT, _LINE_ASPECT = 300, 2


def read_pages(
    reader: PageReader, files: Iterable[Path | ReceivedFile], report: Report, *, password: str = "",
    papers: PaperFinder | None = None, count: PageCount = lambda number, pages: None,
) -> Iterator[tuple[Path, Pixels, PageText]]:  # fmt: skip
    """Read pages; yield each with its name, its image (uint8 (H, W)) and its text with what is doubtful about it.

    Args:
        reader: Reads each.
        files: Files of images, TIFF or PDF.
        report: Told of what can't be read.
        password: Password of PDF files.
        papers: Finds the papers of several receipts, of which all but the first of ``photo.jpg`` are named
            ``photo.jpg@2`` and so on; None where each image shows one receipt.
        count: Told of each page before it is read.
    """
    for path, number, picture in _pictures(files, report, password):
        count(number, picture.pages)
        try:
            pages = [read_page(reader, picture)] if papers is None else read_papers(reader, picture, papers)
        except PageError as error:
            report(path, str(error))
            continue
        for place, page in enumerate(pages, 1):
            yield _numbered(path, "@", place), picture.pixels, page


def read_lines(
    reader: PageReader, files: Iterable[Path | ReceivedFile], report: Report, warn: Report
) -> Iterator[tuple[Path, Pixels, RecognizedLine]]:
    """Read images of one line each; yield each file, its image and its text.

    Args:
        reader: Reads them.
        files: Files of images.
        report: Told of what can't be read.
        warn: Told of damaged images, and of those that look like whole pages.
    """
    pictures = _pictures(files, report)
    while batch := list(islice(pictures, _BATCH)):
        for path, _, picture in batch:
            if picture.damage:
                warn(path, picture.damage)
            if doubt := _not_a_line(picture.pixels):
                warn(path, doubt)
        lines = reader.read_lines([picture.pixels for _, _, picture in batch])
        yield from ((path, picture.pixels, line) for (path, _, picture), line in zip(batch, lines, strict=True))


def _not_a_line(image: Pixels) -> str:
    """Say that an image (uint8 (H, W)) has the proportions of a page; empty where it may be a line."""
    height, width = image.shape[:2]
    if height < _PAGE_HEIGHT or width >= _LINE_ASPECT * height:
        return ""
    return f"is {width} pixels wide and {height} high, a page rather than a line; to read pages, leave --lines out"


def _pictures(
    files: Iterable[Path | ReceivedFile], report: Report, password: str = ""
) -> Iterator[tuple[Path, int, Picture]]:
    """Yield pages with their names and numbers; later pages of one file are named ``scan.tif#2`` and so on."""
    for file in files:
        if isinstance(file, Path):
            path, pictures = file, read_pictures(str(file), password)
        else:
            path, pictures = Path(file.name), pictures_in(BytesIO(file.content), password)
        for number, picture in enumerate(pictures, 1):
            page_path = _numbered(path, "#", number)
            if isinstance(picture, str):
                report(page_path, picture)
            else:
                yield page_path, number, picture


def _numbered(path: Path, mark: str, number: int) -> Path:
    return path if number == 1 else path.with_name(f"{path.name}{mark}{number}")
