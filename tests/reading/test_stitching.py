"""One long receipt over several photos."""

import string
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.sample import Sample
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.reading.scoring import score_words
from receiptgen.reading.stitching import stitch


def cell(text: str, top: int, confidence: float = 0.99, column: int = 0) -> TextLine:
    (quad,) = quads_of_boxes(np.array([[0, top, 10 * len(text), top + 14]]))
    words = tuple(TextWord(word, confidence, (confidence,) * len(word), quad) for word in text.split())
    return TextLine(words, confidence, quad, column)


def page(rows: list[tuple[str, float]], column: int = 0) -> PageText:
    lines = tuple((cell(text, 20 * number, sure, column),) for number, (text, sure) in enumerate(rows))
    return PageText(300, 20 * len(rows), lines)


def certain(*texts: str) -> PageText:
    return page([(text, 0.99) for text in texts])


def said(text: PageText) -> list[str]:
    return [row[0].text for row in text.rows]


def told(*pages: PageText) -> tuple[list[PageText], list[str]]:
    lines: list[str] = []
    named = [(f"{number}.jpg", one) for number, one in enumerate(pages, 1)]

    def tell(name: str, reason: str) -> None:
        lines.append(f"{name}: {reason}")

    joined = stitch(named, tell, tell)
    return [one for _, one in joined], lines


ROWS = [
    "RED LANTERN TEA ROOMS", "11 HIGH ROAD", "ORDER NO 30", "AVOCADO TOAST 9.75", "FLAT WHITE 3.20", "LEMON CAKE 4.10",
    "OAT MILK 0.40", "ICED TEA 2.95", "SOUP OF THE DAY 6.50", "SUBTOTAL 26.90", "VAT 20% 4.48", "TOTAL 26.90",
    "CASH 30.00", "CHANGE 3.10", "MANY THANKS FOR YOUR VISIT", "OPEN DAILY 8 TO 18",
]  # fmt: skip


@settings(max_examples=150)
@given(data=st.data(), count=st.integers(2, 4), seed=st.integers(0, 2**31))
def test_the_rows_of_photos_that_overlap_are_those_of_the_receipt(data: st.DataObject, count: int, seed: int) -> None:
    """Each photo begins some rows before the last one ends; a row that both show is misread on one of them."""
    dice = np.random.default_rng(seed)
    ends = sorted(data.draw(st.sets(st.integers(3, len(ROWS) - 1), min_size=count - 1, max_size=count - 1)))
    starts = [0, *(data.draw(st.integers(max(0, end - 5), end - 2)) for end in ends)]
    photos = list(zip(starts, [*ends, len(ROWS)], strict=True))
    shown: list[list[int]] = [
        [place for place, (a, b) in enumerate(photos) if a <= row < b] for row in range(len(ROWS))
    ]
    clear = [int(dice.choice(places)) for places in shown]
    pages = [
        page([(ROWS[row], 0.99) if clear[row] == place else (misread(ROWS[row], dice), 0.6) for row in range(a, b)])
        for place, (a, b) in enumerate(photos)
    ]
    (whole,), lines = told(*pages)
    assert lines == []
    assert said(whole) == ROWS
    assert [row[0].photo for row in whole.rows] == clear
    assert [photo.file for photo in whole.photos] == [f"{place}.jpg" for place in range(1, count + 1)]


def misread(text: str, dice: np.random.Generator) -> str:
    """Return a text with one character in ten replaced."""
    chars = list(text)
    for place in dice.choice(len(chars), max(1, len(chars) // 10), replace=False).tolist():
        if chars[place] != " ":
            chars[place] = str(dice.choice(list(string.ascii_lowercase)))
    return "".join(chars)


def test_a_row_that_the_edge_cuts_off_is_left_out() -> None:
    upper = page([("TEA 3.50", 0.9), ("COFFEE 2.80", 0.9), ("CAKE 4.20", 0.9), ("TUIAL", 0.1)])
    lower = page([("0OFFEF z.8", 0.2), ("CAKE 4.20", 0.9), ("TOTAL 10.50", 0.9), ("CASH 20.00", 0.9)])
    lower = replace(lower, rows=(*page([("^'-~", 0.2)]).rows, *page([("COFFEE 2.80", 0.9)]).rows, *lower.rows[1:]))
    (whole,), _ = told(upper, lower)
    assert said(whole) == ["TEA 3.50", "COFFEE 2.80", "CAKE 4.20", "TOTAL 10.50", "CASH 20.00"]


def test_a_row_that_one_photo_lacks_is_kept() -> None:
    (whole,), _ = told(
        certain("SHOP", "TEA 3.50", "CAKE 4.20", "TOTAL 7.70"), certain("TEA 3.50", "TOTAL 7.70", "CASH 10.00")
    )
    assert said(whole) == ["SHOP", "TEA 3.50", "CAKE 4.20", "TOTAL 7.70", "CASH 10.00"]


@pytest.mark.smoke
def test_a_photo_that_shows_nothing_new_adds_nothing() -> None:
    (whole,), _ = told(certain(*ROWS), certain(*ROWS[4:9]))
    assert said(whole) == ROWS


def test_photos_without_common_rows_stay_pages_and_it_is_told() -> None:
    pages, lines = told(certain(*ROWS[:6]), certain(*ROWS[7:12]), certain(*ROWS[10:]))
    assert [said(one) for one in pages] == [ROWS[:6], ROWS[7:]]
    assert lines == ["2.jpg: has no rows in common with 1.jpg; it begins a page of its own"]


def test_two_places_that_fit_as_well_are_told() -> None:
    # The shop prints its slogan twice, and each time what follows is cut off.
    upper = certain("RED LANTERN", "MANY THANKS", "RED LANTERN")
    lower = certain("RED LANTERN", "MANY THANKS", "RED LANTERN", "OPEN DAILY")
    (whole,), lines = told(upper, lower)
    assert said(whole) == ["RED LANTERN", "MANY THANKS", "RED LANTERN", "OPEN DAILY"]
    assert lines == ["2.jpg: fits 1.jpg with 3 rows in common, but also with 1; the first is taken"]
    assert whole.warnings == tuple(lines)
    upper = certain("MILK 1.00", "RED LANTERN", "BREAD 2.00")
    lower = certain("RED LANTERN", "BREAD 2.00", "EGGS 4.00", "RED LANTERN", "BREAD 2.00", "TOTAL")
    (whole,), _ = told(upper, lower)
    assert whole.warnings == ()


def test_columns_and_warnings_of_each_photo_are_kept() -> None:
    upper, lower = page([(text, 0.99) for text in ROWS[:8]], 6), page([(text, 0.99) for text in ROWS[5:]], 2)
    (whole,), _ = told(upper.with_warning("damaged"), lower.with_warning("dark"))
    assert {row[0].column for row in whole.rows} == {6}
    assert whole.warnings == ("1.jpg: damaged", "2.jpg: dark")
    made = whole.to_dict()
    assert made["photos"][1] == {"file": "2.jpg", "width": 300, "height": 220}
    assert made["lines"][-1]["photo"] == 1


@pytest.mark.needs("onnxruntime")
def test_photos_of_the_parts_of_a_drawn_receipt_give_its_text(
    reader: PageReader, clean: Sample, read_clean: PageText
) -> None:
    image = clean.page.image
    middle, overlap = len(image) // 2, len(image) // 5
    parts = [reader.read(image[: middle + overlap]), reader.read(image[middle - overlap :])]
    (whole,), lines = told(*parts)
    assert lines == []
    assert score_words(read_clean.text, whole.text, "exact").f1 > 0.97
    assert abs(len(whole.rows) - len(read_clean.rows)) <= 1
