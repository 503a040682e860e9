"""Whole pages read and scored by ``receiptgen evaluate --pages``."""

import json
from pathlib import Path

import pytest
from command_line import Run

from receiptgen.annotations.truth import read_fields
from receiptgen.cli import main

pytestmark = pytest.mark.needs("onnxruntime")


@pytest.mark.smoke
def test_folders_of_pages_are_scored_and_the_worst_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drawn, classed, out = tmp_path / "drawn", tmp_path / "classed", tmp_path / "out"
    main(["draw", "2", "--kinds", "receipt", "--templates", "cafe", "--profile", "clean", "--out", str(drawn),
          "--workers", "1", "--quiet"])  # fmt: skip
    with_classes(next(drawn.rglob("truth.json")), classed)
    main(["evaluate", "--pages", str(drawn), "--pages", str(classed), "--json", "--out", str(out), "--worst", "1"])
    words, boxes = json.loads(capsys.readouterr().out).values()
    assert (words["pages"], boxes["pages"]) == (2, 1)
    assert words["words ci"]["f1"] > 0.9
    assert words["lines"]["f1"] > 0.8
    assert "boxes" not in words
    assert "words ci" not in boxes
    assert boxes["boxes"]["recall"] > 0.9
    assert boxes["boxes"]["kinds"]["total"]["read"] == 1
    for name, count in (("drawn", 2), ("classed", 1)):
        assert len((out / name / "pages.tsv").read_text(encoding="utf-8").splitlines()) == count
        assert len((out / name / "scores.tsv").read_text(encoding="utf-8").splitlines()) == count + 1
        (worst,) = (out / name / "worst").iterdir()
        assert worst.suffix == ".jpg"


def with_classes(truth: Path, folder: Path) -> None:
    """Write the receipt beside its truth as a page whose boxes have classes and texts without spaces."""
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "receipt.png").write_bytes(truth.with_name("receipt.png").read_bytes())
    annotations = [
        {
            "box": [x0, y0, x1, y0, x1, y1, x0, y1],
            "text": field.text.replace(" ", ""),
            "label": 23 if field.role == "total" else 25,
        }
        for field in read_fields(truth.read_bytes())
        for x0, y0, x1, y1 in [field.box]
    ]
    (folder / "truth.json").write_text(json.dumps([{"name": "receipt.png", "annotations": annotations}]))


@pytest.mark.parametrize(
    ("arguments", "code", "fault"),
    [
        (["--worst", "2"], 2, "--worst needs --pages or --fields, and --out for the pictures"),
        (["--pages", "a/pages", "--pages", "b/pages"], 1, "pages: two folders of pages have this name"),
        (["--pages", "none"], 1, "none: no such folder"),
    ],
)
def test_pages_that_can_not_be_scored_are_one_line(run: Run, arguments: list[str], code: int, fault: str) -> None:
    said = run("evaluate", *arguments)
    assert said.code == code
    assert fault in said.error
