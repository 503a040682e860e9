"""The command tells what to label next, and writes what training takes."""

import csv
from io import StringIO
from pathlib import Path

import cv2
import pytest
from command_line import Run
from drawn_pages import drawn

from receiptgen.reading.reader import Reader
from receiptgen.train.data.sources import Example
from receiptgen.train.data.spec import parse_spec

pytestmark = pytest.mark.needs("onnxruntime")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, key in (("a.png", 2), ("b.png", 4)):
        cv2.imwrite(str(folder / name), drawn("phone", key).page.image)
    return folder


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text), delimiter="\t"))


@pytest.mark.smoke
def test_lines_of_photos_are_suggested_and_can_be_trained_on(run: Run, photos: Path) -> None:
    said = run("suggest", "photos", "--count", 12, "--out", "next")
    assert (said.code, said.error) == (0, "")
    rows = table(said.out)
    doubt = {
        f"photos/{path.name}#{index}.{cell}": (f"{line.confidence:.4f}", line.text)
        for path in photos.iterdir()
        for index, row in enumerate(Reader().read(path).rows)
        for cell, line in enumerate(row)
    }
    assert len(rows) == 12
    assert [doubt[row["line"]] for row in rows] == [(row["confidence"], row["text"]) for row in rows]
    assert rows[0]["confidence"] == min(confidence for confidence, _ in doubt.values())
    assert {row["line"].partition("#")[0] for row in rows} <= {"photos/a.png", "photos/b.png"}
    data = parse_spec("next").data.open(0)
    lines = [data.read(index) for index in range(data.size or 0)]
    assert [line.text for line in lines if isinstance(line, Example)] == [row["text"] for row in rows]


def test_images_of_lines_are_suggested_most_doubtful_first(run: Run, photos: Path) -> None:
    assert run("suggest", "photos", "--count", 9, "--out", "next").code == 0
    said = run("suggest", "next", "--lines")
    confidences = [float(row["confidence"]) for row in table(said.out)]
    assert len(confidences) == 9
    assert confidences == sorted(confidences)


def test_a_wrong_label_is_suggested_beside_what_was_read(run: Run, photos: Path, tmp_path: Path) -> None:
    labels = photos / "labels.tsv"
    assert run("read", "photos", "--format", "tsv", "--out", labels).code == 0
    rows = table(labels.read_text(encoding="utf-8"))
    surest = max(rows, key=lambda row: float(row["confidence"]))
    content = labels.read_text(encoding="utf-8")
    labels.write_text(content.replace(f"\t{surest['text']}\n", "\tBLACK TEA 4.75\n"), encoding="utf-8")
    said = run("suggest", labels, "--labels", "--out", "wrong")
    first, *others = table(said.out)
    assert (said.code, first["text"], first["read"]) == (0, "BLACK TEA 4.75", surest["text"])
    assert float(first["loss"]) > 20 > float(others[-1]["loss"])
    assert len(table((tmp_path / "wrong" / "labels.tsv").read_text(encoding="utf-8"))) == len(rows)


def test_a_corrected_table_is_not_written_over(run: Run, photos: Path, tmp_path: Path) -> None:
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "labels.tsv").write_text("corrected")
    fault = run("suggest", "photos", "--out", "next").fault
    assert fault == "receiptgen: next/labels.tsv: is there, and may have been corrected; name another folder"


def test_an_image_that_can_not_be_read_does_not_stop_the_others(run: Run, photos: Path) -> None:
    (photos / "c.png").write_bytes(b"no image")
    said = run("suggest", "photos", "--count", 3)
    assert said.code == 1
    assert said.error.splitlines() == ["receiptgen: photos/c.png: not an image that can be read"]
    assert len(table(said.out)) == 3


def test_labelled_data_have_lines_of_their_own(run: Run, photos: Path) -> None:
    assert "--lines is for images without labels" in run("suggest", "photos", "--labels", "--lines").fault
