"""Fields to detect, as ultralytics' YOLO reads them: ``yolo/images``, ``yolo/labels`` and ``data.yaml``.

``yolo/labels/000012.txt`` has ``CLASS X Y WIDTH HEIGHT`` a field: the centre and the size of its upright box as shares
of the image, 0 to 1. The class is the field's role; labels of values are the class ``label``, a template's own lines
and snippets ``text``. ``data.yaml`` beside the parts names them, with the same numbers in every data set: ``yolo train
data=FOLDER/data.yaml``.
"""

from typing import ClassVar

import numpy as np

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Contents, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile
from receiptgen.writers._layout import boxes_inside
from receiptgen.writers._yolo import data_file, labelled


@WRITERS.register
class Yolo:
    """YOLO's images and labels."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image and labels; a field that lies outside the image has none."""
        height, width = sample.page.size
        boxes = boxes_inside(sample, sample.page.regions.field_quads) / [width, height, width, height]
        sizes = boxes[:, 2:] - boxes[:, :2]
        places = np.concatenate([boxes[:, :2] + sizes / 2, sizes], axis=1)
        places[(sizes <= 0).any(axis=1)] = np.nan
        return Encoded(labelled("yolo", sample, file, image, places), {})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return none: every sample has files of its own."""
        return {}

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return the file that names folders and classes."""
        return {"data.yaml": data_file("yolo", contents)}
