"""What of a page a snippet's image holds."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from profile_files import PLAIN_PRINTER, SINGLE, write

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread
from receiptgen.drawing.cropping import crop_box, draw_margins, row_segments
from receiptgen.drawing.profile import CropMargins, profile
from receiptgen.drawing.sources import open_source
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import Row, Run
from receiptgen.typography.print_settings import PrintSettings
from receiptgen.typography.raster import draw_page
from receiptgen.typography.typeface import face
from receiptgen.typography.typesetter import Typesetter


def blank_page(height: int = 60, width: int = 200) -> Page:
    quads = quads_of_boxes(np.array([[0, 0, width, height]], np.int32))
    return Page(np.full((height, width), 255, np.uint8), Regions((), (), (), (), quads))


def crop_of(left: float, top: float, right: float, bottom: float) -> CropMargins:
    return CropMargins(left=Spread(left), top=Spread(top), right=Spread(right), bottom=Spread(bottom))


def test_margins_of_a_crop_are_shares_of_the_boxs_height() -> None:
    # 20 pixels of ink and a tenth above and below are a box of 25; half of that is 12.5, a fifth 5.
    box = crop_box(blank_page(), (50, 20, 120, 40), draw_margins(crop_of(0.2, 0.1, 0.5, 0.1), Dice(1)))
    assert box == (45, 18, 133, 43)


def test_margins_below_nothing_cut_the_ink() -> None:
    x0, y0, x1, y1 = crop_box(blank_page(), (50, 20, 120, 40), draw_margins(crop_of(-0.1, -0.2, -0.1, -0.2), Dice(1)))
    assert 50 < x0 < x1 < 120
    assert 20 < y0 < y1 < 40


@pytest.mark.parametrize("margins", [(3, 3, 3, 3), (-0.5, -0.5, -0.5, -0.5), (0, 0, 0, 0), (3, -0.5, -0.5, 3)])
@pytest.mark.parametrize("band", [(0, 0, 200, 60), (195, 55, 200, 60), (0, 0, 3, 3), (90, 20, 91, 50)])
def test_a_crop_is_inside_its_image_and_not_empty(
    margins: tuple[float, float, float, float], band: tuple[float, float, float, float]
) -> None:
    x0, y0, x1, y1 = crop_box(blank_page(), band, draw_margins(crop_of(*margins), Dice(1)))
    assert 0 <= x0 < x1 <= 200
    assert 0 <= y0 < y1 <= 60


def covers(sample: Sample) -> NDArray[np.float64]:
    """Return which share of each side of a cut's text is inside it."""
    height, width = sample.page.size
    quad = sample.page.regions.line_quads[0]
    low, high = quad.min(axis=0), quad.max(axis=0)
    seen = np.minimum(high, [width, height]) - np.maximum(low, 0)
    return np.asarray(seen / (high - low), np.float64)


@pytest.mark.parametrize("name", SINGLE)
def test_cuts_hold_their_text_but_for_what_their_margins_cut(name: str) -> None:
    cuts, prices = open_source("standard", "receipt_line", 3, name), open_source("standard", "price", 3, name)
    crop = profile(name).value.crop
    # Margins below 0 are shares of the box, which is as high as the ink without them.
    least = 0.0 if crop is None else min(0.0, *(min(m.knots) for m in (crop.left, crop.top, crop.right, crop.bottom)))
    for sample in [*(cuts.draw(index) for index in range(6)), *(prices.draw(index) for index in range(6))]:
        shown = covers(sample)
        # A pixel at either side is rounding.
        assert shown[1] > 1 + 2 * least - 2 / sample.page.image.shape[0] - 0.15, (sample.name, shown)
        assert shown[0] > 0.5, (sample.name, shown)


def test_snippets_of_a_profile_that_crops_have_its_margins(tmp_path: Path) -> None:
    text = PLAIN_PRINTER.replace("{", "{{").replace("}", "}}")
    text += "crop: {{leak: 0, left: {0}, right: {0}, top: {0}, bottom: {0}}}\n"
    wide = open_source("standard", "price", 3, write(tmp_path / "wide.yaml", text.format(0.5)))
    tight = open_source("standard", "price", 3, write(tmp_path / "tight.yaml", text.format(0)))
    cut = open_source("standard", "price", 3, write(tmp_path / "cut.yaml", text.format(-0.2)))
    for index in range(5):
        large, exact, small = (made.draw(index).page.image for made in (wide, tight, cut))
        assert small.shape < exact.shape < large.shape
        # All ink of the tight box touches its sides; the cut one has lost some, and the wide one none.
        assert (exact[:, 0] < 255).any()
        assert (exact[:, -1] < 255).any()
        assert (small < 255).sum() < (exact < 255).sum() <= (large < 255).sum()


def test_neighbours_leak_as_often_as_a_crop_says(tmp_path: Path) -> None:
    shares = {}
    for leak in (0, 1):
        text = f"{PLAIN_PRINTER}crop: {{leak: {leak}, top: 0.4, bottom: 0.4, leading: 1}}\n"
        made = open_source("standard", "int", 3, write(tmp_path / f"leak{leak}.yaml", text))
        marks = [mark.kind for index in range(20) for mark in made.draw(index).page.regions.marks]
        assert set(marks) <= {"neighbour"}
        shares[leak] = len(marks)
    assert shares[0] == 0
    assert shares[1] >= 20


def test_low_texts_are_boxed_tightly_as_often_as_a_crop_says_but_flat_ones_never(tmp_path: Path) -> None:
    kinds = "kinds: {colon: {kind: pattern, patterns: ':'}, dash: {kind: pattern, patterns: '-'}}\ncuts: {}\n"
    made = write(tmp_path / "set.yaml", f"about: x\nlocales: en_GB\nfaces: cousine\n{kinds}")
    heights: dict[tuple[str, int], list[int]] = {}
    for tight in (0, 1):
        text = f"{PLAIN_PRINTER}crop: {{leak: 0, left: 0, right: 0, top: 0, bottom: 0, tight: {tight}}}\n"
        name = write(tmp_path / f"tight{tight}.yaml", text)
        for kind in ("colon", "dash"):
            drawn = open_source(made, kind, 3, name)
            heights[kind, tight] = [drawn.draw(index).page.image.shape[0] for index in range(12)]
    assert all(low < 0.9 * high for low, high in zip(heights["colon", 1], heights["colon", 0], strict=True))
    assert heights["dash", 1] == heights["dash", 0]
    assert heights["dash", 0] == heights["colon", 0]


def test_neighbours_come_in_at_the_corners_of_a_sloping_row(tmp_path: Path) -> None:
    inked = []
    for leak in (0, 1):
        crop = f"crop: {{leak: {leak}, rules: 0, top: 0.05, bottom: 0.05, leading: 1.3}}\n"
        text = f"{PLAIN_PRINTER}{crop}line: [{{kind: rotate, degrees: 2}}]\n"
        made = open_source("standard", "line", 3, write(tmp_path / f"leak{leak}.yaml", text))
        images = [made.draw(index).page.image for index in range(8)]
        # The row rises to the right, so that above its left end there is only its neighbour.
        inked.append(sum(int((image[:3, : image.shape[1] // 3] < 128).sum()) for image in images))
    assert inked[0] == 0
    assert inked[1] > 20


@pytest.mark.parametrize(
    ("texts", "segments"),
    [
        (("סה\"כ", "12.50"), ["סה\"כ 12.50"]),
        # As one text, these would run from left to right.
        (("2", "12.50"), ["2", "12.50"]),
        (("VAT", "0.50"), ["VAT", "0.50"]),
        (("חלב", "2", "12.50"), ["חלב 2 12.50"]),
    ],
)  # fmt: skip
def test_fields_from_right_to_left_are_one_text_only_where_it_is_read_so(
    texts: tuple[str, ...], segments: list[str]
) -> None:
    settings = PrintSettings(384, 20, "smooth", face("heebo"), 20, None, 26, face("heebo"), 1.7)
    row = Row(tuple(Run(text, columns=0) for text in texts))
    page = draw_page(Typesetter(settings, 10, 10, "rtl").set([row]))
    found = row_segments(page.regions)
    assert [segment.span.text for segment in found] == segments
    for segment in found:
        words = page.regions.words[segment.span.start : segment.span.stop]
        assert " ".join(word.text for word in words) == segment.span.text
