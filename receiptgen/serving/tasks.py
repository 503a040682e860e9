"""What the server's process for reading does; what it needs is imported there alone."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from receiptgen.core.errors import MissingExtraError, PageError, WeightsError
from receiptgen.serving.answers import Answer, data_url, refusal, success

if TYPE_CHECKING:
    from receiptgen.extraction.field_reader import FieldReader
    from receiptgen.extraction.fields import ReceiptFields
    from receiptgen.imaging.geometry import Pixels
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.reading.results import PageText

# Pages that a request may have, all files taken together.
_MOST_PAGES = 30
# What helps with a PDF that needs a password, which is no matter for a server.
_OPEN = "a PDF with a password; save it without one"
# What is said where fields are asked for and the packaged weights for them are missing.
_UNTOLD = "fields can't be told here: the weights for them are missing"


class Upload(NamedTuple):
    """A file that was sent.

    Attributes:
        name: Its name, without folders.
        content: Its bytes.
    """

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadRequest:
    """A request to read images or PDF files.

    Attributes:
        files: The files, at least one.
        min_confidence: Confidence below which words are left out.
        images: Whether each page is to come with its image, for browsers that can't show the file.
        fields: Whether each page is to come with the fields of its receipt.
        templates: Whether each page is to come with a template that draws its like; for this, its fields are told.
    """

    files: tuple[Upload, ...]
    min_confidence: float
    images: bool = False
    fields: bool = False
    templates: bool = False


@dataclass(frozen=True)
class Reading:
    """Reads images with some weights.

    Attributes:
        weights: Name or path of the weights.
        beam: Beam width of the search; None for the default.
        lexicon: Words for the search.
        model: Character model for the search.
        field_weights: Weights that tell fields; None for the packaged ones, without which all else is answered.
    """

    weights: Path
    beam: int | None = None
    lexicon: Path | None = None
    model: Path | None = None
    field_weights: Path | None = None

    def __call__(self) -> Callable[[ReadRequest], Answer]:
        """Open the weights.

        Raises:
            ReceiptgenError: One of the files can't be read.
        """
        from receiptgen.imaging.pdf_files import is_pdf
        from receiptgen.reading.page_reader import PageReader
        from receiptgen.recognition.opened_model import open_for_reading

        opened = open_for_reading(self.weights)
        reader = PageReader(opened, opened.search(self.beam, self.lexicon, self.model))
        field_reader = _field_reader(self.field_weights)

        def read(request: ReadRequest) -> Answer:
            if request.fields and field_reader is None:
                return refusal(501, _UNTOLD)
            present = _Presentation(request, field_reader)
            alone = len(request.files) == 1 and not is_pdf(request.files[0].content)
            return _read_image(reader, request, present) if alone else _read_pages(reader, request, present)

        return read


def _field_reader(weights: Path | None) -> "FieldReader | None":
    """Return what tells fields; None where no weights are named and the packaged ones can't be read."""
    from receiptgen.reading.page_fields import FIELD_WEIGHTS, field_reader

    try:
        return field_reader(weights or FIELD_WEIGHTS)
    except (MissingExtraError, WeightsError):
        if weights:
            raise
        return None


@dataclass(frozen=True)
class _Presentation:
    """What is answered of a page.

    Attributes:
        request: What is asked for.
        reader: Tells fields.
    """

    request: ReadRequest
    reader: "FieldReader | None"

    def __call__(self, pixels: "Pixels", page: "PageText") -> dict[str, Any]:
        """Return what a page says, with its fields, and its image as a data URL, where these are asked for."""
        import cv2

        from receiptgen.reading.page_fields import fields_of

        said = page.to_dict(self.request.min_confidence)
        if self.request.fields and self.reader:
            fields = fields_of(page, self.reader)
            said["fields"] = fields.to_dict()
            if self.request.templates:
                said["template"] = _template(page, fields, pixels)
        if self.request.images:
            said["image"] = data_url(cv2.imencode(".png", pixels)[1].tobytes())
        return said


def _template(page: "PageText", fields: "ReceiptFields", pixels: "Pixels") -> dict[str, Any]:
    """Return the template that draws the like of a receipt; where there is none, a note says so."""
    from receiptgen.drafting.draft import template_from_page

    try:
        draft = template_from_page(page, fields, pixels)
    except PageError as error:
        return {"text": "", "notes": [str(error)]}
    return {"text": draft.text, "notes": list(draft.notes)}


def _read_image(reader: "PageReader", request: ReadRequest, present: _Presentation) -> Answer:
    """Answer with the page of the only image of a request."""
    from receiptgen.imaging.image_files import decode_picture
    from receiptgen.reading.pages import read_page

    picture = decode_picture(request.files[0].content)
    if isinstance(picture, str):
        return refusal(_status(picture), picture)
    try:
        page = read_page(reader, picture)
    except PageError as error:
        return refusal(422, str(error))
    return success(present(picture.pixels, page))


def _read_pages(reader: "PageReader", request: ReadRequest, present: _Presentation) -> Answer:
    """Answer with all pages of the files of a request, and what can't be read of these."""
    from receiptgen.finding.classical.paper import find_papers
    from receiptgen.imaging.pdf_files import PROTECTED
    from receiptgen.reading.batch_job import read_pages
    from receiptgen.reading.inputs import ReceivedFile

    faults: list[tuple[Path, str]] = []
    files = [ReceivedFile(*file) for file in request.files]
    pages: list[dict[str, Any]] = []

    def count(number: int, pages_of_file: int) -> None:
        if len(pages) + pages_of_file - number >= _MOST_PAGES:
            raise PageError(f"more than {_MOST_PAGES} pages; send them in parts")

    def report(path: Path, reason: str) -> None:
        faults.append((path, reason))

    try:
        for path, pixels, page in read_pages(reader, files, report, papers=find_papers, count=count):
            pages.append({"file": path.as_posix(), **present(pixels, page)})
    except PageError as error:
        return refusal(413, str(error))
    told = [f"{path}: {_OPEN if reason == PROTECTED else reason}" for path, reason in faults]
    return success({"pages": pages, "faults": told}) if pages else refusal(_status(faults[0][1]), *told)


def _status(reason: str) -> int:
    """Return the status by which a file is refused."""
    from receiptgen.imaging.image_files import TOO_LARGE

    return 413 if reason.startswith(TOO_LARGE) else 415
