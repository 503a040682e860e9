"""A receipt beside one that a template draws like it."""

from typing import NamedTuple

import cv2
import numpy as np

from receiptgen.drafting.resemblance import resemblance, row_kinds
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.extraction.field_reader import FieldReader
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.page_fields import fields_of
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText

# Height of both in pixels, paper round the print of the first relative to its size, and what lies between them.
_HEIGHT, _MARGIN, _BETWEEN = 1600, 0.04, 24
_GROUND = 128


class Preview(NamedTuple):
    """A receipt and its like.

    Attributes:
        image: Both side by side, uint8 (H, W).
        alike: How alike their rows are, 0 to 1.
    """

    image: Pixels
    alike: float


def preview_of(
    template: ReceiptTemplate, image: Pixels, page: PageText, fields: ReceiptFields, reader: PageReader,
    field_reader: FieldReader,
) -> Preview:  # fmt: skip
    """Draw a receipt of a template with as many goods as the one that it was drafted from, and read it back.

    Args:
        template: The template.
        image: Grey image of the page that it was drafted from, uint8 (H, W).
        page: Text of that page.
        fields: What that says.
        reader: Reads pages.
        field_reader: Tells fields.

    Raises:
        FontError: No font of the template's printers has all characters.
    """
    drawn = Receipts([template], items=max(1, len(fields.items))).draw(0).page.image
    back = reader.read(drawn)
    alike = resemblance(row_kinds(page, fields), row_kinds(back, fields_of(back, field_reader)))
    return Preview(_beside(_printed(image, page), drawn), alike)


def _printed(image: Pixels, page: PageText) -> Pixels:
    """Return the part of an image that is printed."""
    corners = np.concatenate([word.quad for word in page.words])
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = _MARGIN * (high - low).max()
    left, top = np.maximum(low - margin, 0).astype(int)
    right, bottom = (high + margin).astype(int)
    return image[top:bottom, left:right]


def _beside(one: Pixels, other: Pixels) -> Pixels:
    scaled = [
        cv2.resize(
            each, (max(1, round(each.shape[1] * _HEIGHT / each.shape[0])), _HEIGHT), interpolation=cv2.INTER_AREA
        )
        for each in (one, other)
    ]
    between = np.full((_HEIGHT, _BETWEEN), _GROUND, np.uint8)
    return np.asarray(np.hstack([scaled[0], between, scaled[1]]))
