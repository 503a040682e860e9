"""The format labelstudio: tasks with predictions that fit the labelling interface beside them."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import cv2
import numpy as np
from samples import moved, receipt
from written_sets import RECEIPTS, both, write

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.writers.labelstudio import rectangles


@both
def test_tasks_fit_the_interface(samples: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "labelstudio", samples=samples)
    tasks = json.loads((tmp_path / "labelstudio/tasks.json").read_bytes())
    interface = ElementTree.parse(tmp_path / "labelstudio/config.xml").getroot()
    (image,) = interface.iter("Image")
    types = {tag.get("name"): tag.tag.lower() for tag in interface if tag.get("toName") == image.get("name")}
    labels = {label.get("value") for label in interface.iter("Label")}
    assert len(tasks) == len(samples)
    for task, sample in zip(tasks, samples, strict=True):
        path = parse_qs(urlsplit(task["data"][image.get("value", "").removeprefix("$")]).query)["d"][0]
        assert np.array_equal(cv2.imread(str(tmp_path / path), cv2.IMREAD_UNCHANGED), sample.page.image)
        results = task["predictions"][0]["result"]
        for result in results:
            assert types[result["from_name"]] == result["type"]
            assert result["to_name"] == image.get("name")
            assert result["type"] in result["value"] or result["value"]["text"]
        texts = [result["value"]["text"] for result in results if result["type"] == "textarea"]
        assert texts == [[field.text] for field in sample.page.regions.fields]
        assert {name for each in results for name in each["value"].get("rectanglelabels", [])} <= labels


def corners_of(place: dict[str, float], width: int, height: int) -> np.ndarray:
    """Return the corners in pixels of a rectangle that is turned clockwise about its first."""
    turn = np.radians(place["rotation"])
    along = np.array([np.cos(turn), np.sin(turn)]) * place["width"] * width / 100
    down = np.array([-np.sin(turn), np.cos(turn)]) * place["height"] * height / 100
    first = np.array([place["x"] * width, place["y"] * height]) / 100
    return np.array([first, first + along, first + along + down, first + down])


def test_rectangles_lie_where_the_fields_are() -> None:
    sample = moved(receipt())
    height, width = sample.page.image.shape
    for place, quad in zip(rectangles(sample), sample.page.regions.field_quads, strict=True):
        assert np.allclose(corners_of(place, width, height), quad, atol=0.01)
        assert place["rotation"] == 0


def test_rectangles_turn_with_the_page() -> None:
    sample = Receipts([receipt_template("parking").value], profile="phone", seed=3).draw(0)
    height, width = sample.page.image.shape
    places = rectangles(sample)
    assert any(place["rotation"] for place in places)
    for place, quad in zip(places, sample.page.regions.field_quads, strict=True):
        far = np.abs(corners_of(place, width, height) - quad).max()
        assert far < 0.1 * max(np.ptp(quad[:, 0]), np.ptp(quad[:, 1]))
        assert 0 <= place["rotation"] < 360


def test_an_interrupted_set_is_json_when_it_is_finished(tmp_path: Path) -> None:
    write(tmp_path, "labelstudio", samples=RECEIPTS[:5])
    assert len(json.loads((tmp_path / "labelstudio/tasks.json").read_bytes())) == 5
