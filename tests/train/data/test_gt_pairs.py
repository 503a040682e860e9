"""Line images beside files of their texts."""

from pathlib import Path

import numpy as np
import pytest
from data_sets import everything, examples, image, opened, png, write

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.image_files import NO_IMAGE
from receiptgen.train.data.sources import Flaw
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.sources._reading import NO_TEXT


def test_pairs_are_found_at_any_depth_by_every_kind_of_image(tmp_path: Path) -> None:
    for number, name in enumerate(["a.png", "book/b.bin.png", "book/v1.2.JPG", "book/deep/c.nrm.tif"]):
        write(tmp_path / name, png(number))
    write(tmp_path / "a.gt.txt", "\ufeffTOTAL  12.50\r\n")
    write(tmp_path / "book/b.gt.txt", "Cafe\u0301")
    write(tmp_path / "book/v1.2.gt.txt", "x\n\n")
    write(tmp_path / "book/deep/c.gt.txt", "y")
    assert guess_format(tmp_path) == "gt_pairs"
    read = examples(opened("gt_pairs", tmp_path))
    assert [(row.name, row.text) for row in read] == [
        ("a.png", "TOTAL 12.50"), ("book/b.bin.png", "Café"), ("book/v1.2.JPG", "x"), ("book/deep/c.nrm.tif", "y"),
    ]  # fmt: skip
    assert np.array_equal(read[1].image, image(1))


def test_an_image_named_in_full_is_not_a_variant_of_another(tmp_path: Path) -> None:
    for name in ("a.png", "a.bin.png"):
        write(tmp_path / name, png())
    write(tmp_path / "a.gt.txt", "plain")
    write(tmp_path / "a.bin.gt.txt", "own")
    assert {row.name: row.text for row in examples(opened("gt_pairs", tmp_path))} == {
        "a.png": "plain", "a.bin.png": "own",
    }  # fmt: skip


def test_what_makes_no_pair_is_a_flaw_with_its_reason(tmp_path: Path) -> None:
    for name in ("good", "lonely", "latin", "blank", "long"):
        write(tmp_path / f"{name}.png", png())
    write(tmp_path / "bad.png", b"no image")
    for name, text in {
        "good": b"x", "latin": b"Caf\xe9", "blank": b" \n", "long": b"one\ntwo\n", "bad": b"x", "gone": b"x",
    }.items():  # fmt: skip
        write(tmp_path / f"{name}.gt.txt", text)
    write(tmp_path / "notes.txt", "of no image")
    flaws = {row.name: row.reason for row in everything(opened("gt_pairs", tmp_path)) if isinstance(row, Flaw)}
    assert flaws == {
        "bad.png": NO_IMAGE, "blank.png": NO_TEXT, "gone.gt.txt": "has no image beside it",
        "latin.png": "latin.gt.txt is not UTF-8", "lonely.png": "has no lonely.gt.txt beside it",
        "long.png": "long.gt.txt has 2 lines of text, of an image of one",
    }  # fmt: skip


def test_texts_without_any_image_are_an_error_of_one_line(tmp_path: Path) -> None:
    write(tmp_path / "a.gt.txt", "x")
    with pytest.raises(DatasetError, match=r"holds no pair that can be read; a.gt.txt: has no image beside it"):
        opened("gt_pairs", tmp_path)
