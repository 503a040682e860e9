"""Lists of images and texts."""

import json
import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
from data_sets import everything, examples, image, opened, png, write

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.imaging.image_files import NO_IMAGE
from receiptgen.reading.line_images import cut_line
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
        ("labels.json", b'[{"file": "a.png", "lines": []}]', "pages of 'receiptgen read --format json'"),
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


READ = "file\trow\tcell\tleft\ttop\tright\tbottom\tconfidence\ttext\n"


def page_with_lines(folder: Path) -> tuple[Path, list[np.ndarray]]:
    page = np.random.default_rng(4).integers(0, 256, (60, 1300), dtype=np.uint8)
    cv2.imwrite(str(folder / "page.png"), page)
    return folder / "page.png", [page[5:25, 10:90], page[30:50, 1100:1250]]


@pytest.mark.parametrize(
    "table",
    [
        READ + 'page.png\t0\t0\t10\t5\t90\t25\t0.98\t"RM 5, or ""so"""\n'
        'page.png\t1\t0\t1100\t30\t1250\t50\t0.97\tCAFE\n',
        # Saved by a spreadsheet: byte order mark, quotes, other ends of rows, order, numbers, and empty rows.
        "\ufeff\"text\"\tfile\ttop\tbottom\tleft\tright\r\n\"RM 5, or \"\"so\"\"\"\tpage.png\t5\t25\t10\t90\r\n"
        "CAFE\tpage.png\t30,0\t50,0\t1.100\t1 250\r\n\t\t\t\t\t\r\n",
        "file;left;top;right;bottom;confidence;text\r\npage.png;10;5;90;25;0,98;\"RM 5, or \"\"so\"\"\"\r\n"
        "page.png;1100,0;30;1250,0;50;0,97;CAFE\r\n;;;;;;\r\n",
    ],
)  # fmt: skip
def test_what_read_wrote_is_cut_out_of_its_pages(tmp_path: Path, table: str) -> None:
    _, lines = page_with_lines(tmp_path)
    name = "read.csv" if ";" in table else "read.tsv"
    write(tmp_path / name, table)
    found = examples(opened("labels", tmp_path / name))
    assert [example.text for example in found] == ['RM 5, or "so"', "CAFE"]
    for example, line in zip(found, lines, strict=True):
        assert np.array_equal(example.image, line)


WITH_QUADS = READ.replace("bottom", "bottom\tquad")
ROW = "page.png\t0\t0\t10\t5\t90\t25\t{}\t0.98\tRM 5\n"


@pytest.mark.parametrize("quad", ["12 5 90 9 88 25 10 21", "12,0 5,0 90,0 9,0 88,0 25,0 10,0 21,0"])
def test_a_line_with_a_quad_is_cut_out_level(tmp_path: Path, quad: str) -> None:
    page, _ = page_with_lines(tmp_path)
    write(tmp_path / "read.tsv", WITH_QUADS + ROW.format(quad))
    table = pickle.loads(pickle.dumps(opened("labels", tmp_path)))
    (line,) = examples(table)
    corners = np.array([[12, 5], [90, 9], [88, 25], [10, 21]], np.float64)
    assert np.array_equal(line.image, cut_line(cv2.imread(str(page), cv2.IMREAD_GRAYSCALE), corners))
    assert (line.name, line.text) == ("page.png#2", "RM 5")


def test_a_line_whose_quad_was_deleted_is_cut_out_by_its_box(tmp_path: Path) -> None:
    _, lines = page_with_lines(tmp_path)
    write(tmp_path / "read.tsv", WITH_QUADS + ROW.format(""))
    (line,) = examples(opened("labels", tmp_path))
    assert np.array_equal(line.image, lines[0])


@pytest.mark.parametrize("quad", ["1 2 3", "a b c d e f g h", "10 21 88 25 90 9 12 5", "nan " * 8, "1e999 " * 8])
def test_a_quad_that_is_none_is_a_flaw(tmp_path: Path, quad: str) -> None:
    page_with_lines(tmp_path)
    write(tmp_path / "read.tsv", WITH_QUADS + ROW.format(quad) + ROW.format(""))
    flaw, _ = everything(opened("labels", tmp_path))
    assert flaw.reason == "expected the four corners of the quad, x and y in pixels, clockwise from the top left"


def test_a_quad_outside_its_page_is_a_flaw(tmp_path: Path) -> None:
    page_with_lines(tmp_path)
    write(tmp_path / "read.tsv", WITH_QUADS + ROW.format("9e8 5 10e8 5 10e8 25 9e8 25"))
    assert [flaw.reason for flaw in everything(opened("labels", tmp_path))] == ["box outside the image"]


def test_what_read_wrote_elsewhere_names_images_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page_with_lines(tmp_path)
    (tmp_path / "lists").mkdir()
    write(tmp_path / "lists" / "read.tsv", READ + "page.png\t0\t0\t10\t5\t90\t25\t0.98\tRM 5\n")
    monkeypatch.chdir(tmp_path)
    assert [example.text for example in examples(opened("labels", tmp_path / "lists"))] == ["RM 5"]


@pytest.mark.parametrize("lacking", ["file", "left", "top", "right", "bottom", "text"])
def test_what_read_wrote_is_refused_without_a_column_that_it_needs(tmp_path: Path, lacking: str) -> None:
    heads = [head for head in READ.split() if head != lacking]
    write(tmp_path / "read.tsv", "\t".join(heads) + "\npage.png\t0\t0\t10\t5\t90\t25\t0.9\n")
    with pytest.raises(DatasetError, match=f"lacks the column '{lacking}' of 'receiptgen read'"):
        opened("labels", tmp_path)


def test_words_in_doubt_and_boxes_that_are_none_are_flaws(tmp_path: Path) -> None:
    page_with_lines(tmp_path)
    row = "page.png\t0\t0\t10\t5\t{}\t25\t0.98\t{}\n"
    write(
        tmp_path / "read.tsv", READ + row.format("90", "RM (N/A)") + row.format("wide", "RM") + row.format("90", "OK")
    )
    doubt, box, fine = everything(opened("labels", tmp_path))
    assert doubt == ("read.tsv:2", "has (N/A), which 'receiptgen read' writes for words in doubt; write what is there")
    assert box == ("read.tsv:3", "expected left, top, right and bottom in pixels")
    assert isinstance(fine, Example)


def test_a_page_is_not_taken_for_each_of_its_lines(tmp_path: Path) -> None:
    write(tmp_path / "labels.tsv", "file\ttext\npage.png\tONE\npage.png\tTWO\npage.png\tTHREE\n")
    with pytest.raises(DatasetError, match=r"'page.png' has several texts, 'THREE' and 'TWO' among them"):
        opened("labels", tmp_path)
