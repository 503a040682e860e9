"""Data sets that our own writers wrote, read back; and which form a path is of."""

import json
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pytest
from data_sets import everything, examples, iam, live, mjsynth, opened, png, same, sroie, write
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from receiptgen.config.docstrings import attributes
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.executors.local import Local
from receiptgen.train.data.sources import DATASETS, Example, Flaw, Table
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.sources._reading import NO_TEXT, clean_text

FORMATS = ("folder", "jsonl", "tsv", "paddle", "easyocr", "doctr", "lmdb", "webdataset")


@pytest.fixture(scope="module")
def snippets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snippets")
    plan = Plan(snippets="standard", kinds=("price", "word", "line"), seed=5, formats=FORMATS)
    Dataset(folder, plan).fill(36, Local(1), lambda done: None)
    return folder


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("receipts")
    Dataset(folder, Plan(receipts=("parking",), seed=5, formats=FORMATS)).fill(3, Local(1), lambda done: None)
    return folder


@pytest.fixture(scope="module")
def truth(snippets: Path) -> dict[str, tuple[str, str]]:
    rows = [json.loads(line) for line in (snippets / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["file"]: (clean_text(row["text"]), row["kind"]) for row in rows}


def test_drawn_snippets_are_read_with_text_kind_and_pixels(snippets: Path, truth: dict[str, tuple[str, str]]) -> None:
    read = examples(opened("drawn", snippets))
    assert {row.name: (row.text, row.kind) for row in read} == truth
    for row in read:
        assert np.array_equal(row.image, cv2.imread(str(snippets / row.name), cv2.IMREAD_GRAYSCALE))


@pytest.mark.parametrize(
    "named", ["labels.tsv", "rec_gt.txt", "easyocr", "easyocr/labels.csv", "labels.json", "sample.txt"]
)
def test_lists_that_draw_writes_are_read_as_labels(
    snippets: Path, truth: dict[str, tuple[str, str]], named: str
) -> None:
    read = examples(opened("labels", snippets / named))
    assert Counter(row.text for row in read) == Counter(text for text, _ in truth.values())
    pixels = {row.image.tobytes() for row in examples(opened("drawn", snippets))}
    assert {row.image.tobytes() for row in read} == pixels


@pytest.mark.parametrize("name", ["lmdb", "webdataset"])
def test_archives_that_draw_writes_hold_the_same(snippets: Path, name: str) -> None:
    drawn, archive = (Counter((row.text, row.image.tobytes()) for row in examples(opened(form, snippets)))
                      for form in ("drawn", name))  # fmt: skip
    assert archive == drawn


def test_shards_tell_the_kind(snippets: Path) -> None:
    assert Counter(row.kind for row in examples(opened("webdataset", snippets))) == {
        "price": 12,
        "word": 12,
        "line": 12,
    }


@pytest.mark.parametrize("name", ["webdataset", "labels", "lmdb", "drawn/jsonl"])
def test_fields_of_receipts_are_the_same_crops_in_every_form(receipts: Path, name: str) -> None:
    folder = opened("drawn", next(receipts.glob("000001")))
    first = examples(folder)
    assert len(first) > 5
    assert {"total", "total.label"} & {row.kind for row in first}
    path = receipts / "labels.jsonl" if name.endswith("jsonl") else receipts
    read = examples(opened(name.partition("/")[0], path))
    assert len({row.name for row in read}) == len(read)
    crops = {(row.text, row.kind if name != "lmdb" else "", row.image.tobytes()) for row in read}
    assert {(row.text, row.kind if name != "lmdb" else "", row.image.tobytes()) for row in first} <= crops


def test_receipts_in_two_forms_count_once(receipts: Path) -> None:
    both, one = opened("drawn", receipts), opened("drawn", receipts / "labels.jsonl")
    assert both.size == one.size
    assert all(same(a, b) for a, b in zip(everything(both), everything(one), strict=True))


def test_drawn_parts_and_results_are_found_at_any_depth(tmp_path: Path) -> None:
    plan = Plan(snippets="standard", kinds=("price",), formats=("folder",), split=(0.5, 0.5))
    Dataset(tmp_path / "results_test", plan).fill(10, Local(1), lambda done: None)
    Dataset(tmp_path / "results", Plan(receipts=("parking",))).fill(1, Local(1), lambda done: None)
    names = [row.name for row in examples(opened("drawn", tmp_path))]
    parts = Counter(name.rpartition("/")[0] for name in names if name.startswith("results_test/"))
    assert set(parts) == {"results_test/train/price", "results_test/val/price"}
    assert parts.total() == 10
    assert any(name.startswith("results/000000/receipt.png#") for name in names)


def test_broken_rows_of_drawn_data_are_flaws(tmp_path: Path) -> None:
    row = {"file": "a.png", "kind": "price", "index": 0, "text": "1.00"}
    rows = [row, {**row, "file": "gone.png"}, {**row, "text": "  "}, {"file": "a.png"}, [1],
            {**row, "kind": "receipt", "fields": [{"text": "x", "role": "r", "quad": [1, 2, 3]}]}]  # fmt: skip
    write(tmp_path / "labels.jsonl", "\n".join(map(json.dumps, rows)) + "\n{cut off")
    write(tmp_path / "a.png", png())
    first, *flaws = everything(opened("drawn", tmp_path))
    assert isinstance(first, Example)
    foreign = "not as 'receiptgen draw' writes it"
    assert flaws == [
        ("gone.png", NO_FILE), ("a.png", NO_TEXT), ("labels.jsonl:4", foreign), ("labels.jsonl:5", foreign),
        ("labels.jsonl:6", foreign), ("labels.jsonl:7", foreign),
    ]  # fmt: skip


@given(st.text())
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean == clean.strip()


def tables(snippets: Path, folder: Path) -> list[Table]:
    found = [opened(name, snippets) for name in ("drawn", "labels", "lmdb", "webdataset")]
    found += [opened("sroie", sroie(folder / "sroie")), opened("iam", iam(folder / "iam"))]
    return [*found, opened("mjsynth", mjsynth(folder / "mjsynth", 20)), live(kinds={"price": 1, "receipt_text": 1})]


def first_rows(made: list[Table]) -> list[list[Example | Flaw]]:
    return [[table.read(index) for index in (3, 0, 2)] for table in made]


def test_tables_are_read_in_spawned_processes_also_after_they_were_read(snippets: Path, tmp_path: Path) -> None:
    made = tables(snippets, tmp_path)
    made[5:6] = []  # has too few rows
    here = first_rows(made)
    with get_context("spawn").Pool(1) as pool:
        there = pool.apply(first_rows, (made,))
    for one, other in zip(here, there, strict=True):
        assert all(same(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", ["drawn", "webdataset"])
def test_lines_cut_from_one_receipt_are_one_group(tmp_path: Path, name: str) -> None:
    plan = Plan(snippets="standard", kinds=("receipt_line",), formats=("folder", "webdataset"))
    Dataset(tmp_path, plan).fill(40, Local(1), lambda done: None)
    rows = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    table = opened(name, tmp_path)
    groups = Counter(table.label(index).group for index in range(40))
    assert sorted(groups.values()) == sorted(Counter(row["group"] for row in rows).values())
    assert len(groups) < 10


def test_lines_of_a_page_that_was_read_are_one_group(tmp_path: Path) -> None:
    head = "file\trow\tcell\ttext\tleft\ttop\tright\tbottom\tconfidence\n"
    rows = [f"{page}.png\t1\t1\tA\t0\t{top}\t9\t{top + 5}\t0.9\n" for page in "ab" for top in range(3)]
    write(tmp_path / "a.png", png())
    table = opened("labels", write(tmp_path / "labels.tsv", head + "".join(rows)))
    assert [table.label(row).group for row in range(6)] == ["a.png"] * 3 + ["b.png"] * 3


def test_a_path_tells_its_form(snippets: Path, receipts: Path, tmp_path: Path) -> None:
    write(tmp_path / "list/labels.csv", "a.png,b\n")
    write(tmp_path / "list/a.png", png())
    Dataset(tmp_path / "draw/results_test", Plan(snippets="standard", kinds=("price",), split=(0.5, 0.5))).fill(
        4, Local(1), lambda done: None
    )
    forms = {
        tmp_path / "draw": "drawn", snippets / "lmdb": "lmdb", snippets / "shard-000000.tar": "webdataset",
        snippets / "labels.tsv": "labels", snippets / "labels.jsonl": "drawn", receipts: "drawn",
        snippets / "easyocr": "labels", sroie(tmp_path / "sroie"): "sroie", iam(tmp_path / "iam"): "iam",
        mjsynth(tmp_path / "mjsynth", 3): "mjsynth", tmp_path / "list": "labels",
    }  # fmt: skip
    assert {path: guess_format(path) for path in forms} == forms
    for path, name in forms.items():
        assert opened(name, path).size
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match=r"no data set of a known format; looked for img/ with box/"):
        guess_format(tmp_path / "empty")
    with pytest.raises(DatasetError, match="no such file or folder"):
        guess_format(tmp_path / "gone")


@pytest.mark.parametrize("inside", ["", "set/"])
def test_the_message_names_data_sets_below_a_folder_that_is_none(tmp_path: Path, inside: str) -> None:
    for part in ("train", "val"):
        write(tmp_path / f"{inside}{part}/labels.csv", "a.png,b\n")
    named = ", ".join(str(tmp_path / f"{inside}{part}") for part in ("train", "val"))
    with pytest.raises(DatasetError, match=f"no data set of a known format, but there is one in {named}$"):
        guess_format(tmp_path)


# Those of shards may be URLs: see the tests of their lists.
@pytest.mark.parametrize("name", [name for name in DATASETS.names if name not in {"live", "shards"}])
def test_a_path_without_data_is_an_error_of_one_line(tmp_path: Path, name: str) -> None:
    for path, fault in ((tmp_path / "gone", "no such file or folder"), (tmp_path, "holds")):
        with pytest.raises(DatasetError, match=fault) as caught:
            opened(name, path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", DATASETS.names)
def test_a_member_is_a_frozen_record_whose_fields_are_documented(name: str) -> None:
    member = DATASETS.get(name)
    assert DATASETS.name_of(member) == name
    place = {"live": "source", "shards": "url"}.get(name, "path")
    made = member.model_validate({place: "x"})  # type: ignore[attr-defined]
    for field in type(made).model_fields:
        assert field in attributes(type(made))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(made, field, None)


def test_live_samples_are_not_those_that_draw_writes_with_the_seed(snippets: Path) -> None:
    drawn = {row.image.tobytes() for row in examples(opened("drawn", snippets))}
    table = live(seed=5, kinds=["price", "word"])
    rows = [table.read(index) for index in range(24)]
    assert not [row for row in rows if isinstance(row, Example) and row.image.tobytes() in drawn]


def test_a_folder_that_only_datasets_reads_is_told_with_the_way_out(tmp_path: Path) -> None:
    write(tmp_path / "train/dataset_info.json", "{}")
    write(tmp_path / "train/data-00000-of-00001.arrow", b"x")
    with pytest.raises(DatasetError, match=r"train/dataset_info.json is of a set that save_to_disk .* to_parquet"):
        guess_format(tmp_path)
