"""Chains of effects that move pixels, and pages on which it shows."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import Effect, EffectStep
from receiptgen.effects.capture.blur import Blur
from receiptgen.effects.capture.curl import Curl
from receiptgen.effects.capture.ground import Ground
from receiptgen.effects.capture.perspective import Perspective
from receiptgen.effects.capture.resample import Resample
from receiptgen.effects.capture.rotate import Rotate
from receiptgen.effects.capture.screenshot import Screenshot
from receiptgen.effects.capture.sheet import Sheet
from receiptgen.effects.capture.slip import Slip
from receiptgen.effects.handling.crumple import Crumple
from receiptgen.effects.handling.fold import Fold
from receiptgen.effects.maybe import Maybe
from receiptgen.effects.one_of import OneOf
from receiptgen.imaging.geometry import quads_of_boxes, union
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions, Span
from receiptgen.imaging.sample import Sample

Pixels = NDArray[np.uint8]


def dotted_page(seed: int, shape: tuple[int, int] = (300, 220), dot: int = 3) -> Page:
    """Return a page of square dots of some pixels, each a character of a word of its own."""
    dice, (height, width) = Dice(seed), shape
    image = np.full(shape, 255, np.uint8)
    cells = [(x, y) for y in range(20, height - 20, 30) for x in range(20, width - 20, 30)]
    boxes = []
    for x, y in dice.sample(cells, 24):
        left, top = x + dice.integer(-7, 7), y + dice.integer(-7, 7)
        image[top : top + dot, left : left + dot] = 0
        boxes.append((left, top, left + dot, top + dot))
    words = tuple(Span(".", "text", number, number + 1) for number in range(len(boxes)))
    line = Span(" ".join("." * len(boxes)), "text", 0, len(boxes))
    ink = np.array(boxes, np.int32)
    whole = np.array([[0, 0, width, height], union(ink)], np.int32)
    quads = quads_of_boxes(np.concatenate([whole, whole[1:], ink, ink]))
    return Page(image, Regions((line,), (line,), words, (), quads))


# A fold without cracked ink, for a dot that has lost a part has another centre.
FOLD = Fold(lost=Spread(0), shift=Spread(3.0, 8.0), reach=Spread(15, 60))
CURL = Curl(bend=Spread(-30, 30), end=Spread(0, 25), ripple=Spread(0, 6))
ASIDE = CURL.model_copy(update={"turn": Spread(-180, 180), "yaw": Spread(-30, 30), "pitch": Spread(-30, 30)})
SLIP = Slip(bow=Spread(-12, 12), wave=Spread(2, 10), length=Spread(60, 200), stretch=Spread(0.02, 0.1))
VIEW = Perspective(yaw=Spread(-30, 30), pitch=Spread(-30, 30), roll=Spread(-40, 40), distance=Spread(1, 3))
GROUND = Ground(margin=Spread(0.05, 0.5))
CHAINS: dict[str, tuple[Effect, ...]] = {
    "rotate": (Rotate(degrees=Spread(-4.0, 4.0)),),
    "quarter turn": (Rotate(degrees=Spread(90, 90)),),
    "upside down": (Rotate(degrees=Spread(180, 180)),),
    "blur": (Blur(),),
    "both": (Rotate(), Blur()),
    "twice": (Rotate(degrees=Spread(-40.0, 40.0)), Blur(sigma=Spread(0.5, 0.9)), Rotate(degrees=Spread(-9.0, 9.0))),
    "maybe": (Maybe(share=0.7, of=(Rotate(), Blur())),),
    "one of": (OneOf(of=(Rotate(degrees=Spread(3.0, 8.0)), Blur(), Maybe(share=1, of=(Blur(), Rotate())))),),
}
# Those that leave the paper elsewhere than on the whole image, or bend it.
BENT: dict[str, tuple[Effect, ...]] = {
    "grow": (Resample(dpi=Spread(210, 420), stretch=Spread(0.9, 1.1)),),
    "shrink": (Resample(dpi=Spread(110, 200), stretch=Spread(0.9, 1.1)),),
    "through a lower resolution": (Resample(dpi=Spread(203, 300), via=Spread(110, 150)),),
    "slip": (SLIP,),
    "curl": (CURL,),
    "curl across": (CURL.model_copy(update={"axis": Weights(columns=1.0)}),),
    "curl from aside": (ASIDE,),
    "perspective": (VIEW,),
    "ground": (GROUND,),
    "sheet": (Sheet(whole=Spread(0)),),
    "fold": (FOLD,),
    "crumple": (Crumple(shift=Spread(1.0, 4.0)),),
    "screenshot": (Screenshot(),),
    "by phone": (Crumple(), FOLD, CURL, GROUND, VIEW, Resample(dpi=Spread(150, 260)), Blur()),
    "by scanner": (FOLD, SLIP, Rotate(), Sheet(whole=Spread(0)), Blur(), Resample(dpi=Spread(150, 300))),
    "many bends": (Crumple(), SLIP, CURL, FOLD, Rotate(degrees=Spread(-30, 30)), SLIP),
    "view of a view": (VIEW, GROUND, Screenshot(width=Spread(300, 600)), GROUND, VIEW),
}
MOVES = CHAINS | BENT


def lookalikes(steps: Sequence[EffectStep], page: Page) -> tuple[Page, Page]:
    """Let the same happen to a page and to blank paper with the same regions, so that ink is where they differ."""
    blank = Page(np.full_like(page.image, 255), page.regions, page.maps, page.cover)
    for effect, drawn in steps:
        page, blank = effect.apply(page, drawn), effect.apply(blank, drawn)
    assert np.array_equal(page.regions.quads, blank.regions.quads)
    return page, blank


def ink_between(page: Page, blank: Page) -> NDArray[np.int_]:
    return np.abs(page.image.astype(int) - blank.image)


def steps_of(chain: str, seed: int) -> list[EffectStep]:
    dice = Dice(seed)
    return [step for effect in MOVES[chain] for step in effect.draw(dice)]


def scales(page: Page, count: int) -> NDArray[np.float64]:
    """Return the side of each of the last quads."""
    quads = page.regions.quads[-count:].astype(np.float32)
    return np.asarray([cv2.contourArea(quad) ** 0.5 for quad in quads], np.float64)


def centroid(ink: NDArray[Any], at: NDArray[np.float64], reach: float = 7) -> NDArray[np.float64]:
    """Return the centre of gravity of the ink within some pixels of a point."""
    rows, columns = np.indices(ink.shape)
    weight = ink * (np.hypot(columns + 0.5 - at[0], rows + 0.5 - at[1]) <= reach)
    return np.array([((columns + 0.5) * weight).sum(), ((rows + 0.5) * weight).sum()]) / weight.sum()


def small_receipt(key: int = 1, template: str = "cafe") -> Sample:
    return Receipts([receipt_template(template).value], seed=key, profile="clean").draw(0)


def rectified(image: Any, rectify_grid: Any) -> Pixels:
    """Do as docs/reference/truth.md says; tests/test_docs.py compares the lines."""
    grid = np.float32(rectify_grid["points"]).reshape(rectify_grid["rows"], rectify_grid["columns"], 2)
    step, height, width = rectify_grid["step"], rectify_grid["height"], rectify_grid["width"]
    places = cv2.resize(grid, None, fx=step, fy=step)[step // 2 :, step // 2 :] - 0.5
    page = cv2.remap(image, places[:height, :width], None, cv2.INTER_LINEAR)
    return np.asarray(page, np.uint8)
