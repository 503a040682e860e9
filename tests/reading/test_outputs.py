"""Rows, text and outputs of a page."""

import csv
import json
import os
from dataclasses import replace
from io import StringIO
from xml.etree import ElementTree

import numpy as np
import pytest

from receiptgen.finding.found_page import Cell
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.sample import Sample
from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.overlay import draw_overlay
from receiptgen.reading.results import UNSURE, PageText, Photo, TextLine, TextWord
from receiptgen.reading.rows import group_rows

pytestmark = pytest.mark.needs("onnxruntime")


def test_cells_side_by_side_are_a_row_even_if_rows_fall() -> None:
    # Three rows of four cells that fall by half a line from left to right.
    cells = [Cell(100 * x, 30 * y + 5 * x, 100 * x + 60, 30 * y + 5 * x + 20) for y in range(3) for x in range(4)]
    order = np.random.default_rng(1).permutation(12).tolist()
    rows = group_rows([cells[number] for number in order])
    assert [[order[number] for number in row] for row in rows] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def line(text: str, left: float, top: float, confidence: float = 1.0) -> TextLine:
    made = []
    for place, word in enumerate(text.split()):
        at = left + 10 * sum(len(other) + 1 for other in text.split()[:place])
        (quad,) = quads_of_boxes(np.array([[at, top, at + 10 * len(word), top + 14]]))
        made.append(TextWord(word, confidence, (confidence,) * len(word), quad))
    (quad,) = quads_of_boxes(np.array([[left, top, left + 10 * len(text), top + 14]]))
    return TextLine(tuple(made), confidence, quad, round(left / 10))


@pytest.fixture
def page() -> PageText:
    rows = (
        (line("SHOP & <CO>", 60, 0),), (line("TEA", 0, 20), line("2.50", 160, 20)),
        (line("TOTAL", 0, 40), line("2.50", 160, 40, 0.3)),
    )  # fmt: skip
    return PageText(220, 60, rows)


def test_text_keeps_rows_and_columns(page: PageText) -> None:
    assert page.text == "      SHOP & <CO>\nTEA             2.50\nTOTAL           2.50"
    assert page.sure_text(0.5).endswith(f"TOTAL           {UNSURE}")


@pytest.mark.smoke
def test_every_output_can_be_read_by_what_it_is_for(page: PageText) -> None:
    assert set(OUTPUTS.names) == {"text", "json", "jsonl", "csv", "tsv", "hocr"}
    said = {
        name: "".join(OUTPUTS.get(name)().render([("a.png", page), ('b "2".png', page)], 0.5)) for name in OUTPUTS.names
    }
    first, second = json.loads(said["json"])
    assert (first["file"], second["file"]) == ("a.png", 'b "2".png')
    assert [one["text"] for one in first["lines"]] == ["SHOP & <CO>", "TEA", "2.50", "TOTAL", UNSURE]
    assert first["lines"][1]["words"][0]["quad"] == [[0, 20], [30, 20], [30, 34], [0, 34]]
    assert [json.loads(row) for row in said["jsonl"].splitlines()] == [first, second]
    for name, mark in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(StringIO(said[name]), delimiter=mark))
        assert [row["text"] for row in rows[:5]] == ["SHOP & <CO>", "TEA", "2.50", "TOTAL", UNSURE]
        assert [rows[2][key] for key in ("row", "cell", "left", "top", "right", "bottom", "quad")] == [
            "1", "1", "160", "20", "200", "34", "160 20 200 20 200 34 160 34",
        ]  # fmt: skip
    tree = ElementTree.fromstring(said["hocr"])
    names = {"x": "http://www.w3.org/1999/xhtml"}
    assert len(tree.findall(".//x:div[@class='ocr_page']", names)) == 2
    found = tree.findall(".//x:span[@class='ocrx_word']", names)
    assert [word.text for word in found[:4]] == ["SHOP", "&", "<CO>", "TEA"]
    assert found[4].get("title") == "bbox 160 20 200 34; x_wconf 100"
    assert said["text"].startswith("== a.png ==\n")
    assert "\n== b" in said["text"]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_names_that_begin_as_formulas_get_an_apostrophe_in_tables_alone(page: PageText, form: str) -> None:
    text = "".join(OUTPUTS.get(form)().render([("=cmd.jpg", page)], 0.0))
    assert {row["file"] for row in csv.DictReader(StringIO(text), delimiter="," if form == "csv" else "\t")} == {
        "'=cmd.jpg"
    }
    assert json.loads("".join(OUTPUTS.get("json")().render([("=cmd.jpg", page)], 0.0)))[0]["file"] == "=cmd.jpg"


def test_json_of_any_name_is_utf8(page: PageText) -> None:
    photos = (Photo(os.fsdecode(b"b\xff.jpg"), 9, 9), Photo("\ud800.jpg", 9, 9))
    pages = [(os.fsdecode(b"\xe9\\.jpg"), replace(page, photos=photos))]
    listed = json.loads("".join(OUTPUTS.get("json")().render(pages, 0.0)).encode())
    (line,) = OUTPUTS.get("jsonl")().render(pages, 0.0)
    assert listed == [json.loads(line.encode())]
    assert listed[0]["file"] == "\\xe9\\.jpg"
    assert [photo["file"] for photo in listed[0]["photos"]] == ["b\\xff.jpg", "\N{REPLACEMENT CHARACTER}.jpg"]


def test_outputs_of_no_page_are_whole() -> None:
    assert json.loads("".join(OUTPUTS.get("json")().render([], 0))) == []
    assert "".join(OUTPUTS.get("text")().render([], 0)) == ""


@pytest.mark.smoke
def test_an_overlay_has_the_page_and_what_was_read(clean: Sample, read_clean: PageText) -> None:
    image = clean.page.image
    overlay = draw_overlay(image, read_clean)
    assert overlay.shape == (image.shape[0], 2 * image.shape[1], 3)
    # Frames are coloured, the page is not.
    assert (np.ptp(overlay[:, : image.shape[1]].astype(int), axis=2) > 40).any()
