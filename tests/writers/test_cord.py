"""The format cord, read as trainers read CORD."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hub_datasets import load
from samples import receipt, snippet
from written_sets import write

from receiptgen.core.assets import packaged_names
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.writers._roles import ROLES
from receiptgen.writers.cord import CATEGORIES, annotation

# The categories of the published set, of which trainers make their labels.
PUBLISHED = {
    "menu.cnt", "menu.discountprice", "menu.etc", "menu.itemsubtotal", "menu.nm", "menu.num", "menu.price",
    "menu.sub_cnt", "menu.sub_etc", "menu.sub_nm", "menu.sub_price", "menu.sub_unitprice", "menu.unitprice",
    "menu.vatyn", "sub_total.discount_price", "sub_total.etc", "sub_total.othersvc_price", "sub_total.service_price",
    "sub_total.subtotal_price", "sub_total.tax_price", "total.cashprice", "total.changeprice", "total.creditcardprice",
    "total.emoneyprice", "total.menuqty_cnt", "total.menutype_cnt", "total.total_etc", "total.total_price",
    "void_menu.nm", "void_menu.price",
}  # fmt: skip
CORNERS = ["x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4"]


@pytest.fixture(scope="module")
def drawn() -> list[Sample]:
    source = Receipts([receipt_template(name).value for name in packaged_names("templates")], seed=11)
    return [source.draw(index) for index in range(13)]


def words_of(truth: dict[str, Any]) -> list[tuple[str, list[float], str, int]]:
    return [
        (word["text"], [word["quad"][name] for name in CORNERS], line["category"], word["is_key"])
        for line in truth["valid_line"]
        for word in line["words"]
    ]


def test_categories_are_those_of_the_published_set() -> None:
    assert set(CATEGORIES.values()) <= PUBLISHED
    assert set(CATEGORIES) <= set(ROLES)


def test_words_have_quads_categories_and_rows(drawn: list[Sample]) -> None:
    for sample in drawn:
        truth = annotation(sample)
        regions = sample.page.regions
        quads = regions.word_quads.reshape(-1, 8).round(2).tolist()
        where = {(word.text, *quad) for word, quad in zip(regions.words, quads, strict=True)}
        found = words_of(truth)
        assert found
        assert {(text, *quad) for text, quad, *_ in found} <= where
        assert {category for *_, category, _ in found} <= PUBLISHED
        rows = [word["row_id"] for line in truth["valid_line"] for word in line["words"]]
        assert rows == sorted(rows)


def test_every_word_is_labelled_or_not_to_be_cared_for(drawn: list[Sample]) -> None:
    for sample in drawn:
        truth = annotation(sample)
        ignored = sum(len(quads) for quads in truth["dontcare"])
        assert len(words_of(truth)) + ignored == len(sample.page.regions.words)


def test_the_parse_is_what_the_words_say(drawn: list[Sample]) -> None:
    for sample in drawn:
        truth = annotation(sample)
        said = {text for text, _, _, is_key in words_of(truth) if not is_key}
        parse = truth["gt_parse"]
        assert parse["total"]["total_price"] in [field.text for field in sample.page.regions.fields]
        named = [item for item in parse["menu"] if "nm" in item]
        assert [item["nm"] for item in named] == [item["name"] for item in sample.values["items"] if "name" in item]
        assert all(word in said for item in named for word in item["nm"].split(" "))
        assert {*parse} <= {"menu", "sub_total", "total"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("4 x 3.10", {"cnt": "4 x", "unitprice": "3.10"}),
        ("13.80 L @ 59.439/L", {"cnt": "13.80 L @", "unitprice": "59.439/L"}),
        ("4x3.10", {"etc": "4x3.10"}),
    ],
)
def test_quantity_and_price_of_one_field_are_parted(text: str, parts: dict[str, str]) -> None:
    sample = receipt(rows=[[(text, "item.quantity_price", 0)]])
    assert annotation(sample)["gt_parse"] == {"menu": [parts]}


def test_a_tax_code_is_no_part_of_a_price() -> None:
    sample = receipt(rows=[[("$ 13.39 Z", "item.price", 0)], [("€ 13.39 €", "item.price", 1)]])
    values = {"items": [{"amount": "13.39", "tax_code": "Z"}, {"amount": "13.39"}]}
    printed = (("items.0.amount", "items.0.tax_code"), ("items.1.amount",))
    sample = replace(sample, values=values, printed=printed)
    assert annotation(sample)["gt_parse"] == {"menu": [{"price": "$ 13.39", "vatyn": "Z"}, {"price": "€ 13.39 €"}]}


def test_a_label_is_a_key_and_not_part_of_the_parse() -> None:
    truth = annotation(receipt())
    assert [(text, key) for text, _, category, key in words_of(truth) if category == "total.total_price"] == [
        ("TOTAL", 1),
        ("$12.34", 0),
    ]
    assert truth["gt_parse"]["total"] == {"total_price": "$12.34"}
    assert truth["gt_parse"]["menu"][1] == {"nm": '2 x 6" \\ pie', "price": "$11.14"}


def test_the_published_form_loads_and_agrees_with_the_files(tmp_path: Path) -> None:
    samples = [receipt(index) for index in range(3)]
    write(tmp_path / "set", "cord", samples=samples)
    found = load("imagefolder", tmp_path / "cache", data_dir=str(tmp_path / "set" / "cord"), split="train")
    for row, sample in zip(found, samples, strict=True):
        file = tmp_path / f"set/cord/json/{sample.index:06d}.json"
        assert json.loads(row["ground_truth"]) == json.loads(file.read_bytes())
        assert np.array_equal(np.asarray(row["image"]), sample.page.image)


def test_a_snippet_has_no_category() -> None:
    truth = annotation(snippet())
    assert truth["valid_line"] == []
    assert truth["gt_parse"] == {}
    assert len(truth["dontcare"][0]) == 2
