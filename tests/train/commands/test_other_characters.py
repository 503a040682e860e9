"""Own lines with characters that the weights don't know: told before the first step, and learnt if that is wanted."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from command_line import Run

from receiptgen.recognition.model_file import load_model
from receiptgen.recognition.networks import parameter_specs

pytestmark = pytest.mark.needs("torch")

SET = """
about: Lines of our own
locales: en_GB
faces: {dejavu-sans-mono: 1}
profile: clean
kinds:
  words: {kind: file, path: words.txt, order: each}
"""
# As finetune, but with next to nothing generated.
OWN = """
extends: finetune
effects: []
held_out: {drawn: {kind: live, source: standard, kinds: [int], profile: clean}}
held_out_lines: 8
"""
TINY = ("--steps", "1", "--batch", "8", "--workers", "0", "--devices", "cpu", "--out", "run")


def drawn(run: Run, folder: Path, texts: list[str]) -> None:
    """Draw crops of texts into the folder ``mine``."""
    (folder / "words.txt").write_text("\n".join(texts), encoding="utf-8")
    (folder / "set.yaml").write_text(SET)
    (folder / "own.yaml").write_text(OWN)
    said = run("draw", len(texts), "--set", "set.yaml", "--kinds", "words", "--out", "mine")
    assert said.code == 0, said.error


def test_fifty_crops_with_new_characters_are_refused_with_the_option_that_learns_them(run: Run, tmp_path: Path) -> None:
    texts = [f"{'ķļģ'[number % 3]}{number} ŷ{number}" for number in range(48)] + ["Total 1", "Total 2"]
    drawn(run, tmp_path, texts)
    train = ("train", "--recipe", "own.yaml", "--add-data", "250*mine", "--held-out", "mine=mine/results_test", *TINY)
    refused = run(*train)
    assert refused.fault == (
        "receiptgen: drawn:mine: 48 of 50 rows hold characters that the charset lacks: ŷ 48, ķ 16, ļ 16, ģ 16; "
        "--charset '+ŷķļģ' adds them; too few are left without"
    )
    assert not (tmp_path / "run").exists()
    option = shlex.split(re.search(r"(--charset \S+) adds", refused.fault)[1])  # type: ignore[index]  # it is there
    begun = run(*train, *option)
    assert begun.code == 0, begun.error
    assert "charset: 213 characters are shared; 4 are new: ŷķļģ" in begun.error
    assert not (tmp_path / "run/skipped.tsv").exists(), "all rows of mine are used"
    _check_head(tmp_path / "run/last.safetensors")
    evaluate = ("evaluate", "receipt", "mine", "--no-fresh", "--devices", "cpu", "--beam", "0")
    told = run(*evaluate)
    assert "mine: 48 of 50 rows hold characters that the charset lacks: ŷ 48, " in told.out
    assert "; train with --charset '+ŷ" in told.out
    learnt = run("evaluate", "run/last.safetensors", *evaluate[2:], "--json")
    assert json.loads(learnt.out)["mine"]["lacking"] == {"lines": 0, "units": {}}


def _check_head(path: Path) -> None:
    """Check that the rows of shared characters are those of the weights, as far as a step leaves them."""
    old, new = load_model(Path("receipt")), load_model(path)
    assert new.charset.units == (*old.charset.units, *"ŷķļģ")
    *_, weight, bias = parameter_specs(new.network, len(new.charset))
    for name in (weight, bias):
        shared = len(old.charset)
        np.testing.assert_allclose(new.weights[name][:shared], old.weights[name], atol=2e-3)


@pytest.mark.parametrize(("named", "keeps"), [("only-data", False), ("data", True)])
def test_greek_lines_are_learnt_alone_or_beside_what_is_known(
    run: Run, tmp_path: Path, named: str, keeps: bool
) -> None:
    texts = [f"ΣΥΝΟΛΟ {number}" for number in range(10)] + ["ευχαριστούμε", "Ψωμί", "καφές"]
    drawn(run, tmp_path, texts)
    train = ("train", "--recipe", "own.yaml", "--data", "mine", "--held-out", "mine=mine/results_test", *TINY)
    assert "13 of 13 rows hold characters that the charset lacks" in run(*train).fault
    begun = run(*train, "--charset", named)
    assert begun.code == 0, begun.error
    assert not (tmp_path / "run/skipped.tsv").exists()
    known, learnt = (
        set(load_model(path).charset.units) for path in (Path("receipt"), tmp_path / "run/last.safetensors")
    )
    assert set("".join(texts)) <= learnt
    assert (known <= learnt) == keeps
    assert set(json.loads((tmp_path / "run/held_out/evaluation.json").read_text())) == {"mine", "drawn"}


def test_a_file_that_is_not_there_or_a_misspelt_name_is_refused_before_anything_is_read(run: Run) -> None:
    for named, fault in (
        ("dict.txt", "dict.txt: no such file"),
        ("recipt", "--charset: 'recipt' is neither the name of a charset nor a file; did you mean 'receipt'?"),
        ("latin", "'chars:latin' means its characters"),
    ):
        said = run("train", "--recipe", "quick", "--charset", named, *TINY)
        assert fault in said.fault
