"""What the server's processes do: reading an image, and drawing a template. What they need is imported there alone."""

import sys
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from receiptgen.core.assets import packaged
from receiptgen.core.errors import ConfigError, PageError, ReceiptgenError
from receiptgen.serving.answers import Answer, refusal, success

# Name of a template in faults.
_TEMPLATE = "template.yaml"


@dataclass(frozen=True)
class ReadRequest:
    """A request to read an image.

    Attributes:
        content: The image file.
        min_confidence: Confidence below which words are left out.
    """

    content: bytes
    min_confidence: float


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
        from receiptgen.imaging.image_files import TOO_LARGE, decode_picture
        from receiptgen.reading.page_reader import PageReader
        from receiptgen.recognition.opened_model import open_for_reading

        opened = open_for_reading(self.weights)
        reader = PageReader(opened, opened.search(self.beam, self.lexicon, self.model))

        def read(request: ReadRequest) -> Answer:
            picture = decode_picture(request.content)
            if isinstance(picture, str):
                return refusal(413 if picture == TOO_LARGE else 415, picture)
            try:
                page = reader.read(picture.pixels)
            except PageError as error:
                return refusal(422, str(error))
            return success(page.with_warning(picture.damage).to_dict(request.min_confidence))

        return read


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
                "image": f"data:image/png;base64,{b64encode(png).decode()}",
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
