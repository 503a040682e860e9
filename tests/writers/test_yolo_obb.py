"""The format yolo_obb: oriented boxes as ultralytics takes them."""

from pathlib import Path

import numpy as np
import yaml
from samples import moved, receipt
from written_sets import write

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.writers import Contents, documents, select
from receiptgen.writers._roles import CLASSES


def test_corners_come_back_in_pixels(tmp_path: Path) -> None:
    sample = Receipts([receipt_template("parking").value], profile="phone", seed=3).draw(0)
    write(tmp_path, "yolo_obb", samples=[sample])
    rows = np.loadtxt(tmp_path / "yolo_obb/labels/000000.txt", ndmin=2)
    height, width = sample.page.image.shape
    assert np.allclose(rows[:, 1:].reshape(-1, 4, 2) * [width, height], sample.page.regions.field_quads, atol=0.01)
    assert not np.array_equal(rows[:, 2], rows[:, 4])


def test_corners_stay_inside_the_image_and_fields_outside_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "yolo_obb", samples=[moved(receipt(), -30)])
    rows = np.loadtxt(tmp_path / "yolo_obb/labels/000012.txt", ndmin=2)
    assert 0 < len(rows) < 7
    assert (rows[:, 1:].min(), rows[:, 1:].max() <= 1) == (0, True)


def test_its_classes_are_those_of_upright_boxes() -> None:
    files = documents(select(["yolo", "yolo_obb"]), Contents(True, {"train": 1, "val": 1}))
    upright, oriented = (yaml.safe_load(files[name]) for name in ("data.yaml", "data_obb.yaml"))
    assert upright["names"] == oriented["names"] == dict(enumerate(CLASSES))
    assert oriented["val"] == "val/yolo_obb/images"
