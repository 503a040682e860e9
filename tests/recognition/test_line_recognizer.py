"""Lines in batches are read as they are alone."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.line_recognizer import LineRecognizer
from receiptgen.recognition.opened_model import open_model
from receiptgen.recognition.padding import padded_width
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.held_out import hold_out


@pytest.mark.smoke
@pytest.mark.needs("onnxruntime")
def test_the_packaged_weights_read_a_line_beside_wider_ones_as_alone() -> None:
    path = packaged_weights("receipt", ".onnx")
    assert path is not None
    opened = open_model(path)
    wide = np.full((32, 900), 255, np.uint8)
    wide[8:24, 20:880:7] = 0
    images = [e.image for e in hold_out("frozen", parse_spec("live:standard:receipt_text@real").data, 12, 5).examples]
    batch = opened.recognizer
    # Wide enough for one batch, which would be several otherwise.
    batch = LineRecognizer(batch._infer, opened.charset, Preprocess(), 4, 4, columns=100_000)
    for together, image in zip(batch.infer([*images, wide]), images, strict=False):
        (alone,) = opened.recognizer.infer([image])
        # Sums of float32 in another order; one column of padding that counted would change them by 0.01 and more.
        np.testing.assert_allclose(together, alone, rtol=0, atol=1e-4)
    assert batch.read([*images, wide])[:-1] == [opened.recognizer.read([image])[0] for image in images]


@pytest.mark.parametrize("mixes", [True, False])
def test_a_network_that_can_t_keep_lines_apart_gets_lines_of_one_width(mixes: bool) -> None:
    batches: list[set[int]] = []

    def infer(images: NDArray[np.uint8], extents: NDArray[np.int64]) -> NDArray[np.float32]:
        batches.append(set(extents.tolist()))
        assert images.shape[2] == extents.max()
        return np.zeros((len(images), images.shape[2] // 4, 3), np.float32)

    widths = [40, 200, 43, 120, 201, 900, 40, 1000]
    recognizer = LineRecognizer(infer, Charset("ab"), Preprocess(longest=1000), 4, 4, mixes=mixes)
    found = recognizer.infer([np.zeros((32, width), np.uint8) for width in widths])
    assert [len(each) for each in found] == [-(-width // 4) for width in widths]
    assert set.union(*batches) == {padded_width(width, 4) for width in widths}
    assert all(len(extents) == 1 for extents in batches) != mixes


@pytest.mark.needs("onnxruntime", "onnx")
def test_an_onnx_file_without_extents_is_read_in_batches_of_one_width(tmp_path: Path) -> None:
    onnx = import_module("onnx")
    path = packaged_weights("receipt", ".onnx")
    assert path is not None
    model = onnx.load(path)
    (extents,) = (each for each in model.graph.input if each.name == "extents")
    model.graph.input.remove(extents)
    # Wider than any line, so that nothing is cut off: as the file was before there were extents.
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array([1 << 20]), "extents"))
    onnx.save(model, tmp_path / "old.onnx")
    old, new = open_model(tmp_path / "old.onnx").recognizer, open_model(path).recognizer
    random = np.random.default_rng(3)
    images = [random.integers(0, 256, (32, width), dtype=np.uint8) for width in (70, 500, 71, 300)]
    for one, other in zip(old.infer(images), new.infer(images), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)
