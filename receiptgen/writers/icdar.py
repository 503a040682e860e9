r"""The text files of the ICDAR competitions, which MMOCR, Supervisely and many papers' code read.

Snippets: ``gt.txt`` with ``file, "text"`` a line, as word recognition of 2013 and 2015; ``\`` and ``"`` are
escaped by ``\``. Receipts: beside ``000012/receipt.png`` a ``000012/receipt.txt`` with
``x0,y0,x1,y1,x2,y2,x3,y3,text`` a field, as SROIE of 2019 and the detection task of 2015; whole pixels, and
the text, unescaped, is all after the eighth comma.
"""

from typing import ClassVar

import numpy as np

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._lines import lines
from receiptgen.writers._truth import is_receipt, one_line


@WRITERS.register
class Icdar:
    """ICDAR's ground truth."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return a snippet's line, or a receipt's file."""
        if not is_receipt(sample):
            text = one_line(sample.text).replace("\\", "\\\\").replace('"', '\\"')
            return Encoded({}, {"gt.txt": f'{file}, "{text}"\n'.encode()})
        regions = sample.page.regions
        quads = np.rint(regions.field_quads.reshape(-1, 8)).astype(int).tolist()
        rows = [
            f"{','.join(map(str, quad))},{one_line(field.text)}\n"
            for field, quad in zip(regions.fields, quads, strict=True)
        ]
        return Encoded({f"{file.removesuffix(suffix_of(file))}.txt": "".join(rows).encode()}, {})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the label file of snippets; receipts have one each."""
        return {} if receipts else lines("gt.txt")
