"""Rows whose text is empty: left out, or on request images of nothing."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from data_sets import everything, image, live, opened, write

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.charset import charset
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.line_blocks import prepare_example
from receiptgen.train.data.mixture import rows_by_class
from receiptgen.train.data.sources import Example, Flaw
from receiptgen.train.data.sources._reading import NO_TEXT
from receiptgen.train.data.spec import parse_spec, with_blank
from receiptgen.writers import encode_png

SET = "about: w\nlocales: en_GB\nfaces: {cousine: 1}\nkinds:\n  none: blank\n  p: price\n"
# Formats that `draw` writes, and the path and form by which each is read again.
FORMS = {
    "folder": "drawn:results_test", "jsonl": "drawn:results_test", "tsv": "labels:results_test/labels.tsv",
    "paddle": "labels:results_test/rec_gt.txt", "doctr": "labels:results_test/labels.json",
    "easyocr": "labels:results_test/easyocr/labels.csv", "icdar": "labels:results_test/gt.txt",
    "webdataset": "webdataset:results_test",
}  # fmt: skip


@pytest.fixture
def set_file(tmp_path: Path) -> Path:
    (tmp_path / "set.yaml").write_text(SET)
    return tmp_path / "set.yaml"


@pytest.mark.parametrize("form", FORMS)
def test_what_draw_writes_is_kept_on_request(run: Run, set_file: Path, form: str) -> None:
    assert run("draw", 3, "--set", set_file, "--format", form).code == 0
    skipped = everything(parse_spec(FORMS[form]).data.open(0))
    assert Counter(type(row) for row in skipped) == {Example: 3, Flaw: 3}
    assert {row.reason for row in skipped if isinstance(row, Flaw)} == {NO_TEXT}
    kept = everything(parse_spec(f"{FORMS[form]}:keep").data.open(0))
    assert [isinstance(row, Example) for row in kept] == [True] * 6
    assert sum(isinstance(row, Example) and row.text == "" for row in kept) == 3


@pytest.mark.needs("lmdb")
def test_databases_keep_them_too(run: Run, set_file: Path, tmp_path: Path) -> None:
    assert run("draw", 3, "--set", set_file, "--format", "lmdb", "--split", "0.5,0.5").code == 0
    rows = everything(parse_spec("lmdb:results_test:blank=keep").data.open(0))
    assert sorted(row.text == "" for row in rows if isinstance(row, Example)) == [False] * 3 + [True] * 3


def test_rows_that_can_not_be_read_are_no_blanks(tmp_path: Path) -> None:
    write(tmp_path / "labels.tsv", "a.png\t\nb.png\tB\ngone.png\t\n")
    write(tmp_path / "a.png", encode_png(image()))
    write(tmp_path / "b.png", encode_png(image(1)))
    rows = everything(opened("labels", tmp_path, blank="keep"))
    assert [row.text if isinstance(row, Example) else row.reason for row in rows] == ["", "B", "no such file"]


def test_a_kind_that_is_drawn_on_the_fly_asks_for_them_itself(set_file: Path) -> None:
    rows = everything(live(str(set_file), kinds=["none"], count=4))
    assert [row.text if isinstance(row, Example) else "?" for row in rows] == [""] * 4


def test_all_data_is_told_at_once_what_becomes_of_them(tmp_path: Path) -> None:
    sources = [parse_spec(f"labels:{tmp_path}").data, parse_spec(f"iam:{tmp_path}").data]
    kept = with_blank(sources, "keep")
    assert kept[0] == parse_spec(f"labels:{tmp_path}:keep").data
    assert kept[1] == sources[1]
    with pytest.raises(DatasetError, match=r"--blank keep: data of the form iam has no rows with an empty text"):
        with_blank(sources[1:], "keep")


def test_a_blank_line_has_no_labels_and_fits_any_width() -> None:
    narrow: Pixels = np.full((32, 4), 255, np.uint8)
    prepared = prepare_example(Example(narrow, "", "", "x"), charset("ascii"), Preprocess(), 4)
    assert not isinstance(prepared, Flaw)
    assert prepared[1].tolist() == []


def test_blanks_are_a_class_of_their_own_where_classes_are_balanced() -> None:
    assert [rows.tolist() for rows in rows_by_class(["b", "", None, "", "b", "a"])] == [[1, 3], [5], [0, 4]]
