"""What the server's process for drawing does; what it needs is imported there alone."""

import atexit
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any, Final, Literal

from receiptgen.core.errors import ConfigError, FileError, ReceiptgenError, ValuesError
from receiptgen.core.files import reason_of
from receiptgen.serving.answers import Answer, refusal, success
from receiptgen.serving.sent_files import SentFile, SentFolder

# Kinds of files whose JSON Schema is told.
Kind = Literal["receipt", "profile", "snippets"]
SCHEMAS: Final[tuple[Kind, ...]] = ("receipt", "profile", "snippets")
# Snippets of a request at most.
MOST_SNIPPETS: Final = 40


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
        beside: Files that lie beside the template.
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
    beside: tuple[SentFile, ...] = ()


@dataclass(frozen=True)
class SnippetsRequest:
    """A request to draw snippets, those that ``receiptgen draw --set NAME.yaml --seed SEED`` draws; kinds take turns.

    Attributes:
        snippets: The snippet set, in YAML.
        profile: Name of a packaged profile; empty for the set's own.
        seed: Seed of the snippets.
        color: Whether all are in colour, whatever the profile says.
        name: Name of the set's file without its end, of which chance depends.
        locale: Name of a packaged locale; empty for those of the set.
        kinds: Kinds of the set; none for all of them.
        first: Number of snippets that come before the first.
        count: Number of snippets.
        beside: Files that lie beside the set.
    """

    snippets: str
    profile: str = ""
    seed: int = 0
    color: bool = False
    name: str = "snippets"
    locale: str = ""
    kinds: tuple[str, ...] = ()
    first: int = 0
    count: int = 1
    beside: tuple[SentFile, ...] = ()


@dataclass(frozen=True)
class SchemaRequest:
    """A request for the JSON Schema of a kind of file.

    Attributes:
        what: The kind.
    """

    what: Kind = "receipt"


AnyDrawRequest = DrawRequest | SnippetsRequest | SchemaRequest


@dataclass(frozen=True)
class Drawing:
    """Draws from templates of others, which are given no files but those that are sent with them, and little memory.

    Attributes:
        memory: Bytes that a drawing may take, where the system can limit them.
        folder: An empty folder, in which files that are sent lie while they may be needed; the process works there.
    """

    memory: int
    folder: Path

    def __call__(self) -> Callable[[AnyDrawRequest], Answer]:
        """Load what draws, by drawing, make the schemas, and limit the memory.

        A request has its time and memory to itself. Schemas take half a second, which is more than the deadline on a
        busy machine, and were they made in a request that is ended there, never would be.
        """
        import cv2

        from receiptgen.serving.drawings import draw_receipt, draw_snippets, told

        try:
            os.chdir(self.folder)
            for left in Path().iterdir():
                # Of a process before, which was ended.
                rmtree(left, ignore_errors=True)
        except OSError as error:
            raise FileError(f"{self.folder}: {reason_of(error)}; start the server again") from None
        # Of a server that was killed only this process can delete it, which ends when it finds that it is alone.
        atexit.register(rmtree, self.folder.absolute(), ignore_errors=True)
        sent = SentFolder()

        def draw(request: DrawRequest | SnippetsRequest) -> Answer:
            if isinstance(request, SnippetsRequest):
                return draw_snippets(request, sent)
            return draw_receipt(request, sent)

        def answer(request: AnyDrawRequest) -> Answer:
            if isinstance(request, SchemaRequest):
                return _schema(request.what)
            text = "snippets.yaml" if isinstance(request, SnippetsRequest) else "template.yaml"
            try:
                return draw(request)
            except ConfigError as error:
                return refusal(422, *map(told, error.faults))
            except ValuesError as error:
                return refusal(422, told(str(error)))
            except ReceiptgenError as error:
                return refusal(422, f"{text}: {told(str(error))}")
            except (MemoryError, cv2.error) as error:
                # OpenCV has two errors for it: "Failed to allocate 9 bytes", and "std::bad_alloc".
                if isinstance(error, cv2.error) and "alloc" not in str(error):
                    raise
                return refusal(422, f"{text}: takes more than {self.memory // 1_000_000:,} MB of memory to draw")

        cv2.setNumThreads(1)  # more are no faster with one page, and each takes memory
        draw_receipt(DrawRequest("extends: cafe\nabout: any\n", "real"), sent)
        draw_snippets(SnippetsRequest("extends: standard\nabout: any\n", "real"), sent)
        for kind in SCHEMAS:
            _schema(kind)
        _limit_memory(self.memory)
        return answer


@cache
def _schema(what: Kind) -> Answer:
    from receiptgen.drawing.editor_schema import editor_schema

    return success(editor_schema(what))


def _limit_memory(more: int) -> None:
    """Let this process take some bytes more than it has; only Linux counts what is its own alone."""
    if sys.platform == "linux":
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        limit = pages * resource.getpagesize() + more
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
