"""What the server's process for drawing does; what it needs is imported there alone."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from receiptgen.core.assets import packaged
from receiptgen.core.errors import ConfigError, ReceiptgenError, ValuesError
from receiptgen.serving.answers import Answer, data_url, refusal, success

if TYPE_CHECKING:
    from receiptgen.imaging.sample import Sample

# Kinds of files whose JSON Schema is told.
Kind = Literal["receipt", "profile"]
SCHEMAS: Final[tuple[Kind, ...]] = ("receipt", "profile")
# Names of a template and of a profile in faults.
_TEMPLATE, _PROFILE = "template.yaml", "profile.yaml"
# Name of the image in files of truth.
_IMAGE = "receipt.png"


@dataclass(frozen=True)
class DrawRequest:
    """A request to draw a receipt: the first that ``receiptgen draw --templates NAME.yaml --seed SEED`` draws.

    Attributes:
        template: The template, in YAML.
        profile: Name of a packaged profile; empty for the template's own.
        seed: Seed of the receipt.
        color: Whether the page is in colour, whatever the profile says.
        name: Name of the template's file without its end, of which chance depends.
        locale: Name of a packaged locale; empty for those of the template.
        files: Whether the answer has the text files that ``draw`` writes beside the image.
        profile_text: A profile, in YAML, which goes before ``profile``; None for none.
        values: Values that the receipt is to have, as ``draw --from`` takes them; None for those that are drawn.
    """

    template: str
    profile: str = ""
    seed: int = 0
    color: bool = False
    name: str = "template"
    locale: str = ""
    files: bool = False
    profile_text: str | None = None
    values: dict[str, Any] | None = None


@dataclass(frozen=True)
class SchemaRequest:
    """A request for the JSON Schema of a kind of file.

    Attributes:
        what: The kind.
    """

    what: Kind = "receipt"


@dataclass(frozen=True)
class Drawing:
    """Draws receipts from templates of others, which are given neither files nor much memory.

    Attributes:
        memory: Bytes that a drawing may take, where the system can limit them.
    """

    memory: int

    def __call__(self) -> Callable[[DrawRequest | SchemaRequest], Answer]:
        """Load what draws, by drawing, make the schemas, and limit the memory.

        A request has its time and memory to itself. Schemas take half a second, which is more than the deadline on a
        busy machine, and were they made in a request that is ended there, never would be.
        """
        import cv2

        def answer(request: DrawRequest | SchemaRequest) -> Answer:
            if isinstance(request, SchemaRequest):
                return _schema(request.what)
            try:
                return _draw(request)
            except ConfigError as error:
                return refusal(422, *error.faults)
            except ValuesError as error:
                return refusal(422, str(error))
            except ReceiptgenError as error:
                return refusal(422, f"{_TEMPLATE}: {error}")
            except (MemoryError, cv2.error) as error:
                # OpenCV has two errors for it: "Failed to allocate 9 bytes", and "std::bad_alloc".
                if isinstance(error, cv2.error) and "alloc" not in str(error):
                    raise
                return refusal(422, f"{_TEMPLATE}: takes more than {self.memory // 1_000_000:,} MB of memory to draw")

        cv2.setNumThreads(1)  # more are no faster with one page, and each takes memory
        _draw(DrawRequest("extends: cafe\nabout: any\n", "real"))
        for kind in SCHEMAS:
            _schema(kind)
        _limit_memory(self.memory)
        return answer


def _draw(request: DrawRequest) -> Answer:
    from receiptgen.config.records import loads
    from receiptgen.drawing.profile import Profile
    from receiptgen.drawing.receipts import Receipts
    from receiptgen.drawing.template import ReceiptTemplate
    from receiptgen.writers import encode_png

    template = loads(request.template, ReceiptTemplate, name=_TEMPLATE, resolve=_parent("templates"))
    template = template.model_copy(update={"name": request.name})
    profile: str | Profile = request.profile
    if request.profile_text is not None:
        profile = loads(request.profile_text, Profile, name=_PROFILE, resolve=_parent("profiles"))
        profile = profile.model_copy(update={"name": Path(_PROFILE).stem})
    sample = Receipts(
        [template], profile=profile, seed=request.seed, locales=request.locale, color=request.color,
        values=request.values or (),
    ).draw(0)  # fmt: skip
    png = encode_png(sample.page.image)
    height, width = sample.page.size
    said: dict[str, Any] = {
        "image": data_url(png), "width": width, "height": height, "locale": sample.locale, "text": sample.text,
    }  # fmt: skip
    return success(said | ({"files": _files(sample, png)} if request.files else {}))


def _files(sample: "Sample", png: bytes) -> dict[str, str]:
    """Return the text files that ``draw`` writes beside the image of a receipt, by name."""
    from receiptgen.writers._images import ImageFile, ImageFormat
    from receiptgen.writers.folder import Folder

    encoded = Folder().encode(sample, _IMAGE, ImageFile(png, ImageFormat()))
    return {name: content.decode() for name, content in encoded.files.items()}


@cache
def _schema(what: Kind) -> Answer:
    from receiptgen.drawing.editor_schema import editor_schema

    return success(editor_schema(what))


def _parent(folder: str) -> Callable[[str, Path], Path]:
    """Return what finds the file that another extends: a packaged one of a folder, never a file elsewhere."""
    return lambda name, child: packaged(folder, name)


def _limit_memory(more: int) -> None:
    """Let this process take some bytes more than it has; only Linux counts what is its own alone."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        limit = pages * resource.getpagesize() + more
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
