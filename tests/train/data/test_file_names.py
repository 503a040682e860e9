"""Images whose file names hold their texts."""

import os
from pathlib import Path

import numpy as np
import pytest
from data_sets import everything, examples, image, opened, png, write
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.errors import DatasetError
from receiptgen.train.data.sources import Flaw
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.sources.file_names import _PATTERNS, _rows, is_named_by_text
from receiptgen.train.data.spec import parse_spec

TEXTS = ["$0.37", "0.78$", ".50", "a_b", "Mineral Water", "Café", "12"]


def folder_of(path: Path, pattern: str) -> Path:
    for number, text in enumerate(TEXTS):
        end = (".png", ".jpg", ".PNG")[number % 3]
        write(path / "deep" / (pattern.format(text=text, number=number) + end), png(number))
    return path


def flaws(path: Path) -> list[Flaw]:
    return [row for row in everything(opened("file_names", path)) if isinstance(row, Flaw)]


@pytest.mark.parametrize("pattern", ["{text}_{number}", "{number}_{text}"])
def test_texts_are_read_from_names_that_tell_their_own_pattern(tmp_path: Path, pattern: str) -> None:
    folder = folder_of(tmp_path, pattern)
    assert guess_format(folder) == "file_names"
    read = {row.text: row for row in examples(opened("file_names", folder))}
    assert set(read) == set(TEXTS)
    assert np.array_equal(read["a_b"].image, image(TEXTS.index("a_b")))


def test_names_that_are_texts_alone_are_read_on_request(tmp_path: Path) -> None:
    for text in ("2b827", "x_1"):
        write(tmp_path / f"{text}.png", png())
    rows = parse_spec(f"file_names:{tmp_path}:text").data.open(0)
    assert [row.text for row in examples(rows)] == ["2b827", "x_1"]


def test_numbers_are_told_from_texts_by_counting_the_images(tmp_path: Path) -> None:
    names = ["5_0", "5_1", "7_2", "9_3"]
    for name in names:
        write(tmp_path / f"{name}.png", png())
        write(tmp_path / f"turned/{'_'.join(reversed(name.split('_')))}.png", png())
    assert [row.text for row in examples(opened("file_names", tmp_path / "turned"))] == ["5", "5", "7", "9"]
    read = examples(opened("file_names", tmp_path, pattern="text_number"))
    assert [row.text for row in read if "/" not in row.name] == ["5", "5", "7", "9"]


def test_names_without_text_are_flaws_and_other_files_are_none(tmp_path: Path) -> None:
    folder_of(tmp_path, "{text}_{number}")
    write(tmp_path / "cover.png", png())
    write(tmp_path / "_7.png", png())
    write(tmp_path / "notes.txt", "x")
    assert flaws(tmp_path) == [
        ("_7.png", "expected a name such as TOTAL_12.png"), ("cover.png", "expected a name such as TOTAL_12.png"),
    ]  # fmt: skip


def test_a_name_that_is_not_utf_8_is_a_flaw() -> None:
    rows = list(_rows([os.fsdecode(b"Caf\xe9_8.png"), "x_9.png"], "text_number"))
    assert [(row.name, row.text, row.fault) for row in rows] == [
        ("Caf\\xe9_8.png", "", "its name is not UTF-8"), ("x_9.png", "x", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [
        ["IMG_0001.jpg", "IMG_0002.jpg", "DSC_0003.jpg"], ["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"],
        ["report_1.png", "report_2.png", "invoice_1.png", "invoice_2.png"], ["0001_a.png", "0002_a.png"],
        ["a.png", "b.png"], ["TOTAL_1.png"], ["TOTAL_1.txt", "SUM_2.txt"], [],
    ],
)  # fmt: skip
def test_photographs_and_pages_are_not_taken_for_texts(tmp_path: Path, names: list[str]) -> None:
    assert not is_named_by_text(names)
    for name in names:
        write(tmp_path / name, png())
    with pytest.raises(DatasetError, match="no data set of a known format"):
        guess_format(tmp_path)


def test_a_folder_without_such_names_is_an_error_of_one_line(tmp_path: Path) -> None:
    write(tmp_path / "a.png", png())
    with pytest.raises(DatasetError, match=r"holds no image whose name has a text and a number, such as TOTAL_12.png"):
        opened("file_names", tmp_path)


@given(st.text(min_size=1), st.integers(0, 10**9))
def test_a_text_comes_back_from_a_name_with_its_number(text: str, number: int) -> None:
    for pattern, stem in (("text_number", f"{text}_{number}"), ("number_text", f"{number}_{text}")):
        found = _PATTERNS[pattern].fullmatch(stem)
        assert found
        assert (found["text"], found["number"]) == (text, str(number))


def test_a_folder_whose_images_may_be_named_in_two_ways_is_refused(tmp_path: Path) -> None:
    words = ("TOTAL", "CASH", "SUM", "TAX", "NET", "CARD")
    for folder, number, word in ((folder, number, word) for folder in "xy" for number, word in enumerate(words)):
        write(tmp_path / f"words/{folder}/{word}_{number}.png", png())
        write(tmp_path / f"characters/{folder}/{folder}_{number}.png", png())
    with pytest.raises(DatasetError, match=r"say imagefolder:.*words or file_names:.*words$"):
        guess_format(tmp_path / "words")
    assert guess_format(tmp_path / "characters") == "imagefolder"


def test_images_that_only_their_paths_can_label_are_told_with_both_forms(tmp_path: Path) -> None:
    write(tmp_path / "images/2b827.png", png())
    with pytest.raises(DatasetError, match=r"say file_names:.*/images:text, or by folders, imagefolder:.*/images$"):
        guess_format(tmp_path / "images")
    (tmp_path / "none").mkdir()
    with pytest.raises(DatasetError, match=r"TEXT_12.png \(file_names\)$"):
        guess_format(tmp_path / "none")
