"""Photos are read into a table, the table is corrected, and weights learn from it."""

import csv
import json
import re
from difflib import get_close_matches
from pathlib import Path

import cv2
import pytest
from command_line import Run

from receiptgen.drawing.receipts import Receipts

pytestmark = pytest.mark.needs("torch", "onnxruntime")

# Saved as a spreadsheet does it in some countries: byte order mark, quotes, carriage returns.
SPREADSHEET = {"encoding": "utf-8-sig", "newline": ""}


def photograph(folder: Path) -> list[str]:
    """Draw a few photos; return what is printed on them, cell by cell."""
    folder.mkdir()
    source = Receipts(["cafe"], profile="phone", seed=3)
    samples = [source.draw(index) for index in range(3)]
    for index, sample in enumerate(samples):
        cv2.imwrite(str(folder / f"{index}.png"), sample.page.image)
    return [cell for sample in samples for row in sample.text.splitlines() for cell in re.split(" {2,}", row) if cell]


def correct(table: Path, printed: list[str]) -> int:
    """Replace texts that are not printed by the likeliest that is; drop those that are like none; count the former."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    truths = [get_close_matches(row["text"], printed, n=1) for row in rows]
    kept = [{**row, "text": truth[0]} for row, truth in zip(rows, truths, strict=True) if truth]
    with table.open("w", **SPREADSHEET) as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(kept)
    return sum(row not in rows for row in kept)


def test_photos_that_were_read_and_corrected_are_learnt_from(run: Run, tmp_path: Path) -> None:
    printed = photograph(tmp_path / "photos")
    assert run("read", "photos", "--format", "tsv", "--out", "photos/labels.tsv").code == 0
    assert correct(tmp_path / "photos" / "labels.tsv", printed) > 0
    trained = run("train", "--recipe", "finetune", "--add-data", "photos/labels.tsv", "--steps", 2, "--batch", 8,
                  "--workers", 0, "--quiet", "--out", "tuned")  # fmt: skip
    assert trained.code == 0, trained.error
    scores = run("evaluate", "tuned/best.safetensors", "photos/labels.tsv", "--no-fresh", "--json")
    mine = json.loads(scores.out)["photos/labels.tsv"]
    rows = (tmp_path / "photos" / "labels.tsv").read_text(encoding="utf-8-sig").splitlines()
    assert (mine["kinds"]["all"]["lines"], mine["skipped"]) == (len(rows) - 1, 0)
    assert mine["kinds"]["all"]["cer"] < 0.2
