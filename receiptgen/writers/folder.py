"""Loose files for people and scripts: the default.

Snippets: image files, ``labels.jsonl`` with the whole truth, one sample a line, and ``sample.txt`` with
``FILE TEXT`` a line, for whatever splits at the first space. Receipts: a folder each, with ``receipt.png``,
``text.txt`` (columns kept by spaces), ``items.json`` (what the receipt says) and ``truth.json`` (everything,
see ``_truth``).
"""

import json
from typing import ClassVar

from receiptgen.annotations.truth import LABELS_FILE, TRUTH_FILE
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import lines
from receiptgen.writers._truth import is_receipt, one_line, truth_line


@WRITERS.register
class Folder:
    """Image files with text files beside them."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return a receipt's files, or a snippet's lines."""
        if not is_receipt(sample):
            line = f"{file} {one_line(sample.text)}\n".encode()
            return Encoded({}, {LABELS_FILE: truth_line(sample, file), "sample.txt": line})
        folder = file[: file.rfind("/") + 1]
        values = json.dumps(dict(sample.values), ensure_ascii=False, indent=2)
        files = {
            f"{folder}text.txt": f"{sample.text}\n".encode(),
            f"{folder}items.json": f"{values}\n".encode(),
            f"{folder}{TRUTH_FILE}": truth_line(sample, file),
        }
        return Encoded(files, {})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the label files of snippets; receipts have none in common."""
        return {} if receipts else {**lines(LABELS_FILE), **lines("sample.txt")}
