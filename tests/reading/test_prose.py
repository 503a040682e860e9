"""A page of a novel is read like a receipt."""

import textwrap

import cv2
import numpy as np
import pytest
from independent import pillow_font
from PIL import Image, ImageDraw

from receiptgen.imaging.geometry import Pixels
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.scoring import WORDS

pytestmark = pytest.mark.needs("onnxruntime")

# Jane Austen, Pride and Prejudice (1813), the beginning.
PROSE = """
It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife.

However little known the feelings or views of such a man may be on his first entering a neighbourhood, this truth is so
well fixed in the minds of the surrounding families, that he is considered as the rightful property of some one or other
of their daughters.

"My dear Mr. Bennet," said his lady to him one day, "have you heard that Netherfield Park is let at last?"

Mr. Bennet replied that he had not.

"But it is," returned she; "for Mrs. Long has just been here, and she told me all about it."

Mr. Bennet made no answer.

"Do not you want to know who has taken it?" cried his wife impatiently.
"""


def page_of(text: str, font: str, size: int = 30, quality: int = 70) -> Pixels:
    """Set paragraphs on a page of paper 60 characters wide, and return it as a JPEG file shows it."""
    paragraphs = [textwrap.wrap(paragraph, 60) for paragraph in text.strip().split("\n\n")]
    rows = [row for paragraph in paragraphs for row in (*paragraph, "")]
    image = Image.new("L", (1240, 160 + round(1.5 * size) * len(rows)), 244)
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        pen.text((80, 80 + round(1.5 * size) * number), row, 30, pillow_font(font, size))
    encoded = cv2.imencode(".jpg", np.asarray(image), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)


@pytest.mark.parametrize("font", ["tinos", "arimo", "cousine", "courier-prime"])
def test_a_page_of_prose_is_read_without_a_wrong_word(reader: PageReader, font: str) -> None:
    # Quotation marks, which receipts don't have, are sometimes lost: words are runs of letters and digits.
    words = WORDS["alnum"]
    said = words(reader.read(page_of(PROSE, font)).text)
    rest = iter(said)
    assert all(word in rest for word in words(PROSE)), "one after the other"
    # A speck of a letter may be found a second time.
    assert len(said) <= len(words(PROSE)) + 1
