"""Labels on disk, read back."""

import json
from pathlib import Path

import pytest

from receiptgen.annotations.true_pages import true_pages
from receiptgen.annotations.truth import BrokenLabel, Head, Label, find_labels, read_fields, read_head
from receiptgen.core.errors import DatasetError
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.executors.local import Local


def drawn(folder: Path, *formats: str) -> Path:
    Dataset(folder, Plan(receipts=("parking",), formats=formats)).fill(2, Local(1), lambda done: None)
    return folder


@pytest.mark.smoke
def test_pages_are_the_same_in_both_formats_and_count_once(tmp_path: Path) -> None:
    pages = [true_pages(drawn(tmp_path / "-".join(f), *f)) for f in (("folder",), ("jsonl",), ("folder", "jsonl"))]
    said = [[(page.image.parent.name, page.text, page.boxes) for page in found] for found in pages]
    assert said[0] == said[1] == said[2]
    assert len(said[0]) == 2
    assert all(page.image.is_file() and page.boxes for found in pages for page in found)


def test_a_head_is_read_without_the_rest() -> None:
    head = b'{"file":"price/000001.png","kind":"price","index":1,"group":0,"text":"1.00"'
    assert read_head(head + b',"template":cut off') == Head("price/000001.png", "price", "1.00", 0)


@pytest.mark.parametrize("content", [b"[1]", b"{}", b'{"file": 1, "kind": [], "group": "x", "text": null}'])
def test_labels_of_another_make_are_labels_without_values(content: bytes) -> None:
    assert read_head(content) == Head("", "", None, None)
    with pytest.raises(ValueError, match="not as 'receiptgen draw' writes it"):
        read_fields(content)


def test_broken_labels_are_named(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_text('{"file": "a.png"}\n\n{"file": \n')
    first, broken = find_labels(tmp_path)
    assert isinstance(first, Label)
    assert first.name == "labels.jsonl:1"
    assert broken == BrokenLabel("labels.jsonl:3")
    with pytest.raises(DatasetError, match=r"labels\.jsonl:3: is not the truth of a receipt"):
        true_pages(tmp_path)


@pytest.mark.smoke
def test_the_receipt_lies_beside_its_truth(tmp_path: Path) -> None:
    (tmp_path / "part" / "000001").mkdir(parents=True)
    truth = {"file": "000001/receipt.png", "kind": "receipt", "text": ""}
    (tmp_path / "part" / "000001" / "truth.json").write_text(json.dumps(truth))
    (label,) = find_labels(tmp_path)
    assert isinstance(label, Label)
    assert label.file == "part/000001/receipt.png"


def classed(folder: Path, content: object) -> Path:
    (folder / "img").mkdir()
    (folder / "truth.json").write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def test_boxes_have_classes_and_what_is_not_to_be_read_is_left_out(tmp_path: Path) -> None:
    box = [70.5, 25, 110, 25, 110, 10, 70.5, 10]
    annotations = [
        {"box": box, "text": "12.50", "label": 23}, {"box": box, "text": "Total", "label": 24},
        {"box": box, "text": "x", "label": 0}, {"box": box, "text": "VAT", "label": 25},
    ]  # fmt: skip
    (page,) = true_pages(classed(tmp_path, [{"name": "a.jpg", "annotations": annotations}]))
    assert page.image == tmp_path / "img" / "a.jpg"
    assert page.boxes == ((70, 10, 110, 25),) * 3
    assert page.classed is not None
    assert [(one.text, one.kind, one.box) for one in page.classed] == [
        (text, kind, (70.5, 10, 110, 25)) for text, kind in (("12.50", "total"), ("Total", "caption"), ("VAT", "other"))
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[", "is not JSON"),
        ({"name": "a"}, "expected a list of pages"),
        ([{"name": "a", "annotations": []}, {"name": "b"}], "page 2: expected a list of pages"),
        ([{"name": "a", "annotations": [{"box": [1, 2], "text": "a", "label": 1}]}], "page 1: expected"),
        ([{"name": "a", "annotations": [{"box": [1] * 8, "text": "a", "label": "total"}]}], "page 1: expected"),
        (
            [{"name": "a", "annotations": [{"box": [1] * 7 + [float("nan")], "text": "a", "label": 1}]}],
            "page 1: expected",
        ),
    ],
)
def test_boxes_of_another_form_are_told_by_page(tmp_path: Path, content: object, fault: str) -> None:
    with pytest.raises(DatasetError, match=rf"truth\.json: {fault}"):
        true_pages(classed(tmp_path, content))
