import pytest
from fuzz_images import fuzz

pytestmark = pytest.mark.needs("onnxruntime")


def test_spoilt_images_are_read_or_refused_in_one_line() -> None:
    outcome = fuzz(25, seed=7)
    assert outcome.tried == 25
    assert outcome.failures == []
