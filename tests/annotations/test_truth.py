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

pytestmark = pytest.mark.smoke


def drawn(folder: Path, *formats: str) -> Path:
    Dataset(folder, Plan(receipts=("parking",), formats=formats)).fill(2, Local(1), lambda done: None)
    return folder


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


def test_the_receipt_lies_beside_its_truth(tmp_path: Path) -> None:
    (tmp_path / "part" / "000001").mkdir(parents=True)
    truth = {"file": "000001/receipt.png", "kind": "receipt", "text": ""}
    (tmp_path / "part" / "000001" / "truth.json").write_text(json.dumps(truth))
    (label,) = find_labels(tmp_path)
    assert isinstance(label, Label)
    assert label.file == "part/000001/receipt.png"
