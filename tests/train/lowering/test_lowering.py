"""ONNX files in lower precision are smaller, read as before, and say what they lose."""

import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from receiptgen.core.errors import WeightsError
from receiptgen.extraction.labelling.fields_model import FIELDS
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.model_file import Model, load_model, save_model
from receiptgen.recognition.networks import NETWORKS, initial_weights
from receiptgen.recognition.opened_kind import open_kind
from receiptgen.recognition.opened_model import open_model
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.commands import weights as weights_command
from receiptgen.train.data.sources.labels import Labels
from receiptgen.train.export import FORMATS, export_model
from receiptgen.train.lowering.line_trial import LineTrial
from receiptgen.train.lowering.lowering import Lowering

pytestmark = [pytest.mark.needs("torch"), pytest.mark.needs("onnxruntime")]

TEXTS = [f"{number}.{number % 10}5" for number in range(12, 30)]
NETS = {"receipt": {"channels": 20, "blocks": 1}, "crnn_lite": {"units": 16}, "cnn_bilstm": {"units": 16}}


@pytest.fixture
def data(tmp_path: Path) -> Labels:
    """Return labelled lines on disk, one of them far wider than half precision counts pixels."""
    rows = []
    for number, text in enumerate(TEXTS):
        image = np.full((32, 2400 if number == 3 else 160), 255, np.uint8)
        cv2.putText(image, text, (2200 if number == 3 else 4, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 0, 2)
        cv2.imwrite(str(tmp_path / f"{number}.png"), image)
        rows.append(f"{number}.png\t{text}\n")
    (tmp_path / "labels.txt").write_text("".join(rows))
    return Labels(path=tmp_path / "labels.txt")


def untrained(name: str) -> Model:
    network, charset = NETWORKS.get(name).parse(NETS[name]), Charset("0123456789.")
    weights = initial_weights(network, len(charset), 3)
    return Model(network, charset, Preprocess(height=network.height, width=0), weights, {}, network.reads)


@pytest.mark.parametrize(
    ("name", "precision", "tolerance"),
    [(name, "fp16", 0.02) for name in NETS] + [("receipt", "int8", 0.5), ("crnn_lite", "int8", 0.5)],
)
def test_log_probabilities_stay_close(
    name: str, precision: str, tolerance: float, data: Labels, tmp_path: Path
) -> None:
    model = untrained(name)
    export_model(model, "onnx", tmp_path / "full.onnx")
    lowering = Lowering(precision, LineTrial(model, data))  # type: ignore[arg-type]  # one of its words
    note = export_model(model, "onnx", tmp_path / "low.onnx", lowering=lowering)
    assert note.startswith(f"{precision}: CER ")
    assert "of 12 images" in note
    images = [cv2.imread(str(tmp_path / f"{number}.png"), cv2.IMREAD_GRAYSCALE) for number in (0, 3, 5)]
    full, low = (open_model(tmp_path / f"{side}.onnx").recognizer for side in ("full", "low"))
    for one, other in zip(full.infer(images), low.infer(images), strict=True):
        assert one.shape == other.shape
        assert np.abs(np.exp(one) - np.exp(other)).max() < tolerance
        assert not np.array_equal(one, other)


@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_only_the_numbers_inside_change(precision: str, data: Labels, tmp_path: Path) -> None:
    import onnx

    model = untrained("receipt")
    export_model(model, "onnx", tmp_path / "full.onnx")
    export_model(model, "onnx", tmp_path / "low.onnx", lowering=Lowering(precision, LineTrial(model, data)))  # type: ignore[arg-type]  # one of its words
    full, low = (onnx.load(tmp_path / f"{side}.onnx") for side in ("full", "low"))
    onnx.checker.check_model(low, full_check=True)
    assert [*low.graph.input, *low.graph.output] == [*full.graph.input, *full.graph.output]
    texts = {each.key: each.value for each in low.metadata_props}
    assert texts == {each.key: each.value for each in full.metadata_props} | {"precision": precision}
    assert open_model(tmp_path / "low.onnx").description.endswith(f", {precision}")
    assert not open_model(tmp_path / "full.onnx").description.endswith(precision)


def test_packaged_weights_keep_their_readings_at_a_fraction_of_the_size(tmp_path: Path) -> None:
    # Without the character model, which stays as it is.
    save_model(replace(load_model(Path("receipt")), companions=Companions()), tmp_path / "x.safetensors")
    out = tmp_path / "x.onnx"
    command = ["export", str(tmp_path / "x.safetensors"), "--to", "onnx", "--out", str(out), "--precision", "int8"]
    result = CliRunner().invoke(weights_command.command, command, catch_exceptions=False)
    found = re.search(r"MB; int8: CER ([\d.]+) -> ([\d.]+) % of 400 images, ([\d.]+) -> ([\d.]+) MB, ", result.output)
    assert found
    before, after, large, small = map(float, found.groups())
    assert after < before + 0.2
    assert small < 0.4 * large


def test_a_loss_that_is_too_large_writes_nothing(data: Labels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from receiptgen.train.backends._pytorch import onnx_precision as _onnx_precision
    from receiptgen.train.lowering import lowering as lowering_module

    model = untrained("receipt")
    export_model(replace(model, weights=initial_weights(model.network, 12, 4)), "onnx", tmp_path / "other.onnx")
    worse = (tmp_path / "other.onnx").read_bytes()
    monkeypatch.setattr(_onnx_precision, "in_half_precision", lambda content: worse)
    monkeypatch.setattr(lowering_module, "_FACTOR", 0.0)  # neither can read: their error rates are about the same
    with pytest.raises(WeightsError, match=r"precision fp16: CER .* is too much; nothing is written"):
        export_model(model, "onnx", tmp_path / "low.onnx", lowering=Lowering("fp16", LineTrial(model, data)))
    assert not (tmp_path / "low.onnx").exists()


@pytest.mark.parametrize("name", sorted(set(FORMATS.names) - {"onnx"}))
def test_other_formats_have_one_precision(name: str, data: Labels, tmp_path: Path) -> None:
    path = tmp_path / f"x{FORMATS.get(name).suffix}"
    model = untrained("cnn_bilstm")
    with pytest.raises(WeightsError, match=f"precision int8: {name} has float32 only; --to onnx has others"):
        export_model(model, name, path, lowering=Lowering("int8", LineTrial(model, data)))
    assert not path.exists()


@pytest.mark.smoke
def test_images_that_the_weights_cannot_spell_are_told(data: Labels, tmp_path: Path) -> None:
    model = untrained("receipt")
    letters = Charset("abc")
    model = Model(model.network, letters, model.preprocess, initial_weights(model.network, len(letters), 3))
    with pytest.raises(
        WeightsError, match="can spell 0 of 18 images, by which the loss of a lower precision is told; "
    ):
        export_model(model, "onnx", tmp_path / "x.onnx", lowering=Lowering("int8", LineTrial(model, data)))


def test_data_without_a_precision_is_refused(tmp_path: Path) -> None:
    command = ["export", "receipt", "--to", "onnx", "--out", str(tmp_path / "x.onnx"), "--data", "live:standard"]
    result = CliRunner().invoke(weights_command.command, command)
    assert result.exit_code == 2
    assert "--precision fp16 or int8 says which" in result.output


@pytest.mark.parametrize("precision", ["fp16", "int8"])
def test_networks_that_read_no_lines_are_tried_on_pages(precision: str, tmp_path: Path) -> None:
    out = tmp_path / "x.onnx"
    command = ["export", "fields", "--to", "onnx", "--out", str(out), "--precision", precision]
    result = CliRunner().invoke(weights_command.command, command, catch_exceptions=False)
    found = re.search(
        rf"MB; {precision}: F1 ([\d.]+) -> ([\d.]+) % of \d+ samples, ([\d.]+) -> ([\d.]+) MB, ", result.output
    )
    assert found
    before, after, large, small = map(float, found.groups())
    assert after > before - 1
    assert small < 0.6 * large
    opened = open_kind(FIELDS, out)
    assert opened.description.endswith(f", {precision}")
    assert opened.metadata.network == FIELDS.load(Path("fields")).network


def test_pages_are_drawn_whatever_data_is_named(tmp_path: Path) -> None:
    command = [
        "export",
        "finder",
        "--to",
        "onnx",
        "--out",
        str(tmp_path / "x.onnx"),
        "--precision",
        "int8",
        "--data",
        "live",
    ]
    result = CliRunner().invoke(weights_command.command, command)
    assert result.exit_code == 2
    assert "--data: a finder is tried on pages that are drawn; leave it out" in result.output
