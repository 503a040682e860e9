"""What comes with weights: a character model and calibrated confidences."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from log_probs import spelled
from safetensors.numpy import save

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import WeightsError
from receiptgen.recognition import companions as companions_module
from receiptgen.recognition.calibration import Calibration
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.charset_spec import ASCII
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.model_file import Model, load_model, save_model
from receiptgen.recognition.networks import NETWORKS, initial_weights
from receiptgen.recognition.opened_model import OpenedModel
from receiptgen.recognition.preprocess import Preprocess

LANGUAGE = CharacterModel.train(["TOTAL 12.50", "CASH 20.00"] * 500, 4)
WHOLE = Companions(LANGUAGE.pack(), "é", 0.75, {"line": Calibration(0.5, 1.25)})


def model(companions: Companions) -> Model:
    network = NETWORKS.get("crnn_lite").parse({"units": 8})
    weights = initial_weights(network, len(ASCII) + 1, 3)
    return Model(network, Charset(ASCII), Preprocess(), weights, companions=companions)


def test_a_file_of_weights_holds_its_companions(tmp_path: Path) -> None:
    save_model(model(WHOLE), tmp_path / "best.safetensors")
    found = load_model(tmp_path / "best.safetensors").companions
    assert found == WHOLE
    read = found.parsed_model()
    assert read is not None
    assert read.log_prob("TOTAL 20.50") == LANGUAGE.log_prob("TOTAL 20.50")


def test_a_file_of_weights_without_any_says_nothing_of_them(tmp_path: Path) -> None:
    assert not set(model(WHOLE).metadata.write()) - set(model(Companions()).metadata.write()) ^ {
        "character_model", "character_model_neutral", "length_bonus", "calibration",
    }  # fmt: skip
    save_model(model(Companions()), tmp_path / "best.safetensors")
    assert not load_model(tmp_path / "best.safetensors").companions


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"character_model": "no base64!"}, "the character model is damaged"),
        ({"length_bonus": "much"}, "the length bonus is damaged"),
        ({"length_bonus": "[1]"}, "the length bonus is damaged"),
        ({"length_bonus": "NaN"}, "the length bonus is damaged"),
        ({"calibration": "{"}, "the calibration is damaged"),
        ({"calibration": "[1]"}, "the calibration is damaged"),
        ({"calibration": '{"line": [1, 2, 3]}'}, "the calibration is damaged"),
        ({"calibration": '{"line": ["x", 2]}'}, "the calibration is damaged"),
    ],
)
def test_damaged_companions_are_told(changes: dict[str, str], fault: str, tmp_path: Path) -> None:
    path = tmp_path / "best.safetensors"
    path.write_bytes(save(dict(model(Companions()).weights), model(WHOLE).metadata.write() | changes))
    with pytest.raises(WeightsError, match=f"its metadata can't be read: {fault}$"):
        load_model(path)


def test_a_model_that_is_none_is_told_when_it_is_needed() -> None:
    with pytest.raises(WeightsError, match="the character model of the weights: is not a character model"):
        Companions(b"TOTAL").parsed_model()


def test_packaged_weights_have_theirs_beside_them() -> None:
    for name in ("receipt", "handwriting"):
        beside = packaged_weights(name, ".npz")
        assert beside is not None
        found = load_model(Path(name)).companions
        assert found.character_model == beside.read_bytes()
        assert set(found.calibration) == {"char", "word", "line"}
    assert not Companions.packaged("nothing")


def test_settings_of_packaged_weights_are_written_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.npz").write_bytes(LANGUAGE.pack())
    replace(WHOLE, neutral="").write_settings(tmp_path / "mine.json")
    monkeypatch.setattr(companions_module, "packaged_weights", lambda name, suffix: tmp_path / f"{name}{suffix}")
    assert Companions.packaged("mine") == replace(WHOLE, neutral="")


def opened(companions: Companions) -> OpenedModel:
    return OpenedModel(None, Charset(ASCII), "", companions)  # type: ignore[arg-type]  # nothing is recognised


def test_the_own_character_model_guides_the_search_unless_a_width_is_given() -> None:
    line = spelled("TOTAL 12.50", {1: "0"}, 0.6)
    search = opened(WHOLE).search()
    assert search is not None
    found = search(line)
    assert found is not None
    assert Charset(ASCII).decode(found) == "TOTAL 12.50"
    assert opened(WHOLE).search(0) is None
    assert opened(Companions()).search() is None


def test_a_character_that_is_new_to_the_weights_is_not_forbidden() -> None:
    line = spelled("TOTAL 12.50", {1: "#"}, 0.89)

    def read(neutral: str) -> str:
        search = opened(replace(WHOLE, neutral=neutral)).search()
        assert search is not None
        found = search(line)
        assert found is not None
        return Charset(ASCII).decode(found)

    assert read("") == "TOTAL 12.50"
    assert read("#") == "T#TAL 12.50"


@pytest.mark.parametrize(("bonus", "text"), [(0.0, "TOTAL 1.50"), (1.5, "TOTAL 12.50")])
def test_the_length_bonus_keeps_a_character_that_the_character_model_would_leave_out(bonus: float, text: str) -> None:
    language = CharacterModel.train(["TOTAL 1.50"] * 500 + ["TOTAL 12.50"], 4)
    line = spelled("TOTAL 12.50", {})
    blank, two = 0, Charset(ASCII).labels["2"]
    step = int(line[:, two].argmax())
    line[step] = -20
    line[step, [blank, two]] = np.log([0.4, 0.6])
    search = opened(Companions(language.pack(), length_bonus=bonus)).search()
    assert search is not None
    found = search(line)
    assert found is not None
    assert Charset(ASCII).decode(found) == text


def test_a_search_with_a_lexicon_alone_adds_no_length_bonus(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("total\n")
    line = spelled("TOTAL 12.50", {7: "3"}, 0.6)
    found = [
        opened(replace(WHOLE, length_bonus=bonus)).search(3, tmp_path / "words.txt")(line)  # type: ignore[misc]
        for bonus in (0.0, 9.0)
    ]
    assert found[0] == found[1]


@pytest.mark.needs("onnx")
@pytest.mark.needs("onnxruntime")
@pytest.mark.needs("torch")
def test_onnx_takes_them_along(tmp_path: Path) -> None:
    from receiptgen.recognition.engines import ENGINES
    from receiptgen.train.export import export_model

    export_model(model(WHOLE), "onnx", tmp_path / "x.onnx")
    assert ENGINES.get("onnx")().load(tmp_path / "x.onnx", "auto", "cpu").metadata.companions == WHOLE
