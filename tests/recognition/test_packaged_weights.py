"""The weights that come with the package: they read what they read when they were put there."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from components import REAL_RECEIPTS, require

from receiptgen.core.assets import packaged_weights
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.metrics import summarise
from receiptgen.recognition.model_file import load_model
from receiptgen.recognition.opened_model import OpenedModel, open_for_reading, open_model
from receiptgen.train.data.sources import Example
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.held_out import hold_out, read_examples


@cache
def weights() -> OpenedModel:
    path = packaged_weights("receipt", ".onnx")
    assert path is not None
    return open_model(path)


@pytest.fixture(scope="module")
def opened() -> OpenedModel:
    require("onnxruntime")
    return weights()


@cache
def examples(data: str, lines: int) -> Sequence[Example]:
    return hold_out("frozen", parse_spec(data).data, lines, 5).examples


@cache
def cer(data: str, lines: int, guided: bool = False) -> float:
    search = weights().search(5 if guided else 0, model=Path("receipt"))
    return summarise(read_examples(weights().recognizer, examples(data, lines), search)).cer_ci


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("data", "worst"),
    # Measured: 0.1 %, 1.7 %.
    [("live:standard:price+date+int+float@scan", 0.007), ("live:standard:receipt_text@real", 0.035)],
)
@pytest.mark.usefixtures("opened")
def test_drawn_lines_are_read(data: str, worst: float) -> None:
    assert cer(data, 300) < worst


@pytest.mark.needs("real receipts")
@pytest.mark.usefixtures("opened")
def test_real_lines_are_read() -> None:
    # Measured: 1.7 %, also of all lines.
    assert cer(f"sroie:{REAL_RECEIPTS}", 1000) < 0.02


@pytest.mark.usefixtures("opened")
def test_the_character_model_helps() -> None:
    data = "live:standard:receipt_text@real"
    assert cer(data, 300, guided=True) < cer(data, 300)


def test_the_character_model_is_asked_by_default_unless_a_line_is_clear() -> None:
    own = open_model(Path("receipt"), devices="cpu")
    assert own.search(0) is None
    assert own._replace(companions=Companions()).search() is None
    search, chars = own.search(), own.charset.chars
    assert search is not None
    zero, letter = chars.index("0") + 1, chars.index("O") + 1

    def said(word: str, doubt: float) -> str | None:
        """Read a word whose O's may be zeros; None where its best path stands."""
        probs = np.full((2 * len(word), len(chars) + 1), 1e-6, np.float32)
        for step, char in enumerate(word):
            probs[2 * step, chars.index(char) + 1] = probs[2 * step + 1, 0] = 1
            if char == "O":
                probs[2 * step, [zero, letter]] = 1 - doubt, doubt
        labels = search(np.log(probs / probs.sum(axis=1, keepdims=True)))
        return None if labels is None else own.charset.decode(labels)

    assert said("TOTAL", 0.4) == "TOTAL"
    assert said("TOTAL", 0.05) is None


@pytest.mark.smoke
def test_both_files_are_the_same_network(opened: OpenedModel) -> None:
    require("torch")
    rows = open_model(Path("receipt"), "torch", "cpu")
    images = [example.image for example in examples("live:standard:price+date+int+float@scan", 300)[:40]]
    for ours, theirs in zip(rows.recognizer.infer(images), opened.recognizer.infer(images), strict=True):
        # PyTorch reads in bfloat16 where the processor has it; the ONNX file has integers.
        assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.9


def test_hands_that_were_never_trained_on_are_read() -> None:
    require("onnxruntime")
    path = packaged_weights("handwriting", ".onnx")
    assert path is not None
    # Measured: 8 %, and 50 % for `receipt`.
    hands = "live:handwritten:sentence+word+note+price@pen_unseen"
    held = hold_out("frozen", parse_spec(hands).data, 200, 5)
    opened = open_for_reading(Path("handwriting"))
    assert summarise(read_examples(opened.recognizer, held.examples, opened.search())).cer_ci < 0.12


@pytest.mark.smoke
@pytest.mark.parametrize("name", ["receipt", "handwriting"])
def test_a_card_stands_beside_them_and_they_are_small(name: str) -> None:
    path = packaged_weights(name)
    assert path is not None
    assert path.with_suffix(".md").read_text().startswith(f"# `{name}`")
    assert path.stat().st_size + path.with_suffix(".onnx").stat().st_size < 12_000_000
    assert load_model(Path(name)).charset.chars


def test_names_are_no_paths() -> None:
    assert packaged_weights("receipt.safetensors") is None
    assert packaged_weights("../weights/receipt") is None
    assert packaged_weights("nothing") is None
