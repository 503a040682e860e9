"""Crops of a receipt's fields, for formats that know single lines only."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.sample import Sample
from receiptgen.writers._images import ImageFile
from receiptgen.writers._truth import is_receipt


class Crop(NamedTuple):
    """An image of one text: its file and what it says."""

    image: bytes
    text: str


def crops(sample: Sample, image: ImageFile) -> Iterator[Crop]:
    """Yield a snippet as it is, or each field of a receipt in reading order.

    A field, as ``2 x 1.20``, and not the whole printed line: a line's columns stand apart by spaces
    that no reader can count. The crop is the upright box round the field's quad, clipped to the image.

    Args:
        sample: The sample.
        image: Its image file; crops are encoded alike.
    """
    if not is_receipt(sample):
        yield Crop(bytes(image), sample.text)
        return
    pixels, regions = sample.page.image, sample.page.regions
    height, width = sample.page.size
    boxes = boxes_of_quads(regions.field_quads)
    edges = np.concatenate([np.floor(boxes[:, :2]), np.ceil(boxes[:, 2:])], axis=1)
    clipped = edges.clip(0, [width, height, width, height]).astype(int).tolist()
    for field, (x0, y0, x1, y1) in zip(regions.fields, clipped, strict=True):
        if x0 < x1 and y0 < y1:
            yield Crop(bytes(image.format.encode(pixels[y0:y1, x0:x1])), field.text)
