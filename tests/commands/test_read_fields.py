"""``receiptgen read --fields``."""

import csv
import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from command_line import Run
from receipt_fields import DOUBTFUL, NOTHING, RECEIPT, telling

from receiptgen.imaging.sample import Sample
from receiptgen.reading import watching
from receiptgen.reading.watching import LEDGER

pytestmark = pytest.mark.needs("onnxruntime")


@pytest.fixture
def folder(tmp_path: Path, clean: Sample) -> Path:
    cv2.imwrite(str(tmp_path / "one.png"), clean.page.image)
    cv2.imwrite(str(tmp_path / "two.png"), clean.page.image)
    return tmp_path


@pytest.fixture
def opened() -> Iterator[list[Path]]:
    with telling() as weights:
        yield weights


@pytest.mark.smoke
def test_fields_are_printed_as_json(run: Run, folder: Path, opened: list[Path]) -> None:
    said = run("read", "one.png", "two.png", "--fields", "--quiet")
    assert (said.code, said.error) == (0, "")
    assert json.loads(said.out) == [{"file": name, **RECEIPT.to_dict()} for name in ("one.png", "two.png")]
    assert [*map(str, opened)] == ["fields"]
    lines = run("read", "one.png", "--fields", "--format", "jsonl", "--field-weights", "mine.onnx").out
    assert json.loads(lines)["values"]["total"] == "12.00"
    assert str(opened[-1]) == "mine.onnx"


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "values"])
def test_values_that_were_read_are_drawn(run: Run, folder: Path, opened: list[Path], whole: bool) -> None:
    (entry,) = json.loads(run("read", "one.png", "--fields").out)
    (folder / "bill.json").write_text(json.dumps([entry] if whole else entry["values"]))
    said = run("draw", "--from", "bill.json", "--templates", "supermarket", "--locales", "en_GB", "--workers", 1)
    assert (said.code, said.error.splitlines()[1:]) == (0, [])
    drawn = json.loads((folder / "results/000000/items.json").read_bytes())
    assert (drawn["total"], drawn["date"], drawn["merchant"]["name"].lower()) == ("12.00", "2026-03-01", "red lantern")
    assert [item["name"].lower() for item in drawn["items"]] == ["tea", "cake, plum"]


def test_items_are_a_table_beside_the_receipts(run: Run, folder: Path, opened: list[Path]) -> None:
    assert run("read", ".", "--fields", "--format", "csv", "--out", "all.csv", "--quiet").code == 0
    with (folder / "all.csv").open(newline="") as receipts, (folder / "all.items.csv").open(newline="") as items:
        assert [row["file"] for row in csv.DictReader(receipts)] == ["one.png", "two.png"]
        assert [row["name"] for row in csv.DictReader(items)] == ["Tea", "Cake, plum"] * 2
    printed = run("read", "one.png", "--fields", "--format", "csv").out
    assert printed.splitlines()[1].startswith("one.png,Red Lantern,")
    (folder / "each").mkdir()
    run("read", "one.png", "two.png", "--fields", "--format", "csv", "--out", "each", "--quiet")
    assert {path.name for path in (folder / "each").iterdir()} == {
        "one.png.csv", "one.png.items.csv", "two.png.csv", "two.png.items.csv",
    }  # fmt: skip


@pytest.mark.needs("xlsx")
def test_a_folder_of_photos_becomes_a_workbook(run: Run, folder: Path, opened: list[Path]) -> None:
    from openpyxl import load_workbook

    said = run("read", folder, "--fields", "--format", "xlsx", "--out", "expenses.xlsx", "--quiet")
    assert (said.code, said.out) == (0, "")
    book = load_workbook(folder / "expenses.xlsx")
    assert [book["Receipts"].cell(line, 2).value for line in (2, 3)] == ["Red Lantern"] * 2
    assert book["Items"].max_row == 5
    refused = run("read", folder, "--fields", "--format", "xlsx")
    assert refused.code == 2
    assert refused.fault == "Error: --format xlsx is no text to print; say --out receipts.xlsx"


def test_what_does_not_add_up_is_told_in_the_summary(run: Run, folder: Path) -> None:
    with telling(DOUBTFUL):
        said = run("read", "one.png", "--fields", "--format", "text").out
    assert said.splitlines()[-1] == "doesn't add up: items 1.00 is not total 1.10"


def test_a_photo_of_no_receipt_says_so_in_a_line(run: Run, folder: Path) -> None:
    cv2.imwrite(str(folder / "blank.png"), np.full((300, 200), 255, np.uint8))
    with telling(NOTHING):
        said = run("read", "one.png", "blank.png", "--fields", "--quiet")
    assert said.code == 0
    assert said.error.splitlines() == [
        "receiptgen: one.png: no receipt: its text says nothing that a receipt does",
        "receiptgen: blank.png: no text found",
    ]
    for entry in json.loads(said.out):
        assert set(entry["values"].values()) == {None}
        assert entry["fields"] == {}


@pytest.mark.parametrize("options", [("--fields",), ("--fields", "--format", "csv"), (), ("--lines",)])
def test_where_nothing_can_be_read_what_is_there_stays(run: Run, folder: Path, options: tuple[str, ...]) -> None:
    for name in ("note.txt", "out.csv", "out.items.csv"):
        (folder / name).write_text("dear to me")
    with telling(RECEIPT):
        said = run("read", "note.txt", *options, "--out", "out.csv")
    assert (said.code, said.error) == (1, "receiptgen: note.txt: not an image that can be read\n")
    assert {path.read_text() for path in folder.glob("*.csv")} == {"dear to me"}


def test_photos_of_one_receipt_have_the_fields_of_the_joined_page(
    run: Run, tmp_path: Path, clean: Sample, opened: list[Path]
) -> None:
    image = clean.page.image
    middle, overlap = len(image) // 2, len(image) // 6
    cv2.imwrite("a.png", image[: middle + overlap])
    cv2.imwrite("b.png", image[middle - overlap :])
    (entry,) = json.loads(run("read", "a.png", "b.png", "--stitch", "--fields", "--quiet").out)
    assert (entry["file"], entry["values"]["total"]) == ("a.png", "12.00")


def test_fields_of_a_watched_folder_are_lines(
    run: Run, folder: Path, opened: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    every = watching.new_files

    def first_two(*arguments: Any) -> Iterator[Any]:
        return islice(every(*arguments, rest=lambda: None), 2)

    monkeypatch.setattr(watching, "new_files", first_two)
    assert run("read", "--watch", ".", "--fields").code == 0
    assert json.loads((folder / "one.png.jsonl").read_text())["values"]["total"] == "12.00"
    assert (folder / LEDGER).exists()


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--field-weights", "x.onnx"], "--field-weights tells fields; say --fields"),
        (["--fields", "--lines"], "without --lines and --min-confidence"),
        (["--fields", "--min-confidence", "0.5"], "without --lines and --min-confidence"),
    ],
)
def test_options_that_do_not_go_together_are_refused(run: Run, arguments: list[str], fault: str) -> None:
    said = run("read", "one.png", *arguments)
    assert said.code == 2
    assert fault in said.fault


def test_a_format_without_fields_is_told_before_anything_is_read(run: Run, folder: Path, opened: list[Path]) -> None:
    said = run("read", "one.png", "--fields", "--format", "hocr")
    assert said.fault.startswith("receiptgen: unknown output format of fields 'hocr'")


@pytest.mark.parametrize(
    "options", [("--fields", "--out"), ("--overlay",), ("--format", "json", "--out")], ids=lambda options: options[-1]
)
def test_no_image_that_is_read_is_written_over(run: Run, folder: Path, options: tuple[str, ...]) -> None:
    before = (folder / "one.png").read_bytes()
    assert run("read", "two.png", "one.png", *options, folder / "one.png").fault == (
        f"receiptgen: {folder}/one.png: is one of the images, which would be lost; name another file"
    )
    assert (folder / "one.png").read_bytes() == before


@pytest.mark.needs("process tree")
def test_beside_a_pipe_there_is_no_second_file(run: Run, folder: Path, opened: list[Path]) -> None:
    os.mkfifo(folder / "pipe")
    reader = os.open(folder / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        said = run("read", "one.png", "--fields", "--format", "csv", "--out", "pipe", "--quiet")
    finally:
        os.close(reader)
    assert (said.code, said.error) == (0, "")
    assert not list(folder.glob("*.csv"))
