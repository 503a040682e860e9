"""docTR's training scripts and data sets: a folder ``images`` beside one ``labels.json``.

Snippets: ``RecognitionDataset(PART / "images", PART / "labels.json")``; labels map file to text. Receipts:
``DetectionDataset`` of the same arguments; labels map file to ``img_dimensions`` (height, width),
``img_hash`` (SHA-256 of the file) and ``polygons``, a quad for each word, as docTR detects words. The
scripts' ``--train_path`` is the part's folder. They look for images in ``images`` only, so this format
writes its own copy there.
"""

import json
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import Document
from receiptgen.writers._truth import flat_quads, is_receipt


def _label(sample: Sample, image: bytes) -> Any:
    if not is_receipt(sample):
        return sample.text
    return {
        "img_dimensions": list(sample.page.size),
        "img_hash": sha256(image).hexdigest(),
        "polygons": [[q[0:2], q[2:4], q[4:6], q[6:8]] for q in flat_quads(sample.page.regions.word_quads)],
    }


def _open(folder: Path, state: State | None) -> Document:
    return Document(folder / "labels.json", state, b"{", partial(bytes, b"}"))


@WRITERS.register
class Doctr:
    """docTR's ``images`` and ``labels.json``."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the image and its entry, in ASCII as docTR reads in the system's own encoding."""
        entry = f"{json.dumps(file)}: {json.dumps(_label(sample, image))}"
        return Encoded({f"images/{file}": image}, {"labels.json": entry.encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one label file."""
        return {"labels.json": _open}
