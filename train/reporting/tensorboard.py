"""TensorBoard event files, written with the package ``tensorboard``; without it nothing is written."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from receiptgen.core.errors import FileError
from receiptgen.core.files import reason_of
from receiptgen.imaging.geometry import Pixels

from ..evaluation.prediction_sheet import png
from ..runs.journal import AnyEntry, Evaluated, Progressed, Started

_LOG = logging.getLogger(__name__)

_PROGRESSED = ("loss", "rate", "norm", "images_per_second", "wait")
_EVALUATED = ("cer", "cer_ci", "cer_ci_nospace", "exact", "exact_ci", "word_ci", "loss")
_FLUSH = 10  # seconds


class Board:
    """Event files of a run: the scalars of its journal, texts and images.

    Where the package ``tensorboard`` is missing, all methods do nothing, which is logged once.

    Args:
        folder: Folder of the event files, made if it doesn't exist. A resumed run adds a file to it.

    Raises:
        FileError: The folder can't be written to; methods also raise it for what was written before.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writer = None
        try:
            from tensorboard.compat.proto.event_pb2 import Event
            from tensorboard.summary.writer.event_file_writer import EventFileWriter
        except ImportError:
            _LOG.warning("%s: no event files are written; pip install tensorboard", folder)
            return
        self._event = Event
        try:
            self._writer = EventFileWriter(str(folder), flush_secs=_FLUSH)
        except OSError as error:
            raise self._fault(error) from None

    def write(self, entry: AnyEntry) -> None:
        """Write the scalars of a record; ``Started`` hides what an earlier run wrote for later steps."""
        match entry:
            case Started():
                # Readers drop everything of this step and later ones.
                self._add(entry.step + 1, {"session_log": {"status": "START"}})
            case Progressed():
                self._scalars(entry, {name: f"train/{name}" for name in _PROGRESSED})
            case Evaluated():
                self._scalars(entry, {name: f"{name}/{entry.data}" for name in _EVALUATED})

    def text(self, tag: str, text: str, step: int) -> None:
        """Write a text, which is shown verbatim.

        Args:
            tag: Name on the board.
            text: Text of any number of lines.
            step: Its step.
        """
        # Four spaces before each line make it a verbatim block in Markdown.
        block = "\n".join(f"    {line}" for line in text.splitlines()).encode()
        tensor = {"dtype": "DT_STRING", "tensor_shape": {"dim": [{"size": 1}]}, "string_val": [block]}
        metadata = {"plugin_data": {"plugin_name": "text"}}
        self._add(step, {"summary": {"value": [{"tag": tag, "tensor": tensor, "metadata": metadata}]}})

    def image(self, tag: str, image: Pixels, step: int) -> None:
        """Write an image.

        Args:
            tag: Name on the board.
            image: RGB image uint8 (H, W, 3).
            step: Its step.
        """
        if self._writer is not None:
            height, width = image.shape[:2]
            picture = {"height": height, "width": width, "colorspace": 3, "encoded_image_string": png(image)}
            self._add(step, {"summary": {"value": [{"tag": tag, "image": picture}]}})

    def close(self) -> None:
        """Write what is buffered, and close the file."""
        if self._writer is not None:
            try:
                self._writer.close()
            except OSError as error:
                raise self._fault(error) from None

    def __enter__(self) -> "Board":
        """Return the board; it is closed at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _scalars(self, entry: AnyEntry, tags: Mapping[str, str]) -> None:
        """Write the fields of a record by their tags, without nan, which stands for what was not measured."""
        pairs = [(tag, getattr(entry, name)) for name, tag in tags.items()]
        values = [{"tag": tag, "simple_value": value} for tag, value in pairs if value == value]
        self._add(entry.step, {"summary": {"value": values}})

    def _add(self, step: int, content: Mapping[str, Any]) -> None:
        """Write an event with fields by name, nested ones as mappings."""
        if self._writer is not None:
            try:
                self._writer.add_event(self._event(wall_time=time.time(), step=step, **content))
            except OSError as error:
                raise self._fault(error) from None

    def _fault(self, error: OSError) -> FileError:
        return FileError(f"{self._folder}: can't be written: {reason_of(error)}")
