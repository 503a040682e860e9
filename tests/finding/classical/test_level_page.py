"""Pages that lie askew."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.finding.classical.level_page import level_page
from receiptgen.imaging.geometry import Projective
from receiptgen.imaging.sample import Sample

pytestmark = pytest.mark.needs("onnxruntime")


@settings(max_examples=8, deadline=None)
@given(degrees=st.floats(-40, 40), scale=st.floats(0.8, 1.6))
def test_a_turned_and_scaled_page_is_laid_flat(clean: Sample, degrees: float, scale: float) -> None:
    page = clean.page.image
    turn, size = Projective.rotation(degrees, (page.shape[0], page.shape[1]))
    image = cv2.resize(turn.image(page, size, 255), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sheet = level_page(np.asarray(image, np.uint8))
    assert sheet is not None
    # A level row of the sheet comes from one that falls as the page was turned.
    (x0, y0), (x1, y1) = sheet.back.points(np.array([[0.0, 50.0], [200.0, 50.0]]))
    assert np.degrees(np.arctan2(y0 - y1, x1 - x0)) == pytest.approx(degrees, abs=0.35)
