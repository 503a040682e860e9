"""An image folder as ``datasets`` and the Hugging Face hub read it: image files, ``metadata.jsonl``, and a card.

``load_dataset("FOLDER")`` of the data set's folder has the splits ``train``, ``validation`` and ``test`` by the card
``README.md``; ``load_dataset("imagefolder", data_dir="PART")`` reads a part. Snippets have image and ``text``, as TrOCR
is trained; receipts also ``ground_truth`` as Donut, and ``words bboxes ner_tags`` as LayoutLM is.
"""

from typing import ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Contents, Encoded, Extras, Opener
from receiptgen.writers._card import card
from receiptgen.writers._columns import meanings, row
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import lines
from receiptgen.writers._truth import compact

METADATA = "metadata.jsonl"
# All that lies one folder deep, where the shared images are.
IMAGES = ("*/*.png", "*/*.jpg", "*/*.webp")


@WRITERS.register
class Hf:
    """An image folder with its metadata."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the sample's row."""
        return Encoded({}, {METADATA: f"{compact({'file_name': file, **row(sample)})}\n".encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one table."""
        return lines(METADATA)

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return the card."""
        return {"README.md": card(contents, (METADATA, *IMAGES), meanings(contents.receipts))}
