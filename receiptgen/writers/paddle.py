"""PaddleOCR's ``SimpleDataSet``: ``data_dir`` is the part's folder, the label files are ``label_file_list``.

Snippets: ``rec_gt.txt`` with file and text between a tab, and ``dict.txt`` with every character that
occurs, one a line (``character_dict_path``); the space is left out, which ``use_space_char: true`` adds.
Receipts: ``det_gt.txt`` with file and a JSON list of ``transcription`` and ``points``, one for each field.
"""

from pathlib import Path
from typing import ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import Tail, lines
from receiptgen.writers._truth import compact, flat_quads, is_receipt, one_line


class Characters:
    """``dict.txt``: all characters seen, written sorted at the end; a record is a text.

    Args:
        path: The file.
        state: ``characters`` and ``records`` of an earlier run, or None.
    """

    def __init__(self, path: Path, state: State | None) -> None:
        self._tail = Tail(path, None)
        self._seen = set(state["characters"]) if state else set[str]()
        self._records = state["records"] if state else 0

    def append(self, record: str) -> None:
        """Note a text's characters."""
        self._seen.update(record)
        self._records += 1

    def extend(self, path: Path, state: State) -> None:
        """Note the characters of another file, which its state holds; see ``Extensible``."""
        self._seen.update(state["characters"])
        self._records += state["records"]

    def commit(self) -> State:
        """Return the characters, sorted by code point; the file stays empty until the end."""
        return {"characters": "".join(sorted(self._seen)), "records": self._records}

    def finish(self) -> None:
        """Write the characters and close."""
        self._tail.write("".join(f"{character}\n" for character in sorted(self._seen - {" "})).encode())
        self._tail.flush()
        self.close()

    def close(self) -> None:
        """Close."""
        self._tail.close()


def _open_characters(folder: Path, state: State | None) -> Characters:
    return Characters(folder / "dict.txt", state)


@WRITERS.register
class Paddle:
    """PaddleOCR's label files."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return a snippet's line and text, or a receipt's line."""
        if not is_receipt(sample):
            text = one_line(sample.text)
            return Encoded({}, {"rec_gt.txt": f"{file}\t{text}\n".encode(), "dict.txt": text})
        regions = sample.page.regions
        boxes = [
            {"transcription": field.text, "points": [quad[0:2], quad[2:4], quad[4:6], quad[6:8]]}
            for field, quad in zip(regions.fields, flat_quads(regions.field_quads), strict=True)
        ]
        return Encoded({}, {"det_gt.txt": f"{file}\t{compact(boxes)}\n".encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the label file, and for snippets the dictionary."""
        return lines("det_gt.txt") if receipts else {**lines("rec_gt.txt"), "dict.txt": _open_characters}
