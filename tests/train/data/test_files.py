"""Images in files, by names of this machine and of others."""

from pathlib import Path

import numpy as np
import pytest
from data_sets import examples, image, opened, png, write

from receiptgen.core.files import NO_FILE
from receiptgen.train.data.sources._files import Files


@pytest.mark.parametrize(
    "named",
    ["train\\img_1.png", ".\\train\\img_1.png", "C:\\data\\set\\train\\img_1.png", "C:/data/train/img_1.png",
     "\\\\server\\share\\train\\img_1.png", "train/img_1.png"],
)  # fmt: skip
def test_paths_of_windows_are_found_from_the_folder_of_the_table(tmp_path: Path, named: str) -> None:
    write(tmp_path / "train/img_1.png", png(1))
    files = Files(tmp_path)
    assert files.has(named)
    assert np.array_equal(files.image(named), image(1))


def test_a_file_that_has_a_backslash_in_its_name_goes_first(tmp_path: Path) -> None:
    write(tmp_path / "train\\a.png", png(1))
    write(tmp_path / "train/a.png", png(2))
    assert np.array_equal(Files(tmp_path).image("train\\a.png"), image(1))


def test_the_longest_end_of_a_path_and_the_first_folder_count(tmp_path: Path) -> None:
    for number, name in enumerate(["one/a.png", "one/val/a.png", "two/val/a.png"]):
        write(tmp_path / name, png(number))
    files = Files(tmp_path / "one", tmp_path / "two")
    assert np.array_equal(files.image("D:\\data\\val\\a.png"), image(1))
    assert np.array_equal(files.image("D:\\data\\test\\a.png"), image(0))
    assert files.image("val\\b.png") == NO_FILE
    assert not files.has("val\\b.png")


TABLES = {
    "labels.tsv": "train\\a.png\tone\nC:\\data\\train\\b.png\ttwo\n",
    "labels.csv": "file,text\ntrain\\a.png,one\nC:\\data\\train\\b.png,two\n",
    "labels.txt": "train\\a.png one\r\nC:\\data\\train\\b.png two\r\n",
    "labels.json": '{"train\\\\a.png": "one", "C:\\\\data\\\\train\\\\b.png": "two"}',
    "metadata.jsonl": '{"file_name": "train\\\\a.png", "text": "one"}\n'
    '{"file_name": "C:\\\\data\\\\train\\\\b.png", "text": "two"}\n',
}


@pytest.mark.parametrize("name", TABLES)
def test_every_table_may_have_been_written_on_windows(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, TABLES[name])
    write(tmp_path / "train/a.png", png(1))
    write(tmp_path / "train/b.png", png(2))
    one, two = examples(opened("labels", tmp_path))
    assert (one.name, one.text, two.text) == ("train\\a.png", "one", "two")
    assert np.array_equal(two.image, image(2))
