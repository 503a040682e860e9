"""Pages with boxed texts in COCO documents."""

import json
import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from data_sets import everything, examples, opened, write

from receiptgen.core.errors import DatasetError
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.executors.local import Local
from receiptgen.reading.line_images import cut_line
from receiptgen.train.data.sources import Flaw
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.spec import parse_spec

PAGE = np.random.default_rng(4).integers(0, 256, (60, 300), dtype=np.uint8)


def document(
    folder: Path, content: dict[str, Any], name: str = "coco.json", images: tuple[str, ...] = ("a.png",)
) -> Path:
    for image in images:
        (folder / image).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / image), PAGE)
    return write(folder / name, json.dumps(content))


def plain(*annotations: dict[str, Any]) -> dict[str, Any]:
    return {
        "images": [{"id": 7, "file_name": "a.png", "width": 300, "height": 60}],
        "annotations": [{"id": number, "image_id": 7, **each} for number, each in enumerate(annotations, 1)],
    }


def test_what_draw_writes_is_read_back_with_every_text(tmp_path: Path) -> None:
    tmp_path = tmp_path / "out"
    Dataset(tmp_path, Plan(receipts=("parking",), profile="phone", formats=("coco",), seed=5)).fill(
        2, Local(1), lambda n: None
    )
    assert guess_format(tmp_path) == guess_format(tmp_path.parent) == "coco"
    said = json.loads((tmp_path / "coco.json").read_bytes())
    read = everything(opened("coco", tmp_path))
    assert len(read) == len(said["annotations"])
    lines = [row for row in read if not isinstance(row, Flaw)]
    assert [row.text for row in lines][:8] == [each["text"] for each in said["annotations"]][:8]
    assert {row.reason for row in read if isinstance(row, Flaw)} <= {"box too small", "box outside the image"}


@pytest.mark.parametrize(
    "said",
    [{"text": "RM 5"}, {"utf8_string": "RM 5"}, {"attributes": {"transcription": "RM 5", "occluded": False}},
     {"attributes": {"what it says": "RM 5", "rotation": 0.0}}],
)  # fmt: skip
def test_texts_stand_where_tools_put_them(tmp_path: Path, said: dict[str, Any]) -> None:
    file = document(tmp_path, plain({"bbox": [10, 5, 80, 20], **said}))
    assert guess_format(file) == guess_format(tmp_path) == "coco"
    (line,) = examples(pickle.loads(pickle.dumps(opened("coco", file))))
    assert (line.name, line.text) == ("a.png#1", "RM 5")
    assert np.array_equal(line.image, PAGE[5:25, 10:90])


def coco_text(folder: Path) -> Path:
    anns = {
        "1": {"bbox": [10, 5, 80, 20], "mask": [10, 5, 90, 5, 90, 25, 10, 25], "utf8_string": "ONE", "image_id": 3,
              "legibility": "legible"},
        "2": {"bbox": [10, 5, 80, 20], "utf8_string": "", "image_id": 3, "legibility": "illegible"},
        "3": {"bbox": [100, 5, 80, 20], "utf8_string": "TWO", "image_id": 4, "legibility": "legible"},
        "4": {"bbox": [100, 5, 80, 20], "utf8_string": "###", "image_id": 3, "legibility": "legible"},
        "5": {"bbox": [100, 5, 80, 20], "utf8_string": "x", "image_id": 99, "legibility": "legible"},
    }  # fmt: skip
    for key, each in anns.items():
        each["id"] = int(key)
    images = {str(key): {"id": key, "file_name": f"{key}.jpg", "set": part} for key, part in ((3, "train"), (4, "val"))}
    content = {"cats": {}, "anns": anns, "imgs": images, "imgToAnns": {}, "info": {}}
    return document(folder, content, "cocotext.v2.json", ("train2014/3.png", "train2014/4.png"))


def test_images_without_annotations_are_kept_as_blanks_on_request(tmp_path: Path) -> None:
    content = plain({"bbox": [5, 5, 60, 30], "text": "TOTAL"})
    content["images"].append({"id": 8, "file_name": "b.png", "width": 300, "height": 60})
    path = document(tmp_path, content, images=("a.png", "b.png"))
    assert [example.text for example in examples(opened("coco", path))] == ["TOTAL"]
    kept = examples(opened("coco", path, blank="keep"))
    assert [(example.name, example.text, example.image.shape) for example in kept][1] == ("b.png", "", PAGE.shape)


def test_coco_text_is_read_by_parts_with_images_in_their_folder(tmp_path: Path) -> None:
    coco_text(tmp_path)
    for number in (3, 4):
        (tmp_path / f"train2014/{number}.png").rename(tmp_path / f"train2014/{number}.jpg")
    assert guess_format(tmp_path) == "coco"
    rows = everything(opened("coco", tmp_path))
    assert rows[0] == ("cocotext.v2.json#5", "its image is not in the document")
    assert (rows[1].name, rows[1].text) == ("3.jpg#1", "ONE")  # type: ignore[union-attr]
    assert np.array_equal(rows[1].image, PAGE[5:25, 10:90])  # type: ignore[union-attr]
    assert rows[2:] == [("3.jpg#2", "is marked as unreadable"), ("3.jpg#4", "is marked as unreadable")]
    validation = everything(parse_spec(f"coco:{tmp_path}:validation").data.open(0))
    assert [row.text for row in validation if not isinstance(row, Flaw)] == ["TWO"]
    with pytest.raises(DatasetError, match="holds no part 'test', only the parts train, validation"):
        opened("coco", tmp_path, part="test")


def test_documents_of_parts_lie_in_annotations_beside_the_images(tmp_path: Path) -> None:
    for part in ("train", "val"):
        content = plain({"bbox": [10, 5, 80, 20], "text": part})
        document(tmp_path, content, f"annotations/instances_{part}.json", (f"images/{part}/x.png",))
    cv2.imwrite(str(tmp_path / "images/a.png"), PAGE)
    assert guess_format(tmp_path) == "coco"
    assert [row.text for row in examples(opened("coco", tmp_path))] == ["train"]
    assert [row.text for row in examples(opened("coco", tmp_path, part="validation"))] == ["val"]
    with pytest.raises(DatasetError, match=r"holds several documents, instances_train.json among them; name one"):
        opened("coco", tmp_path, part="all")


QUAD = [12, 5, 90, 9, 88, 25, 10, 21]


@pytest.mark.parametrize("key", ["points", "mask", "segmentation"])
@pytest.mark.parametrize("order", [[0, 1, 2, 3], [0, 3, 2, 1]])
def test_a_polygon_is_cut_out_level_whichever_way_it_goes(tmp_path: Path, key: str, order: list[int]) -> None:
    points = np.reshape(QUAD, (4, 2))[order].ravel().tolist()
    file = document(tmp_path, plain({key: [points] if key == "segmentation" else points, "text": "x"}))
    (line,) = examples(opened("coco", file))
    assert np.array_equal(line.image, cut_line(PAGE, np.reshape(QUAD, (4, 2)).astype(float)))


def test_a_polygon_of_many_corners_is_cut_out_by_the_rectangle_round_it(tmp_path: Path) -> None:
    corners = [10, 10, 50, 14, 90, 18, 88, 38, 48, 34, 8, 30]
    (line,) = examples(opened("coco", document(tmp_path, plain({"mask": corners, "text": "x"}))))
    assert line.image.shape[1] > 3 * line.image.shape[0]


def test_a_turned_box_of_cvat_is_turned_round_its_middle(tmp_path: Path) -> None:
    box = {"bbox": [50, 20, 80, 20], "text": "x", "attributes": {"rotation": 90.0}}
    (line,) = examples(opened("coco", document(tmp_path, plain(box))))
    assert np.array_equal(line.image, cut_line(PAGE, np.array([[100.0, -10], [100, 70], [80, 70], [80, -10]])))


@pytest.mark.parametrize("outline", [{}, {"bbox": [1, 2]}, {"bbox": ["a", 1, 2, 3]}, {"points": [1, 2, 3]},
                                     {"mask": "x"}, {"points": [float("nan")] * 8}])  # fmt: skip
def test_an_annotation_without_an_outline_is_a_flaw(tmp_path: Path, outline: dict[str, Any]) -> None:
    good = {"bbox": [10, 5, 80, 20], "text": "y"}
    rows = everything(opened("coco", document(tmp_path, plain({"text": "x", **outline}, good))))
    assert rows[0] == ("a.png#1", "expected a box or a polygon, in numbers")
    small = everything(opened("coco", document(tmp_path, plain({"bbox": [1, 1, 2, 2], "text": "x"}, good))))
    assert small[0] == ("a.png#1", "box too small")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"{", "is not JSON"), (b'{"images": [], "annotations": 1}', "expected images and annotations"),
        (b"[]", "expected images and annotations"),
        (json.dumps(plain({"bbox": [1, 1, 9, 9]})).encode(), "no annotation has a text"),
        (json.dumps(plain({"bbox": [1, 1, 9, 9], "text": "x"})).encode(), "no image can be found, such as a.png"),
    ],
)  # fmt: skip
def test_a_document_that_is_none_is_an_error_of_one_line(tmp_path: Path, content: bytes, fault: str) -> None:
    with pytest.raises(DatasetError, match=fault) as caught:
        opened("coco", write(tmp_path / "coco.json", content))
    assert "\n" not in str(caught.value)


def test_images_of_a_part_lie_in_a_folder_of_images_beside_the_annotations(tmp_path: Path) -> None:
    content = plain({"bbox": [10, 5, 80, 20], "text": "RM 5"})
    file = document(tmp_path, content, "annotations/instances_train.json", ("images/train/a.png",))
    assert [row.text for row in examples(opened("coco", tmp_path))] == ["RM 5"]
    (tmp_path / "images/train/a.png").unlink()
    with pytest.raises(DatasetError, match=f"they belong into {file.parent} or {tmp_path}, or a folder there"):
        opened("coco", tmp_path)
