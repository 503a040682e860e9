"""What the server's processes do: reading images, and drawing a template. What they need is imported there alone."""

import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from receiptgen.core.assets import packaged
from receiptgen.core.errors import ConfigError, PageError, ReceiptgenError
from receiptgen.serving.answers import Answer, refusal, success

if TYPE_CHECKING:
    from receiptgen.imaging.geometry import Pixels
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.reading.results import PageText

# Pages that a request may have, all files taken together.
_MOST_PAGES = 30
# What helps with a PDF that needs a password, which is no matter for a server.
_OPEN = "a PDF with a password; save it without one"
# Name of a template in faults.
_TEMPLATE = "template.yaml"


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
    """

    files: tuple[Upload, ...]
    min_confidence: float
    images: bool = False


@dataclass(frozen=True)
class Reading:
    """Reads images with some weights.

    Attributes:
        weights: Name or path of the weights.
        beam: Beam width of the search; None for the default.
        lexicon: Words for the search.
        model: Character model for the search.
    """

    weights: Path
    beam: int | None = None
    lexicon: Path | None = None
    model: Path | None = None

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

        def read(request: ReadRequest) -> Answer:
            alone = len(request.files) == 1 and not is_pdf(request.files[0].content)
            return _read_image(reader, request) if alone else _read_pages(reader, request)

        return read


def _read_image(reader: "PageReader", request: ReadRequest) -> Answer:
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
    return success(_page(request, picture.pixels, page))


def _read_pages(reader: "PageReader", request: ReadRequest) -> Answer:
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
            pages.append({"file": path.as_posix(), **_page(request, pixels, page)})
    except PageError as error:
        return refusal(413, str(error))
    told = [f"{path}: {_OPEN if reason == PROTECTED else reason}" for path, reason in faults]
    return success({"pages": pages, "faults": told}) if pages else refusal(_status(faults[0][1]), *told)


def _status(reason: str) -> int:
    """Return the status by which a file is refused."""
    from receiptgen.imaging.image_files import TOO_LARGE

    return 413 if reason == TOO_LARGE else 415


def _page(request: ReadRequest, pixels: "Pixels", page: "PageText") -> dict[str, Any]:
    """Return what a page says, and its image as a data URL where that is asked for."""
    import cv2

    said = page.to_dict(request.min_confidence)
    return {**said, "image": _data_url(cv2.imencode(".png", pixels)[1].tobytes())} if request.images else said


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


@dataclass(frozen=True)
class DrawRequest:
    """A request to draw a receipt.

    Attributes:
        template: The template, in YAML.
        profile: Name of a packaged profile; empty for the template's own.
        seed: Seed of the receipt.
        color: Whether the page is in colour, whatever the profile says.
    """

    template: str
    profile: str = ""
    seed: int = 0
    color: bool = False


@dataclass(frozen=True)
class Drawing:
    """Draws receipts from templates of others, which are given neither files nor much memory.

    Attributes:
        memory: Bytes that a drawing may take, where the system can limit them.
    """

    memory: int

    def __call__(self) -> Callable[[DrawRequest], Answer]:
        """Load what draws, by drawing, and limit the memory: a request has its time and memory to itself."""
        import cv2

        from receiptgen.config.records import loads
        from receiptgen.core.dice import Dice, key_of
        from receiptgen.drawing.profile import profile
        from receiptgen.drawing.receipt_pages import draw_receipt
        from receiptgen.drawing.template import ReceiptTemplate
        from receiptgen.writers import encode_png

        def draw(request: DrawRequest) -> Answer:
            template = loads(request.template, ReceiptTemplate, name=_TEMPLATE, resolve=_parent)
            effects = profile(request.profile or template.profile).value
            effects = effects.colored if request.color else effects
            sample = draw_receipt(template, Dice(key_of(request.seed, "serve")), 0, effects)
            png = encode_png(sample.page.image)
            height, width = sample.page.size
            return success({
                "image": _data_url(png),
                "width": width, "height": height, "locale": sample.locale, "text": sample.text,
            })  # fmt: skip

        def answer(request: DrawRequest) -> Answer:
            try:
                return draw(request)
            except ConfigError as error:
                return refusal(422, *error.faults)
            except ReceiptgenError as error:
                return refusal(422, f"{_TEMPLATE}: {error}")
            except (MemoryError, cv2.error) as error:
                # OpenCV has two errors for it: "Failed to allocate 9 bytes", and "std::bad_alloc".
                if isinstance(error, cv2.error) and "alloc" not in str(error):
                    raise
                return refusal(422, f"{_TEMPLATE}: takes more than {self.memory // 1_000_000:,} MB of memory to draw")

        cv2.setNumThreads(1)  # more are no faster with one page, and each takes memory
        draw(DrawRequest("extends: cafe\nabout: any\n", "real"))
        _limit_memory(self.memory)
        return answer


def _parent(name: str, child: Path) -> Path:
    """Return the path of a parent template: a packaged one, never another file."""
    return packaged("templates", name)


def _limit_memory(more: int) -> None:
    """Let this process take some bytes more than it has; only Linux counts what is its own alone."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        limit = pages * resource.getpagesize() + more
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
