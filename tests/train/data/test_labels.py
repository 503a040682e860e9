"""Lists of images and texts."""

import json
from pathlib import Path

import numpy as np
import pytest
from data_sets import everything, examples, image, opened, png, write

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.imaging.image_files import NO_IMAGE
from receiptgen.train.data.sources import Example
from receiptgen.train.data.sources._reading import NO_TEXT

LISTS = {
    "tab.tsv": "a.png\tRM 5, or \"so\"\nb.png\tCafe\u0301  No 1 \n",
    "tab.txt": "\ufeffa.png\tRM 5, or \"so\"\r\nb.png\tCafé No 1\r\n",
    "header.tsv": "kind\ttext\tfile\nprice\tRM 5, or \"so\"\ta.png\nword\tCafé No 1\tb.png\n",
    "plain.csv": "a.png,RM 5, or \"so\"\nb.png,Café No 1\n",
    "quoted.csv": 'file,text\na.png,"RM 5, or ""so"""\nb.png,Café No 1\n',
    "easyocr.csv": "filename,words\na.png,RM 5, or \"so\"\nb.png,Café No 1\n",
    "columns.csv": 'text,kind,file\n"RM 5, or ""so""",price,a.png\nCafé No 1,word,b.png\n',
    "semicolons.csv": 'file;text\na.png;"RM 5, or ""so"""\nb.png;Café No 1\n',
    "blank.txt": "a.png RM 5, or \"so\"\nb.png Café No 1\n",
    "icdar.txt": 'a.png, "RM 5, or \\"so\\""\nb.png, "Café No 1"\n',
    "doctr.json": json.dumps({"a.png": 'RM 5, or "so"', "b.png": "Café No 1"}),
    "rows.jsonl": '{"file_name": "a.png", "text": "RM 5, or \\"so\\""}\n{"file": "b.png", "label": "Café No 1"}\n',
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_every_form_of_list_says_the_same(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, LISTS[name])
    write(tmp_path / "a.png", png(1))
    write(tmp_path / "b.png", png(2))
    one, two = examples(opened("labels", tmp_path / name))
    assert (one.name, one.text, two.name, two.text) == ("a.png", 'RM 5, or "so"', "b.png", "Café No 1")
    assert np.array_equal(one.image, image(1))
    assert np.array_equal(two.image, image(2))
    assert (one.kind, two.kind) == (("price", "word") if name in {"header.tsv", "columns.csv"} else ("", ""))


def test_broken_rows_of_a_list_are_flaws(tmp_path: Path) -> None:
    rows = b"a.png\tone\na.png\ttwo\nno tab\ngone.png\tx\nbad.png\tx\n\nempty.png\tx\na.png\t \n\xff.png\tx\n.\tx\n"
    write(tmp_path / "labels.tsv", rows)
    write(tmp_path / "a.png", png())
    write(tmp_path / "bad.png", b"no image at all")
    write(tmp_path / "empty.png", b"")
    one, two, *flaws = everything(opened("labels", tmp_path))
    assert isinstance(one, Example)
    assert isinstance(two, Example)
    assert (one.name, two.name) == ("a.png", "a.png#2")
    assert flaws == [
        ("labels.tsv:3", "expected a file name and its text"), ("gone.png", NO_FILE), ("bad.png", NO_IMAGE),
        ("empty.png", "is empty"), ("a.png#3", NO_TEXT), ("labels.tsv:9", "not UTF-8"), (".", "is a directory"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("labels.tsv", b"", "has no rows"),
        ("labels.tsv", "a.png\tx\n".encode("utf-16"), "is not UTF-8"),
        ("labels.tsv", b"justoneword\n", "expected a file name and its text"),
        ("labels.csv", b"name only\n", "expected a file name and its text"),
        ("labels.json", b"{", "is not JSON"),
        ("labels.json", b"[1]", "expected an object of files"),
        ("labels.json", b'{"a.png": {"polygons": []}}', "labels of pages"),
        ("rec_gt.txt", b'a.png\t[{"transcription": "x", "points": []}]\n', "labels of pages"),
        ("other.tsv", b"\x00\x00\n", "is not a text file"),
    ],
)
def test_a_list_that_is_none_is_an_error_of_one_line(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    write(tmp_path / name, content)
    with pytest.raises(DatasetError, match=fault) as caught:
        opened("labels", tmp_path)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "\n" not in str(caught.value)
