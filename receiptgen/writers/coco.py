"""One ``coco.json``, as ``pycocotools``, Detectron2, MMDetection and ultralytics' converter read it.

``COCO("coco.json")``: an image a sample; an annotation a field, with its role as category, its upright
``bbox`` (x, y, width, height), its quad as ``segmentation``, and its text as the further attribute
``text``. Ids count from 1. ``.coco.images`` beside it holds the images' part, from which a set can go on
growing; readers don't need it.
"""

import re
import shutil
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import Tail
from receiptgen.writers._truth import compact, flat_quads


class Entry(NamedTuple):
    """A sample's part of the document, without ids, which its neighbours decide.

    Attributes:
        image: JSON of its image after the id, with the closing brace.
        roles: Category of each annotation.
        annotations: JSON of each annotation after the ids, with the closing brace.
    """

    image: str
    roles: tuple[str, ...]
    annotations: tuple[str, ...]


class Coco:
    """The growing document: annotations first, then, known only at the end, images and categories.

    Args:
        folder: Folder of the file.
        state: Lengths of both files, counts, and the ``categories`` so far, or None.
    """

    def __init__(self, folder: Path, state: State | None) -> None:
        self._tail = Tail(folder / "coco.json", state["bytes"] if state else None)
        self._images = Tail(folder / ".coco.images", state["image_bytes"] if state else None)
        self._records: int = state["records"] if state else 0
        self._annotations: int = state["annotations"] if state else 0
        names = state["categories"] if state else []
        self._categories: dict[str, int] = {name: number for number, name in enumerate(names, 1)}
        if not state:
            self._tail.write(b'{"annotations":[')

    def append(self, record: Entry) -> None:
        """Add a sample under the next ids."""
        image = self._records + 1
        pieces = []
        for number, (role, rest) in enumerate(
            zip(record.roles, record.annotations, strict=True), self._annotations + 1
        ):
            category = self._categories.setdefault(role, len(self._categories) + 1)
            comma = "," if number > 1 else ""
            pieces.append(f'{comma}\n{{"id":{number},"image_id":{image},"category_id":{category},{rest}')
        self._tail.write("".join(pieces).encode())
        self._images.write(f'{"," if self._records else ""}\n{{"id":{image},{record.image}'.encode())
        self._annotations += len(pieces)
        self._records = image

    def commit(self) -> State:
        """Flush; the state leaves out images and categories, which ``finish`` appends."""
        self._tail.flush()
        self._images.flush()
        return {
            "bytes": self._tail.size,
            "image_bytes": self._images.size,
            "records": self._records,
            "annotations": self._annotations,
            "categories": list(self._categories),
        }

    def finish(self) -> None:
        """Append images and categories, and close."""
        self._images.flush()
        self._tail.write(b'\n],"images":[')
        with self._images.path.open("rb") as images:
            shutil.copyfileobj(images, self._tail)
        categories = [
            {"id": number, "name": name, "supercategory": "text"} for name, number in self._categories.items()
        ]
        self._tail.write(f'\n],"categories":{compact(categories)}}}\n'.encode())
        self._tail.flush()
        self.close()

    def close(self) -> None:
        """Close both files."""
        self._tail.close()
        self._images.close()


@WRITERS.register
class CocoWriter:
    """One COCO document."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = (re.compile(r"\.coco\.images"),)

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the sample's entry."""
        regions = sample.page.regions
        height, width = sample.page.size
        entry = compact({"file_name": file, "width": width, "height": height})[1:]
        quads = regions.field_quads
        boxes = boxes_of_quads(quads).astype(np.float64)
        boxes[:, 2:] -= boxes[:, :2]
        x, y = quads[..., 0], quads[..., 1]
        # The shoelace formula.
        areas = np.abs((x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y).sum(axis=1)) / 2
        annotations = [
            compact({"bbox": box, "area": area, "segmentation": [quad], "iscrowd": 0, "text": field.text})[1:]
            for field, box, area, quad in zip(
                regions.fields,
                boxes.round(2).tolist(),
                areas.round(2).tolist(),
                flat_quads(quads),
                strict=True,
            )
        ]
        roles = tuple(field.role for field in regions.fields)
        return Encoded({}, {"coco.json": Entry(entry, roles, tuple(annotations))})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one document."""
        return {"coco.json": Coco}
