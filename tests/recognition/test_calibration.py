"""What probabilities mean."""

import numpy as np
import pytest

from receiptgen.recognition.calibration import Calibration

pytestmark = pytest.mark.needs("onnxruntime")


def test_a_calibration_keeps_the_order_and_the_range() -> None:
    raw = np.array([0.0, 1e-9, 0.2, 0.5, 0.99, 1.0])
    made = Calibration(0.5, 1.2).applied(raw)
    assert (np.diff(made) >= 0).all()
    assert ((made >= 0) & (made <= 1)).all()
    assert Calibration().applied(raw).tolist() == raw.tolist()
    assert Calibration(1.0, 0.5).applied(np.array(0.5)) == pytest.approx(1 / (1 + np.exp(-0.5)))
