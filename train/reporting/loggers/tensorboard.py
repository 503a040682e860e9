"""``tensorboard``: event files for TensorBoard in the run's folder."""

import time
from collections.abc import Mapping
from typing import Any

from receiptgen.core.errors import FileError, MissingExtraError
from receiptgen.core.files import reason_of
from receiptgen.imaging.geometry import Pixels

from ...evaluation.prediction_sheet import png
from ...loop.journal import AnyEntry, Started
from . import LOGGERS, End, LoggedRun
from ._scalars import scalars_of

try:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
except ImportError:
    raise MissingExtraError(
        "--log tensorboard needs the package tensorboard; pip install 'receiptgen[train]'"
    ) from None

_FLUSH = 10  # seconds


@LOGGERS.register
class TensorBoard:
    """Writes event files into the folder ``tensorboard`` of the run; a resumed run adds a file.

    Raises:
        FileError: The folder can't be written to; methods also raise it for what was written before.
    """

    def __init__(self, run: LoggedRun) -> None:
        self._folder = run.folder / "tensorboard"
        try:
            self._writer = EventFileWriter(str(self._folder), flush_secs=_FLUSH)
        except OSError as error:
            raise self._fault(error) from None

    def write(self, entry: AnyEntry) -> None:
        """Write the figures of a record; ``Started`` hides what an earlier run wrote for later steps."""
        if isinstance(entry, Started):
            # Readers drop everything of this step and later ones.
            self._add(entry.step + 1, {"session_log": {"status": "START"}})
        elif scalars := scalars_of(entry):
            values = [{"tag": tag, "simple_value": value} for tag, value in scalars.items()]
            self._add(entry.step, {"summary": {"value": values}})

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
        height, width = image.shape[:2]
        picture = {"height": height, "width": width, "colorspace": 3, "encoded_image_string": png(image)}
        self._add(step, {"summary": {"value": [{"tag": tag, "image": picture}]}})

    def close(self, end: End) -> None:
        """Write what is buffered, and close the file."""
        try:
            self._writer.close()
        except OSError as error:
            raise self._fault(error) from None

    def _add(self, step: int, content: Mapping[str, Any]) -> None:
        """Write an event with fields by name, nested ones as mappings."""
        try:
            self._writer.add_event(Event(wall_time=time.time(), step=step, **content))
        except OSError as error:
            raise self._fault(error) from None

    def _fault(self, error: OSError) -> FileError:
        return FileError(f"{self._folder}: can't be written: {reason_of(error)}")
