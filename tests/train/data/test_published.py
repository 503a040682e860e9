"""Data sets as they are published: SROIE, LMDB, shards, MJSynth, IAM."""

import pickle
import tarfile
from io import BytesIO
from pathlib import Path

import lmdb
import numpy as np
import pytest
from components import REAL_RECEIPTS
from data_sets import encoded, everything, examples, image, mjsynth, opened, png, same, sroie, write
from PIL import Image

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.imaging.image_files import NO_IMAGE
from receiptgen.train.data.sources import Example, Flaw
from receiptgen.train.data.sources._reading import NO_TEXT
from receiptgen.train.data.sources.mjsynth import text_of


def test_boxes_are_cut_with_a_margin_and_named_by_receipt_and_row(tmp_path: Path) -> None:
    page = image(3, 200, 300)
    read = {row.name: row for row in everything(opened("sroie", sroie(tmp_path)))}
    first, whole = read["006_0000.png"], read["006_0005.png"]
    assert isinstance(first, Example)
    assert isinstance(whole, Example)
    assert first.text == "TOTAL, RM 5"
    assert np.array_equal(first.image, page[18:52, 8:112])
    assert np.array_equal(whole.image, page[:108, :])
    flaws = {row.name: row.reason for row in read.values() if isinstance(row, Flaw)}
    assert flaws == {
        "006_0001.png": NO_TEXT, "box/006.csv:4": "expected x0,y0,..,x3,y3,text", "006_0003.png": "box too small",
        "006_0004.png": "box outside the image", "img/100.png": "has no file in box/",
        "200_0000.png": NO_IMAGE,
    }  # fmt: skip
    assert isinstance(read["x/12_0000.png"], Example)


def test_the_margin_is_at_least_a_pixel(tmp_path: Path) -> None:
    read = opened("sroie", sroie(tmp_path), margin=0).read(0)
    assert isinstance(read, Example)
    assert read.image.shape == (32, 102)


@pytest.mark.needs("real receipts")
def test_real_receipts_are_read_without_a_flaw_in_their_images() -> None:
    table = opened("sroie", REAL_RECEIPTS)
    assert table.size is not None
    read = [table.read(index) for index in range(0, table.size, 60)]
    assert {row.reason for row in read if isinstance(row, Flaw)} <= {NO_TEXT, "box too small"}


def test_lines_of_a_page_are_the_same_in_any_order_and_can_not_be_written_to(tmp_path: Path) -> None:
    forward, backward = (opened("sroie", sroie(tmp_path)) for _ in range(2))
    assert forward.size is not None
    places = range(forward.size)
    read = dict(zip(reversed(places), map(backward.read, reversed(places)), strict=True))
    assert all(same(forward.read(place), read[place]) for place in places)
    first = forward.read(0)
    assert isinstance(first, Example)
    with pytest.raises(ValueError, match="read-only"):
        first.image[0, 0] = 1


def test_lmdb_faults(tmp_path: Path) -> None:
    with lmdb.open(str(tmp_path / "db")) as database, database.begin(write=True) as entries:
        for key, value in {
            "num-samples": b"5", "image-000000001": png(1), "label-000000001": "Café".encode(),
            "image-000000002": png(2), "label-000000003": b"x", "image-000000004": b"x", "label-000000004": b"x",
            "image-000000005": png(2), "label-000000005": b"\xff",
        }.items():  # fmt: skip
            entries.put(key.encode(), value)
    first, *flaws = everything(opened("lmdb", tmp_path / "db"))
    assert isinstance(first, Example)
    assert (first.text, first.kind, first.name) == ("Café", "", "image-000000001")
    assert [flaw.reason for flaw in flaws if isinstance(flaw, Flaw)] == [
        "no key label-000000002", "no key image-000000003", NO_IMAGE, "label is not UTF-8",
    ]  # fmt: skip
    with lmdb.open(str(tmp_path / "other")) as database, database.begin(write=True) as entries:
        entries.put(b"x", b"y")
    with pytest.raises(DatasetError, match="has no key 'num-samples'"):
        opened("lmdb", tmp_path / "other")
    write(tmp_path / "broken/data.mdb", b"nothing like a database" * 500)
    with pytest.raises(DatasetError, match="broken: can't be read"):
        opened("lmdb", tmp_path / "broken")


def test_shards_of_other_tools_are_read(tmp_path: Path) -> None:
    long = "folder/" + "x" * 120
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in [("d/1.jpg", encoded(Image.fromarray(image(1)), "JPEG")), ("d/1.txt", b"one\n"),
                              (f"{long}.png", png(2)), (f"{long}.txt", b"two"), ("3.json", b'{"text": "three"}'),
                              ("3.png", png(3)), ("4.txt", b"four"), ("5.png", b"broken"), ("5.txt", b"five"),
                              ("6.png", png(6))]:  # fmt: skip
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, BytesIO(content))
    read = everything(opened("webdataset", tmp_path))
    assert [row.text if isinstance(row, Example) else row.reason for row in read] == [
        "one", "two", "three", "no image", NO_IMAGE, NO_TEXT,
    ]  # fmt: skip
    assert isinstance(read[1], Example)
    assert np.array_equal(read[1].image, image(2))
    write(tmp_path / "b.tar", b"no archive " * 100)
    with pytest.raises(DatasetError, match=r"b\.tar: is not a complete, uncompressed tar file"):
        opened("webdataset", tmp_path / "b.tar")


def test_words_of_mjsynth_are_read_from_their_files_names(tmp_path: Path) -> None:
    table = opened("mjsynth", mjsynth(tmp_path / "mnt/ramdisk/max/90kDICT32px", 300).parents[3])
    assert table.size == 300
    for index in (0, 1, 63, 64, 65, 69):
        row = table.read(index)
        assert isinstance(row, Example)
        assert (row.text, row.kind, row.name) == (
            f"Word{index}",
            "",
            f"{index // 10}/1/{index}_Word{index}_{index * 7}.jpg",
        )
    assert table.read(299) == Flaw("29/1/299_Word299_2093.jpg", NO_FILE)
    assert text_of("2373/6/158_Let_ters_12345.jpg") == "Let_ters"


def test_mjsynth_without_annotations_is_searched_and_bad_rows_are_flaws(tmp_path: Path) -> None:
    mjsynth(tmp_path, 5)
    rows = write(tmp_path / "annotation_train.txt", b"\n./x.jpg 3\n\xff\n./0/1/1_Word1_7.jpg 7\n")
    read = everything(opened("mjsynth", rows))
    assert [isinstance(row, Flaw) for row in read] == [True, True, True, False]
    rows.unlink()
    assert [row.text for row in examples(opened("mjsynth", tmp_path))] == [f"Word{number}" for number in range(5)]
    with pytest.raises(DatasetError, match=r"holds no annotation_val\.txt"):
        opened("mjsynth", tmp_path, part="val")


def test_nine_million_rows_of_mjsynth_would_take_little_memory(tmp_path: Path) -> None:
    rows = b"".join(b"./%d/1/%d_Word_1.jpg 1\n" % (number, number) for number in range(100_000))
    write(tmp_path / "0/1/0_Word_1.jpg", png())
    table = opened("mjsynth", write(tmp_path / "annotation.txt", rows))
    assert table.size == 100_000
    assert table.read(77_777) == Flaw("77777/1/77777_Word_1.jpg", NO_FILE)
    assert len(pickle.dumps(table)) < 20_000
