"""The format funsd: forms as FUNSD has them, words as LayoutLM takes them."""

import json
from pathlib import Path

import pytest
from hub_datasets import load
from PIL import Image
from samples import moved, receipt
from written_sets import SNIPPETS, write

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample


@pytest.fixture(scope="module")
def drawn() -> list[Sample]:
    templates = [receipt_template(name).value for name in ("cafe", "hotel", "supermarket")]
    source = Receipts(templates, profile="phone", seed=7)
    return [source.draw(index) for index in range(3)]


def test_forms_have_words_boxes_and_links(drawn: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "funsd", samples=drawn)
    for path in sorted((tmp_path / "funsd/annotations").iterdir()):
        form = json.loads(path.read_bytes())["form"]
        with Image.open(tmp_path / "funsd/images" / path.with_suffix(".png").name) as image:
            width, height = image.size
        assert [entry["id"] for entry in form] == list(range(len(form)))
        for entry in form:
            assert " ".join(word["text"] for word in entry["words"]).split() == entry["text"].split()
            for x0, y0, x1, y1 in [entry["box"], *(word["box"] for word in entry["words"])]:
                assert 0 <= x0 < x1 <= width
                assert 0 <= y0 < y1 <= height
        links = [link for entry in form for link in entry["linking"]]
        assert links
        for question, answer in links:
            assert (form[question]["label"], form[answer]["label"]) == ("question", "answer")
            role = form[question]["role"].removesuffix(".label")
            assert form[answer]["role"] in ({"customer.name", "customer.address"} if role == "customer" else {role})
            assert [question, answer] in form[question]["linking"]
            assert [question, answer] in form[answer]["linking"]


def test_labels_of_groups_and_labels_that_wrap_are_linked(tmp_path: Path) -> None:
    rows = (
        (("SOLD TO:", "customer.label", -1),),
        (("J. Doe", "customer.name", -1),),
        (("1 High Road", "customer.address", -1),),
        (("GRAND", "total.label", -1), ("$12.34", "total", -1)),
        (("TOTAL:", "total.label", -1),),
        (("VAT 5 %", "tax.label", -1), ("$1.00", "tax", -1)),
        (("VAT 9 %", "tax.label", -1), ("$2.00", "tax", -1)),
    )
    write(tmp_path, "funsd", samples=[receipt(rows=rows)])
    form = json.loads((tmp_path / "funsd/annotations/000012.json").read_bytes())["form"]
    links = {tuple(form[end]["text"] for end in link) for entry in form for link in entry["linking"]}
    assert links == {
        ("SOLD TO:", "J. Doe"), ("GRAND", "$12.34"), ("TOTAL:", "$12.34"), ("VAT 5 %", "$1.00"), ("VAT 9 %", "$2.00"),
    }  # fmt: skip


def test_words_boxes_and_tags_are_as_layoutlm_takes_them(drawn: list[Sample], tmp_path: Path) -> None:
    write(tmp_path / "set", "funsd", samples=drawn)
    folder = tmp_path / "set/funsd"
    tags = (folder / "labels.txt").read_text(encoding="utf-8").splitlines()
    rows = load("json", tmp_path / "cache", data_files=str(folder / "layoutlm.jsonl"), split="train")
    assert len(rows) == len(drawn)
    for row in rows:
        assert (folder / row["image"]).is_file()
        assert len(row["words"]) == len(row["bboxes"]) == len(row["ner_tags"])
        assert all(type(edge) is int and 0 <= edge <= 1000 for box in row["bboxes"] for edge in box)
        assert all(x0 <= x1 and y0 <= y1 for x0, y0, x1, y1 in row["bboxes"])
        assert set(row["ner_tags"]) <= set(tags)
        for before, tag in zip(["O", *row["ner_tags"]], row["ner_tags"], strict=False):
            assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_boxes_of_words_outside_the_image_are_empty_at_its_edge(tmp_path: Path) -> None:
    write(tmp_path, "funsd", samples=[moved(receipt(), -60)])
    row = json.loads((tmp_path / "funsd/layoutlm.jsonl").read_bytes())
    assert row["bboxes"][0] == [0, 0, 0, 0]


def test_tags_are_the_same_in_every_set(tmp_path: Path) -> None:
    write(tmp_path / "snippets", "funsd", samples=SNIPPETS[:1])
    write(tmp_path / "receipts", "funsd", samples=[receipt()])
    first, second = ((tmp_path / name / "funsd/labels.txt").read_bytes() for name in ("snippets", "receipts"))
    assert first == second
    assert first.startswith(b"O\nB-merchant.name\nI-merchant.name\n")


def test_a_snippet_is_a_page_of_one_entry(tmp_path: Path) -> None:
    write(tmp_path, "funsd", samples=SNIPPETS[:1])
    (entry,) = json.loads((tmp_path / "funsd/annotations/price-000000.json").read_bytes())["form"]
    assert (entry["text"], entry["label"], entry["linking"]) == (SNIPPETS[0].text, "other", [])
