"""Tables of rows, packed so that millions of rows need only a few objects in memory."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from receiptgen.annotations.truth import FOREIGN, read_fields
from receiptgen.imaging.boxes import Box, cut_box
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.line_images import cut_line

from . import Example, Flaw, RowLabel
from ._files import Images
from ._reading import NO_TEXT, BlankRows, clean_text

# Bytes of crops that a process caches for each data set of pages: those of a hundred receipts, so that lines may be
# read in any order, although decoding a page is slow.
_CACHE_SIZE = 96 << 20
# Images that are looked for before a data set counts as one without images.
_SAMPLE = 50
EMPTY_BOX, SMALL_BOX, OUTSIDE = "empty box", "box too small", "box outside the image"


class Row(NamedTuple):
    """Location and text of an example.

    Attributes:
        name: Name of the example.
        file: Image that contains it, in terms of ``Images``.
        text: Its text, as in the file.
        kind: Kind of line, or empty.
        box: Upright box ``x0, y0, x1, y1`` in the image; None for the whole image.
        fault: Reason why it gives no example, or empty.
        group: Name that rows share which must not be parted, as of one page or writer; empty for that of the image.
        quad: Corners of the line in the image, eight numbers clockwise from the top left of its text, by which it is
            cut out as the reader saw it; none where ``box`` is all that is known.
    """

    name: str
    file: str
    text: str
    kind: str = ""
    box: Box | None = None
    fault: str = ""
    group: str = ""
    quad: tuple[float, ...] = ()


def field_rows(truth: bytes, file: str, name: str, where: str) -> Iterator[Row]:
    """Yield the fields of a receipt.

    Args:
        truth: Its ground truth, JSON.
        file: Its image, in terms of ``Images``.
        name: Prefix of the fields' names, before ``#`` and their number from 1.
        where: Name of the single row that is yielded for ground truth of another format.
    """
    try:
        fields = read_fields(truth)
    except ValueError:
        yield Row(where, "", "", fault=FOREIGN)
        return
    for number, field in enumerate(fields, 1):
        x0, y0, x1, y1 = field.box
        fault = "" if x0 < x1 and y0 < y1 else EMPTY_BOX
        yield Row(f"{name}#{number}", file, field.text, field.role, field.box, fault)


def lines_fault(text: str) -> str:
    """Return what is wrong with a text of several lines, which no reader of lines can be told; empty for one line."""
    lines = text.strip().splitlines() if "\n" in text or "\r" in text else []
    return f"has {len(lines)} lines of text, of an image of one" if len(lines) > 1 else ""


def _checked(row: Row) -> Row:
    fault = lines_fault(row.text)
    return row._replace(fault=fault) if fault and not row.fault else row


def spread(size: int) -> range:
    """Return the indices of some of the rows of a table, evenly over it."""
    return range(0, size, max(1, size // _SAMPLE))


class Rows:
    """A table of packed rows; see ``Table``.

    Args:
        images: Store of the images.
        rows: The rows.
        smallest: Smallest side of a crop, in pixels.
        blank: What becomes of rows whose text is empty.

    Attributes:
        size: Number of rows.
    """

    def __init__(self, images: Images, rows: Iterable[Row], smallest: int = 1, blank: BlankRows = "skip") -> None:
        self._images, self._smallest, self._blank = images, smallest, blank
        self._pages = _CropCache()
        # Fields with null characters between, one row after the other, and where each row ends.
        blob, ends = bytearray(), array("q", [0])
        for each in rows:
            row = _checked(each)
            box = "" if row.box is None else " ".join(map(str, row.box))
            quad = " ".join(map(str, row.quad))
            fields = (row.name, row.file, row.text, row.kind, box, row.fault, row.group, quad)
            if "\0" in (joined := "\0".join(fields)) and joined.count("\0") != len(fields) - 1:
                joined = "\0".join([field.replace("\0", " ") for field in fields])
            blob += joined.encode("utf-8", "surrogatepass")
            ends.append(len(blob))
        self._blob, self._ends = blob, ends
        self.size: int | None = len(ends) - 1

    @property
    def some_files(self) -> list[str]:
        """Images of some of the rows, evenly over the table."""
        return [row.file for row in map(self.row, spread(self.size or 0)) if row.file]

    def row(self, index: int) -> Row:
        """Return row ``index``."""
        packed = self._blob[self._ends[index] : self._ends[index + 1]]
        name, file, text, kind, corners, fault, group, quad = packed.decode("utf-8", "surrogatepass").split("\0")
        box: Box | None = None
        if corners:
            x0, y0, x1, y1 = map(int, corners.split(" "))
            box = x0, y0, x1, y1
        return Row(name, file, text, kind, box, fault, group, tuple(map(float, quad.split())))

    def read(self, index: int) -> Example | Flaw:
        """Read a row with its image."""
        row = self.row(index)
        text = clean_text(row.text)
        if row.fault or (not text and self._blank == "skip"):
            return Flaw(row.name, row.fault or NO_TEXT)
        image = self._images.image(row.file) if row.box is None else self._crop(index, row.file)
        return Flaw(row.name, image) if isinstance(image, str) else Example(image, text, row.kind, row.name)

    def label(self, index: int) -> RowLabel:
        """Return the text of a row and its group: that of the row, or else the image."""
        row = self.row(index)
        return RowLabel("" if row.fault else clean_text(row.text), row.group or row.file or row.name, row.name)

    def _crop(self, index: int, file: str) -> Pixels | str:
        """Return the crop of a row; the rows next to it on the same page are cropped and cached with it."""
        crops = self._pages.get(file)
        if crops is None or index not in crops:
            page = self._images.image(file)
            crops = dict(crops or {})
            for position, row in self._boxed_rows(index):
                crops[position] = page if isinstance(page, str) else self._cut(page, row)
            self._pages.add(file, crops)
        return crops[index]

    def _boxed_rows(self, index: int) -> Iterator[tuple[int, Row]]:
        """Yield row ``index`` and its neighbours on the same page, where they have boxes."""
        file, size = self.row(index).file, self.size or 0
        for positions in (range(index, size), range(index - 1, -1, -1)):
            for position in positions:
                row = self.row(position)
                if row.file != file:
                    break
                if row.box is not None:
                    yield position, row

    def _cut(self, page: Pixels, row: Row) -> Pixels | str:
        """Cut a row that has a box out of its page."""
        assert row.box is not None
        inside, box = cut_box(page, row.box), row.box
        if 2 * inside.size < (box[2] - box[0]) * (box[3] - box[1]):  # the rest of its text is not to be seen
            return OUTSIDE
        # A copy, so that a line does not keep its whole page in memory.
        image = cut_line(page, np.reshape(row.quad, (4, 2))) if row.quad else inside.copy()
        image.flags.writeable = False  # it is cached and returned again
        return image if min(image.shape) >= self._smallest else OUTSIDE


class _CropCache:
    """A cache of the crops of the most recently used pages; each process has its own."""

    def __init__(self) -> None:
        self._crops: OrderedDict[str, dict[int, Pixels | str]] = OrderedDict()
        self._bytes = 0

    def __reduce__(self) -> tuple[type["_CropCache"], tuple[()]]:
        return (_CropCache, ())

    def get(self, file: str) -> dict[int, Pixels | str] | None:
        """Return the crops of a page by row."""
        if file in self._crops:
            self._crops.move_to_end(file)
        return self._crops.get(file)

    def add(self, file: str, crops: dict[int, Pixels | str]) -> None:
        """Cache crops, and drop those used longest ago."""
        self._bytes += _size(crops) - _size(self._crops.pop(file, {}))
        self._crops[file] = crops
        while self._bytes > _CACHE_SIZE and len(self._crops) > 1:
            self._bytes -= _size(self._crops.popitem(last=False)[1])


def _size(crops: dict[int, Pixels | str]) -> int:
    return sum(len(crop) if isinstance(crop, str) else crop.nbytes for crop in crops.values())
