"""Weights of finders: what their files say, and what opening them gives."""

from pathlib import Path

import numpy as np
import pytest

from receiptgen.core.errors import WeightsError
from receiptgen.finding.finder_model import FINDER, open_finder
from receiptgen.finding.network import FinderNetwork
from receiptgen.recognition.model_file import load_model
from receiptgen.recognition.model_kind import KindModel
from receiptgen.recognition.networks import initial_arrays
from receiptgen.recognition.opened_model import open_model
from receiptgen.recognition.tensor_file import pack_tensors

NETWORK = FinderNetwork(channels=4)


def finder(seed: int = 3) -> KindModel:
    return KindModel(FINDER, NETWORK, initial_arrays(FINDER.specs(NETWORK), seed), {"recipe": "drawn"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of random weights."""
    path = tmp_path / "finder.safetensors"
    path.write_bytes(pack_tensors(dict(finder().weights), finder().metadata.write()))
    return path


@pytest.mark.smoke
def test_weights_come_back_with_network_and_record(file: Path) -> None:
    read = FINDER.load(file)
    assert (read.network, read.record) == (NETWORK, {"recipe": "drawn"})
    assert all(np.array_equal(read.weights[name], array) for name, array in finder().weights.items())


def test_a_finder_given_as_a_recogniser_is_one_clear_line(file: Path) -> None:
    with pytest.raises(WeightsError, match="of the network 'finder' and read no lines, but pages"):
        load_model(file)


@pytest.mark.needs("onnxruntime")
def test_a_recogniser_given_as_a_finder_is_one_clear_line() -> None:
    for opened in (FINDER.load, open_finder):
        with pytest.raises(WeightsError, match="read lines and find nothing on pages; name those of a finder"):
            opened(Path("receipt"))


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "finder.safetensors"
    other = KindModel(FINDER, FinderNetwork(channels=8), finder().weights)
    path.write_bytes(pack_tensors(dict(other.weights), other.metadata.write()))
    with pytest.raises(WeightsError, match="its network has"):
        FINDER.load(path)


def test_a_missing_file_is_told_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.onnx: no such file"):
        open_finder(tmp_path / "none.onnx")
    with pytest.raises(WeightsError, match="no packaged weights of that name"):
        open_finder(Path("nowhere"))


@pytest.mark.needs("torch", "onnx", "onnxruntime")
def test_onnx_gives_the_maps_of_the_framework_for_a_page_of_any_size(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from receiptgen.train.export import export_kind

    # Some CPUs would read in bfloat16.
    monkeypatch.setattr("receiptgen.train.backends.pytorch.half_type", lambda *_: None)
    export_kind(FINDER.load(file), "onnx", tmp_path / "finder.onnx")
    page = np.random.default_rng(1).integers(0, 256, (45, 70), np.uint8)
    found, expected = (open_finder(path).maps(page) for path in (tmp_path / "finder.onnx", file))
    for name, first, second in zip(found._fields, found, expected, strict=True):
        assert first.shape == (23, 35), name
        np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-4, err_msg=name)
    np.testing.assert_allclose(np.hypot(found.across, found.down), 1, atol=1e-3)
    with pytest.raises(WeightsError, match="read no lines, but pages"):
        open_model(tmp_path / "finder.onnx")


@pytest.mark.needs("torch")
def test_formats_of_line_readers_refuse_a_finder(file: Path, tmp_path: Path) -> None:
    from receiptgen.train.export import export_kind

    with pytest.raises(WeightsError, match="written by --to onnx"):
        export_kind(FINDER.load(file), "torch", tmp_path / "finder.pt")
