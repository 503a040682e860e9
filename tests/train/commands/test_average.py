"""``receiptgen weights average``."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.recognition.model_file import load_model, save_model
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.initialization import initialize


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Return two files of weights, of which the second reads one more character."""
    paths = [str(tmp_path / name) for name in ("a.safetensors", "b.safetensors")]
    for seed, (path, charset) in enumerate(zip(paths, ("0123456789.", "0123456789.€"), strict=True)):
        save_model(
            initialize(override_recipe(loads(SMALL, Recipe), {"charset": charset, "seed": seed})).model, Path(path)
        )
    return paths


def test_a_mean_is_written_and_told(files: list[str], run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mean.safetensors"
    told = run("weights", "average", *files, "--shares", "3,1", "--out", str(out)).out.splitlines()
    assert told == [
        f"{out}: 0.75 {files[0]} + 0.25 {files[1]}",
        "  charset: only some weights read €, whose rows are the mean of theirs",
    ]
    first, second, mean = (load_model(Path(path)) for path in (*files, out))
    assert mean.charset == second.charset
    np.testing.assert_allclose(
        mean.weights["0.weight"], 0.75 * first.weights["0.weight"] + 0.25 * second.weights["0.weight"], atol=1e-6
    )
    shown = json.loads(run("weights", "show", str(out), "--json").out)
    assert [(one["file"], one["share"]) for one in shown["record"]["mean_of"]] == [
        ("a.safetensors", 0.75),
        ("b.safetensors", 0.25),
    ]


def test_packaged_weights_are_named_and_give_their_characters(files: list[str], run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mean.safetensors"
    told = run("weights", "average", *files, "--for", files[0], "--out", str(out)).out
    assert "  charset: left out: €" in told
    assert load_model(out).charset == load_model(Path(files[0])).charset
    assert run("weights", "average", "finder", "finder", "--out", str(tmp_path / "finder.safetensors")).code == 0


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["{a}"], "a.safetensors: a mean is of at least two"),
        (["{a}", "{b}", "--shares", "1"], "--shares 1: has 1 for 2 files; name one for each"),
        (["{a}", "{b}", "--shares", "1,half"], "--shares 1,half: expected numbers above 0 with commas between"),
        (["{a}", "{b}", "--shares", "1,-1"], "--shares 1,-1: expected numbers above 0"),
        (["{a}", "{b}", "--shares", "1e308,1"], "b.safetensors: its share is 1e-308 of the sum, too little to count"),
        (["{a}", "finder"], "finder: reads pages, where "),
        (["{a}", "receipt"], "receipt: network "),
        (["{a}", "{b}", "--for", "receipt"], "receipt: reads "),
        (["{a}", "nothing"], "nothing: no such file"),
    ],
)
def test_faults_are_one_line(options: list[str], fault: str, files: list[str], run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mean.safetensors"
    names = dict(zip("ab", files, strict=True))
    told = run("weights", "average", *(option.format(**names) for option in options), "--out", str(out))
    assert fault in told.fault
    assert not out.exists()


def test_an_existing_file_is_kept_unless_it_is_forced(files: list[str], run: Run) -> None:
    assert "exists already; --force replaces it" in run("weights", "average", *files, "--out", files[0]).fault
    assert run("weights", "average", *files, "--out", files[0], "--force").code == 0


def test_huge_shares_are_told_relative_to_their_sum(files: list[str], run: Run, tmp_path: Path) -> None:
    told = run("weights", "average", *files, "--shares", "1e308,1e308", "--out", str(tmp_path / "mean.safetensors")).out
    assert f"0.5 {files[0]} + 0.5 {files[1]}" in told
