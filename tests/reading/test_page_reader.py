"""Pages are found and read."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn_pages import drawn

from receiptgen.core.errors import PageError
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.finding.classical.finder import ClassicalFinder
from receiptgen.finding.classical.level_page import LevelPage, level_page
from receiptgen.imaging.geometry import Pixels, Projective, boxes_of_quads
from receiptgen.imaging.sample import Sample
from receiptgen.reading.doubts import doubts
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.reading.scoring import intersection_over_union, score_words, total_score
from receiptgen.recognition.opened_model import open_for_reading
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.held_out import hold_out

pytestmark = pytest.mark.needs("onnxruntime")


@pytest.fixture
def classical() -> PageReader:
    """The packaged weights with the finder that finds text where there is little or none."""
    opened = open_for_reading(Path("receipt"))
    return PageReader(opened, opened.search(), ClassicalFinder())


# Rows of ``scan`` may touch, and its totals are spaced or outlined now and then.
@pytest.mark.parametrize(("name", "least"), [("clean", 0.97), ("scan", 0.85), ("thermal", 0.9)])
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


def test_characters_lie_where_they_are_printed(clean: Sample, read_clean: PageText) -> None:
    regions = clean.page.regions
    chars = boxes_of_quads(regions.quads[regions.slices.chars]).astype(float)
    words = boxes_of_quads(regions.word_quads).astype(float)
    alike = intersection_over_union(words, boxes_of_quads(np.array([word.quad for word in read_clean.words])))
    shares: list[float] = []
    for known, row in zip(regions.words, alike, strict=True):
        word = read_clean.words[int(row.argmax())]
        assert len(word.char_quads) == len(word.text)
        if row.max() > 0.7 and word.text == known.text:
            own = intersection_over_union(chars[known.start : known.stop], boxes_of_quads(word.char_quads))
            shares += np.diag(own).tolist()
    assert len(shares) > 0.9 * len(chars)
    assert np.mean(np.array(shares) > 0.5) > 0.95


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_says_the_same_whichever_way_up(reader: PageReader, turns: int) -> None:
    # Without a QR code, of whose modules now one and now another is taken for a letter.
    image = drawn("clean", 10).page.image
    upright, page = (reader.read(np.rot90(image, number).copy()) for number in (0, turns))
    assert score_words(upright.text, page.text, "exact").f1 > 0.97
    assert len(page.rows) == len(upright.rows)
    turn, _ = Projective.rotation(90 * turns, (image.shape[0], image.shape[1]))
    for here, there in zip(page.lines[:5], upright.lines[:5], strict=True):
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


def test_halves_of_a_label_are_one_cell(reader: PageReader) -> None:
    # Large print of which the finder sees "Gesamtbetrag" and "ag :", which overlap.
    names = ["cafe", "supermarket", "restaurant", "fuel", "pharmacy", "hardware", "hotel", "taxi", "parking"]
    sample = Receipts([receipt_template(name).value for name in names], seed=11, profile="phone").draw(17)
    rows = [[line.text for line in row] for row in reader.read(sample.page.image).rows]
    assert ["Gesamtbetrag :", "10,50"] in rows


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
    assert "TALL PINES" in [line.text for line in reader.read(page).lines]


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (500, 3), (1, 3000), (3000, 1), (300, 300)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_images_without_text_say_nothing(reader: PageReader, shape: tuple[int, int], level: int) -> None:
    assert reader.read(np.full(shape, level, np.uint8)).text == ""


def test_noise_says_next_to_nothing(reader: PageReader) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (600, 400), dtype=np.uint8)
    assert len(reader.read(noise).lines) < 10


def test_white_on_black_is_read_too(reader: PageReader) -> None:
    page = np.full((260, 420), 255, np.uint8)
    for row, text in enumerate(["SHOP 12", "TEA 3.50", "MILK 1.20", "BREAD 2.40", "TOTAL 7.10"]):
        cv2.putText(page, text, (30, 45 + 46 * row), cv2.FONT_HERSHEY_DUPLEX, 0.9, (0,), 2)
    before = reader.read(page).text.split()
    page[61:100] = 255 - page[61:100]
    assert reader.read(page).text.split() == before
    assert len(before) == 10


def test_lines_are_right_as_often_as_the_reader_is_sure(reader: PageReader) -> None:
    held = hold_out("sure", parse_spec("live:standard:receipt_text@real").data, 500, 9)
    said = reader.read_lines([example.image for example in held.examples])
    right = np.array([one.text == example.text for one, example in zip(said, held.examples, strict=True)])
    sure = np.array([one.confidence for one in said])
    assert abs(sure.mean() - right.mean()) < 0.03
    # Doubtful ones are wrong more often.
    assert right[sure < 0.7].mean() < 0.7 < right[sure > 0.9].mean()


@pytest.mark.parametrize("turns", [0, 1])
def test_light_on_dark_is_read_as_dark_on_light(
    reader: PageReader, clean: Sample, read_clean: PageText, turns: int
) -> None:
    page = reader.read(255 - np.rot90(clean.page.image, turns))
    assert score_words(read_clean.text, page.text, "exact").f1 > 0.97


def test_more_than_a_page_of_text_is_given_up(classical: PageReader) -> None:
    page = np.full((4000, 3000), 255, np.uint8)
    for y in range(20, 3990, 22):
        cv2.putText(page, "MORE THAN A PAGE " * 30, (5, y), cv2.FONT_HERSHEY_DUPLEX, 0.4, (0,), 1)
    with pytest.raises(PageError, match=r"more than a page of text: [0-9]+ lines, too many to be read in time"):
        classical.read(page)


def test_a_clean_page_has_no_warnings(read_clean: PageText) -> None:
    assert read_clean.warnings == ()
    assert 0 <= read_clean.unread < 0.3
    assert read_clean.to_dict()["warnings"] == []


def test_much_unread_print_is_told() -> None:
    assert list(doubts(400, 800, [], 0.51)) == ["51% of its print was not read"]
    assert list(doubts(400, 800, [], 0.5)) == []


@pytest.mark.parametrize("left", [0.5, 0.6, 0.7])
def test_a_line_cut_off_at_the_edge_is_told(
    reader: PageReader, clean: Sample, read_clean: PageText, left: float
) -> None:
    (date,) = (line for line in read_clean.lines if line.text.startswith("DATE"))
    top, foot = date.quad[:, 1].min(), date.quad[:, 1].max()
    page = reader.read(clean.page.image[: int(top + left * (foot - top))])
    assert [warning for warning in page.warnings if "at the edge of the image read with doubt: " in warning]


def test_a_texture_is_not_read_in_every_direction(classical: PageReader, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (4000, 3000), dtype=np.uint8)
    cloud = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 6), None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload]
    levelled = []

    def count(image: Pixels, turns: int = 0) -> LevelPage | None:
        levelled.append(turns)
        return level_page(image, turns)

    monkeypatch.setattr("receiptgen.finding.classical.finder.level_page", count)
    classical.read(np.asarray(cloud, np.uint8))
    assert levelled == [0]
