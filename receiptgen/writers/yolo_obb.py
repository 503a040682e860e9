"""Fields to detect as they lie, turned with the page: ultralytics' YOLO with oriented boxes (OBB).

As ``yolo``, in ``yolo_obb/images``, ``yolo_obb/labels`` and ``data_obb.yaml``. A label has ``CLASS X1 Y1 X2 Y2 X3 Y3 X4
Y4``, the field's corners clockwise from the text's top left as shares of the image, 0 to 1: ``yolo obb train
data=FOLDER/data_obb.yaml``.
"""

from typing import ClassVar

import numpy as np

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Contents, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile
from receiptgen.writers._layout import boxes_inside
from receiptgen.writers._yolo import data_file, labelled


@WRITERS.register
class YoloObb:
    """YOLO's images and oriented labels."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image and labels; corners outside the image lie on its edge, and a field outside has none."""
        height, width = sample.page.size
        quads = sample.page.regions.field_quads
        places = (quads / [width, height]).clip(0, 1).reshape(-1, 8)
        boxes = boxes_inside(sample, quads)
        places[(boxes[:, 2:] <= boxes[:, :2]).any(axis=1)] = np.nan
        return Encoded(labelled("yolo_obb", sample, file, image, places), {})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return none: every sample has files of its own."""
        return {}

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return the file that names folders and classes."""
        return {"data_obb.yaml": data_file("yolo_obb", contents)}
