"""Receipts as ICDAR's SROIE challenge of 2019 has them: ``sroie/img``, ``sroie/box`` and ``sroie/key``.

``box/000012.csv`` has ``x1,y1,x2,y2,x3,y3,x4,y4,TEXT`` a field, for tasks 1 and 2; ``key/000012.json`` has ``company
date address total`` as they are printed, for task 3, without what is not printed. A snippet is a page of one field
without keys.
"""

from typing import ClassVar

import numpy as np

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import stem_of
from receiptgen.writers._printed import printed_date, printed_number, printed_texts
from receiptgen.writers._truth import compact, is_receipt, one_line


def _keys(sample: Sample) -> dict[str, str]:
    """Return what task 3 asks for, as far as it is printed; a company's legal name goes before its name."""
    found = {
        "company": " ".join(printed_texts(sample, "merchant.legal_name") or printed_texts(sample, "merchant.name")),
        "date": printed_date(sample),
        "address": " ".join(printed_texts(sample, "merchant.address")),
        "total": printed_number(sample, "total"),
    }
    return {name: one_line(text) for name, text in found.items() if text}


@WRITERS.register
class Sroie:
    """SROIE's three folders."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image, boxes, and for a receipt its keys."""
        regions, stem = sample.page.regions, stem_of(sample)
        quads = np.rint(regions.field_quads.reshape(-1, 8)).astype(int).tolist()
        rows = [
            f"{','.join(map(str, quad))},{one_line(field.text)}\n"
            for field, quad in zip(regions.fields, quads, strict=True)
        ]
        files = {f"sroie/img/{stem}{suffix_of(file)}": image, f"sroie/box/{stem}.csv": "".join(rows).encode()}
        if is_receipt(sample):
            files[f"sroie/key/{stem}.json"] = f"{compact(_keys(sample))}\n".encode()
        return Encoded(files, {})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return none: every sample has files of its own."""
        return {}
