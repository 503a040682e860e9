"""Data sets of every form: written as published or by our own writers, and read back."""

import json
import pickle
import tarfile
from collections import Counter
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import cv2
import lmdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from receiptgen.core.distributions import Weights
from receiptgen.core.errors import DatasetError, ReceiptgenError
from receiptgen.core.files import NO_FILE
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.drawing.cuts import CUTS
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import NO_IMAGE, TOO_LARGE, decode
from receiptgen.train.data.sources import DATASETS, Example, Flaw, Table
from receiptgen.train.data.sources._guess import guess
from receiptgen.train.data.sources._reading import NO_TEXT, clean_text
from receiptgen.train.data.sources.live import BLOCK, Mix
from receiptgen.train.data.sources.mjsynth import text_of
from receiptgen.writers import encode_png

FORMATS = ("folder", "jsonl", "tsv", "paddle", "easyocr", "doctr", "lmdb", "webdataset")
REAL = Path(__file__).parents[3] / "shared"


def image(seed: int = 0, height: int = 12, width: int = 40) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def png(seed: int = 0) -> bytes:
    return encode_png(image(seed))


def encoded(picture: Image.Image, form: str) -> bytes:
    stream = BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def opened(name: str, path: Path, **settings_: object) -> Table:
    return DATASETS.get(name).model_validate({"path": path, **settings_}).open(0)  # type: ignore[attr-defined]


def live(source: str = "standard", seed: int = 0, **settings_: object) -> Table:
    return DATASETS.get("live").model_validate({"source": source, **settings_}).open(seed)  # type: ignore[attr-defined]


def everything(table: Table) -> list[Example | Flaw]:
    assert table.size is not None
    return [table.read(index) for index in range(table.size)]


def examples(table: Table) -> list[Example]:
    read = everything(table)
    assert not [row for row in read if isinstance(row, Flaw)]
    return [row for row in read if isinstance(row, Example)]


def same(one: Example | Flaw, other: Example | Flaw) -> bool:
    if isinstance(one, Flaw) or isinstance(other, Flaw):
        return one == other
    return one[1:] == other[1:] and np.array_equal(one.image, other.image)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.fixture(scope="module")
def snippets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snippets")
    plan = Plan(snippets="standard", kinds=("price", "word", "line"), seed=5, formats=FORMATS)
    Dataset(folder, plan).fill(36, 1, lambda done: None)
    return folder


@pytest.fixture(scope="module")
def receipts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("receipts")
    Dataset(folder, Plan(receipts=("parking",), seed=5, formats=FORMATS)).fill(3, 1, lambda done: None)
    return folder


@pytest.fixture(scope="module")
def truth(snippets: Path) -> dict[str, tuple[str, str]]:
    rows = [json.loads(line) for line in (snippets / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["file"]: (clean_text(row["text"]), row["kind"]) for row in rows}


# What draw writes.


def test_drawn_snippets_are_read_with_text_kind_and_pixels(snippets: Path, truth: dict[str, tuple[str, str]]) -> None:
    read = examples(opened("drawn", snippets))
    assert {row.name: (row.text, row.kind) for row in read} == truth
    for row in read:
        assert np.array_equal(row.image, cv2.imread(str(snippets / row.name), cv2.IMREAD_GRAYSCALE))


@pytest.mark.parametrize(
    "named", ["labels.tsv", "rec_gt.txt", "easyocr", "easyocr/labels.csv", "labels.json", "sample.txt"]
)
def test_lists_that_draw_writes_are_read_as_labels(
    snippets: Path, truth: dict[str, tuple[str, str]], named: str
) -> None:
    read = examples(opened("labels", snippets / named))
    assert Counter(row.text for row in read) == Counter(text for text, _ in truth.values())
    pixels = {row.image.tobytes() for row in examples(opened("drawn", snippets))}
    assert {row.image.tobytes() for row in read} == pixels


@pytest.mark.parametrize("name", ["lmdb", "webdataset"])
def test_archives_that_draw_writes_hold_the_same(snippets: Path, name: str) -> None:
    drawn, archive = (Counter((row.text, row.image.tobytes()) for row in examples(opened(form, snippets)))
                      for form in ("drawn", name))  # fmt: skip
    assert archive == drawn


def test_shards_tell_the_kind(snippets: Path) -> None:
    assert Counter(row.kind for row in examples(opened("webdataset", snippets))) == {
        "price": 12,
        "word": 12,
        "line": 12,
    }


@pytest.mark.parametrize("name", ["webdataset", "labels", "lmdb", "drawn/jsonl"])
def test_fields_of_receipts_are_the_same_crops_in_every_form(receipts: Path, name: str) -> None:
    folder = opened("drawn", next(receipts.glob("000001")))
    first = examples(folder)
    assert len(first) > 5
    assert {"total", "total.label"} & {row.kind for row in first}
    path = receipts / "labels.jsonl" if name.endswith("jsonl") else receipts
    read = examples(opened(name.partition("/")[0], path))
    assert len({row.name for row in read}) == len(read)
    crops = {(row.text, row.kind if name != "lmdb" else "", row.image.tobytes()) for row in read}
    assert {(row.text, row.kind if name != "lmdb" else "", row.image.tobytes()) for row in first} <= crops


def test_receipts_in_two_forms_count_once(receipts: Path) -> None:
    both, one = opened("drawn", receipts), opened("drawn", receipts / "labels.jsonl")
    assert both.size == one.size
    assert all(same(a, b) for a, b in zip(everything(both), everything(one), strict=True))


def test_drawn_parts_and_results_are_found_at_any_depth(tmp_path: Path) -> None:
    plan = Plan(snippets="standard", kinds=("price",), formats=("folder",), split=(0.5, 0.5))
    Dataset(tmp_path / "results_test", plan).fill(10, 1, lambda done: None)
    Dataset(tmp_path / "results", Plan(receipts=("parking",))).fill(1, 1, lambda done: None)
    names = [row.name for row in examples(opened("drawn", tmp_path))]
    parts = Counter(name.rpartition("/")[0] for name in names if name.startswith("results_test/"))
    assert set(parts) == {"results_test/train/price", "results_test/val/price"}
    assert parts.total() == 10
    assert any(name.startswith("results/000000/receipt.png#") for name in names)


def test_broken_rows_of_drawn_data_are_flaws(tmp_path: Path) -> None:
    row = {"file": "a.png", "kind": "price", "index": 0, "text": "1.00"}
    rows = [row, {**row, "file": "gone.png"}, {**row, "text": "  "}, {"file": "a.png"}, [1],
            {**row, "kind": "receipt", "fields": [{"text": "x", "role": "r", "quad": [1, 2, 3]}]}]  # fmt: skip
    write(tmp_path / "labels.jsonl", "\n".join(map(json.dumps, rows)) + "\n{cut off")
    write(tmp_path / "a.png", png())
    first, *flaws = everything(opened("drawn", tmp_path))
    assert isinstance(first, Example)
    foreign = "not as 'receiptgen draw' writes it"
    assert flaws == [
        ("gone.png", NO_FILE), ("a.png", NO_TEXT), ("labels.jsonl:4", foreign), ("labels.jsonl:5", foreign),
        ("labels.jsonl:6", foreign), ("labels.jsonl:7", foreign),
    ]  # fmt: skip


# Lists of labels.

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
        ("labels.tsv:3", "expected a file's name and its text"), ("gone.png", NO_FILE), ("bad.png", NO_IMAGE),
        ("empty.png", NO_IMAGE), ("a.png#3", NO_TEXT), ("labels.tsv:9", "not UTF-8"), (".", "is a directory"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("labels.tsv", b"", "has no rows"),
        ("labels.tsv", "a.png\tx\n".encode("utf-16"), "is not UTF-8"),
        ("labels.tsv", b"justoneword\n", "expected a file's name and its text"),
        ("labels.csv", b"name only\n", "expected a file's name and its text"),
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


# SROIE.


def sroie(folder: Path) -> Path:
    page = image(3, 200, 300)
    for name in ("img/006.png", "img/x/12.png", "img/100.png"):
        write(folder / name, encode_png(page))
    write(folder / "img/200.jpg", b"not")
    quad = "10,20,110,20,110,50,10,50"
    rows = [f"{quad},TOTAL, RM 5", "", f"{quad}, ", "1,2,3,4,5,6,7,8", "10,20,12,20,12,50,10,50,x",
            "400,20,500,20,500,50,400,50,x", "0,0,300,0,300,100,0,100,ALL"]  # fmt: skip
    write(folder / "box/006.csv", "\n".join(rows))
    write(folder / "box/x/12.txt", f"{quad},a\n")
    write(folder / "box/200.csv", f"{quad},a\n")
    return folder


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
        "006_0004.png": "box outside the image", "img/100.png": "no file in box/ that labels it",
        "200_0000.png": NO_IMAGE,
    }  # fmt: skip
    assert isinstance(read["x/12_0000.png"], Example)


def test_the_margin_is_at_least_a_pixel(tmp_path: Path) -> None:
    read = opened("sroie", sroie(tmp_path), margin=0).read(0)
    assert isinstance(read, Example)
    assert read.image.shape == (32, 102)


@pytest.mark.skipif(not (REAL / "real/sroie-dev").is_dir(), reason="real receipts are not at hand")
def test_real_receipts_are_read_without_a_flaw_in_their_images() -> None:
    table = opened("sroie", REAL / "real/sroie-dev")
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


# What others publish.


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
    with pytest.raises(DatasetError, match=r"b\.tar: is not a whole"):
        opened("webdataset", tmp_path / "b.tar")


def mjsynth(folder: Path, rows: int) -> Path:
    names = [f"./{number // 10}/1/{number}_Word{number}_{number * 7}.jpg" for number in range(rows)]
    content = encoded(Image.fromarray(image()), "JPEG")
    for name in names[:70]:
        write(folder / name, content)
    write(folder / "annotation_train.txt", "\n".join(f"{name} {number * 7}" for number, name in enumerate(names)))
    return folder


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
    table = opened("mjsynth", write(tmp_path / "annotation.txt", rows))
    assert table.size == 100_000
    assert table.read(77_777) == Flaw("77777/1/77777_Word_1.jpg", NO_FILE)
    assert len(pickle.dumps(table)) < 20_000


IAM = """#--- lines.txt ---
# a01-000u-00 ok 154 19 ...
a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop|Mr.
a01-000u-01 err 156 19 395 932 1850 105 nominating
a01-000u-02 ok 157 16
"""


@pytest.mark.parametrize("inside", ["ascii/", ""])
@pytest.mark.parametrize("errors", ["keep", "skip"])
def test_lines_of_iam(tmp_path: Path, inside: str, errors: str) -> None:
    write(tmp_path / f"{inside}lines.txt", IAM)
    for line in ("00", "01"):
        write(tmp_path / f"lines/a01/a01-000u/a01-000u-{line}.png", png())
    first, second, third = everything(opened("iam", tmp_path, errors=errors))
    assert isinstance(first, Example)
    assert first.text == "A MOVE to stop Mr."
    assert isinstance(second, Example if errors == "keep" else Flaw)
    assert isinstance(third, Flaw)
    assert third.name == "lines.txt:5"


def test_words_of_iam(tmp_path: Path) -> None:
    write(tmp_path / "words.txt", "a01-000u-00-00 ok 154 408 768 27 51 AT A\n")
    write(tmp_path / "words/a01/a01-000u/a01-000u-00-00.png", png())
    assert [row.text for row in examples(opened("iam", tmp_path, level="words"))] == ["A"]


# Images and texts.


def test_every_sort_of_image_becomes_gray_on_white() -> None:
    gray = image(4)
    alpha = np.dstack([np.zeros((12, 40, 3), np.uint8), 255 - gray])
    forms = {
        "png": encoded(Image.fromarray(gray), "PNG"),
        "16 bits": encoded(Image.fromarray(gray.astype(np.uint16) * 256), "PNG"),
        "tiff": encoded(Image.fromarray(gray), "TIFF"),
        "16-bit tiff": encoded(Image.fromarray(gray.astype(np.uint16) * 256), "TIFF"),
        "palette": encoded(Image.fromarray(gray).convert("P"), "PNG"),
        "colour": encoded(Image.fromarray(gray).convert("RGB"), "PNG"),
        "bmp": encoded(Image.fromarray(gray), "BMP"),
        "pgm": encoded(Image.fromarray(gray), "PPM"),
        "alpha": encoded(Image.fromarray(alpha), "PNG"),
        "alpha of tiff": encoded(Image.fromarray(alpha), "TIFF"),
        "gray and alpha": encoded(Image.fromarray(alpha).convert("LA"), "PNG"),
    }
    for name, content in forms.items():
        read = decode(content)
        assert not isinstance(read, str), (name, read)
        assert read.dtype == np.uint8
        # Colours are weighed, and alpha is rounded, to within a level or two.
        assert np.abs(read.astype(int) - gray).max() <= 2, name


def test_images_cut_off_or_too_large_are_refused_and_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    picture = Image.fromarray(image(5, 200, 300))
    for form in ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF"):
        whole = encoded(picture, form)
        assert decode(whole[: len(whole) // 2]) == NO_IMAGE, form
        assert decode(whole[:20]) == NO_IMAGE, form
    header = bytearray(encoded(picture, "PNG"))
    header[16:24] = (50_000).to_bytes(4, "big") * 2
    assert decode(bytes(header)) == TOO_LARGE
    frame = bytearray(encoded(picture, "JPEG"))
    at = frame.index(b"\xff\xc0")
    frame[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert decode(bytes(frame)) == TOO_LARGE
    bitmap = bytearray(encoded(picture, "BMP"))
    bitmap[18:26] = (50_000).to_bytes(4, "little") * 2
    assert decode(bytes(bitmap)) == TOO_LARGE
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP", ""]), st.integers(0, 150))
def test_no_bytes_raise_anything(noise: bytes, form: str, kept: int) -> None:
    whole = encoded(Image.fromarray(image()), form) if form else b""
    read = decode(whole[:kept] + noise + whole[kept + len(noise) :])
    assert isinstance(read, str) or (read.dtype == np.uint8 and read.ndim == 2)


@given(st.text())
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean == clean.strip()


# Tables.


def tables(snippets: Path, folder: Path) -> list[Table]:
    write(folder / "iam/lines.txt", IAM)
    found = [opened(name, snippets) for name in ("drawn", "labels", "lmdb", "webdataset")]
    found += [opened("sroie", sroie(folder / "sroie")), opened("iam", folder / "iam")]
    return [*found, opened("mjsynth", mjsynth(folder / "mjsynth", 20)), live(kinds={"price": 1, "receipt_text": 1})]


def first_rows(made: list[Table]) -> list[list[Example | Flaw]]:
    return [[table.read(index) for index in (3, 0, 2)] for table in made]


def test_tables_are_read_in_spawned_processes_also_after_they_were_read(snippets: Path, tmp_path: Path) -> None:
    made = tables(snippets, tmp_path)
    made[5:6] = []  # has too few rows
    here = first_rows(made)
    with get_context("spawn").Pool(1) as pool:
        there = pool.apply(first_rows, (made,))
    for one, other in zip(here, there, strict=True):
        assert all(same(a, b) for a, b in zip(one, other, strict=True))


def test_a_path_tells_its_form(snippets: Path, receipts: Path, tmp_path: Path) -> None:
    write(tmp_path / "iam/ascii/lines.txt", IAM)
    write(tmp_path / "list/labels.csv", "a.png,b\n")
    Dataset(tmp_path / "draw/results_test", Plan(snippets="standard", kinds=("price",), split=(0.5, 0.5))).fill(
        4, 1, lambda done: None
    )
    forms = {
        tmp_path / "draw": "drawn", snippets / "lmdb": "lmdb", snippets / "shard-000000.tar": "webdataset",
        snippets / "labels.tsv": "labels", snippets / "labels.jsonl": "drawn", receipts: "drawn",
        snippets / "easyocr": "labels", sroie(tmp_path / "sroie"): "sroie", tmp_path / "iam": "iam",
        mjsynth(tmp_path / "mjsynth", 3): "mjsynth", tmp_path / "list": "labels",
    }  # fmt: skip
    assert {path: guess(path) for path in forms} == forms
    for path, name in forms.items():
        assert opened(name, path).size
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match=r"no data set of a known form; looked for img/ with box/"):
        guess(tmp_path / "empty")
    with pytest.raises(DatasetError, match="no such file or folder"):
        guess(tmp_path / "gone")


@pytest.mark.parametrize("name", [name for name in DATASETS.names if name != "live"])
def test_a_path_without_data_is_an_error_of_one_line(tmp_path: Path, name: str) -> None:
    for path, fault in ((tmp_path / "gone", "no such file or folder"), (tmp_path, "holds")):
        with pytest.raises(DatasetError, match=fault) as caught:
            opened(name, path)
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", DATASETS.names)
def test_a_member_is_a_frozen_record_whose_fields_are_documented(name: str) -> None:
    member = DATASETS.get(name)
    assert DATASETS.name_of(member) == name
    made = member.model_validate({"source" if name == "live" else "path": "x"})  # type: ignore[attr-defined]
    for field in type(made).model_fields:
        assert f"\n        {field}: " in (member.__doc__ or "") or f"\n    {field}: " in (member.__doc__ or "")
        with pytest.raises(ValidationError, match="frozen"):
            setattr(made, field, None)


# Live.

MIXED = {"price": 3, "date": 1, "receipt_text": 2, "receipt_line": 1}


def test_a_live_sample_depends_on_its_index_alone() -> None:
    one, other = (live(kinds=MIXED, profile="real") for _ in range(2))
    assert one.size is None
    indices = [0, 5, 40, 255, 256, 300]
    forward = [one.read(index) for index in indices]
    backward = [other.read(index) for index in reversed(indices)]
    assert all(same(a, b) for a, b in zip(forward, reversed(backward), strict=True))
    assert len({row.name for row in forward}) == len(indices)
    assert not any(
        same(a, live(kinds=MIXED, profile="real", seed=1).read(index))
        for a, index in zip(forward[:2], indices, strict=False)
    )


def test_live_samples_from_afar_leave_the_others_as_they_are() -> None:
    table, alone = (live(kinds=MIXED) for _ in range(2))
    far = [table.read(place) for index in range(4) for place in ((1 << 40) + index, index)]
    assert all(same(a, alone.read(index)) for index, a in enumerate(far[1::2]))
    assert len({row.name for row in far}) == 8


def test_live_samples_are_not_those_that_draw_writes_with_the_seed(snippets: Path) -> None:
    drawn = {row.image.tobytes() for row in examples(opened("drawn", snippets))}
    table = live(seed=5, kinds=["price", "word"])
    rows = [table.read(index) for index in range(24)]
    assert not [row for row in rows if isinstance(row, Example) and row.image.tobytes() in drawn]


def test_lines_of_a_template_are_drawn_live() -> None:
    table = live("parking")
    rows = [row for index in range(8) if isinstance(row := table.read(index), Example)]
    assert len(rows) == 8
    assert {row.kind for row in rows} == {"receipt_line"}
    assert len({row.image.tobytes() for row in rows}) == 8


def test_live_sources_that_are_none_are_errors() -> None:
    for wrong, fault in (({"source": "standart"}, "standart"), ({"kinds": ["prise"]}, "no kind 'prise'; did you mean"),
                         ({"source": "real"}, "is a profile"), ({"profile": "reel"}, "reel")):  # fmt: skip
        with pytest.raises(ReceiptgenError, match=fault):
            live(**wrong)  # type: ignore[arg-type]


MIXES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 100), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(MIXES, st.sets(st.sampled_from("abcdefgh")), st.integers(0, 1 << 40))
def test_blocks_portion_kinds_out_and_no_sample_comes_twice(
    weights: dict[str, float], cuts: set[str], first: int
) -> None:
    mix = Mix.of(Weights(weights), cuts, key=first)
    seen: set[tuple[str, int]] = set()
    total = sum(weights.values())
    for block in range(first, first + 3):
        drawn = mix.block(block)
        assert len(drawn) == BLOCK
        assert not seen & set(drawn)
        seen |= set(drawn)
        assert all(block * mix.room <= own < (block + 1) * mix.room for _, own in drawn)
        counts = Counter(kind for kind, _ in drawn)
        for kind, weight in weights.items():
            due = BLOCK * weight / total
            if kind in cuts:
                assert counts[kind] % CUTS == 0
                assert abs(counts[kind] - due) < CUTS
            elif not cuts:
                assert abs(counts[kind] - due) < 1


@settings(max_examples=20, deadline=None)
@given(MIXES, st.sets(st.sampled_from("abcdefgh")), st.integers(0, 99))
def test_over_many_blocks_kinds_have_their_shares(weights: dict[str, float], cuts: set[str], key: int) -> None:
    mix = Mix.of(Weights(weights), cuts, key)
    blocks = 400
    sums = np.sum([mix.counts(block) for block in range(blocks)], axis=0)
    due = np.array([weights[kind] for kind in mix.kinds]) / sum(weights.values())
    # Weyl's sequences stray by less than one receipt in dozens of blocks.
    assert np.abs(sums / (blocks * BLOCK) - due).max() < 0.005
