"""Boxes: what is in them is read as before, and what they are made of are marks."""

from pathlib import Path

import numpy as np
import pytest

from receiptgen.core.dice import Dice
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.emblems import draw_emblem
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.sample import Sample


def template(folder: Path, elements: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(f"extends: cafe\nelements: [{elements}, items, totals]\n", encoding="utf-8")
    return str(path)


def drawn(folder: Path, pattern: str) -> Sample:
    return Receipts([template(folder, f"{{kind: framed, pattern: '{pattern}', of: [logo]}}")], seed=2).draw(0)


@pytest.mark.parametrize("pattern", ["*", "-", "#", "solid"])
def test_a_box_surrounds_its_rows_and_has_no_text(pattern: str, tmp_path: Path) -> None:
    sample = drawn(tmp_path, pattern)
    regions = sample.page.regions
    names = [word for word in regions.words if word.role == "merchant.name"]
    assert "".join(word.text for word in names).lower() == sample.values["merchant"]["name"].lower().replace(" ", "")
    x0, y0, x1, y1 = boxes_of_quads(regions.line_quads)[0]
    marks = boxes_of_quads(regions.mark_quads)
    if pattern == "solid":
        assert any(a < x0 and b < y0 and c > x1 and d > y1 for a, b, c, d in marks)
        return
    assert any(d <= y0 and a < x0 and c > x1 for a, b, c, d in marks), "above"
    assert any(b >= y1 and a < x0 and c > x1 for a, b, c, d in marks), "below"
    assert sum(b < y1 and d > y0 and (c <= x0 or a >= x1) for a, b, c, d in marks) >= 2, "sides"


@pytest.mark.parametrize("pattern", ["dotted", "ab", ""])
def test_what_no_box_is_made_of_is_told(pattern: str, tmp_path: Path) -> None:
    path = template(tmp_path, f"{{kind: framed, pattern: '{pattern}', of: [logo]}}")
    with pytest.raises(ConfigError, match=r"elements\[0\]\.pattern"):
        receipt_template(path)


def test_an_emblem_is_a_mark_as_large_as_it_says(tmp_path: Path) -> None:
    sample = Receipts([template(tmp_path, "{kind: emblem, size: 120}, {kind: header, show: [name]}")], seed=1).draw(0)
    marks = zip(sample.page.regions.marks, boxes_of_quads(sample.page.regions.mark_quads), strict=True)
    ((x0, y0, x1, y1),) = [box for mark, box in marks if mark.kind == "emblem"]
    assert max(x1 - x0, y1 - y0) in range(100, 121)
    assert (sample.page.image[y0:y1, x0:x1] == 0).mean() > 0.1


def test_emblems_differ_and_are_the_same_for_the_same_dice() -> None:
    many = [draw_emblem(Dice(key), 64) for key in range(12)]
    assert all(np.array_equal(one, draw_emblem(Dice(key), 64)) for key, one in enumerate(many))
    assert len({one.tobytes() for one in many}) > 8
    assert all(0.05 < one.mean() < 0.95 for one in many)
