"""Classifiers of characters and of words are trained, carried on and read with by the commands that lines have."""

import json
from pathlib import Path

import pytest
from command_line import Run as RunCommand

from receiptgen.recognition.charset import OUTSIDE
from receiptgen.recognition.model_file import load_model

pytestmark = pytest.mark.needs("torch", "onnxruntime", "onnx")

RECIPE = """
about: three words
network: {kind: word_cnn, channels: 4, units: 32, dropout: 0}
charset: words.txt
outside: learn
data: [{data: {kind: live, source: set.yaml, kinds: [known, other], profile: clean}}]
held_out: {own: {kind: live, source: set.yaml, kinds: [known, other], profile: clean}}
held_out_lines: 30
learning: {learning_rate: 1e-2, schedule: one_cycle, ema: 0.8}
batch: 24
steps: 40
evaluations: 1
"""
SET = """
about: words that are known, and one that isn't
locales: en_US
faces: {mono: 1}
size: 24
kinds:
  known: {kind: file, path: words.txt}
  other: {kind: pattern, patterns: {'\\d{5}': 1}}
"""
TRAIN = ("--backend", "torch", "--devices", "cpu", "--workers", "0", "--quiet")


def test_words_are_trained_exported_and_read_and_the_lexicon_may_grow(run: RunCommand, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("TOTAL\nDUE\nCASH\n")
    (tmp_path / "set.yaml").write_text(SET)
    (tmp_path / "own.yaml").write_text(RECIPE)
    assert run("train", "--recipe", "own.yaml", "--out", "run", *TRAIN).code == 0
    model = load_model(tmp_path / "run" / "best.safetensors")
    assert (model.reads, model.charset.units) == ("words", ("TOTAL", "DUE", "CASH", OUTSIDE))
    assert model.record["held_out"]["own"]["exact"] > 0.4, "with (N/A) for each number"
    assert run("weights", "export", "run/best.safetensors", "--to", "onnx", "--out", "own.onnx").code == 0
    assert run("draw", "6", "--set", "set.yaml", "--kinds", "known", "--profile", "clean", "--out", "drawn").code == 0
    said = run("read", "drawn/results_test/known", "--lines", "--weights", "own.onnx", "--format", "json")
    read = json.loads(said.out)
    assert {one["text"] for one in read} <= {"TOTAL", "DUE", "CASH", OUTSIDE, ""}
    assert "".join(char["text"] for char in read[0]["chars"]) == read[0]["text"]
    refused = run("read", "drawn/results_test/known", "--lines", "--weights", "own.onnx", "--lexicon", "words.txt")
    assert refused.fault == (
        "receiptgen: --beam, --lexicon, --lm: the weights read whole words, which are their lexicon; "
        "leave these options out"
    )
    scored = run("evaluate", "own.onnx", "live:set.yaml:known@clean", "--limit", "4", "--json")
    assert list(json.loads(scored.out)) == ["live:standard:receipt_word@real", "live:set.yaml:known@clean"]
    (tmp_path / "more.txt").write_text("CARD\nCASH\nDUE\n")
    grown = run(
        "train", "--recipe", "own.yaml", "--init", "run/best.safetensors", "--charset", "more.txt",
        "--steps", "1", "--out", "grown", *TRAIN,
    )  # fmt: skip
    assert grown.code == 0, grown.error
    assert load_model(tmp_path / "grown" / "last.safetensors").charset.units == ("CARD", "CASH", "DUE", OUTSIDE)
