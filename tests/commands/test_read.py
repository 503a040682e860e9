"""The command that reads receipts."""

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from command_line import COMMAND, Run
from PIL import Image

from receiptgen.cli import main
from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import PageError
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.sample import Sample
from receiptgen.reading.inputs import expand
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.reading.scoring import score_words

pytestmark = pytest.mark.needs("onnxruntime")


@pytest.fixture
def folder(tmp_path: Path, clean: Sample) -> Path:
    cv2.imwrite(str(tmp_path / "one.png"), clean.page.image)
    return tmp_path


# Of no use to a program that reads alone.
UNREAD = {
    "annotations", "commerce", "dataset", "drawing", "effects", "elements", "fidelity", "serving", "snippets", "train",
    "typography", "writers",
}  # fmt: skip
# Of YAML, of mistyped names and of other packages' plug-ins: each takes as long to import as a good part of a page.
SLOW = {"pydantic", "yaml", "rapidfuzz", "importlib.metadata"}
BY_COMMAND = "from receiptgen.cli import main; main({})"
BY_NAME = "import receiptgen; open('said', 'w').write(receiptgen.Reader({!r}).read('one.png').text)"


@pytest.mark.parametrize(
    "code",
    [
        BY_COMMAND.format(["read", "one.png", "--out", "said"]),
        BY_COMMAND.format(["read", "one.png", "--fields", "--out", "said"]),
        BY_COMMAND.format(
            ["read", ".", "--weights", "own.onnx", "--format", "json", "--overlay", ".", "--out", "said"]
        ),
        BY_NAME.format("own.onnx"),
    ],
    ids=["packaged weights", "fields", "a file", "from Python"],
)
def test_reading_with_onnx_imports_neither_what_draws_or_trains_nor_what_reads_yaml(folder: Path, code: str) -> None:
    weights = packaged_weights("receipt", ".onnx")
    assert weights is not None
    (folder / "own.onnx").symlink_to(weights)
    listed = f"import sys, atexit; atexit.register(lambda: print(*sys.modules)); {code}"
    done = subprocess.run([sys.executable, "-c", listed], cwd=folder, check=True, capture_output=True, text=True)
    assert SLOW.isdisjoint(done.stdout.split())
    loaded = {name.split(".")[1] for name in done.stdout.split() if name.startswith("receiptgen.")}
    assert loaded & UNREAD == set()
    assert {"reading", "recognition"} <= loaded
    assert "TOTAL" in (folder / "said").read_text().upper()


@pytest.mark.smoke
def test_a_receipt_is_printed(folder: Path, clean: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    main(["read", str(folder / "one.png"), "--overlay", str(folder / "over.png")])
    said = capsys.readouterr()
    assert score_words(clean.text, said.out, "ci").f1 > 0.95
    assert said.err == ""
    assert cv2.imread(str(folder / "over.png")) is not None


def test_a_broken_file_stops_no_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n, cut off")
    with pytest.raises(SystemExit) as ended:
        main(["read", str(folder), "--format", "json", "--out", str(folder / "all.json")])
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.err == f"receiptgen: {folder}/broken.png: not an image that can be read\n"
    assert said.out == ""
    (one,) = json.loads((folder / "all.json").read_text())
    assert one["file"].endswith("one.png")


def test_ctrl_c_ends_with_one_line_that_promises_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(reader: PageReader, image: Pixels) -> list[PageText]:
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError

    monkeypatch.setattr(PageReader, "read_receipts", stop)
    with pytest.raises(SystemExit) as ended:
        main(["read", str(folder / "one.png"), "--out", str(folder / "one.txt")])
    assert ended.value.code == 130
    # Click ends the line on which a terminal shows ^C.
    assert capsys.readouterr().err.lstrip() == "receiptgen: stopped\n"
    assert not (folder / "one.txt").exists()


@pytest.mark.smoke
def test_a_folder_receives_a_file_each(folder: Path) -> None:
    (folder / "two.png").write_bytes((folder / "one.png").read_bytes())
    out = folder / "texts"
    out.mkdir()
    main(["read", f"{folder}/*.png", "--out", str(out), "--quiet", "--format", "hocr"])
    assert sorted(path.name for path in out.iterdir()) == ["one.png.hocr", "two.png.hocr"]


def test_images_of_one_name_and_all_pages_of_a_file_are_kept_apart(folder: Path) -> None:
    for inside in ("a", "b"):
        (folder / inside).mkdir()
        (folder / inside / "one.png").write_bytes((folder / "one.png").read_bytes())
    page = Image.open(folder / "one.png")
    page.save(folder / "scan.tif", save_all=True, append_images=[page.convert("1"), page])
    out = folder / "texts"
    out.mkdir()
    main(["read", f"{folder}/a", f"{folder}/b", f"{folder}/scan.tif", "--out", str(out), "--quiet"])
    said = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}
    assert set(said) == {"one.png.txt", "one.png-2.txt", "scan.tif.txt", "scan.tif#2.txt", "scan.tif#3.txt"}
    assert len({text for name, text in said.items() if "#2" not in name}) == 1


def test_a_finder_is_for_pages_and_has_weights(run: Run, tmp_path: Path) -> None:
    for words in (("read", "x.png", "--lines"), ("evaluate", "receipt")):
        said = run(*words, "--finder", "classical")
        assert said.code == 2
        assert "--finder finds the text of pages" in said.error
    cv2.imwrite(str(tmp_path / "x.png"), np.full((40, 40), 255, np.uint8))
    said = run("read", tmp_path / "x.png", "--finder", "none.onnx")
    assert (said.code, said.error) == (1, "receiptgen: none.onnx: no such file\n")


@pytest.mark.smoke
def test_lines_are_read_and_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["draw", "12", "--kinds", "price", "--profile", "clean", "--out", str(tmp_path), "--workers", "1", "--quiet"])
    images = sorted((tmp_path / "results_test" / "price").glob("*.png"))
    rows = (tmp_path / "results_test" / "sample.txt").read_text(encoding="utf-8").splitlines()
    labels = tmp_path / "labels.tsv"
    labels.write_text("".join(f"{row.replace(' ', chr(9), 1)}\n" for row in rows), encoding="utf-8")
    main(["read", str(images[0].parent), "--lines", "--format", "tsv", "--validate", str(labels)])
    said = capsys.readouterr()
    assert [row.split("\t")[0] for row in said.out.splitlines()] == [path.as_posix() for path in images]
    assert "exact" in said.err
    assert "date" not in said.err
    texts = dict(row.split("\t") for row in said.out.splitlines())
    main(["read", str(images[0].parent), "--lines", "--format", "csv"])
    table = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert table[0] == ["fname", "prediction", "confidence"]
    assert {fname: prediction for fname, prediction, _ in table[1:]} == texts
    main(["read", str(images[0].parent), "--lines", "--format", "json", "--min-confidence", "1"])
    read = json.loads(capsys.readouterr().out)
    assert [one["file"] for one in read] == [path.as_posix() for path in images]
    for one, (_, _, confidence) in zip(read, table[1:], strict=True):
        assert "".join(char["text"] for char in one["chars"]) == texts[one["file"]]
        assert one["text"] in ("(N/A)", texts[one["file"]])
        assert one["confidence"] == float(confidence)
        assert sorted(char["centre"] for char in one["chars"]) == [char["centre"] for char in one["chars"]]


def test_an_image_of_a_page_is_told_where_lines_are_read(run: Run, tmp_path: Path) -> None:
    for name, size in {"page": (500, 230), "character": (90, 30), "line": (320, 900)}.items():
        cv2.imwrite(f"{name}.png", np.full(size, 255, np.uint8))
    said = run("read", "page.png", "character.png", "line.png", "--lines")
    fault = "is 230 pixels wide and 500 high, a page rather than a line; to read pages, leave --lines out"
    assert (said.code, said.error) == (0, f"receiptgen: page.png: {fault}\n")
    assert len(said.out.splitlines()) == 3


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("line.png 4.20\n", "labels.tsv:1: expected FILE<TAB>TEXT"),
        ("other.png\t4.20\n", "labels.tsv: names none of the images; each row is FILE<TAB>TEXT"),
        ("", "labels.tsv: names none of the images; each row is FILE<TAB>TEXT"),
    ],
)
def test_labels_are_checked_before_lines_are_read(run: Run, tmp_path: Path, rows: str, fault: str) -> None:
    cv2.imwrite("line.png", np.full((32, 200), 255, np.uint8))
    (tmp_path / "labels.tsv").write_text(rows)
    said = run("read", "line.png", "--lines", "--validate", "labels.tsv")
    assert (said.code, said.out, said.error) == (1, "", f"receiptgen: {fault}\n")


def test_labels_may_name_later_pages_of_a_file(run: Run, tmp_path: Path) -> None:
    line = Image.new("L", (200, 32), 255)
    line.save("lines.tif", save_all=True, append_images=[line])
    (tmp_path / "labels.tsv").write_text("lines.tif#2\t4.20\n")
    said = run("read", "lines.tif", "--lines", "--validate", "labels.tsv")
    assert said.code == 0
    assert "exact" in said.error


def test_a_page_without_text_is_told(run: Run, tmp_path: Path) -> None:
    cv2.imwrite("blank.png", np.full((300, 200), 255, np.uint8))
    said = run("read", "blank.png")
    assert (said.code, said.error) == (0, "receiptgen: blank.png: no text found; is it one line? --lines\n")


def test_of_a_file_that_is_cut_off_what_is_there_is_read_and_it_is_told(run: Run, folder: Path) -> None:
    content = (folder / "one.png").read_bytes()
    (folder / "half.png").write_bytes(content[: len(content) // 2])
    said = run("read", folder / "half.png", "--format", "json")
    (page,) = json.loads(said.out)
    assert page["lines"]
    assert 0 <= page["unread"] <= 1
    assert said.code == 0
    assert said.error.splitlines() == [f"receiptgen: {folder}/half.png: {warning}" for warning in page["warnings"]]
    assert page["warnings"][0].endswith("of its rows are missing")
    line = run("read", folder / "half.png", "--lines")
    assert line.code == 0
    assert line.error.startswith(said.error.splitlines()[0] + "\n")


def test_an_image_whose_name_is_no_text_is_read(folder: Path) -> None:
    name = os.fsdecode(b"a\xff.png")
    (folder / "one.png").rename(folder / name)
    command = [*COMMAND, "read", name]
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run([*command, "--format", "csv"], cwd=folder, check=True, capture_output=True, env=strict)
    assert done.stdout.splitlines()[1].startswith(b"a\xff.png,0,0,")
    subprocess.run([*command, "--format", "csv", "--out", "all.csv"], cwd=folder, check=True, env=strict)
    assert (folder / "all.csv").read_bytes() == done.stdout


def test_an_image_with_more_than_a_page_of_text_stops_no_other(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(reader: PageReader, image: Pixels) -> list[PageText]:
        raise PageError("more than a page of text: 9 lines, too many to be read in time")

    monkeypatch.setattr(PageReader, "read_receipts", give_up)
    said = run("read", folder / "one.png", folder / "one.png")
    assert said.fault == f"receiptgen: {folder}/one.png: more than a page of text: 9 lines, too many to be read in time"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["nowhere.png"], "nowhere.png: no such file or folder"),
        (["empty"], "empty: holds no image"),
        (["*.jpg"], "*.jpg: no such file or folder"),
        (["one.png", "--weights", "none.onnx"], "none.onnx: no such file"),
        (["one.png", "one2.png", "--overlay", "x.png"], "x.png: is not a folder; make one to hold 2 overlays"),
        (["one.png", "--lexicon", "none.txt"], "none.txt: no such file"),
        (["nowhere.png", "gone/*"], "nowhere.png: no such file or folder\nreceiptgen: gone/*: no such file or folder"),
    ],
)
def test_faults_are_one_line(
    folder: Path, arguments: list[str], fault: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    (folder / "one2.png").write_bytes((folder / "one.png").read_bytes())
    with pytest.raises(SystemExit) as ended:
        main(["read", *arguments])
    assert ended.value.code == 1
    assert capsys.readouterr().err == f"receiptgen: {fault}\n"


def test_one_name_that_stands_for_nothing_leaves_the_others(run: Run, folder: Path) -> None:
    said = run("read", folder / "nowhere.png", folder / "one.png", "--format", "jsonl", "--quiet")
    assert [json.loads(row)["file"] for row in said.out.splitlines()] == [f"{folder}/one.png"]
    assert said.fault == f"receiptgen: {folder}/nowhere.png: no such file or folder"


def test_an_overlay_whose_name_is_of_another_format_is_refused(run: Run, folder: Path) -> None:
    assert run("read", folder / "one.png", "--overlay", "x.gif").fault == (
        "Error: --overlay x.gif: is written as PNG; let its name end with .png"
    )


def test_a_folder_that_is_not_there_is_not_written_as_a_file(run: Run, folder: Path) -> None:
    said = run("read", folder / "one.png", "--out", "results/")
    assert said.code == 2
    assert "results/: no such folder; make it, or name a file without the slash" in said.error
    assert not Path("results").exists()


def test_names_stand_for_images_once(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "two.JPG").write_bytes(b"")
    (folder / "notes.txt").write_text("")
    names = [path.relative_to(folder).as_posix() for path in expand([f"{folder}/one.png", str(folder), f"{folder}/o*"])]
    assert names == ["one.png", "deep/two.JPG"]


def test_a_confidence_that_is_no_number_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.png").touch()
    said = run("read", "page.png", "--min-confidence", "nan")
    assert said.code == 2
    assert "'nan' is not a number" in said.error
