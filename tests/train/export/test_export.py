"""Weights in other programs' files give what the training backend gives."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.core.errors import FileError, UnknownNameError, WeightsError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.model_file import Model, load_model, save_model
from receiptgen.recognition.networks import NETWORKS, initial_weights, input_shape, network_costs, with_head
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.backends import OptimizerConfig, backend
from receiptgen.train.commands import networks as networks_command
from receiptgen.train.commands import weights as weights_command
from receiptgen.train.export import FORMATS, export_model

pytestmark = pytest.mark.needs("torch")

LogProbs = NDArray[np.float32]
# Every network, and each way that one is put together differently; small, for all of them are slow otherwise.
NETS: Mapping[str, Mapping[str, Any]] = {
    "char_cnn": {"channels": 4},
    "cnn_bilstm": {"units": 16},
    "cnn_bilstm of other levels": {"units": 16, "layers_of_lstm": 1, "step": 5, "paper": 0.36, "ink": -5.9},
    "crnn_lite": {"units": 16},
    "crnn_lite with gru": {"units": 16, "cell": "gru"},
    "receipt": {"channels": 20, "blocks": 1},
    "receipt with attention": {"channels": 20, "blocks": 1, "mixer": "attention"},
    "receipt of convolutions": {"channels": 20, "blocks": 1, "mixer": "convolution"},
    "word_cnn": {"channels": 4, "units": 16},
}
SIZES = [(1, 320), (16, 40), (3, 80), (1, 1000)]


class Case(NamedTuple):
    model: Model
    images: Mapping[str, NDArray[np.uint8]]
    log_probs: Mapping[str, LogProbs]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads that wait for each other at each step of an LSTM, on cores that are shared, take a hundredfold."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def model(name: str) -> Model:
    """Return a network with weights of which each matters: statistics, constants and the transformer's too."""
    network = NETWORKS.get(name.split()[0]).parse(NETS[name])
    charset = Charset("0123456789.,€£")
    random = np.random.default_rng(5)
    weights = {
        at: np.asarray(array + random.uniform(-0.05, 0.05, array.shape), np.float32)
        if array.ndim == 1 or at == "0.weight"
        else array
        for at, array in initial_weights(network, len(charset), 5).items()
    }
    preprocess = Preprocess(height=network.height, width=network.width)
    return Model(network, charset, preprocess, weights, {"steps": 7}, network.reads)


@cache
def case(name: str) -> Case:
    """Return a network, images of several sizes, and what the training backend makes of them."""
    made = model(name)
    layers = with_head(made.network, len(made.charset))
    chosen = backend("torch")
    chosen.join("cpu")
    infer = chosen.learner(layers, input_shape(made.network), made.weights, OptimizerConfig(), "float32", 0).infer
    random, multiple = np.random.default_rng(6), made.network.multiple
    images = {}
    for lines, width in SIZES:
        shape = (lines, made.network.height, made.network.width or width + -width % multiple)
        images[f"{lines}x{width}"] = random.integers(0, 256, shape, dtype=np.uint8)
    return Case(made, images, {size: infer(input, extents_of(made, input)) for size, input in images.items()})


def extents_of(model: Model, images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return a width for each line: the first is as wide as the images, the others are narrower."""
    multiple = model.network.multiple
    return np.array([max(1, images.shape[2] // (1 + row) // multiple) * multiple for row in range(len(images))])


# -- onnx -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NETS)
def test_onnxruntime_reads_as_the_training_backend_does(name: str, tmp_path: Path) -> None:
    import onnxruntime

    wanted = case(name)
    export_model(wanted.model, "onnx", tmp_path / "x.onnx")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(tmp_path / "x.onnx", options, providers=["CPUExecutionProvider"])
    for size, input in wanted.images.items():
        (found,) = session.run(["log_probs"], {"images": input, "extents": extents_of(wanted.model, input)})
        np.testing.assert_allclose(found, wanted.log_probs[size], rtol=0, atol=1e-4)
        np.testing.assert_allclose(np.exp(found).sum(2), 1, atol=1e-5)


@pytest.mark.parametrize("name", NETS)
def test_no_batch_normalisation_is_left_to_onnxruntime(name: str, tmp_path: Path) -> None:
    import onnx

    export_model(model(name), "onnx", tmp_path / "x.onnx")
    graph = onnx.load(tmp_path / "x.onnx").graph
    assert {node.op_type for node in graph.node}.isdisjoint({"BatchNormalization", "Dropout", "Identity", "If", "Loop"})


def test_an_onnx_file_tells_what_reading_needs(tmp_path: Path) -> None:
    import onnx

    wanted = model("receipt")
    export_model(wanted, "onnx", tmp_path / "x.onnx")
    found = onnx.load(tmp_path / "x.onnx")
    onnx.checker.check_model(found, full_check=True)
    assert {one.key: one.value for one in found.metadata_props} == wanted.metadata.write() | {"multiple": "4"}
    assert [one.version for one in found.opset_import] == [17]
    tensors = {each.name: each.type.tensor_type for each in (*found.graph.input, *found.graph.output)}
    assert {name: [side.dim_param or side.dim_value for side in each.shape.dim] for name, each in tensors.items()} == {
        "images": ["lines", 32, "width"], "extents": ["lines"], "log_probs": ["lines", "steps", 15],
    }  # fmt: skip
    assert tensors["images"].elem_type == onnx.TensorProto.UINT8
    assert tensors["extents"].elem_type == onnx.TensorProto.INT64


def test_the_same_weights_are_the_same_onnx_file(tmp_path: Path) -> None:
    for name in ("a.onnx", "b.onnx"):
        export_model(model("crnn_lite"), "onnx", tmp_path / name)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


# -- torch ------------------------------------------------------------------------------------------------

# What a user of PyTorch writes who has never heard of us.
STRANGER = """
import sys, warnings
import numpy as np
warnings.simplefilter("ignore")
import torch
torch.set_num_threads(1)
folder = sys.argv[1]
for name in sys.argv[2:]:
    said = {"charset": "", "multiple": ""}
    reader = torch.jit.load(f"{folder}/{name}.pt", _extra_files=said)
    assert said["charset"].decode() == "0123456789.,€£", said
    given = np.load(f"{folder}/{name}.npz")
    with torch.inference_mode():
        found = {
            key: reader(torch.from_numpy(given[key]), torch.from_numpy(given["of " + key])).numpy()
            for key in given.files if not key.startswith("of ")
        }
    np.savez(f"{folder}/{name}.out.npz", **found)
    # Names of devices would tie it to where it was written.
    assert '"cpu"' not in str(reader.inlined_graph), name
    assert not reader.training
assert not any(name.startswith("receiptgen") for name in sys.modules)
"""


def test_pytorch_reads_torchscript_without_us(tmp_path: Path) -> None:
    wanted = {f"n{number}": case(name) for number, name in enumerate(NETS)}
    for name, one in wanted.items():
        export_model(one.model, "torch", tmp_path / f"{name}.pt")
        extents = {f"of {size}": extents_of(one.model, images) for size, images in one.images.items()}
        np.savez(tmp_path / f"{name}.npz", **one.images, **extents)  # type: ignore[arg-type]  # takes names for options
    subprocess.run([sys.executable, "-P", "-c", STRANGER, tmp_path, *wanted], check=True, cwd=tmp_path)
    for name, one in wanted.items():
        found = np.load(tmp_path / f"{name}.out.npz")
        for size, log_probs in one.log_probs.items():
            np.testing.assert_allclose(found[size], log_probs, rtol=0, atol=1e-4)


# -- gluon ------------------------------------------------------------------------------------------------


def test_networks_that_gluon_users_don_t_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="only cnn_bilstm exists in Gluon"):
        export_model(model("receipt"), "gluon", tmp_path / "x.params")
    assert not list(tmp_path.iterdir())


# -- places -----------------------------------------------------------------------------------------------


def small(form: str) -> Model:
    """Return a model that a format takes, and that is written soon."""
    return model("cnn_bilstm" if form == "gluon" else "receipt of convolutions")


@pytest.mark.parametrize("name", FORMATS.names)
def test_a_wrong_suffix_is_told(name: str, tmp_path: Path) -> None:
    suffix = FORMATS.get(name).suffix
    with pytest.raises(WeightsError, match=f"x.bin: expected a name that ends in '{suffix}', such as 'x{suffix}'"):
        export_model(small(name), name, tmp_path / "x.bin")


def test_an_unknown_format_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="unknown export format 'onx'; did you mean 'onnx'"):
        export_model(model("receipt"), "onx", tmp_path / "x.onx")


@pytest.mark.parametrize("name", FORMATS.names)
def test_a_file_is_replaced_only_when_that_is_said(name: str, tmp_path: Path) -> None:
    place = tmp_path / f"x{FORMATS.get(name).suffix}"
    place.write_text("mine")
    with pytest.raises(WeightsError, match="exists already; --force replaces it"):
        export_model(small(name), name, place)
    assert place.read_text() == "mine"
    export_model(small(name), name, place, replace=True)
    assert place.stat().st_size > 10_000
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("name", FORMATS.names)
def test_a_place_that_can_t_be_written_to_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(FileError, match="can't be written: "):
        export_model(small(name), name, tmp_path / "file" / f"x{FORMATS.get(name).suffix}")
    folder = tmp_path / f"folder{FORMATS.get(name).suffix}"
    folder.mkdir()
    with pytest.raises(WeightsError, match="is a folder; expected the name of a file"):
        export_model(small(name), name, folder, replace=True)


# -- commands ---------------------------------------------------------------------------------------------


def said(capsys: pytest.CaptureFixture[str], *args: object) -> str:
    """Run ``receiptgen weights`` and return what it prints."""
    weights_command.command.main([str(arg) for arg in args], standalone_mode=False)
    return capsys.readouterr().out


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_model(model("crnn_lite"), tmp_path / "best.safetensors")
    return tmp_path / "best.safetensors"


def test_show_tells_in_lines_what_weights_are(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "show", file).splitlines()
    assert lines[0].startswith(f"{file}: ")
    assert "  network      crnn_lite: height=32 units=16 cell=lstm dropout=0.1" in lines
    assert "  charset      14 characters: 0123456789.,€£" in lines
    assert "  steps        7" in lines


def test_show_as_json_tells_all(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, wanted = json.loads(said(capsys, "show", file, "--json")), load_model(file)
    assert found["network"] == {"kind": "crnn_lite", "height": 32, "units": 16, "cell": "lstm", "dropout": 0.1}
    assert found["parameters"] == network_costs(wanted.network, 15).parameters
    assert (found["charset"], found["record"]) == (wanted.charset.chars, {"steps": 7})
    assert Preprocess.parse(found["preprocess"]) == wanted.preprocess


@pytest.mark.smoke
def test_export_says_where_and_what_goes_in(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = file.with_suffix(".pt")
    text = said(capsys, "export", file, "--to", "torch", "--out", out)
    assert text.startswith(f"{out}: ")
    assert "uint8 (lines, 32, width), black 0, width a multiple of 4, to log-probabilities (lines, steps, 15)" in text
    with pytest.raises(WeightsError, match="--force"):
        said(capsys, "export", file, "--to", "torch", "--out", out)
    assert said(capsys, "export", file, "--to", "torch", "--out", out, "--force") == text


def test_networks_lists_what_each_costs(capsys: pytest.CaptureFixture[str]) -> None:
    networks_command.command.main([], standalone_mode=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["name", *NETWORKS.names]
    assert "cnn_bilstm    60 x any  22,155,680" in "\n".join(lines)
    networks_command.command.main(["--json", "--charset", "0123456789"], standalone_mode=False)
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    for name in NETWORKS:
        figures = network_costs(NETWORKS.get(name)(), 11)
        assert (found[name]["parameters"], found[name]["macs"]) == (figures.parameters, figures.macs)
        assert found[name]["steps_per_pixel"] == 1 / figures.step
