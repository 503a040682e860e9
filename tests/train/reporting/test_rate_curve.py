"""The picture and the figures of a range test."""

import json
from pathlib import Path

import cv2
import numpy as np

from receiptgen.train.loop.rate_finder import RateTest
from receiptgen.train.reporting.rate_curve import FIGURES, PICTURE, write_rate_test


def test_a_range_test_is_drawn_beside_its_figures(tmp_path: Path) -> None:
    test = RateTest(tuple(np.geomspace(1e-6, 1e-1, 50)), tuple(np.linspace(20.0, 1.0, 50)))
    write_rate_test(test, tmp_path)
    figures = json.loads((tmp_path / FIGURES).read_text())
    assert (len(figures["rates"]), figures["losses"][-1], figures["learning_rate"]) == (50, 1.0, test.suggestion)
    picture = cv2.imread(str(tmp_path / PICTURE))
    assert picture is not None
    assert picture.shape == (420, 700, 3)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 20
