"""The format yolo, read as ultralytics does: a label beside each image, with the folder's name exchanged."""

import os
from pathlib import Path

import numpy as np
import pytest
import yaml
from command_line import Run
from samples import moved, receipt
from written_sets import write

from receiptgen.writers._roles import CLASSES


def label_of(image: Path) -> Path:
    """Return the file that labels an image, as ultralytics looks for it."""
    before, _, after = str(image).rpartition(f"{os.sep}images{os.sep}")
    return Path(f"{before}{os.sep}labels{os.sep}{after.rsplit('.', 1)[0]}.txt")


def test_boxes_come_back_in_pixels(tmp_path: Path) -> None:
    sample = receipt()
    write(tmp_path, "yolo", samples=[sample])
    (image,) = (tmp_path / "yolo/images").iterdir()
    rows = np.loadtxt(label_of(image), ndmin=2)
    assert [CLASSES[int(number)] for number in rows[:, 0]] == [
        "text", "item.name", "item.price", "item.name", "item.price", "label", "total",
    ]  # fmt: skip
    height, width = sample.page.image.shape
    centres, sizes = rows[:, 1:3] * [width, height], rows[:, 3:] * [width, height]
    quads = sample.page.regions.field_quads
    assert np.allclose(centres - sizes / 2, quads[:, 0], atol=1e-3)
    assert np.allclose(centres + sizes / 2, quads[:, 2], atol=1e-3)


def test_boxes_stay_inside_the_image_and_those_outside_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "yolo", samples=[moved(receipt(), -30)])
    rows = np.loadtxt(tmp_path / "yolo/labels/000012.txt", ndmin=2)
    assert len(rows) < 7
    assert (rows[:, 1:3] - rows[:, 3:] / 2).min() >= -1e-6
    assert (rows[:, 1:3] + rows[:, 3:] / 2).max() <= 1 + 1e-6


@pytest.mark.parametrize(
    ("split", "places"),
    [
        ([], {"train": "yolo/images", "val": "yolo/images"}),
        (["--split", "0.6,0.4"], {"train": "train/yolo/images", "val": "val/yolo/images"}),
        (
            ["--split", "0.4,0.3,0.3"],
            {"train": "train/yolo/images", "val": "val/yolo/images", "test": "test/yolo/images"},
        ),
    ],
)
def test_data_yaml_names_folders_and_classes(
    run: Run, tmp_path: Path, split: list[str], places: dict[str, str]
) -> None:
    assert run("draw", 6, "--kinds", "price", "--format", "yolo", *split).code == 0
    folder = tmp_path / "results_test"
    data = yaml.safe_load((folder / "data.yaml").read_text(encoding="utf-8"))
    assert {name: data[name] for name in ("train", "val", "test") if name in data} == places
    assert data["names"] == dict(enumerate(CLASSES))
    images = [image for place in set(places.values()) for image in (folder / place).iterdir()]
    assert len(images) == 6
    assert all(label_of(image).is_file() for image in images)
