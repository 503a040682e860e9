"""Donut's data sets: a flat folder ``donut`` of images with ``metadata.jsonl`` among them.

A row has ``file_name`` and ``ground_truth``, JSON in a text: ``{"gt_parse": {...}}`` with all that is printed and
nothing else, every value a text as in ``items.json``; of a snippet ``{"text_sequence": "..."}``. In Donut's YAML
``dataset_name_or_paths`` is the data set's folder, whose card ``README.md`` names the files of each split.
"""

from typing import ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Contents, Encoded, Extras, Opener
from receiptgen.writers._card import card
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import stem_of
from receiptgen.writers._lines import lines
from receiptgen.writers._parse import ground_truth
from receiptgen.writers._truth import compact

_METADATA = "donut/metadata.jsonl"
_COLUMNS = {"image": "the image", "ground_truth": "JSON with `gt_parse`, all that is printed"}


@WRITERS.register
class Donut:
    """A flat image folder with its metadata."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the image and its row."""
        name = f"{stem_of(sample)}{suffix_of(file)}"
        row = compact({"file_name": name, "ground_truth": ground_truth(sample)})
        return Encoded({f"donut/{name}": image}, {_METADATA: f"{row}\n".encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one table."""
        return lines(_METADATA)

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return the card."""
        return {"README.md": card(contents, (_METADATA, "donut/*.png", "donut/*.jpg", "donut/*.webp"), _COLUMNS)}
