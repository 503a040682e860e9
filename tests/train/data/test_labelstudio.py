"""Pages with boxed texts in exports of Label Studio."""

import json
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from data_sets import everything, examples, opened, write

from receiptgen.core.errors import DatasetError
from receiptgen.reading.line_images import cut_line
from receiptgen.train.data.sources import Flaw
from receiptgen.train.data.sources._guess import guess_format

PAGE = np.random.default_rng(4).integers(0, 256, (50, 200), dtype=np.uint8)
SIZE = {"original_width": 200, "original_height": 50, "image_rotation": 0}
# Per cent of 200 x 50: 10, 5, 80, 20 in pixels.
BOX = {"x": 5.0, "y": 10.0, "width": 40.0, "height": 40.0, "rotation": 0}
POLYGON = {"points": [[55.0, 10.0], [95.0, 20.0], [94.0, 60.0], [54.0, 50.0]]}


def page(folder: Path, name: str = "page.png") -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(folder / name), PAGE)


def region(number: str, outline: dict[str, Any], text: str, label: str = "rectanglelabels") -> list[dict[str, Any]]:
    """Return the results of a region as the template for OCR gives them: outline, label and text, of one id."""
    return [
        {"id": number, "type": label.removesuffix("labels"), "value": outline, **SIZE},
        {"id": number, "type": "labels", "value": {**outline, "labels": ["Text"]}, **SIZE},
        {"id": number, "type": "textarea", "value": {**outline, "text": [text]}, **SIZE},
    ]


def export(
    folder: Path, results: list[dict[str, Any]], image: str = "/data/upload/3/0a1b2c3d-page.png", **more: Any
) -> Path:
    task = {"id": 1, "data": {"ocr": image}, "annotations": [{"result": results, "was_cancelled": False}], **more}
    return write(folder / "project-1.json", json.dumps([task]))


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("/data/upload/3/0a1b2c3d-page.png", "page.png"),
        ("/data/upload/3/0a1b2c3d-page.png", "images/0a1b2c3d-page.png"),
        ("/data/local-files/?d=set%20one/page.png", "set one/page.png"), ("s3://bucket/x/page.png", "x/page.png"),
        ("https://host/files/page.png", "page.png"), ("C:\\data\\page.png", "page.png"), ("page.png", "page.png"),
    ],
)  # fmt: skip
def test_regions_are_cut_out_of_images_wherever_the_export_says_they_are(tmp_path: Path, image: str, name: str) -> None:
    page(tmp_path, name)
    file = export(tmp_path, [*region("a", BOX, "RM 5"), *region("b", POLYGON, "CAFE", "polygonlabels")], image)
    assert guess_format(file) == guess_format(tmp_path) == "labelstudio"
    one, two = examples(opened("labelstudio", tmp_path))
    assert (one.name, one.text, two.text) == (f"{image}#1", "RM 5", "CAFE")
    assert np.array_equal(one.image, PAGE[5:25, 10:90])
    assert np.array_equal(two.image, cut_line(PAGE, np.array([[110.0, 5], [190, 10], [188, 30], [108, 25]])))


def test_a_rectangle_is_turned_clockwise_round_its_top_left_corner_in_pixels(tmp_path: Path) -> None:
    page(tmp_path)
    (line,) = examples(opened("labelstudio", export(tmp_path, region("a", {**BOX, "rotation": 10}, "x"))))
    along, down = np.array([cos(radians(10)), sin(radians(10))]), np.array([-sin(radians(10)), cos(radians(10))])
    start = np.array([10.0, 5.0])
    quad = np.array([start, start + 80 * along, start + 80 * along + 20 * down, start + 20 * down])
    assert np.array_equal(line.image, cut_line(PAGE, quad))


def short(folder: Path, **fields: Any) -> Path:
    task = {"ocr": "page.png", "id": 1, "annotator": 1, "annotation_id": 1, "lead_time": 2.5,
            "created_at": "2026-01-01T00:00:00Z", **fields}  # fmt: skip
    return write(folder / "min.json", json.dumps([task]))


def test_json_min_lists_regions_and_texts_in_one_order(tmp_path: Path) -> None:
    page(tmp_path)
    boxes = [{**BOX, **SIZE}, {**BOX, "x": 50.0, **SIZE}]
    labels = [{**box, "labels": ["Text"]} for box in boxes]
    file = short(tmp_path, bbox=boxes, label=labels, transcription=["ONE", "TWO"])
    assert guess_format(file) == "labelstudio"
    one, two = examples(opened("labelstudio", file))
    assert (one.text, two.text) == ("ONE", "TWO")
    assert np.array_equal(two.image, PAGE[5:25, 100:180])
    (single,) = examples(opened("labelstudio", short(tmp_path, bbox=boxes[:1], transcription="ONE")))
    assert single.text == "ONE"


def test_json_min_whose_texts_are_too_few_is_a_flaw(tmp_path: Path) -> None:
    page(tmp_path)
    boxes = [{**BOX, **SIZE}, {**BOX, "x": 50.0, **SIZE}]
    good = json.loads(short(tmp_path, bbox=boxes, transcription=["ONE", "TWO"]).read_text())
    bad = json.loads(short(tmp_path, bbox=boxes, transcription=["ONE"]).read_text())
    *_, flaw = everything(opened("labelstudio", write(tmp_path / "min.json", json.dumps([*good, *bad]))))
    reason = "has 2 regions and 1 texts, of which JSON-MIN doesn't say whose they are; export JSON"
    assert flaw == ("page.png#1", reason)


def test_a_text_without_a_region_is_that_of_the_image(tmp_path: Path) -> None:
    page(tmp_path)
    whole = [{"id": "a", "type": "textarea", "value": {"text": ["TOTAL", "5"]}}]
    (line,) = examples(opened("labelstudio", export(tmp_path, whole)))
    assert (line.text, line.image.shape) == ("TOTAL 5", PAGE.shape)
    (line,) = examples(opened("labelstudio", short(tmp_path, transcription="TOTAL 5")))
    assert (line.text, line.image.shape) == ("TOTAL 5", PAGE.shape)


def test_predictions_count_where_nobody_has_annotated(tmp_path: Path) -> None:
    page(tmp_path)
    cancelled = [{"result": region("a", BOX, "no"), "was_cancelled": True}]
    file = export(tmp_path, [], annotations=cancelled, predictions=[{"result": region("a", BOX, "yes")}])
    assert [row.text for row in examples(opened("labelstudio", file))] == ["yes"]


def test_regions_that_can_not_be_cut_out_are_flaws(tmp_path: Path) -> None:
    page(tmp_path)
    turned = [{**each, "image_rotation": 90} for each in region("b", BOX, "x")]
    unsized = [{"id": "c", "type": "textarea", "value": {**BOX, "text": ["x"]}}]
    textless = [{"id": "d", "type": "rectangle", "value": BOX, **SIZE}]
    rows = everything(opened("labelstudio", export(tmp_path, [*region("a", BOX, "x"), *turned, *unsized, *textless])))
    assert [row.reason for row in rows if isinstance(row, Flaw)] == [
        "its page was turned in Label Studio; turn the image and export again",
        "expected original_width and original_height, by which its shares become pixels", "no text",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"[{", "is not JSON"), (b"{}", "expected a list of tasks"), (b"[1, {}]", "no task has a text in a region")],
)
def test_an_export_that_is_none_is_an_error_of_one_line(tmp_path: Path, content: bytes, fault: str) -> None:
    with pytest.raises(DatasetError, match=fault) as caught:
        opened("labelstudio", write(tmp_path / "x.json", content))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("factor", "tolerance"), [(0.5, 40.0), (2.0, 25.0)])
def test_a_page_that_was_resized_since_is_cut_where_the_text_is(
    tmp_path: Path, factor: float, tolerance: float
) -> None:
    whole = cv2.GaussianBlur(PAGE, (0, 0), 3)
    write(tmp_path / "page.png", cv2.imencode(".png", cv2.resize(whole, None, fx=factor, fy=factor))[1].tobytes())
    export(tmp_path, region("a", BOX, "RM 5"), "https://host/page.png?signature=a%2Fb&expires=1")
    (row,) = examples(opened("labelstudio", tmp_path))
    assert row.image.shape == (20, 80)
    assert np.abs(row.image.astype(int) - whole[5:25, 10:90]).max() < tolerance


def test_a_page_of_another_shape_is_a_flaw_that_tells_both_sizes(tmp_path: Path) -> None:
    write(tmp_path / "page.png", cv2.imencode(".png", PAGE[:, :100])[1].tobytes())
    export(tmp_path, region("a", BOX, "RM 5"))
    (flaw,) = everything(opened("labelstudio", tmp_path))
    assert flaw[1] == "is 100 x 50 pixels, 200 x 50 in the export"


def test_an_ellipse_is_no_outline(tmp_path: Path) -> None:
    page(tmp_path)
    export(tmp_path, [*region("a", {"x": 5, "y": 5, "radiusX": 3, "radiusY": 2}, "ELL"), *region("b", BOX, "RM 5")])
    flaw, row = everything(opened("labelstudio", tmp_path))
    assert (flaw[1], row.text) == ("expected a box or a polygon, in numbers", "RM 5")
