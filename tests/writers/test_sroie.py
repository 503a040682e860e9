"""The format sroie: read as the challenge's, by our own reader of it and by pages with truth."""

import json
from pathlib import Path

import pytest
from samples import moved, receipt
from written_sets import SNIPPETS, write

from receiptgen.annotations.true_pages import true_pages
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.train.data.sources.sroie import Sroie


@pytest.fixture(scope="module")
def drawn() -> list[Sample]:
    source = Receipts([receipt_template(name).value for name in packaged_names("templates")], seed=5)
    return [source.draw(index) for index in range(13)]


def test_boxes_read_back_as_lines_to_train_on(tmp_path: Path) -> None:
    sample = moved(receipt())
    write(tmp_path, "sroie", samples=[sample])
    rows = Sroie(path=tmp_path / "sroie").open(0)
    assert [rows.read(index).text for index in range(rows.size)] == [f.text for f in sample.page.regions.fields]
    first = (tmp_path / "sroie/box/000012.csv").read_text("utf-8").splitlines()[0]
    assert first == "4,2,114,2,114,22,4,22,CAFÉ “LUNA”"


def test_pages_read_back_with_all_their_text(tmp_path: Path) -> None:
    write(tmp_path, "sroie", samples=[receipt(3), receipt(4)])
    pages = true_pages(tmp_path / "sroie")
    assert [page.image.name for page in pages] == ["000003.png", "000004.png"]
    assert pages[0].text.startswith("CAFÉ “LUNA” # Tea, hot $1.20")


def test_keys_are_copied_from_the_page(drawn: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "sroie", samples=drawn)
    for sample in drawn:
        keys = json.loads((tmp_path / f"sroie/key/{sample.index:06d}.json").read_bytes())
        printed = " ".join(field.text for field in sample.page.regions.fields)
        assert set(keys) <= {"company", "date", "address", "total"}
        assert all(keys[name] in printed for name in keys.keys() - {"address"})
        digits = [each for each in keys["total"] if each.isdigit()]
        assert digits == [each for each in sample.values["total"] if each.isdigit()]
        if "date" in keys:
            assert ":" not in keys["date"]
            assert sample.values["date"][2:4] in keys["date"]


def test_a_snippet_is_a_page_of_one_field_without_keys(tmp_path: Path) -> None:
    write(tmp_path, "sroie", samples=SNIPPETS[:1])
    box = (tmp_path / "sroie/box/price-000000.csv").read_text("utf-8")
    assert box.rstrip("\n").split(",", 8)[8] == SNIPPETS[0].text
    assert not (tmp_path / "sroie/key").exists()
