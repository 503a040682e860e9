"""Single characters with numbers for classes: idx files as MNIST and EMNIST have them, csv files of pixels."""

import gzip
import pickle
from pathlib import Path

import numpy as np
import pytest
from data_sets import everything, examples, idx_pair, opened, pixel_rows, same, write

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.metrics import Reading, interval
from receiptgen.train.data.sources import Flaw, Table
from receiptgen.train.data.sources._guess import guess_format


def digits(count: int = 5, side: int = 28) -> Pixels:
    """Return images whose grey levels tell index, row and column."""
    return np.random.default_rng(7).integers(0, 256, (count, side, side), dtype=np.uint8)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("named", ["", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_a_pair_is_found_by_its_folder_or_either_file(tmp_path: Path, packed: bool, named: str) -> None:
    idx_pair(tmp_path, digits(), [5, 0, 4, 1, 9], packed=packed)
    idx_pair(tmp_path, digits(2), [3, 3], "t10k")
    path = tmp_path / f"{named}{'.gz' if packed else ''}" if named else tmp_path
    assert guess_format(path) == "idx"
    read = examples(opened("idx", path))
    assert [row.text for row in read] == ["5", "0", "4", "1", "9"]
    for row, pixels in zip(read, digits(), strict=True):
        assert np.array_equal(row.image, 255 - pixels), "ink is dark on paper"
    assert read[1].name == f"train-images-idx3-ubyte{'.gz' if packed else ''}/1"
    assert [row.text for row in examples(opened("idx", tmp_path, part="test"))] == ["3", "3"]


def test_characters_count_one_by_one_in_an_interval(tmp_path: Path) -> None:
    idx_pair(tmp_path, digits(40, 4), [7] * 40)
    names = [row.name for row in examples(opened("idx", tmp_path))]
    low, high = interval([Reading(name, "", "7", "78"[place % 2]) for place, name in enumerate(names)])
    assert low < 0.5 < high


def test_ink_that_is_stored_dark_stays_as_it_is(tmp_path: Path) -> None:
    idx_pair(tmp_path, digits(1), [7])
    assert np.array_equal(examples(opened("idx", tmp_path, ink="dark"))[0].image, digits(1)[0])


def test_images_are_cut_to_a_margin_round_their_ink(tmp_path: Path) -> None:
    stored = np.zeros((2, 28, 28), np.uint8)
    stored[0, 1:21, 10:15] = 200
    stored[0, 3, 2] = 40  # too pale to be ink
    idx_pair(tmp_path, stored, [1, 2])
    cut, empty = examples(opened("idx", tmp_path, margin=0.1))
    assert cut.image.shape == (24, 9)
    assert np.array_equal(cut.image[2:22, 2:7], np.full((20, 5), 55))
    assert cut.image[0, 0] == 255
    assert empty.image.shape == (28, 28)


def test_emnist_is_turned_upright_and_its_list_of_classes_is_read(tmp_path: Path) -> None:
    idx_pair(tmp_path, digits(), [1, 26, 2, 1, 3], "emnist-letters-train", packed=True)
    write(tmp_path / "emnist-letters-mapping.txt", "".join(f"{n} {64 + n} {96 + n}\n" for n in range(1, 27)))
    read = examples(opened("idx", tmp_path))
    assert "".join(row.text for row in read) == "AZBAC"
    assert np.array_equal(read[0].image, 255 - digits()[0].T)
    stored = examples(opened("idx", tmp_path, transposed=False, classes="?A-Z"))
    assert np.array_equal(stored[0].image, 255 - digits()[0])
    assert stored[1].text == "Z"


def test_a_folder_of_several_sets_asks_for_a_file(tmp_path: Path) -> None:
    for name in ("emnist-letters-train", "emnist-digits-train"):
        idx_pair(tmp_path, digits(1), [1], name)
    with pytest.raises(DatasetError, match=r"holds several data sets, emnist-digits-train.*; name one of their files"):
        opened("idx", tmp_path)
    assert opened("idx", tmp_path / "emnist-digits-train-images-idx3-ubyte").size == 1
    with pytest.raises(DatasetError, match="holds no idx files of part 'test'"):
        opened("idx", tmp_path, part="test")


def refuse(path: Path, fault: str, form: str = "idx", **settings: object) -> None:
    with pytest.raises(DatasetError, match=fault) as caught:
        opened(form, path, **settings)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_idx_files_that_are_none_are_refused_in_one_line(tmp_path: Path) -> None:
    images, labels = idx_pair(tmp_path, digits(), [5, 0, 4, 1, 9])
    whole = images.read_bytes()
    images.write_bytes(whole[:-10])
    refuse(images, r"is cut off: 3,926 bytes for 5 x 28 x 28 images, which take 3,936; fetch it again")
    images.write_bytes(whole + b"\0")
    refuse(images, "is too long")
    images.write_bytes(b"GIF89a" + whole[6:])
    refuse(images, "begins with 47 49 46 38; an idx file of images begins with 00 00 08 03")
    images.write_bytes(labels.read_bytes())
    refuse(images, "is an idx file of labels")
    images.write_bytes(b"")
    refuse(images, "begins with nothing")
    images.write_bytes(whole)
    write(labels, b"\0\0\x08\x01\0\0\0\x02\5\0")
    refuse(images, "has 5 images, train-labels-idx1-ubyte 2 labels; take both files of the same part")
    labels.unlink()
    refuse(images, "the other file of the pair is missing; expected train-labels-idx1-ubyte beside it")
    refuse(write(tmp_path / "digits.idx", whole), "has 'images' or 'labels' in it")


def test_a_gzipped_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    images, _ = idx_pair(tmp_path, digits(), [5, 0, 4, 1, 9], packed=True)
    images.write_bytes(images.read_bytes()[:-100])
    refuse(images, "is damaged or cut off, and can't be unpacked; fetch it again")
    images.write_bytes(gzip.compress(b"abc")[:-8] + b"\1" * 8)
    refuse(images, "is damaged or cut off")


def test_a_class_without_a_character_is_refused(tmp_path: Path) -> None:
    _, labels = idx_pair(tmp_path, digits(), [5, 0, 11, 1, 9])
    refuse(labels, "row 2: class 11 has no character, the classes are '0123456789'; name all by the setting 'classes'")
    refuse(write(tmp_path / "az.csv", pixel_rows(digits(2), [3, 25])), "row 2: class 25", "pixels_csv")
    refuse(write(tmp_path / "az.csv", "9999999999,0,0,0,1\n"), "row 1: class 2147483647 has no", "pixels_csv")
    write(tmp_path / "emnist-x-mapping.txt", "0 zero\n")
    images, _ = idx_pair(tmp_path, digits(1), [0], "emnist-x-train")
    with pytest.raises(DatasetError, match=r"emnist-x-mapping\.txt:1: expected a class and the code"):
        opened("idx", images)


@pytest.mark.parametrize("head", ["", "label," + ",".join(f"pixel{n}" for n in range(784)) + "\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_rows_of_a_class_and_its_pixels_are_characters(tmp_path: Path, head: str, end: str) -> None:
    rows = head + pixel_rows(digits(3), [0, 25, 1]).replace("\n", end)
    path = write(tmp_path / "az.csv", "\ufeff" + rows.rstrip("\n") if end == "\n" else rows)
    if end != "\n\n":
        assert guess_format(path) == guess_format(tmp_path) == "pixels_csv"
        read = examples(opened("pixels_csv", path, classes="A-Z"))
        assert [row.text for row in read] == ["A", "Z", "B"]
        assert np.array_equal(read[1].image, 255 - digits(3)[1])
        assert read[1].name == "az.csv/1"
    else:
        read_all = everything(opened("pixels_csv", path, classes="A-Z"))
        assert [isinstance(row, Flaw) for row in read_all].count(False) == 3, "empty rows between are flaws"


@pytest.mark.parametrize("pixels", [783, 785, 2])
def test_a_csv_file_whose_pixels_make_no_square_is_refused(tmp_path: Path, pixels: int) -> None:
    path = write(tmp_path / "a.csv", ",".join(["1"] * (pixels + 1)) + "\n")
    refuse(path, rf"a\.csv:1: has {pixels + 1:,} columns; expected a class and the pixels of a square", "pixels_csv")


def test_empty_csv_files_are_refused(tmp_path: Path) -> None:
    refuse(write(tmp_path / "a.csv", "\n"), "is empty", "pixels_csv")
    refuse(write(tmp_path / "a.csv", "label,a,b,c,d\n"), "holds headings only", "pixels_csv")
    write(tmp_path / "b.csv", "")
    refuse(tmp_path, "holds several csv files; name the file", "pixels_csv")


def test_rows_of_a_csv_file_that_are_none_are_flaws(tmp_path: Path) -> None:
    rows = ["1,0,0,0,255", "1,0,0,0", "1,0,0,0,256", "x,0,0,0,1", "1,0,0,0,", "2,0,0,0,25"]
    read = everything(opened("pixels_csv", write(tmp_path / "a.csv", "\n".join(rows))))
    assert [row.reason if isinstance(row, Flaw) else row.text for row in read] == [
        "1", "has 4 columns, the first row 5", "expected whole numbers from 0 to 255", "its class is not a number",
        "expected whole numbers from 0 to 255", "2",
    ]  # fmt: skip


def test_a_csv_file_of_pixels_stays_on_disk(tmp_path: Path) -> None:
    table = opened("pixels_csv", write(tmp_path / "a.csv", "7,0,0,0,255\n" * 10_000))
    assert table.size == 10_000
    assert len(pickle.dumps(table)) < 10_000 * 13


def tables(folder: Path) -> list[Table]:
    idx_pair(folder, digits(), [5, 0, 4, 1, 9], packed=True)
    write(folder / "a.csv", pixel_rows(digits(), [5, 0, 4, 1, 9]))
    return [opened("idx", folder), opened("pixels_csv", folder)]


def test_both_forms_say_the_same_also_in_other_processes(tmp_path: Path) -> None:
    one, other = (examples(table) for table in tables(tmp_path))
    assert all(same(a._replace(name=b.name), b) for a, b in zip(one, other, strict=True))
    again = [pickle.loads(pickle.dumps(table)) for table in tables(tmp_path)]
    assert all(same(a, b) for a, b in zip(one, examples(again[0]), strict=True))
    assert [again[1].label(index).text for index in range(5)] == ["5", "0", "4", "1", "9"]


def test_classes_with_a_range_that_runs_backwards_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the range Z-A is empty; write A-Z"):
        opened("idx", tmp_path, classes="Z-A")
