"""Text layers of PDF files, laid out as what is read."""

from io import BytesIO

import numpy as np
import pytest
from pdf_documents import pdf, scanned

from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import pictures_in
from receiptgen.imaging.pictures import Picture
from receiptgen.imaging.sample import Sample
from receiptgen.reading.text_layer import page_of_layer

pytestmark = pytest.mark.needs("pdf", "onnxruntime")
ROWS = ["      RED LANTERN", "TEA             3.50", "OAT MILK FLAT   4.20", "TOTAL           7.70"]


def picture(content: bytes) -> Picture:
    (only,) = pictures_in(BytesIO(content))
    assert isinstance(only, Picture)
    return only


@pytest.mark.smoke
def test_rows_and_columns_are_those_of_the_page() -> None:
    only = picture(pdf([ROWS]))
    page = page_of_layer(only.pixels, only.words)
    assert page is not None
    assert page.text.splitlines() == ROWS
    assert [len(row) for row in page.rows] == [1, 2, 2, 2]
    assert (page.source, page.unread, page.warnings) == ("text layer", 0, ())
    assert {word.confidence for word in page.words} == {1}
    assert {len(word.text) == len(word.char_quads) == len(word.chars) for word in page.words} == {True}
    assert page.to_dict()["source"] == "text layer"


def test_text_stands_in_rows_in_whatever_order_the_file_has_it() -> None:
    only = picture(pdf([ROWS]))
    order = np.random.default_rng(1).permutation(len(only.words)).tolist()
    page = page_of_layer(only.pixels, [only.words[index] for index in order])
    assert page is not None
    assert page.text.splitlines() == ROWS


def test_a_scan_whose_layer_is_but_a_footer_is_left_to_be_read(clean: Sample) -> None:
    image: Pixels = clean.page.image
    only = picture(scanned(image, ["SCANNED BY AN APP"], mode=0))
    assert [word.text for word in only.words] == ["SCANNED", "BY", "AN", "APP"]
    assert page_of_layer(only.pixels, only.words) is None
    assert page_of_layer(only.pixels, ()) is None
