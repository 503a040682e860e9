"""The element ``image``: its dots are printed as they are, its place is in the truth, its faults are one line."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from logos import SVG, logo
from PIL import Image

from receiptgen import Receipts
from receiptgen.core.errors import ConfigError, LayoutError
from receiptgen.dataset.identity import Ingredients
from receiptgen.drawing.checking import check
from receiptgen.imaging.colors import color_of
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.printed_images import printed_dots
from receiptgen.imaging.sample import Sample

PRINTER = "printers: [{dots: [384], columns: [32], faces: {mono: 1}}]"
TEMPLATE = """extends: parking
about: a shop with a logo
profile: clean
%s
elements: [{kind: image, %s}, {kind: header}, {kind: totals}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(settings: str, printer: str = PRINTER) -> str:
    Path("shop.yaml").write_text(TEMPLATE % (printer, settings))
    return "shop.yaml"


def box_of(sample: Sample) -> list[int]:
    (index,) = [index for index, mark in enumerate(sample.page.regions.marks) if mark.kind == "image"]
    box: list[int] = boxes_of_quads(sample.page.regions.mark_quads)[index].tolist()
    return box


@pytest.mark.smoke
def test_the_quad_is_where_the_dots_are_and_the_dots_are_those_of_the_file(folder: Path) -> None:
    path = logo(folder)
    sample = Receipts(write("file: logo.png, width: 200, dither: none")).draw(0)
    dots = printed_dots(path, 200, "none")
    assert isinstance(dots, np.ndarray)
    rows, columns = dots.any(axis=1), dots.any(axis=0)
    x0, y0, x1, y1 = box_of(sample)
    assert (y1 - y0, x1 - x0) == (rows.sum(), columns.sum())
    assert np.array_equal(sample.image[y0:y1, x0:x1] == 0, dots[rows][:, columns])
    assert not (sample.image[: sample.page.regions.line_quads[0, 0, 1].astype(int), :x0] < 255).any()


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_it_stands_where_its_alignment_says(folder: Path, align: str) -> None:
    logo(folder, size=(100, 100))
    sample = Receipts(write(f"file: logo.png, width: 100, align: {align}")).draw(0)
    x0, _, x1, _ = box_of(sample)
    left, right = x0, sample.image.shape[1] - x1
    assert {"left": left < right, "center": abs(left - right) <= 2, "right": left > right}[align]


def test_a_page_in_color_keeps_its_colors_and_a_grey_one_its_dots(folder: Path) -> None:
    pixels = np.full((40, 100, 3), 255, np.uint8)
    pixels[10:30, 20:50], pixels[10:30, 50:80] = (200, 20, 30), (20, 60, 180)
    Image.fromarray(pixels).save("logo.png")
    dotted, kept = write("file: logo.png, width: 100"), "width: 100, color: true"
    plain = Receipts(dotted).draw(0)
    colored = Receipts(write(f"file: logo.png, {kept}"), color=True).draw(0)
    assert np.array_equal(Receipts(write(f"file: logo.png, {kept}")).draw(0).image, plain.image)
    assert box_of(colored) == box_of(plain)
    x0, y0, x1, y1 = box_of(colored)
    paper = np.array(color_of(colored.colors["paper"])) / 255
    expected = pixels[10:30, 20:80] * paper
    assert np.abs(colored.image[y0:y1, x0:x1] - expected)[:, 1:-1].max() <= 1
    assert (colored.image[y0 - 1, x0:x1] == color_of(colored.colors["paper"])).all()


def test_its_colors_move_as_the_page_does(folder: Path) -> None:
    pixels = np.full((60, 100, 3), 255, np.uint8)
    pixels[10:50, 20:80] = (220, 20, 30)
    Image.fromarray(pixels).save("logo.png")
    name = write("file: logo.png, width: 100, color: true")
    Path("turned.yaml").write_text(f"extends: {name}\nabout: x\neffects: [{{kind: rotate, degrees: 8}}]\n")
    sample = Receipts("turned.yaml", color=True).draw(0)
    (place,) = [number for number, mark in enumerate(sample.page.regions.marks) if mark.kind == "image"]
    x, y = sample.page.regions.mark_quads[place].mean(axis=0).astype(int)
    assert sample.image[y, x, 0] > sample.image[y, x, 1] + 150


def test_it_moves_as_the_page_does(folder: Path) -> None:
    logo(folder)
    receipts = Receipts(write("file: logo.png, width: 200, dither: none"), profile="phone")
    for index in range(2):
        page = receipts.draw(index).page
        (place,) = [number for number, mark in enumerate(page.regions.marks) if mark.kind == "image"]
        before = page.rectifier().points(page.regions.mark_quads[place])
        assert np.allclose(before[2] - before[0], [62, 62], atol=0.01)  # of the ring, as it is printed
        assert np.allclose(before[1] - before[3], [62, -62], atol=0.01)


def test_a_file_counts_from_the_folder_of_the_template_that_names_it(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    logo(folder)
    write("file: logo.png")
    Path("child.yaml").write_text("extends: shop.yaml\nabout: x\n")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert box_of(Receipts(folder / "child.yaml").draw(0))


def test_it_is_an_input_of_the_data_set_and_read_again_when_it_changes(folder: Path) -> None:
    logo(folder)
    name = write("file: logo.png")
    assert [file.path.name for file in Ingredients([name], "", (), "").inputs] == ["logo.png"]
    before = Receipts(name).draw(0).image.tobytes()
    logo(folder, size=(60, 100))
    assert Receipts(name).draw(0).image.tobytes() != before


def test_it_is_pickled_with_its_template_and_needs_its_file_no_more(folder: Path) -> None:
    logo(folder)
    receipts = Receipts(write("file: logo.png"))
    kept = pickle.dumps(receipts)
    Path("logo.png").unlink()
    assert pickle.loads(kept).draw(3).image.tobytes() == receipts.draw(3).image.tobytes()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("file: none.png", "5:32: elements[0].file: 'none.png': no such file"),
        ("width: 90", "5:12: elements[0]: missing key 'file'"),
        ("file: shop.yaml", "5:32: elements[0].file: 'shop.yaml': not an image that can be read"),
        ("file: logo.png, width: 2", "5:49: elements[0].width: expected at least 8, got '2'"),
        ("file: logo.png, dither: bayer", "5:50: elements[0].dither: 'bayer' is not 'floyd_steinberg', 'ordered' or"),
        (
            "file: logo.png, color: true, invert: true",
            "5:63: elements[0].invert: 'color' keeps colours as they are; leave 'invert' out",
        ),
        ("fil: logo.png", "5:26: elements[0]: unknown key 'fil'; did you mean 'file'?"),
    ],
)
def test_a_fault_is_one_line_at_its_place(folder: Path, settings: str, said: str) -> None:
    logo(folder)
    with pytest.raises(ConfigError) as caught:
        Receipts(write(settings))
    assert any(fault.startswith(f"shop.yaml:{said}") for fault in caught.value.faults), caught.value.faults


@pytest.mark.needs("svg")
@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<g>" * 200 + "</g>" * 200, "has elements nested more than 100 deep"),
        ('<filter id="f"><feTurbulence numOctaves="99999999"/></filter>', "has a filter, which may take for ever"),
    ],
)
def test_an_svg_that_would_crash_or_never_end_is_refused(folder: Path, inside: str, said: str) -> None:
    Path("logo.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inside}</svg>')
    with pytest.raises(ConfigError) as caught:
        Receipts(write("file: logo.svg"))
    assert any(said in fault for fault in caught.value.faults), caught.value.faults


def test_an_svg_without_its_package_is_told_at_its_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    Path("logo.svg").write_text(SVG)
    with pytest.raises(ConfigError) as caught:
        Receipts(write("file: logo.svg"))
    (fault,) = caught.value.faults
    assert fault.endswith(
        "elements[0].file: 'logo.svg': an SVG needs the package resvg-py; pip install 'receiptgen[svg]'"
    )


def test_a_logo_that_is_wider_than_the_paper_is_refused_with_help(folder: Path) -> None:
    logo(folder)
    receipts = Receipts(write("file: logo.png, width: 400"))
    said = "an image is 400 dots wide, the paper 384; print it narrower, or on wider paper"
    with pytest.raises(LayoutError, match=said):
        receipts.draw(0)
    assert all(fault.startswith("shop.yaml:") and fault.endswith(said) for fault in check("shop.yaml").faults)


def test_paper_of_an_office_printer_has_the_dots_of_a_cash_register(folder: Path) -> None:
    logo(folder)
    sample = Receipts(
        write("file: logo.png, width: 240", "printers: [{dots: [1600], size: 30, faces: {sans: 1}, ink: smooth}]")
    ).draw(0)
    x0, y0, x1, y1 = box_of(sample)
    assert x1 - x0 < 240
    assert set(np.unique(sample.image[y0:y1, x0:x1])) == {0, 255}
