"""What a person should look at first: lines that were read with doubt, and labels that are probably wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import write_atomic
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.line_images import cut_line
from receiptgen.reading.page_reader import RecognizedLine
from receiptgen.reading.results import PageText
from receiptgen.reading.streams import table_stream
from receiptgen.recognition.ctc import best_path, log_likelihood
from receiptgen.recognition.line_recognizer import Search
from receiptgen.recognition.opened_model import OpenedModel

from ..data.sources import DataSource, Example, Flaw
from ..data.tables import fold_of, fold_table

# Lines that are read together.
_BATCH = 256
# The table of a folder of suggestions. By its columns training knows that a spreadsheet may have saved it; the box of
# each line is its whole image.
LABELS = "labels.tsv"


class DoubtfulLine(NamedTuple):
    """A line without a label.

    Attributes:
        name: Name like a path: the file of its image, and for a line of a page ``#`` with its row and cell.
        image: Its image, as the reader saw it, uint8 (H, W) or (H, W, 3) blue, green, red.
        text: Text that was read.
        confidence: Calibrated probability that the whole text is right, 0 to 1.
        urgency: What lines are ordered by, the largest first; 0 to 1.
    """

    name: str
    image: Pixels
    text: str
    confidence: float
    urgency: float

    @property
    def columns(self) -> dict[str, str]:
        """What a table says of it."""
        return {"confidence": f"{self.confidence:.4f}", "text": self.text, "line": self.name}


class DoubtfulLabel(NamedTuple):
    """A line whose label may be wrong.

    Attributes:
        example: The line with its label.
        read: Text that was read.
        loss: CTC loss of the label less that of the text that was read, in nats; infinite where the line is too short
            for its label.
    """

    example: Example
    read: str
    loss: float

    @property
    def image(self) -> Pixels:
        """Its image."""
        return self.example.image

    @property
    def columns(self) -> dict[str, str]:
        """What a table says of it; ``text`` is the label."""
        texts = {"text": self.example.text, "read": self.read}
        return {"loss": f"{self.loss:.2f}", **texts, "line": self.example.name}


def lines_in_doubt(pages: Iterable[tuple[Path, Pixels, PageText]], count: int) -> list[DoubtfulLine]:
    """Return the lines of pages to label next, the most urgent first.

    The urgency of a page's k-th most doubtful line is a k-th of the probability that its text is wrong, so that pages
    get places in proportion to their doubt, as parties get seats by D'Hondt's method, and no bad page gets them all.

    Args:
        pages: Files, their images uint8 (H, W), and their texts.
        count: Largest number of lines.
    """
    return nlargest(count, (line for page in pages for line in _of_page(*page)), key=attrgetter("urgency"))


def _of_page(file: Path, image: Pixels, page: PageText) -> Iterator[DoubtfulLine]:
    places = [(row, cell, line) for row, lines in enumerate(page.rows) for cell, line in enumerate(lines)]
    places.sort(key=lambda place: place[2].confidence)
    for rank, (row, cell, line) in enumerate(places, 1):
        name, urgency = f"{file.as_posix()}#{row}.{cell}", (1 - line.confidence) / rank
        yield DoubtfulLine(name, cut_line(image, line.quad), line.text, line.confidence, urgency)


def images_in_doubt(lines: Iterable[tuple[Path, Pixels, RecognizedLine]], count: int) -> list[DoubtfulLine]:
    """Return the images of one line each to label next, the most doubtful first; the arguments are alike."""
    doubtful = (
        DoubtfulLine(file.as_posix(), image, line.text, line.confidence, 1 - line.confidence)
        for file, image, line in lines
    )
    return nlargest(count, doubtful, key=attrgetter("urgency"))


def labels_in_doubt(
    name: str, data: DataSource, model: OpenedModel, search: Search | None, count: int, report: Callable[[Flaw], None]
) -> list[DoubtfulLabel]:
    """Return the labels of a data set that are probably wrong, the likeliest first.

    A label is held against what was read rather than judged by its own loss: an image that nobody can read has a high
    loss whatever its label says.

    Args:
        name: Name of the data set, for messages.
        data: The data set.
        model: Model that reads its lines.
        search: Search for each line's text; the best path where None.
        count: Largest number of labels.
        report: Called with each row that gives no line, or whose label has characters that the model lacks.

    Raises:
        DatasetError: The data set can't be opened, or has no end.
    """
    table = fold_table(data.open(0), fold_of(model.record))
    if table.size is None:
        raise DatasetError(f"{name}: is drawn without end, and has no wrong labels; name data on disk")
    starts = range(0, table.size, _BATCH)
    batches = ([table.read(index) for index in range(start, min(start + _BATCH, table.size))] for start in starts)
    return nlargest(
        count, (label for rows in batches for label in _losses(rows, model, search, report)), key=attrgetter("loss")
    )


def _losses(
    rows: Iterable[Example | Flaw], model: OpenedModel, search: Search | None, report: Callable[[Flaw], None]
) -> Iterator[DoubtfulLabel]:
    examples = []
    for row in rows:
        if isinstance(row, Flaw):
            report(row)
        elif lacking := model.charset.lacking(row.text):
            report(Flaw(row.name, f"{model.charset.kind} outside the charset: {lacking}"))
        else:
            examples.append(row)
    for example, log_probs in zip(examples, model.recognizer.infer([row.image for row in examples]), strict=True):
        found = search(log_probs) if search else None
        read = best_path(log_probs[None], np.array([len(log_probs)]))[0].labels if found is None else found
        label = tuple(model.charset.encode(example.text).tolist())
        loss = 0.0 if read == label else log_likelihood(log_probs, read) - log_likelihood(log_probs, label)
        yield DoubtfulLabel(example, model.charset.decode(read), loss)


def table_of(rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as a table with tabs between its cells and a header, quoted as spreadsheets expect it."""
    return "".join(table_stream([*rows[:1], *(row.values() for row in rows)], "\t", "\n"))


def check_free(folder: Path) -> None:
    """Raise FileError where a folder has a table, which somebody may have corrected."""
    if (folder / LABELS).exists():
        raise FileError(f"{folder / LABELS}: is there, and may have been corrected; name another folder")


def write_suggestions(suggestions: Sequence[DoubtfulLine | DoubtfulLabel], folder: Path) -> None:
    """Write the images of lines, and a table with their texts, which training takes once it is corrected.

    Raises:
        FileError: The folder can't be written to.
    """
    rows = []
    for number, suggestion in enumerate(suggestions, 1):
        file, (height, width) = f"{number:04d}.png", suggestion.image.shape[:2]
        write_atomic(folder / file, cv2.imencode(".png", suggestion.image)[1].tobytes())
        box = {"left": "0", "top": "0", "right": str(width), "bottom": str(height)}
        rows.append({"file": file, **box, **suggestion.columns})
    write_atomic(folder / LABELS, table_of(rows).encode(errors="surrogateescape"))
