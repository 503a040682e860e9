"""Paper and ink of pages in colour."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grey_twins import in_common

from receiptgen import Receipts, Snippets
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.print_colors import PrintColors
from receiptgen.drawing.profile import profile
from receiptgen.imaging.boxes import upright_box
from receiptgen.imaging.colors import color_of
from receiptgen.imaging.sample import Sample
from receiptgen.writers._truth import truth


def without_colors(sample: Sample) -> dict[str, Any]:
    record = truth(sample, "x.png")
    record.pop("color", None)
    record["effects"] = in_common(record.get("effects", ()))
    return record


def printed(inks: str, accents: str, key: int = 1) -> tuple[Sample, Sample, PrintColors]:
    """Return a grey receipt, and how it is printed in colour."""
    grey = Receipts("supermarket", profile="clean", seed=11).draw(0)
    colors = PrintColors.draw(Weights(white=1.0), Weights({inks: 1.0}), Weights({accents: 1.0}), Dice(key))
    return grey, Sample(**{**_fields(grey), "page": colors.print(grey.page)}), colors


def _fields(sample: Sample) -> dict[str, Any]:
    return {name: getattr(sample, name) for name in Sample.__slots__}


def part(sample: Sample, role: str) -> np.ndarray:
    field = next(region for region in sample.page.regions.each("fields") if region.role == role)
    x0, y0, x1, y1 = (round(edge) for edge in upright_box(field.quad.reshape(-1).tolist()))
    return sample.image[y0:y1, x0:x1].astype(int)


@pytest.mark.parametrize("name", [name for name in packaged_names("profiles") if not profile(name).value.color])
def test_the_truth_in_color_is_that_of_the_grey_twin(name: str) -> None:
    grey, color = (Receipts("cafe", profile=name, seed=2, color=asked).draw(1) for asked in (False, True))
    assert color.image.shape == (*grey.image.shape, 3)
    assert without_colors(color) == without_colors(grey)
    assert {"paper", "ink"} <= color.colors.keys()
    assert "color" not in truth(grey, "x.png")
    assert truth(color, "x.png")["color"] == color.colors


@pytest.mark.parametrize("name", ["phone", "scan", "pen", "dot_matrix"])
def test_snippets_in_color_are_those_of_their_grey_twins(name: str) -> None:
    kinds = ["price", "totL", "receipt_line"]
    grey, color = (Snippets(kinds, profile=name, seed=2, color=asked) for asked in (False, True))
    for index in range(12):
        one, other = grey.draw(index), color.draw(index)
        assert other.image.shape == (*one.image.shape, 3)
        assert without_colors(one) == without_colors(other)


def test_clean_print_is_of_paper_and_ink_alone() -> None:
    sample = Receipts("cafe", profile="clean", color=True).draw(0)
    pixels = sample.image.reshape(-1, 3)
    assert tuple(pixels.max(axis=0)) == color_of(sample.colors["paper"])
    assert tuple(pixels.min(axis=0)) >= (0, 0, 0)


@pytest.mark.parametrize(("accents", "red", "black"), [
    ("total", "total", "subtotal"), ("total", "total.label", "merchant.address"), ("heading", "merchant.name", "total"),
])  # fmt: skip
def test_a_ribbon_of_two_inks_prints_some_fields_in_the_second(accents: str, red: str, black: str) -> None:
    grey, color, _ = printed("black+red", accents)
    reddish = part(color, red)
    inked = part(grey, red) == 0
    assert (reddish[inked][:, 0] > reddish[inked][:, 1] + 80).all()
    other = part(color, black)
    assert (np.abs(other[..., 0] - other[..., 1]) < 20).all()


def test_negative_amounts_alone_are_red() -> None:
    grey, color, _ = printed("black+red", "negative")
    regions = grey.page.regions
    for field, quad in zip(regions.fields, regions.field_quads, strict=True):
        x0, y0, x1, y1 = (int(edge) for edge in upright_box(quad.reshape(-1).tolist()))
        pixels = color.image[y0:y1, x0:x1].astype(int)
        red = bool((pixels[..., 0] > pixels[..., 1] + 80).any())
        assert red == (field.text.startswith("-") or field.text.endswith("-")), field.text


def test_ink_has_no_second_color_outside_of_what_it_prints() -> None:
    grey, color, colors = printed("black+red", "rows", key=4)
    again = colors.print(grey.page)
    assert np.array_equal(again.image, color.image)
    assert {tuple(pixel) for pixel in again.image[grey.image == 255].tolist()} == {colors.paper}


def test_a_ribbon_of_one_ink_has_no_accent() -> None:
    colors = PrintColors.draw(Weights(white=1.0), Weights(black=1.0), Weights(total=1.0), Dice(1))
    assert colors.accent is None
    assert colors.record.keys() == {"paper", "ink"}


def test_a_profile_says_that_it_is_in_color(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text('about: Yellow paper\nextends: clean\ncolor: true\npapers: "#ffee99"\ninks: {"#102030": 1}\n')
    sample = Receipts("cafe", profile=own).draw(0)
    assert sample.page.color
    assert sample.image[0, 0, 2] < sample.image[0, 0, 0] - 50
    mixed = tmp_path / "mixed.yaml"
    mixed.write_text("about: All in colour\nmix: {clean: 1, scan: 1}\ncolor: true\n")
    assert all(Receipts("cafe", profile=mixed).draw(index).page.color for index in range(4))
    assert not profile("clean").value.color


@pytest.mark.parametrize(("line", "told"), [
    ("papers: {yelow: 1}", "unknown color 'yelow'; did you mean 'yellow'?"),
    ("inks: {'black+red+pen_blue': 1}", "a ribbon has one ink, or two joined by +"),
    ("inks: ['#12']", "or write it as #rrggbb"),
    ("accents: {sum: 1}", "unknown 'sum'"),
    ("inks: ['#ffffff']", "inks: '#ffffff' can't be read on paper 'white'"),
    ("inks: [black+marker_yellow]", "inks: 'marker_yellow' can't be read on paper"),
    ("papers: ['#000000']", "papers: 'black' can't be read on paper '#000000'"),
    ("color: perhaps", "color"),
])  # fmt: skip
def test_wrong_colors_are_told_with_their_place(tmp_path: Path, line: str, told: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(f"about: Wrong\n{line}\n")
    with pytest.raises(ConfigError, match=r"own\.yaml") as raised:
        profile(str(own))
    assert told in str(raised.value)


def test_what_is_written_by_hand_has_the_color_of_a_pen() -> None:
    grey, color = (
        Receipts("restaurant_signed", profile="clean", seed=3, color=asked).draw(0) for asked in (False, True)
    )
    assert "pen" in color.colors
    assert without_colors(grey) == without_colors(color)
