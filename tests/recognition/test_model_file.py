"""Files of weights: what goes in comes out, and whatever is wrong with one is said in a line."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from receiptgen.core.errors import FileError, WeightsError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.model_file import Model, load_model, save_model
from receiptgen.recognition.networks import NETWORKS, initial_weights
from receiptgen.recognition.preprocess import Preprocess

RECORD = {"steps": 12, "data": ["live:standard"], "cer": 0.25, "who": "Zoë"}


def model(chars: str = "ab€ ") -> Model:
    network = NETWORKS.get("crnn_lite").parse({"units": 8})
    charset = Charset(chars)
    return Model(
        network, charset, Preprocess(longest=640, contrast=0), initial_weights(network, len(charset), 3), RECORD
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save_model(model(), tmp_path / "best.safetensors")
    return tmp_path / "best.safetensors"


def fault(path: Path) -> str:
    """Return what is said of a file, which is one line that begins with its place."""
    with pytest.raises(WeightsError) as caught:
        load_model(path)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert "\n" not in said
    return said.removeprefix(f"{path}: ")


def told(path: Path, **changes: str | None) -> Path:
    """Write a file whose description is changed; None leaves a part out."""
    said = {key: value for key, value in (model().metadata.write() | changes).items() if value is not None}
    path.write_bytes(save(dict(model().weights), said))
    return path


# -- round trip -------------------------------------------------------------------------------------------


def test_what_was_saved_is_loaded(file: Path) -> None:
    old, new = model(), load_model(file)
    assert (new.network, new.charset, new.preprocess, new.record) == (old.network, old.charset, old.preprocess, RECORD)
    assert new.weights.keys() == old.weights.keys()
    for name, array in old.weights.items():
        assert new.weights[name].dtype == np.float32
        np.testing.assert_array_equal(new.weights[name], array)


@settings(max_examples=25, deadline=None)
@given(
    chars=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map(
        lambda s: "".join(dict.fromkeys(s))
    )
)
def test_any_characters_survive(chars: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "x.safetensors"
    save_model(model(chars), path)
    assert load_model(path).charset.chars == chars


def test_a_charset_of_words_and_what_is_read_survive(tmp_path: Path) -> None:
    words = replace(model(), charset=Charset(("TOTAL", "DUE", "été", "(N/A)"), "words"), reads="words")
    save_model(words, tmp_path / "x")
    found = load_model(tmp_path / "x")
    assert (found.charset, found.reads) == (words.charset, "words")


def test_the_order_of_labels_survives_and_is_logical_unless_said(tmp_path: Path) -> None:
    hebrew = replace(model("אבג"), charset=Charset.learnt("אבג"))
    save_model(hebrew, tmp_path / "x")
    assert load_model(tmp_path / "x").charset == hebrew.charset
    assert "charset_order" not in model("אבג").metadata.write()
    assert "charset_order" in fault(told(tmp_path / "x", charset_order="sideways"))


def test_older_files_read_lines_of_characters(tmp_path: Path) -> None:
    found = load_model(told(tmp_path / "x", charset_of=None, reads=None))
    assert (found.charset.kind, found.reads) == ("characters", "lines")


def test_weights_that_lie_otherwise_in_memory_are_saved_as_they_are_named(tmp_path: Path) -> None:
    turned = {name: np.asfortranarray(array) for name, array in model().weights.items()}
    save_model(replace(model(), weights=turned), tmp_path / "x")
    for name, array in load_model(tmp_path / "x").weights.items():
        np.testing.assert_array_equal(array, turned[name])


# -- files that are wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 1e-5, 1e-3, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_told(file: Path, share: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    assert "can't be read as a safetensors file" in fault(file)


def test_a_file_with_more_behind_it_is_told(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"more")
    assert "can't be read as a safetensors file" in fault(file)


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\x89PNG\r\n\x1a\n" * 20)
    assert "can't be read as a safetensors file" in fault(tmp_path / "x")


def test_a_header_that_promises_too_much_allocates_nothing(file: Path) -> None:
    file.write_bytes(struct.pack("<Q", 2**62) + file.read_bytes()[8:])
    assert "can't be read as a safetensors file" in fault(file)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert fault(tmp_path / "best.safetensors").startswith("no such file")
    assert fault(tmp_path).startswith("is a folder")


@pytest.mark.parametrize(
    ("version", "said"),
    [(None, "'receiptgen weights import' takes Gluon's"), ("0", "of version '0', it reads '1'"), ("2", "a newer one")],
)
def test_weights_of_another_make_are_refused(tmp_path: Path, version: str | None, said: str) -> None:
    refused = fault(told(tmp_path / "x", receiptgen=version))
    assert refused.startswith("these are not weights of receiptgen")
    assert said in refused


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": None}, "'network' is not a JSON object"),
        ({"network": "[]"}, "'network' is not a JSON object"),
        ({"network": "3"}, "'network' is not a JSON object"),
        ({"network": "{"}, "'network' is not JSON"),
        ({"network": "{}"}, "unknown network ''"),
        ({"network": '{"kind": ["crnn_lite"]}'}, "unknown network"),
        ({"network": '{"kind": "crnn_lit"}'}, "did you mean 'crnn_lite'?"),
        ({"network": '{"kind": "crnn_lite", "units": "many"}'}, "units: expected a whole number, got 'many'"),
        ({"network": '{"kind": "crnn_lite", "hihg": 3}'}, "network: unknown key 'hihg'; did you mean 'height'?"),
        ({"charset": None}, "charset: has no characters"),
        ({"charset": "abcb"}, "charset: 'b' occurs twice"),
        ({"charset": "a b a b", "charset_of": "words"}, "charset: 'a' occurs twice"),
        ({"reads": "columns"}, "reads 'columns'; expected lines, words, characters"),
        ({"preprocess": "[]"}, "'preprocess' is not a JSON object"),
        ({"preprocess": '{"height": 1}'}, "preprocess: height: expected at least 8, got 1"),
        ({"record": None}, "'record' is not a JSON object"),
        ({"record": "[]"}, "'record' is not a JSON object"),
    ],
)
def test_a_description_that_makes_no_sense_is_told(tmp_path: Path, changes: dict[str, str | None], said: str) -> None:
    assert fault(told(tmp_path / "x", **changes)).startswith("its metadata can't be read: ")
    assert said in fault(tmp_path / "x")


def test_images_of_another_size_than_the_network_reads_are_told(tmp_path: Path) -> None:
    said = fault(told(tmp_path / "x", preprocess='{"height": 60}'))
    assert said == "images are made 60 pixels in height, its network reads 32"
    said = fault(told(tmp_path / "x", preprocess='{"width": 60}'))
    assert said == "images are made 60 pixels in width, its network reads 0"


def test_weights_of_another_network_are_told(tmp_path: Path) -> None:
    units = json.loads(model().metadata.write()["network"]) | {"units": 9}
    assert "its network has (36,)" in fault(told(tmp_path / "x", network=json.dumps(units)))


def test_weights_of_another_charset_are_told(tmp_path: Path) -> None:
    assert "is (5,), its network has (4,)" in fault(told(tmp_path / "x", charset="abc"))


def write(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Write a file whose arrays are changed."""
    arrays: dict[str, Any] = dict(model().weights)
    change(arrays)
    path.write_bytes(save(arrays, model().metadata.write()))
    return path


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    name = next(iter(model().weights))
    assert f"weight {name!r} is missing" in fault(write(tmp_path / "x", lambda arrays: arrays.pop(name)))


def test_a_weight_too_many_is_named(tmp_path: Path) -> None:
    said = fault(write(tmp_path / "x", lambda arrays: arrays.update(extra=np.zeros(3, np.float32))))
    assert said == "weight 'extra' is (3,), its network has none"


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.int32])
def test_weights_of_other_numbers_are_told(tmp_path: Path, dtype: type[Any]) -> None:
    name = min(model().weights)
    said = fault(write(tmp_path / "x", lambda arrays: arrays.update({name: arrays[name].astype(dtype)})))
    assert said == f"weight {name!r} is {np.dtype(dtype)}; expected float32"


def test_a_single_wrong_bit_is_told_wherever_it_is(file: Path) -> None:
    whole = file.read_bytes()
    random = np.random.default_rng(1)
    header = 8 + struct.unpack("<Q", whole[:8])[0]
    # A hundred places anywhere, and every bit of the checksum with its key.
    start = whole.index(b'"sha256":"')
    places = [*random.integers(0, header * 8, 100), *random.integers(0, len(whole) * 8, 100)]
    for bit in [*places, *range(start * 8, (start + 76) * 8)]:
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        file.write_bytes(content)
        with pytest.raises(WeightsError) as caught:
            load_model(file)
        assert "\n" not in str(caught.value)


def test_a_file_without_a_checksum_is_read(file: Path) -> None:
    file.write_bytes(save(dict(model().weights), model().metadata.write()))
    assert load_model(file).record == RECORD


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x08\x08\x12\x07pytorch", "an ONNX file; 'receiptgen read' and 'evaluate' take it, all else"),
        (b"\x12\x01" + bytes(6), "a file of MXNet arrays; 'receiptgen weights import' makes"),
        (b"PK\x03\x04" + bytes(26) + b"x/data.pkl", "a file of PyTorch; take the safetensors file"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a pointer of Git LFS; 'git lfs pull' fetches"),
    ],
)
def test_weights_of_another_kind_are_named_with_what_to_do(tmp_path: Path, head: bytes, kind: str) -> None:
    (tmp_path / "x.safetensors").write_bytes(head + bytes(100))
    assert fault(tmp_path / "x.safetensors").startswith(f"can't be read as a safetensors file: it is {kind}")


def test_the_safetensors_file_beside_an_onnx_file_is_named(file: Path) -> None:
    beside = file.with_suffix(".onnx")
    beside.write_bytes(b"\x08\x08\x12\x07pytorch")
    assert fault(beside) == "can't be read as a safetensors file: it is an ONNX file; take 'best.safetensors' beside it"


def test_numbers_that_numpy_lacks_are_told(file: Path) -> None:
    content = file.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    for name, about in header.items():
        if name != "__metadata__":
            about["dtype"], about["shape"][-1] = "BF16", about["shape"][-1] * 2
    changed = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(changed)) + changed + content[8 + size :])
    assert "bfloat16" in fault(file)


# -- places that can't be written to ----------------------------------------------------------------------


def refused(path: Path) -> str:
    with pytest.raises(FileError) as caught:
        save_model(model(), path)
    return str(caught.value)


def test_a_place_below_a_file_is_told(file: Path) -> None:
    assert refused(file / "x.safetensors").startswith(f"{file / 'x.safetensors'}: can't be written: ")


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    assert "can't be written: is a directory" in refused(tmp_path / "kept")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    assert "can't be written: file name too long" in refused(tmp_path / ("x" * 300))


def test_missing_folders_are_made(tmp_path: Path) -> None:
    save_model(model(), tmp_path / "a" / "b" / "x.safetensors")
    assert load_model(tmp_path / "a" / "b" / "x.safetensors").record == RECORD


@pytest.mark.needs("full device")
def test_a_full_disk_leaves_what_was_there(file: Path) -> None:
    old = file.read_bytes()
    file.with_name(f"{file.name}.new").symlink_to("/dev/full")
    with pytest.raises(FileError, match="can't be written: no space left on device"):
        save_model(model("other"), file)
    assert file.read_bytes() == old
    assert [path.name for path in file.parent.iterdir()] == [file.name]
