"""Pages are found, read and handed on."""

import csv
import json
import os
import signal
from collections.abc import Iterator
from io import StringIO
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from receiptgen.cli import main
from receiptgen.core.dice import Dice
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipts import Receipts, draw_receipt
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.geometry import Projective, boxes_of_quads, quads_of_boxes
from receiptgen.imaging.sample import Sample
from receiptgen.reading.cells import Cell, find_cells
from receiptgen.reading.ink import find_ink, skew
from receiptgen.reading.inputs import expand
from receiptgen.reading.level_page import level_page
from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.overlay import draw_overlay
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.paper import find_paper, rectify_paper
from receiptgen.reading.results import UNSURE, PageText, TextLine, TextWord
from receiptgen.reading.rows import group_rows
from receiptgen.reading.scoring import Score, intersection_over_union, score_lines, score_words, total_score
from receiptgen.recognition.calibration import Calibration
from receiptgen.recognition.ctc import align, best_path, log_likelihood
from receiptgen.recognition.opened_model import open_for_reading
from receiptgen.train.data.spec import named
from receiptgen.train.evaluation.held_out import hold_out

pytest.importorskip("onnxruntime")
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def reader() -> PageReader:
    opened = open_for_reading(Path("receipt"))
    return PageReader(opened, opened.search())


def drawn(profile_name: str, key: int = 5, template: str = "cafe") -> Sample:
    return draw_receipt(receipt_template(template).value, Dice(key), chosen=profile(profile_name).value)


@pytest.fixture(scope="module")
def clean() -> Sample:
    return drawn("clean")


@pytest.fixture(scope="module")
def read_clean(reader: PageReader, clean: Sample) -> PageText:
    return reader.read(clean.page.image)


@pytest.fixture
def folder(tmp_path: Path, clean: Sample) -> Path:
    cv2.imwrite(str(tmp_path / "one.png"), clean.page.image)
    return tmp_path


# -- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "least"), [("clean", 0.97), ("scan", 0.9), ("thermal", 0.9)])
def test_drawn_receipts_are_read(reader: PageReader, name: str, least: float) -> None:
    scores = []
    for key in (2, 5):
        sample = drawn(name, key)
        scores.append(
            score_words(sample.text, " ".join(line.text for line in reader.read(sample.page.image).lines), "ci")
        )
    assert total_score(scores).f1 > least


def test_words_lie_where_they_are_printed(clean: Sample, read_clean: PageText) -> None:
    regions = clean.page.regions
    known = boxes_of_quads(regions.word_quads)
    found = [word for line in read_clean.lines for word in line.words]
    alike = intersection_over_union(known.astype(float), boxes_of_quads(np.array([word.quad for word in found])))
    best = alike.argmax(axis=1)
    hit = [found[place].text for place, row in zip(best, alike, strict=True) if row[place] > 0.7]
    assert len(hit) > 0.9 * len(known)
    said = [regions.words[number].text for number, row in enumerate(alike) if row.max() > 0.7]
    assert sum(a == b for a, b in zip(said, hit, strict=True)) > 0.95 * len(hit)


@settings(max_examples=8, deadline=None)
@given(degrees=st.floats(-40, 40), scale=st.floats(0.8, 1.6))
def test_a_turned_and_scaled_page_is_laid_flat(clean: Sample, degrees: float, scale: float) -> None:
    page = clean.page.image
    turn, size = Projective.rotation(degrees, (page.shape[0], page.shape[1]))
    image = cv2.resize(turn.image(page, size, 255), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    sheet = level_page(np.asarray(image, np.uint8))
    assert sheet is not None
    # A level row of the sheet comes from one that falls as the page was turned.
    (x0, y0), (x1, y1) = sheet.back.points(np.array([[0.0, 50.0], [200.0, 50.0]]))
    assert np.degrees(np.arctan2(y0 - y1, x1 - x0)) == pytest.approx(degrees, abs=0.35)


CORNERS = st.tuples(*[st.tuples(st.floats(0, 0.12), st.floats(0, 0.12))] * 4)


def on_a_table(page: Pixels, shares: tuple[tuple[float, float], ...], level: int) -> tuple[Pixels, NDArray[np.float64]]:
    """Photograph a page whose corners lie so far inside the picture, as shares of its sides; return it with them."""
    height, width = page.shape
    inside = np.array(shares) * (width, height) + (0.06 * width, 0.06 * height)
    quad = np.array([(0, 0), (width, 0), (width, height), (0, height)]) * 1.0
    quad += inside * ((1, 1), (-1, 1), (-1, -1), (1, -1))
    onto = Projective.between(np.array([(0, 0), (width, 0), (width, height), (0, height)]), quad)
    return onto.image(page, (height, width), level), quad


@settings(max_examples=20, deadline=None)
@given(shares=CORNERS, level=st.integers(0, 200))
def test_the_corners_of_paper_on_a_table_are_found(
    clean: Sample, shares: tuple[tuple[float, float], ...], level: int
) -> None:
    image, quad = on_a_table(clean.page.image, shares, level)
    found = find_paper(image)
    assert found is not None
    assert np.abs(found - quad).max() < 0.02 * max(image.shape)


def test_paper_that_fills_the_picture_or_lies_straight_is_left_as_it_is(clean: Sample) -> None:
    assert rectify_paper(clean.page.image) is None
    assert rectify_paper(cv2.copyMakeBorder(clean.page.image, 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=(40,))) is None
    assert rectify_paper(np.full((300, 200), 90, np.uint8)) is None


def test_perspective_takes_nothing_from_what_is_read(reader: PageReader, clean: Sample, read_clean: PageText) -> None:
    image, _ = on_a_table(clean.page.image, ((0.12, 0.02), (0.02, 0.0), (0.1, 0.06), (0.0, 0.1)), 60)
    score = score_words(read_clean.text, reader.read(image).text, "ci")
    assert score.f1 > 0.95


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_says_the_same_whichever_way_up(
    reader: PageReader, clean: Sample, read_clean: PageText, turns: int
) -> None:
    image = clean.page.image
    page = reader.read(np.rot90(image, turns).copy())
    assert score_words(read_clean.text, page.text, "exact").f1 > 0.97
    assert len(page.rows) == len(read_clean.rows)
    turn, _ = Projective.rotation(90 * turns, (image.shape[0], image.shape[1]))
    for here, there in zip(page.lines[:5], read_clean.lines[:5], strict=True):
        # The first corner is the top left one as it is read, wherever that lies.
        assert here.quad == pytest.approx(turn.points(there.quad), abs=4)
        assert here.column == pytest.approx(there.column, abs=1)


def test_rules_turn_no_page(reader: PageReader) -> None:
    # Its widest cells are rules, of which the network makes a little more upside down.
    names = [
        "cafe",
        "supermarket",
        "restaurant",
        "fuel",
        "pharmacy",
        "hardware",
        "hotel",
        "taxi",
        "parking",
        "expense_bill",
        "courier",
        "bakery_gst",
    ]
    sample = Receipts([receipt_template(name).value for name in names], seed=907, profile="scan").draw(17)
    assert score_words(sample.text, reader.read(sample.page.image).text, "ci").f1 > 0.9


def test_dashes_that_are_a_rule_in_pieces_are_no_text(reader: PageReader) -> None:
    page = np.full((330, 420), 255, np.uint8)
    for row, text in enumerate(["SHOP 12", "TEA 3.50", "", "MILK - 1.20", "BREAD 2.40", "TOTAL 7.10"]):
        cv2.putText(page, text, (30, 45 + 46 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
    for left in range(20, 400, 60):
        page[128:131, left : left + 16] = 0
    said = " ".join(reader.read(page).text.split())
    assert said == "SHOP 12 TEA 3.50 MILK - 1.20 BREAD 2.40 TOTAL 7.10"


def test_words_of_large_print_are_one_cell(reader: PageReader) -> None:
    page = np.full((800, 900), 255, np.uint8)
    cv2.putText(page, "TALL PINES", (30, 120), cv2.FONT_HERSHEY_DUPLEX, 3.4, (0,), 5)
    for row in range(12):
        cv2.putText(page, f"{row} BREAD ROLLS 2.4{row}", (30, 200 + 46 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
    assert reader.read(page).lines[0].text == "TALL PINES"


def test_skew_is_that_of_the_rows() -> None:
    ink = np.zeros((400, 400), np.uint8)
    ink[40:360:24] = ink[41:361:24] = 1
    turn, size = Projective.rotation(-3.0, (400, 400))
    assert skew(ink) == 0
    assert skew((turn.image(ink * 255, size, 0) > 127).astype(np.uint8)) == pytest.approx(3.0, abs=0.15)


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (300, 300)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_images_without_text_say_nothing(reader: PageReader, shape: tuple[int, int], level: int) -> None:
    assert reader.read(np.full(shape, level, np.uint8)).text == ""


def test_noise_says_next_to_nothing(reader: PageReader) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (600, 400), dtype=np.uint8)
    assert len(reader.read(noise).lines) < 10


def test_ink_is_found_on_any_paper() -> None:
    page = np.full((200, 400), 255, np.uint8)
    cv2.putText(page, "TOTAL 12.50", (30, 110), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0,), 3)
    ink = find_ink(page, 26)
    shade = np.linspace(0.35, 1, 400)
    pale = (page * 0.2 + 200 * shade[None] * 0.8 + 20).astype(np.uint8)
    assert (find_ink(pale, 26) == ink).mean() > 0.98
    assert ink.mean() == pytest.approx((page < 128).mean(), rel=0.3)


def test_white_on_black_is_read_too(reader: PageReader) -> None:
    page = np.full((260, 420), 255, np.uint8)
    for row, text in enumerate(["SHOP 12", "TEA 3.50", "MILK 1.20", "BREAD 2.40", "TOTAL 7.10"]):
        cv2.putText(page, text, (30, 45 + 46 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
    before = reader.read(page).text.split()
    page[61:100] = 255 - page[61:100]
    assert reader.read(page).text.split() == before
    assert len(before) == 10


def test_a_barcode_is_no_text() -> None:
    sample = drawn("clean", 3, "courier")
    bars = [
        box for mark, box in zip(sample.page.regions.marks, boxes_of_quads(sample.page.regions.mark_quads), strict=True)
        if mark.kind in {"barcode", "ean13", "code128"}
    ]  # fmt: skip
    assert bars
    flat = level_page(sample.page.image)
    assert flat is not None
    sheet, cells = find_cells(flat)
    boxes = boxes_of_quads(sheet.back.points(quads_of_boxes(np.array([cell[:4] for cell in cells]))))
    assert intersection_over_union(np.array(bars, float), boxes).max() < 0.3


# -- confidence -------------------------------------------------------------------------------------------


def test_a_calibration_keeps_the_order_and_the_range() -> None:
    raw = np.array([0.0, 1e-9, 0.2, 0.5, 0.99, 1.0])
    made = Calibration(0.5, 1.2).applied(raw)
    assert (np.diff(made) >= 0).all()
    assert ((made >= 0) & (made <= 1)).all()
    assert Calibration().applied(raw).tolist() == raw.tolist()
    assert Calibration(1.0, 0.5).applied(np.array(0.5)) == pytest.approx(1 / (1 + np.exp(-0.5)))


def test_lines_are_right_as_often_as_the_reader_is_sure(reader: PageReader) -> None:
    held = hold_out("sure", named("live:standard:receipt_text@real").data, 500, 9)
    said = reader.read_lines([example.image for example in held.examples])
    right = np.array([one.text == example.text for one, example in zip(said, held.examples, strict=True)])
    sure = np.array([one.confidence for one in said])
    assert abs(sure.mean() - right.mean()) < 0.03
    # Doubtful ones are wrong more often.
    assert right[sure < 0.7].mean() < 0.7 < right[sure > 0.9].mean()


# -- rows and text ----------------------------------------------------------------------------------------


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


def test_every_output_can_be_read_by_what_it_is_for(page: PageText) -> None:
    assert set(OUTPUTS.names) == {"text", "json", "csv", "tsv", "hocr"}
    said = {
        name: "".join(OUTPUTS.get(name)().render([("a.png", page), ('b "2".png', page)], 0.5)) for name in OUTPUTS.names
    }
    first, second = json.loads(said["json"])
    assert (first["file"], second["file"]) == ("a.png", 'b "2".png')
    assert [one["text"] for one in first["lines"]] == ["SHOP & <CO>", "TEA", "2.50", "TOTAL", UNSURE]
    assert first["lines"][1]["words"][0]["quad"] == [[0, 20], [30, 20], [30, 34], [0, 34]]
    for name, mark in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(StringIO(said[name]), delimiter=mark))
        assert [row["text"] for row in rows[:5]] == ["SHOP & <CO>", "TEA", "2.50", "TOTAL", UNSURE]
        assert [rows[2][key] for key in ("row", "cell", "left", "top", "right", "bottom")] == [
            "1", "1", "160", "20", "200", "34",
        ]  # fmt: skip
    tree = ElementTree.fromstring(said["hocr"])
    names = {"x": "http://www.w3.org/1999/xhtml"}
    assert len(tree.findall(".//x:div[@class='ocr_page']", names)) == 2
    found = tree.findall(".//x:span[@class='ocrx_word']", names)
    assert [word.text for word in found[:4]] == ["SHOP", "&", "<CO>", "TEA"]
    assert found[4].get("title") == "bbox 160 20 200 34; x_wconf 100"
    assert said["text"].startswith("== a.png ==\n")
    assert "\n== b" in said["text"]


def test_outputs_of_no_page_are_whole() -> None:
    assert json.loads("".join(OUTPUTS.get("json")().render([], 0))) == []
    assert "".join(OUTPUTS.get("text")().render([], 0)) == ""


def test_an_overlay_has_the_page_and_what_was_read(clean: Sample, read_clean: PageText) -> None:
    image = clean.page.image
    overlay = draw_overlay(image, read_clean)
    assert overlay.shape == (image.shape[0], 2 * image.shape[1], 3)
    # Frames are coloured, the page is not.
    assert (np.ptp(overlay[:, : image.shape[1]].astype(int), axis=2) > 40).any()


# -- scores -----------------------------------------------------------------------------------------------


def test_words_count_as_often_as_they_occur() -> None:
    assert score_words("A b b c", "B a a", "ci") == Score(2, 3, 4)
    assert score_words("A b", "a b", "exact") == Score(1, 2, 2)
    assert score_words("No.: 12-3", "NO : 12 3", "alnum") == Score(3, 3, 3)
    assert total_score([Score(1, 2, 4), Score(1, 2, 0)]).f1 == 0.5
    assert total_score([]) == Score(0, 0, 0)


def test_boxes_match_one_to_one() -> None:
    box = (0.0, 0.0, 10.0, 10.0)
    assert score_lines([box], [box, (0.0, 0.0, 10.0, 9.0)]) == Score(1, 2, 1)
    assert score_lines([box, (20.0, 0.0, 30.0, 10.0)], [(4.0, 0.0, 14.0, 10.0), (20.0, 0.0, 30.0, 6.0)]) == Score(
        1, 2, 2
    )
    assert score_lines([], [box]) == Score(0, 1, 0)


# -- where labels stand -----------------------------------------------------------------------------------


def spellings(labels: tuple[int, ...], steps: int) -> Iterator[tuple[int, ...]]:
    """Yield all alignments of some labels, by trying."""
    for path in product({0, *labels}, repeat=steps):
        said = [label for place, label in enumerate(path) if label and (place == 0 or path[place - 1] != label)]
        if tuple(said) == labels:
            yield path


@given(seed=st.integers(0, 10_000), labels=st.lists(st.integers(1, 2), min_size=0, max_size=2), steps=st.integers(4, 6))
def test_labels_stand_where_their_likeliest_alignment_has_them(seed: int, labels: list[int], steps: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(steps, 3))
    log_probs = (rows - np.log(np.exp(rows).sum(axis=1, keepdims=True))).astype(np.float32)
    found = align(log_probs, labels)
    best = max(spellings(tuple(labels), steps), key=lambda path: log_probs[range(steps), path].sum())
    firsts = [at for at, label in enumerate(best) if label and (at == 0 or best[at - 1] != label)]
    assert found.labels == tuple(labels)
    assert found.steps.tolist() == firsts
    assert log_likelihood(log_probs, labels) >= log_probs[range(steps), best].sum() - 1e-4


def test_the_best_paths_own_labels_stand_where_it_has_them() -> None:
    log_probs = np.log(np.random.default_rng(3).dirichlet(np.full(6, 0.2), size=40).astype(np.float32) + 1e-9)
    (decoded,) = best_path(log_probs[None], np.array([40]))
    again = align(log_probs, decoded.labels)
    assert again.steps.tolist() == decoded.steps.tolist()
    np.testing.assert_allclose(again.scores, decoded.scores, rtol=1e-5)


# -- the command ------------------------------------------------------------------------------------------


def test_a_receipt_is_printed(folder: Path, clean: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    main(["read", str(folder / "one.png"), "--overlay", str(folder / "over.png")])
    said = capsys.readouterr()
    assert score_words(clean.text, said.out, "ci").f1 > 0.95
    assert said.err == ""
    assert cv2.imread(str(folder / "over.png")) is not None


def test_a_broken_file_stops_no_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n, cut off")
    with pytest.raises(SystemExit) as ended:
        main(["read", str(folder), "--format", "json", "--out", str(folder / "all.json")])
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.err == f"receiptgen: {folder}/broken.png: not an image that can be read\n"
    assert said.out == ""
    (one,) = json.loads((folder / "all.json").read_text())
    assert one["file"].endswith("one.png")


def test_ctrl_c_ends_with_one_line_that_promises_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(reader: PageReader, image: Pixels) -> PageText:
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError

    monkeypatch.setattr(PageReader, "read", stop)
    with pytest.raises(SystemExit) as ended:
        main(["read", str(folder / "one.png"), "--out", str(folder / "one.txt")])
    assert ended.value.code == 130
    # Click ends the line on which a terminal shows ^C.
    assert capsys.readouterr().err.lstrip() == "receiptgen: stopped\n"
    assert not (folder / "one.txt").exists()


def test_a_folder_receives_a_file_each(folder: Path) -> None:
    (folder / "two.png").write_bytes((folder / "one.png").read_bytes())
    out = folder / "texts"
    out.mkdir()
    main(["read", f"{folder}/*.png", "--out", str(out), "--quiet", "--format", "hocr"])
    assert sorted(path.name for path in out.iterdir()) == ["one.png.hocr", "two.png.hocr"]


def test_images_of_one_name_and_all_pages_of_a_file_are_kept_apart(folder: Path) -> None:
    for inside in ("a", "b"):
        (folder / inside).mkdir()
        (folder / inside / "one.png").write_bytes((folder / "one.png").read_bytes())
    page = Image.open(folder / "one.png")
    page.save(folder / "scan.tif", save_all=True, append_images=[page.convert("1"), page])
    out = folder / "texts"
    out.mkdir()
    main(["read", f"{folder}/a", f"{folder}/b", f"{folder}/scan.tif", "--out", str(out), "--quiet"])
    said = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}
    assert set(said) == {"one.png.txt", "one.png-2.txt", "scan.tif.txt", "scan.tif#2.txt", "scan.tif#3.txt"}
    assert len({text for name, text in said.items() if "#2" not in name}) == 1


def test_lines_are_read_and_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["draw", "12", "--kinds", "price", "--profile", "clean", "--out", str(tmp_path), "--workers", "1", "--quiet"])
    images = sorted((tmp_path / "results_test" / "price").glob("*.png"))
    rows = (tmp_path / "results_test" / "sample.txt").read_text(encoding="utf-8").splitlines()
    labels = tmp_path / "labels.tsv"
    labels.write_text("".join(f"{row.replace(' ', chr(9), 1)}\n" for row in rows), encoding="utf-8")
    main(["read", str(images[0].parent), "--lines", "--format", "tsv", "--validate", str(labels)])
    said = capsys.readouterr()
    assert [row.split("\t")[0] for row in said.out.splitlines()] == [path.as_posix() for path in images]
    assert "exact" in said.err
    assert "date" not in said.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["nowhere.png"], "nowhere.png: no such file or folder"),
        (["empty"], "empty: holds no image"),
        (["*.jpg"], "*.jpg: no such file or folder"),
        (["one.png", "--weights", "none.onnx"], "none.onnx: no such file"),
        (["one.png", "one2.png", "--overlay", "x.png"], "x.png: is no folder; make one to hold 2 overlays"),
        (["one.png", "--lexicon", "none.txt"], "none.txt: no such file"),
    ],
)
def test_faults_are_one_line(
    folder: Path, arguments: list[str], fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    (folder / "one2.png").write_bytes((folder / "one.png").read_bytes())
    with pytest.raises(SystemExit) as ended:
        main(["read", *arguments])
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"receiptgen: {fault}\n"


def test_names_stand_for_images_once(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "two.JPG").write_bytes(b"")
    (folder / "notes.txt").write_text("")
    names = [path.relative_to(folder).as_posix() for path in expand([f"{folder}/one.png", str(folder), f"{folder}/o*"])]
    assert names == ["one.png", "deep/two.JPG"]


def test_drawn_pages_are_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["draw", "2", "--kinds", "receipt", "--templates", "cafe", "--profile", "clean", "--out", str(tmp_path),
          "--workers", "1", "--quiet"])  # fmt: skip
    main(["evaluate", "--pages", str(tmp_path), "--json", "--out", str(tmp_path / "read")])
    figures = json.loads(capsys.readouterr().out)
    assert figures["pages"] == 2
    assert figures["words ci"]["f1"] > 0.9
    assert figures["lines"]["f1"] > 0.8
    assert len((tmp_path / "read" / "pages.tsv").read_text(encoding="utf-8").splitlines()) == 2
