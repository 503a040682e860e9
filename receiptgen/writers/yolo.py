"""Fields to detect, as ultralytics' YOLO reads them: ``yolo/images``, ``yolo/labels`` and ``data.yaml``.

``yolo/labels/000012.txt`` has ``CLASS X Y WIDTH HEIGHT`` a field: the centre and the size of its upright box as shares
of the image, 0 to 1. The class is the field's role; labels of values are the class ``label``, a template's own lines
and snippets ``text``. ``data.yaml`` beside the parts names them, with the same numbers in every data set: ``yolo train
data=FOLDER/data.yaml``.
"""

from typing import ClassVar

import numpy as np

from receiptgen.imaging.sample import Sample
from receiptgen.writers import OWN, WRITERS, Contents, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import boxes_inside, stem_of
from receiptgen.writers._roles import CLASS_NUMBERS, CLASSES, class_of


@WRITERS.register
class Yolo:
    """YOLO's images and labels."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image and labels; a field that lies outside the image has none."""
        height, width = sample.page.image.shape[:2]
        boxes = boxes_inside(sample, sample.page.regions.field_quads) / [width, height, width, height]
        sizes = boxes[:, 2:] - boxes[:, :2]
        shares = np.concatenate([boxes[:, :2] + sizes / 2, sizes], axis=1)
        rows = [
            f"{CLASS_NUMBERS[class_of(field.role)]} {' '.join(f'{share:.6f}' for share in box)}\n"
            for field, box in zip(sample.page.regions.fields, shares.tolist(), strict=True)
            if box[2] > 0 and box[3] > 0
        ]
        stem = stem_of(sample)
        return Encoded(
            {f"yolo/images/{stem}{suffix_of(file)}": image, f"yolo/labels/{stem}.txt": "".join(rows).encode()}, {}
        )

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return none: every sample has files of its own."""
        return {}

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return the file that names folders and classes; a set that is not split is its own validation."""
        folders = {part: f"{part}/yolo/images" if part else "yolo/images" for part in contents.samples}
        paths = {"train": folders.get("train", folders.get("")), "val": folders.get("val", folders.get(""))}
        if "test" in folders:
            paths["test"] = folders["test"]
        places = "".join(f"{name}: {path}\n" for name, path in paths.items())
        names = "".join(f"  {number}: {name}\n" for number, name in enumerate(CLASSES))
        return {"data.yaml": f"# {OWN}, which replaces it\n{places}names:\n{names}".encode()}
