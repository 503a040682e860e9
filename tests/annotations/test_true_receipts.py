"""Receipts whose fields are known, read back."""

import json
from datetime import date
from pathlib import Path

import pytest

from receiptgen.annotations.true_receipts import ClassTruth, DrawnTruth, KeyTruth, drawn_truth, split_box, true_receipts
from receiptgen.annotations.written_dates import dates_of, times_of
from receiptgen.cli import main
from receiptgen.core.errors import DatasetError
from receiptgen.reading.true_words import true_page_words


@pytest.mark.parametrize(
    "text",
    ["25/12/2018", "25-12-18", "25.12.2018 8:13:39 PM", "25 DEC 2018", "25/Dec/2018", "DEC 25, 2018", "Dec25,2018",
     "2018/12/25", "20181225", "25122018", "25Dec2018", "Date: 25/12/201808:13",
     "TueDec25,2018", "TuesdayDecember25th2018"],
)  # fmt: skip
def test_a_written_date_has_the_day_first(text: str) -> None:
    assert dates_of(text)[0] == date(2018, 12, 25)


def test_a_written_date_may_mean_several_days() -> None:
    assert dates_of("12-01-19") == (date(2019, 1, 12), date(2019, 12, 1), date(2012, 1, 19))
    assert dates_of("no 12 date") == dates_of("31/31/31") == ()


@pytest.mark.parametrize(
    ("text", "time"), [("6:30:06PM", "18:30"), ("12:05 am", "00:05"), ("17h05", "17:05"), ("02:37", "02:37")]
)
def test_a_written_time_is_one_of_the_day(text: str, time: str) -> None:
    assert times_of(text) == (time,)


def test_the_words_of_a_box_share_its_width_by_their_characters() -> None:
    assert split_box("ab  c a", (10, 0, 80, 5)).words == (
        ("ab", (10, 0, 30, 5)), ("c", (50, 0, 60, 5)), ("a", (70, 0, 80, 5)),
    )  # fmt: skip


def keyed(folder: Path, key: str, boxes: str = "") -> Path:
    for name, file, text in (("img", "a.jpg", ""), ("key", "a.json", key), ("box", "a.csv", boxes)):
        (folder / name).mkdir(parents=True)
        (folder / name / file).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.smoke
def test_a_folder_tells_its_kind(tmp_path: Path) -> None:
    boxes = "0,20,40,20,40,30,0,30,TOTAL\n60,21,90,21,90,31,60,31,9.00\n0,0,90,0,90,10,0,10,A B\n"
    (of_keys,) = true_receipts(keyed(tmp_path / "keys", '{"company": "A B", "date": "", "total": "9.00"}', boxes))
    assert of_keys.truth == KeyTruth({"company": "A B", "total": "9.00"})
    words = true_page_words(of_keys.cells)
    assert [(word.text, word.row, word.cell) for word in words] == [
        ("A", 0, 0), ("B", 0, 0), ("TOTAL", 1, 1), ("9.00", 1, 2),
    ]  # fmt: skip
    classed = tmp_path / "classed"
    (classed / "img").mkdir(parents=True)
    annotation = {"box": [0, 0, 9, 0, 9, 9, 0, 9], "text": "9.00", "label": 23}
    (classed / "truth.json").write_text(json.dumps([{"name": "a.jpg", "annotations": [annotation]}]))
    (of_classes,) = true_receipts(classed)
    assert isinstance(of_classes.truth, ClassTruth)
    assert of_classes.truth.boxes[0].kind == "total"


def test_drawn_receipts_have_values_and_words_in_their_rows(tmp_path: Path) -> None:
    main(
        [
            "draw",
            "1",
            "--kinds",
            "receipt",
            "--templates",
            "parking",
            "--out",
            str(tmp_path),
            "--workers",
            "1",
            "--quiet",
        ]
    )
    (receipt,) = true_receipts(tmp_path)
    assert isinstance(receipt.truth, DrawnTruth)
    truth = json.loads(next(tmp_path.rglob("truth.json")).read_text(encoding="utf-8"))
    assert receipt.truth.values == truth["values"]
    words = true_page_words(receipt.cells)
    assert [word.text for word in words] == [word["text"] for line in truth["lines"] for word in line["words"]]
    rows = [number for number, line in enumerate(truth["lines"]) for _ in line["words"]]
    assert [word.row for word in words] == rows


@pytest.mark.parametrize("key", ["[]", "{", '{"total": 9}'])
def test_a_key_of_another_form_is_named(tmp_path: Path, key: str) -> None:
    with pytest.raises(DatasetError, match=r"a\.json: expected a JSON object with texts for company, date"):
        true_receipts(keyed(tmp_path / "keys", key))


def test_a_folder_of_none_of_these_kinds_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no receipts whose fields are known; looked for what 'draw' writes"):
        true_receipts(tmp_path)


@pytest.mark.parametrize(
    "values",
    [
        {"merchant": "Shop"}, {"merchant": {"name": ["Shop"]}}, {"merchant": {"address": "1 High St"}},
        {"merchant": {"address": [None]}}, {"items": 5}, {"items": "abc"}, {"items": [1]}, {"items": {"0": {}}},
        {"items": [{"discount": "1.00"}]}, {"taxes": True}, {"tenders": "abc"}, {"discounts": [1]}, {"tip": []},
        {"merchant": {"tax_ids": ["12"]}}, {"total": {"amount": "1.00"}}, {"total": True}, {"taxes": [{"tax": [1]}]},
    ],
)  # fmt: skip
def test_values_of_another_structure_are_no_truth(tmp_path: Path, values: dict[str, object]) -> None:
    truth = {"file": "receipt.png", "kind": "receipt", "fields": [], "lines": [], "values": values}
    (tmp_path / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    with pytest.raises(DatasetError, match=r"truth\.json: is not the truth of a receipt"):
        true_receipts(tmp_path)


def test_values_may_be_numbers_missing_or_of_no_interest() -> None:
    values = {"total": 1.5, "items_sold": 2, "tip": None, "items": [{}, {"name": "TEA"}], "facts": {"order": ["91"]}}
    assert drawn_truth(json.dumps({"fields": [], "values": values}).encode()).values == values


@pytest.mark.parametrize("name", ["", ".", "/etc/passwd", "..", "a/../../b.jpg", "a\0.jpg", "\ud800.jpg"])
def test_a_name_that_leads_out_of_the_folder_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "img").mkdir()
    pages = [{"name": "in/a.jpg", "annotations": []}, {"name": name, "annotations": []}]
    (tmp_path / "truth.json").write_text(json.dumps(pages))
    with pytest.raises(DatasetError, match=r"truth\.json: page 2: the name '.*' is none of a file in img/; mend it"):
        true_receipts(tmp_path)
