"""EasyOCR's trainer: one flat folder ``easyocr`` of images with ``labels.csv`` among them.

Its ``OCRDataset`` takes folders without subfolders only, so this format writes its own images: snippets as
``price-000012.png``, receipts as a crop a field, ``000012-003.png``. In the trainer's YAML, ``train_data``
is the part's folder and ``select_data: easyocr``. ``labels.csv`` has the columns ``filename,words``, cut at
the *first* comma; the trainer knows no quoting (it splits by ``^([^,]+),``), so texts stand as they are.
pandas, by which it reads, drops spaces at the ends of a text, and takes a file whose texts are all plain
numbers for a column of numbers: mix kinds.
"""

import re
from typing import ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._crops import crops
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._lines import lines
from receiptgen.writers._truth import is_receipt, one_line


@WRITERS.register
class Easyocr:
    """A flat folder with its table."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = (re.compile(r"easyocr/(?P<index>\d{6,})-\d{3,}\.(png|jpg|webp)"),)

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the image, or the crops, and their rows."""
        stem = sample.name.replace("/", "-").replace(",", "_")
        files, rows = {}, []
        for number, crop in enumerate(crops(sample, image)):
            name = f"{sample.index:06d}-{number:03d}" if is_receipt(sample) else stem
            name += suffix_of(file)
            files[f"easyocr/{name}"] = crop.image
            rows.append(f"{name},{one_line(crop.text)}\n")
        return Encoded(files, {"easyocr/labels.csv": "".join(rows).encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one table."""
        return lines("easyocr/labels.csv", b"filename,words\n")
