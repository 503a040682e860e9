"""Pairs of a line's image and its text, as tesstrain, kraken and Calamari train on: ``x.png`` and ``x.gt.txt``.

One flat folder ``gt_pairs``: snippets as ``price-000012.png``, receipts as a crop a field, ``000012-003.png``. For
tesstrain it is ``GROUND_TRUTH_DIR``, for kraken ``ketos train -f path gt_pairs/*.png``.
"""

import re
from typing import ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._crops import crops
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import stem_of
from receiptgen.writers._truth import is_receipt, one_line


@WRITERS.register
class GtPairs:
    """A flat folder of pairs."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = (re.compile(r"gt_pairs/(?P<index>\d{6,})-\d{3,}\.(png|jpg|webp|gt\.txt)"),)

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the pair, or one a field."""
        files = {}
        for number, crop in enumerate(crops(sample, image)):
            stem = f"{stem_of(sample)}-{number:03d}" if is_receipt(sample) else stem_of(sample)
            files[f"gt_pairs/{stem}{suffix_of(file)}"] = crop.image
            files[f"gt_pairs/{stem}.gt.txt"] = f"{one_line(crop.text)}\n".encode()
        return Encoded(files, {})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return none: every sample has files of its own."""
        return {}
