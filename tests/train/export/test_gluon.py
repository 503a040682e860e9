"""Gluon's checkpoints: read without MXNet, and the same network as Gluon's where MXNet is installed."""

import re
import string
import struct
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from components import require
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.model_file import check_fit, load_model, save_model
from receiptgen.recognition.networks import initial_weights, input_shape, with_head
from receiptgen.recognition.networks.cnn_bilstm import CnnBilstm
from receiptgen.recognition.opened_model import open_model
from receiptgen.train.commands import weights as weights_command
from receiptgen.train.export import export_model
from receiptgen.train.export._ndarrays import packed_arrays, read_arrays
from receiptgen.train.export.gluon import SETUPS, Levels, read_gluon, weight_names

Arrays = dict[str, NDArray[Any]]
PUBLIC = Levels()


def checkpoint(labels: int = 96, seed: int = 1, **settings: Any) -> Arrays:
    """Return arrays as a checkpoint has them, with small LSTMs."""
    network = CnnBilstm.parse({"units": 8, **settings})
    weights = initial_weights(network, labels, seed)
    random = np.random.default_rng(seed)
    arrays: Arrays = {}
    for ours, theirs in weight_names(network, labels).items():
        # What serves two scales is drawn once.
        noise = random.uniform(-0.05, 0.05, weights[ours].shape)
        arrays.setdefault(theirs, (weights[ours] + noise).astype(np.float32))
    blocks = ("body", "encoders", "decoder", "downsampler")  # in Gluon's order
    return {name: arrays[name] for block in blocks for name in arrays if name.startswith(block)}


def written(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Path:
    path.write_bytes(packed_arrays(arrays))
    return path


def fault(path: Path, *args: Any) -> str:
    with pytest.raises(WeightsError) as caught:
        read_gluon(path, *args)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


# -- files of arrays --------------------------------------------------------------------------------------

# As MXNet 1.9.1 wrote them: float32 [[1, 2, 3]] named x.weight, float16 [5] named arg:y.
WRITTEN = bytes.fromhex(
    "12010000000000000000000000000000" "0200000000000000"
    "c9fa93f9" "00000000" "02000000" "01000000000000000300000000000000" "0100000000000000" "00000000"
    "0000803f0000004000004040"
    "c9fa93f9" "00000000" "01000000" "0100000000000000" "0100000000000000" "02000000" "0045"
    "0200000000000000" "0800000000000000" "782e776569676874" "0500000000000000" "6172673a79"
)  # fmt: skip


def test_a_file_of_mxnet_is_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "a.params").write_bytes(WRITTEN)
    found = read_arrays(tmp_path / "a.params")
    assert list(found) == ["x.weight", "y"]
    np.testing.assert_array_equal(found["x.weight"], np.array([[1, 2, 3]], np.float32))
    np.testing.assert_array_equal(found["y"], np.array([5], np.float16))
    assert [array.dtype for array in found.values()] == [np.float32, np.float16]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12).filter(
            lambda name: name[:4] not in {"arg:", "aux:"}
        ),
        st.lists(st.integers(0, 4), min_size=1, max_size=5),
        max_size=5,
    )
)
def test_arrays_survive_being_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, shapes: dict[str, list[int]]
) -> None:
    arrays = {name: np.random.default_rng(1).normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    found = read_arrays(written(tmp_path_factory.mktemp("any") / "x.params", arrays))
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("size", range(len(WRITTEN)))
def test_a_file_cut_off_anywhere_is_told(tmp_path: Path, size: int) -> None:
    (tmp_path / "x.params").write_bytes(WRITTEN[:size])
    with pytest.raises(
        WeightsError, match=r"x\.params: (is damaged or cut off, byte \d+: |is not a file of MXNet arrays)"
    ):
        read_arrays(tmp_path / "x.params")


@settings(max_examples=150, deadline=None)
@given(at=st.integers(8, len(WRITTEN) - 1), byte=st.integers(0, 255))
def test_a_damaged_byte_is_an_error_in_one_line_or_changes_a_value(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
) -> None:
    path = tmp_path_factory.mktemp("any") / "x.params"
    path.write_bytes(WRITTEN[:at] + bytes([byte]) + WRITTEN[at + 1 :])
    try:
        said = f"{path}: {len(read_arrays(path))} arrays"
    except WeightsError as error:
        said = str(error)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("at", "value", "said"),
    [
        (16, struct.pack("<Q", 2**60), "1152921504606846976 arrays are announced"),
        (24, struct.pack("<I", 7), "array 0 begins with 0x00000007"),
        (28, struct.pack("<i", 1), "array 0 is sparse"),
        (32, struct.pack("<i", 10**9), "array 0 has 1000000000 axes"),
        (32, struct.pack("<i", 0), "array 0 has no values"),
        (36, struct.pack("<q", 2**50), "needs 13510798882111488 bytes"),
        (36, struct.pack("<q", -1), "array 0 has the shape (-1, 3)"),
        (36, struct.pack("<2q", 0, 1 << 62), "array 0 has the shape (0, 4611686018427387904)"),
        (60, struct.pack("<i", 99), "has the data type 99"),
        (110, struct.pack("<Q", 2**40), "names are announced"),
        (118, struct.pack("<Q", 2**40), "a name needs 1099511627776 bytes"),
        (126, b"\xff", "a name is not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_told_before_memory_is_taken(
    tmp_path: Path, at: int, value: bytes, said: str
) -> None:
    (tmp_path / "x.params").write_bytes(WRITTEN[:at] + value + WRITTEN[at + len(value) :])
    with pytest.raises(WeightsError) as caught:
        read_arrays(tmp_path / "x.params")
    assert said in str(caught.value)


def test_a_list_without_names_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.params").write_bytes(WRITTEN[:110] + struct.pack("<Q", 0))
    assert fault(tmp_path / "x.params") == "has 2 arrays and 0 names; expected a name for each"


def test_foreign_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.params").write_bytes(b"PK\x03\x04" * 100)
    assert fault(tmp_path / "x.params").startswith("is not a file of MXNet arrays")
    assert fault(tmp_path / "y.params").startswith("no such file")
    assert fault(tmp_path).startswith("is a folder")


# -- checkpoints ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"height": 60},  # as BACKENDS has it: 15 rows, 50 steps of 200 pixels
        {"height": 60, "step": 5},  # the published one: 160 steps of 800 pixels
        {"height": 36, "layers_of_lstm": 1},
        {"height": 44, "units": 9, "layers_of_lstm": 3},
        {"height": 60, "step": 8},
        {"height": 60, "step": 5, "scales": 3},
    ],
)
def test_sizes_are_found_in_the_shapes(tmp_path: Path, settings: dict[str, Any]) -> None:
    found = read_gluon(written(tmp_path / "x.params", checkpoint(**settings)))
    levels = {"paper": (1 - PUBLIC.mean) / PUBLIC.deviation, "ink": -PUBLIC.mean / PUBLIC.deviation}
    assert found.network == CnnBilstm.parse({"units": 8, "layers_of_lstm": 2, **settings, **levels})
    assert found.preprocess.height == settings["height"]
    check_fit(found, tmp_path)


def test_a_height_that_the_shapes_leave_open_can_be_told(tmp_path: Path) -> None:
    path = written(tmp_path / "x.params", checkpoint(height=64, step=5))
    network = read_gluon(path, None, "last", None, 64).network
    assert isinstance(network, CnnBilstm)
    assert (network.height, network.step) == (64, 5)
    assert "no cnn_bilstm of lines 48 pixels high has" in fault(path, None, "last", None, 48)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"height": 64, "step": 5}, "its lines are 32, 40, 64 or 80 pixels high"),
        ({"height": 60, "step": 5, "scales": 1}, "its lines are 20 or 60 pixels high"),
        # Of eight heights that a second stage makes equal, two are multiples of 4.
        ({"height": 60, "step": 5, "stages": 2}, " 60, 64,"),
        ({"height": 60, "step": 5, "stages": 3, "scales": 1}, " 52, 56, 60, 64,"),
    ],
)
def test_sizes_that_the_shapes_leave_open_are_asked_for(tmp_path: Path, settings: dict[str, Any], said: str) -> None:
    path = written(tmp_path / "x.params", checkpoint(**settings))
    told = fault(path)
    assert said in told
    assert told.endswith("; --height says which")
    found = read_gluon(path, height=settings["height"])
    assert {key: getattr(found.network, key) for key in settings} == settings
    check_fit(found, tmp_path)


def test_the_public_network_for_words_is_not_taken_for_one_of_lines(tmp_path: Path) -> None:
    arrays = checkpoint(height=30, width=140, steps=32)
    assert {arrays[f"encoders.{scale}.0.lstm._unfused.0.l_cell.i2h_weight"].shape[1] for scale in (0, 1)} == {560, 136}
    path = written(tmp_path / "x.params", arrays)
    assert "is a network for words of one width, which --height and --width tell, or for lines 140 pixels" in fault(
        path
    )
    assert "no cnn_bilstm of lines 30 pixels high has; words of one width need --width" in fault(
        path, None, "last", None, 30
    )
    assert "no cnn_bilstm of words of 30 x 141 pixels has" in fault(path, None, "last", None, 30, 141)
    assert read_gluon(path, height=140).preprocess.height == 140
    words = read_gluon(path, height=30, width=140)
    assert words.network == CnnBilstm(
        height=30,
        width=140,
        steps=32,
        units=8,
        paper=words.network.paper,
        ink=words.network.ink,  # type: ignore[attr-defined]
    )
    assert (words.preprocess.width, words.reads) == (140, "words")


def test_words_of_a_checkpoint_are_read_by_every_engine(tmp_path: Path) -> None:
    require("torch")
    require("onnxruntime")
    path = written(tmp_path / "x.params", checkpoint(height=30, width=140, steps=32))
    save_model(read_gluon(path, height=30, width=140), tmp_path / "x.safetensors")
    export_model(load_model(tmp_path / "x.safetensors"), "onnx", tmp_path / "x.onnx")
    images = [np.random.default_rng(1).integers(0, 256, (40, width), dtype=np.uint8) for width in (20, 100, 400)]
    torch, onnx = (open_model(tmp_path / name, "auto", "cpu").recognizer for name in ("x.safetensors", "x.onnx"))
    # Each character stands in the middle of one of 32 steps.
    assert all(np.allclose(located.positions * 32 % 1, 0.5) for located in torch.locate(images))
    for ours, theirs in zip(torch.infer(images), onnx.infer(images), strict=True):
        assert ours.shape == theirs.shape == (32, 96)
        # PyTorch reads in bfloat16 where the processor has it.
        assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.8


def test_the_blank_goes_from_the_last_label_to_the_first(tmp_path: Path) -> None:
    arrays = checkpoint(labels=4)
    path = written(tmp_path / "x.params", arrays)
    weight, bias = (f"12.{name}" for name in ("weight", "bias"))
    last = read_gluon(path, Charset("abc"))
    np.testing.assert_array_equal(last.weights[weight][0], arrays["decoder.weight"][3])
    np.testing.assert_array_equal(last.weights[weight][1:], arrays["decoder.weight"][:3])
    np.testing.assert_array_equal(last.weights[bias], arrays["decoder.bias"][[3, 0, 1, 2]])
    first = read_gluon(path, Charset("abc"), "first")
    np.testing.assert_array_equal(first.weights[weight], arrays["decoder.weight"])


def test_the_charset_is_known_by_the_number_of_labels(tmp_path: Path) -> None:
    found = read_gluon(written(tmp_path / "x.params", checkpoint(labels=96)))
    assert found.charset.chars == string.ascii_letters + string.digits + string.punctuation + " "
    found = read_gluon(written(tmp_path / "x.params", checkpoint(labels=81)))
    assert found.charset == SETUPS[1].charset
    message = "has 11 labels; name their characters in order with --charset"
    assert message in fault(written(tmp_path / "y.params", checkpoint(labels=11)))
    assert "has 11 labels, the blank included; --charset has 11" in fault(tmp_path / "y.params", Charset("0123456789-"))


def test_levels_are_those_that_pixels_were_taught_with(tmp_path: Path) -> None:
    path = written(tmp_path / "x.params", checkpoint())
    network = read_gluon(path, levels=Levels(0.5, 0.25)).network
    assert isinstance(network, CnnBilstm)
    assert (network.paper, network.ink) == (2.0, -2.0)


def test_the_alphabet_without_a_space_has_pixels_as_they_are(tmp_path: Path) -> None:
    path = written(tmp_path / "x.params", checkpoint(labels=95))
    for found in (
        read_gluon(path),
        read_gluon(path, Charset(string.ascii_letters + string.digits + string.punctuation)),
    ):
        assert found.charset.chars == string.ascii_letters + string.digits + string.punctuation
        assert isinstance(found.network, CnnBilstm)
        assert (found.network.paper, found.network.ink) == (1.0, 0.0)
    other = read_gluon(path, Charset(string.punctuation + string.ascii_letters + string.digits)).network
    assert isinstance(other, CnnBilstm)
    assert other.ink < -5


def test_half_and_double_precision_become_float32(tmp_path: Path) -> None:
    halved = {name: array.astype(np.float16) for name, array in checkpoint(labels=4).items()}
    content = packed_arrays({name: array.astype(np.float32) for name, array in halved.items()})
    # The same file, but with float16 in it: for each array another kind of number, and half the bytes.
    at, parts = 24, [content[:24]]
    for array in halved.values():
        head = 4 + 4 + 4 + 8 * array.ndim + 8
        parts += [content[at : at + head], struct.pack("<i", 2), array.tobytes()]
        at += head + 4 + 4 * array.size
    (tmp_path / "x.params").write_bytes(b"".join([*parts, content[at:]]))
    for name, array in read_gluon(tmp_path / "x.params", Charset("abc")).weights.items():
        assert array.dtype == np.float32, name


@pytest.mark.parametrize(
    ("name", "array", "said"),
    [
        ("body.0.weight", np.zeros((64, 3, 7, 7)), "'body.0.weight' is (64, 3, 7, 7), cnn_bilstm has (64, 1, 7, 7)"),
        ("body.1.gamma", None, "'body.1.gamma' is missing, cnn_bilstm has (64,)"),
        ("body.4.3.body.0.weight", np.zeros(2), "'body.4.3.body.0.weight' is (2,), cnn_bilstm has none"),
        ("body.6.0.body.0.weight", np.zeros(2), "has 2 stages of a ResNet, cnn_bilstm has 1 to 4"),
        ("encoders.3.0.lstm._unfused.0.l_cell.i2h_weight", np.zeros((32, 9)), "has 3 scales, cnn_bilstm has 1 to 3"),
        ("decoder.weight", None, "has no 'decoder.weight'; expected a file that save_parameters of cnn_bilstm wrote"),
        (
            "encoders.1.0.lstm._unfused.0.l_cell.i2h_weight",
            np.zeros((16, 25)),
            "its LSTMs have 960 and 25 inputs per step",
        ),
        (
            "encoders.0.0.lstm._unfused.0.l_cell.i2h_weight",
            np.zeros(16),
            "has no 'encoders.0.0.lstm._unfused.0.l_cell.i2h",
        ),
    ],
)
def test_a_checkpoint_of_another_network_is_told(tmp_path: Path, name: str, array: Any, said: str) -> None:
    arrays = checkpoint()
    arrays.pop(name, None)
    if array is not None:
        arrays[name] = array
    assert said in fault(written(tmp_path / "x.params", arrays))


def test_names_of_mxnet_2_are_known(tmp_path: Path) -> None:
    arrays = checkpoint()
    fused = re.compile(r"_unfused\.(\d)\.([lr])_cell\.")
    newer = {fused.sub(r"\2\1_", name): array for name, array in arrays.items()}
    assert "encoders.1.0.lstm.r1_h2h_bias" in newer
    old, new = (read_gluon(written(tmp_path / "x.params", one)).weights for one in (arrays, newer))
    assert old.keys() == new.keys()
    for name, array in old.items():
        np.testing.assert_array_equal(array, new[name])


def test_scales_that_differ_in_what_gluon_shares_are_not_exported(tmp_path: Path) -> None:
    model = read_gluon(written(tmp_path / "x.params", checkpoint(scales=3, step=5)))
    export_model(model, "gluon", tmp_path / "y.params")
    assert (tmp_path / "y.params").read_bytes() == (tmp_path / "x.params").read_bytes()
    copies = [ours for ours, theirs in weight_names(model.network, 96).items() if theirs == "downsampler.0.bias"]  # type: ignore[arg-type]
    assert len(copies) == 2
    weights = {**model.weights, copies[1]: model.weights[copies[1]] + 1}
    with pytest.raises(WeightsError, match=r"'downsampler\.0\.bias' serves all scales in Gluon"):
        export_model(replace(model, weights=weights), "gluon", tmp_path / "z.params")


def test_a_downsampler_that_nothing_goes_through_is_left_out(tmp_path: Path) -> None:
    arrays = checkpoint(scales=1) | {"downsampler.1.gamma": np.ones(64, np.float32)}
    found = read_gluon(written(tmp_path / "x.params", arrays), height=60)
    assert isinstance(found.network, CnnBilstm)
    assert found.network.scales == 1


@pytest.mark.parametrize("labels", [96, 5])
def test_import_and_export_give_the_same_bytes(tmp_path: Path, labels: int) -> None:
    chars = None if labels == 96 else Charset("ab£d")
    path = written(tmp_path / "x.params", checkpoint(labels=labels, step=5))
    said = export_model(read_gluon(path, chars), "gluon", tmp_path / "y.params")
    assert (tmp_path / "y.params").read_bytes() == path.read_bytes()
    assert said.startswith("lines of 60 pixels as (pixel / 255 - 0.942532) / 0.159261; labels ")
    assert said.endswith(", then the blank")


def test_the_command_takes_a_checkpoint_and_shows_what_came_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = written(tmp_path / "x.params", checkpoint(labels=11)), tmp_path / "x.safetensors"

    def run(*args: object) -> str:
        weights_command.command.main([str(arg) for arg in args], standalone_mode=False)
        return capsys.readouterr().out

    said = run("import", source, "--charset", "0123456789", "--out", out)
    assert said.startswith(f"{out}: cnn_bilstm with ")
    assert load_model(out).record == {"imported": "x.params"}
    assert "  imported     x.params" in run("show", out)
    with pytest.raises(WeightsError, match="exists already; --force replaces it"):
        run("import", source, "--charset", "0123456789", "--out", out)
    run("import", source, "--charset", "9876543210", "--blank", "first", "--out", out, "--force")
    assert load_model(out).charset.chars == "9876543210"
    with pytest.raises(WeightsError, match=r"ends in '\.safetensors', such as 'x\.safetensors'"):
        run("import", source, "--out", tmp_path / "x.params")
    run("export", out, "--to", "gluon", "--out", tmp_path / "y.params")
    assert read_arrays(tmp_path / "y.params").keys() == read_arrays(source).keys()


# -- beside MXNet -----------------------------------------------------------------------------------------


@pytest.fixture
def mx() -> Any:
    require("mxnet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not hasattr(np, "bool"):
            np.bool = np.bool_  # MXNet 1.9 asks for what NumPy 1.24 dropped
        import mxnet
    return mxnet


def test_mxnet_writes_the_same_bytes(mx: Any, tmp_path: Path) -> None:
    arrays = checkpoint(labels=4)
    mx.nd.save(str(tmp_path / "theirs"), {name: mx.nd.array(array) for name, array in arrays.items()})
    assert (tmp_path / "theirs").read_bytes() == packed_arrays(arrays)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "uint8", "int32", "int8", "int64"])
def test_numbers_of_all_kinds_are_read_as_mxnet_wrote_them(mx: Any, tmp_path: Path, dtype: str) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    mx.nd.save(str(tmp_path / "x"), {"aux:x": mx.nd.array(array, dtype=dtype)})
    with mx.util.np_shape(True):
        mx.nd.save(str(tmp_path / "y"), {"x": mx.nd.array(array, dtype=dtype), "one": mx.nd.ones((), dtype=dtype)})
    for name in ("x", "y"):
        found = read_arrays(tmp_path / name)["x"]
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype
    assert read_arrays(tmp_path / "y")["one"].shape == ()


def test_sparse_arrays_of_mxnet_are_refused(mx: Any, tmp_path: Path) -> None:
    mx.nd.save(str(tmp_path / "x"), {"x": mx.nd.ones((2, 3)).tostype("row_sparse")})
    with pytest.raises(WeightsError, match="array 0 is sparse"):
        read_arrays(tmp_path / "x")


def gluon_network(
    mx: Any, units: int, labels: int, steps: int, downsamples: int = 2, layer_id: int = 4, layers: int = 2
) -> Any:
    """Build the network whose checkpoints are imported, of Gluon's own parts, by the options of its authors."""
    nn, rnn = mx.gluon.nn, mx.gluon.rnn

    class Encoder(mx.gluon.HybridBlock):  # type: ignore[misc,name-defined]  # MXNet ships no types
        def __init__(self) -> None:
            super().__init__()
            self.lstm = rnn.LSTM(units, layers, bidirectional=True)

        def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803  # Gluon's name
            x = F.reshape(F.transpose(x, (0, 3, 1, 2)), (0, steps, -1))
            return F.transpose(self.lstm(F.transpose(x, (1, 0, 2))), (1, 0, 2))

    class Whole(mx.gluon.HybridBlock):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            zoo = mx.gluon.model_zoo.vision.resnet34_v1()
            self.body, self.encoders = nn.HybridSequential(), nn.HybridSequential()
            self.decoder = nn.Dense(labels, flatten=False)
            self.body.add(nn.Conv2D(64, 7, 2, 3, in_channels=1, use_bias=False), *zoo.features[1:-layer_id])
            for _ in range(downsamples):
                self.encoders.add(nn.HybridSequential())
                self.encoders[-1].add(Encoder(), nn.Dropout(0.5))
            if downsamples > 1:  # Gluon doesn't save what nothing has gone through
                self.downsampler = nn.HybridSequential()
                for _ in range(2):
                    self.downsampler.add(nn.Conv2D(64, 3, 1, 1), nn.BatchNorm(in_channels=64), nn.Activation("relu"))
                self.downsampler.add(nn.MaxPool2D(2))

        def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803
            maps = [self.body(x)]
            for _ in range(downsamples - 1):
                maps.append(self.downsampler(maps[-1]))
            return self.decoder(F.concat(*[self.encoders[scale](map_) for scale, map_ in enumerate(maps)], dim=2))

    return Whole()


@pytest.mark.parametrize(
    ("size", "steps", "downsamples", "layer_id", "labels"),
    [
        ((60, 200), 50, 2, 4, 96),
        ((60, 800), 160, 2, 4, 81),
        ((60, 400), 80, 1, 4, 95),
        ((60, 400), 80, 3, 4, 96),
        ((60, 160), 40, 1, 3, 96),
        ((60, 800), 160, 2, 3, 81),
        ((60, 320), 64, 1, 2, 95),
        ((60, 640), 160, 2, 2, 96),
        # Words: columns don't divide into steps, and one is lost between the scales.
        ((30, 140), 32, 2, 4, 96),
        ((30, 140), 32, 1, 4, 81),
        ((32, 128), 32, 3, 4, 96),
        ((30, 140), 32, 2, 3, 95),
    ],
)
def test_gluon_gives_the_same_log_probabilities(
    mx: Any, tmp_path: Path, size: tuple[int, int], steps: int, downsamples: int, layer_id: int, labels: int
) -> None:
    require("torch")
    from receiptgen.train.backends import OptimizerConfig, backend

    network = gluon_network(mx, 12, labels, steps, downsamples, layer_id)
    mx.random.seed(3)
    network.initialize(mx.init.Xavier(magnitude=3))
    images = np.random.default_rng(4).integers(0, 256, (2, *size), dtype=np.uint8)
    levels = Levels(0.0, 1.0) if labels == 95 else PUBLIC
    pixels = mx.nd.array((images[:, None] / 255 - levels.mean) / levels.deviation)
    with mx.autograd.train_mode():
        for _ in range(3):  # so that running statistics are not those of a beginning
            network(pixels)
    random = np.random.default_rng(5)
    for parameter in network.collect_params(".*(gamma|beta|bias|running).*").values():
        parameter.set_data(parameter.data() + mx.nd.array(random.uniform(0, 0.2, parameter.shape)))
    theirs = mx.nd.log_softmax(network(pixels), axis=2).asnumpy()
    network.save_parameters(str(tmp_path / "x.params"))

    height, width = size
    model = read_gluon(tmp_path / "x.params", height=height, width=0 if height == 60 else width)
    assert model.reads == ("lines" if height == 60 else "words")
    check_fit(model, tmp_path)
    layers = with_head(model.network, labels)
    for name in ("pytorch", "gluon"):
        ours = (
            backend(name)
            .learner(layers, input_shape(model.network), model.weights, OptimizerConfig(), "float32", 0)
            .infer(images)
        )
        assert ours.shape == (2, steps, labels)
        np.testing.assert_allclose(ours, np.roll(theirs, 1, axis=2), rtol=0, atol=1e-5)
    export_model(model, "gluon", tmp_path / "y.params")
    assert (tmp_path / "y.params").read_bytes() == (tmp_path / "x.params").read_bytes()
    network.load_parameters(str(tmp_path / "y.params"))
