"""Every command takes profiles."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from command_line import Run
from profile_files import PROFILES, write

from receiptgen.drawing.profile import _LOADED
from receiptgen.drawing.snippet_styles import snippet_styles


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Forget files of the same names in other folders: no process of a user's goes there."""
    _LOADED.clear()
    snippet_styles.cache_clear()


def test_templates_check_draws_a_profile_file_and_passes_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "about: mine\ncapture: [blur, jpeg]\n")
    write(tmp_path / "mixed.yaml", "about: mixed\nmix: {mine.yaml: 1, clean: 2}\n")
    assert run("templates", "check", "mine.yaml", "mixed.yaml") == (
        0,
        "mine.yaml: ok, profile, 2 effects\nmixed.yaml: ok, profile, 2 profiles\n",
        "",
    )


def test_templates_check_tells_what_is_wrong_with_a_profile_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "bad.yaml", "about: bad\ncapture:\n  - {kind: blurr}\n")
    write(tmp_path / "ocr.yaml", "about: ocr\nprinters: [{faces: ocrb}]\ncapture: []\n")
    code, out, error = run("templates", "check", "bad.yaml", "ocr.yaml")
    assert (code, out) == (1, "")
    bad, *ocr = error.splitlines()
    assert bad == "receiptgen: bad.yaml:3:12: capture[0].kind: unknown kind 'blurr'; did you mean 'blur'?"
    assert any(line.startswith("receiptgen: ocr.yaml: no font among ocrb draws") for line in ocr)
    assert all(line.startswith("receiptgen: ocr.yaml: ") for line in ocr)


def test_templates_list_and_show_know_profiles(run: Run) -> None:
    _, out, _ = run("templates", "list")
    assert all(f"\n  {name} " in out for name in PROFILES)
    _, out, _ = run("templates", "show", "scan_200")
    assert "scan_200.yaml" in out
    assert "extends: scan" in out


def test_templates_schema_of_a_profile_knows_its_keys(run: Run) -> None:
    _, out, _ = run("templates", "schema", "profile")
    made = json.loads(out)
    top = made["$defs"][made["$ref"].rpartition("/")[2]]
    assert {"extends", "mix", "printers", "crop", "capture"} <= top["properties"].keys()
    assert "name" not in top["properties"]


@pytest.mark.parametrize(
    "args",
    [
        ["draw", 1, "--kinds", "price"], ["draw", 1, "--templates", "parking"], ["preview", "parking"],
        ["preview", "--kinds", "price"], ["fixtures", 1, "data", "--templates", "parking"],
    ],
)  # fmt: skip
def test_an_unknown_profile_is_one_line_of_every_command(run: Run, tmp_path: Path, args: list[object]) -> None:
    code, out, error = run(*args, "--profile", "scann")
    assert (code, out, error) == (1, "", "receiptgen: unknown profile 'scann'; did you mean 'scan'?\n")
    assert not list(tmp_path.iterdir())


def test_draw_takes_a_profile_of_ones_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "about: mine\ncapture: [{kind: jpeg, quality: 40}]\n")
    assert run("draw", 2, "--kinds", "price,receipt", "--templates", "parking", "--profile", "mine.yaml")[0] == 0
    snippets = [json.loads(line) for line in (tmp_path / "results_test" / "labels.jsonl").read_text().splitlines()]
    receipt: Any = json.loads((tmp_path / "results" / "000000" / "truth.json").read_bytes())
    for said in (*snippets, receipt):
        assert said["profile"] == "mine"
        assert [effect["effect"] for effect in said["effects"]] == ["jpeg"]
        assert said["effects"][0]["quality"] == 40


def test_fixtures_of_a_profile_are_verified_with_it(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    write(own, "extends: thermal\nabout: mine\n")
    code, out, _ = run("fixtures", 1, "data", "--templates", "parking", "--profile", "mine.yaml")
    assert (code, out) == (0, "data: 1 receipt, 4 files\n")
    assert json.loads((tmp_path / "data" / "000000" / "truth.json").read_bytes())["profile"] == "mine"
    assert run("fixtures", "--verify", "data") == (0, "data: 4 files unchanged\n", "")
    write(own, "extends: thermal\nabout: mine\ncapture: []\n")
    _LOADED.clear()
    code, _, error = run("fixtures", "--verify", "data")
    assert code == 1
    assert "receiptgen: data/fixtures.json: profile 'mine.yaml' has changed" in error.splitlines()
    assert any("receipt.png: drawn differently by this version" in line for line in error.splitlines())


def test_fixtures_of_another_profile_are_not_overwritten(run: Run) -> None:
    run("fixtures", 1, "data", "--templates", "parking", "--profile", "thermal")
    code, _, error = run("fixtures", 1, "data", "--templates", "parking")
    assert code == 1
    assert "holds another set (1 receipt, seed 0, templates parking, profile thermal)" in error


@pytest.mark.parametrize("what", [["parking"], ["--kinds", "price,receipt_line"]])
def test_preview_shows_what_a_profile_does(run: Run, tmp_path: Path, what: list[str]) -> None:
    for name in ("clean", "thermal"):
        assert run("preview", *what, "--count", 2, "--profile", name, "--out", f"{name}.png")[0] == 0
    clean, thermal = (cv2.imread(str(tmp_path / f"{name}.png"), cv2.IMREAD_GRAYSCALE) for name in ("clean", "thermal"))
    assert clean is not None
    assert thermal is not None
    assert not np.array_equal(clean, thermal)
