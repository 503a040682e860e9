"""What the command that reads takes beside images: PDF, standard input, parts of a receipt, watched folders."""

import csv
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from background import background
from command_line import COMMAND, PATIENCE, Run
from pdf_documents import pdf, protected

from receiptgen.core.errors import FileError
from receiptgen.imaging.sample import Sample
from receiptgen.reading import batch_job
from receiptgen.reading.inputs import received
from receiptgen.reading.scoring import score_words
from receiptgen.reading.watching import LEDGER

pytestmark = pytest.mark.needs("onnxruntime")
ROWS = ["RED LANTERN", "TEA             3.50"]


@pytest.fixture
def halves(clean: Sample, tmp_path: Path) -> list[Path]:
    """Photos of the upper and the lower part of a receipt, with rows in common."""
    image = clean.page.image
    # Between rows, with paper below and above, since cut ones are read with doubt.
    blank = np.flatnonzero(image.min(axis=1) == 255)
    middle, overlap = len(image) // 2, len(image) // 6
    foot, head = (int(blank[np.abs(blank - at).argmin()]) for at in (middle + overlap, middle - overlap))
    files = [tmp_path / "upper.png", tmp_path / "lower.png"]
    for file, part in zip(files, (image[:foot], image[head:]), strict=True):
        cv2.imwrite(str(file), cv2.copyMakeBorder(part, 40, 40, 0, 0, cv2.BORDER_CONSTANT, value=255))
    return files


@pytest.mark.smoke
@pytest.mark.needs("pdf")
def test_pages_of_a_pdf_are_numbered_and_say_that_their_text_is_from_its_layer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.pdf").write_bytes(pdf([ROWS, ["PAGE 2"]]))
    said = run("read", ".", "--format", "jsonl", "--quiet")
    pages = [json.loads(row) for row in said.out.splitlines()]
    assert [(page["file"], page["source"]) for page in pages] == [
        ("bill.pdf", "text layer"), ("bill.pdf#2", "text layer"),
    ]  # fmt: skip
    assert [page["text"].splitlines() for page in pages] == [ROWS, ["PAGE 2"]]
    assert (said.code, said.error) == (0, "")


@pytest.mark.needs("pdf")
def test_overlays_of_several_pages_need_a_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.pdf").write_bytes(pdf([ROWS, ROWS]))
    said = run("read", "bill.pdf", "--overlay", "over.png")
    assert said.fault == "receiptgen: over.png: is not a folder; make one to hold the overlays of several pages"
    (tmp_path / "over").mkdir()
    run("read", "bill.pdf", "--overlay", "over")
    assert {path.name for path in (tmp_path / "over").iterdir()} == {"bill.pdf.png", "bill.pdf#2.png"}


@pytest.mark.needs("pdf")
def test_a_pdf_with_a_password_is_one_line_until_it_is_given(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bill.pdf").write_bytes(protected("secret"))
    assert run("read", "bill.pdf").fault == "receiptgen: bill.pdf: a PDF with a password; give it by --password"
    assert run("read", "bill.pdf", "--password", "no").fault == "receiptgen: bill.pdf: a PDF with another password"
    assert run("read", "bill.pdf", "--password", "secret").code == 0


@pytest.mark.smoke
def test_a_file_is_read_from_standard_input(
    run: Run, clean: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = cv2.imencode(".png", clean.page.image)[1].tobytes()
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(content)))
    (page,) = json.loads(run("read", "-", "--format", "json").out)
    assert page["file"] == "stdin"
    assert score_words(clean.text, page["text"], "ci").f1 > 0.95
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(b"")))
    assert run("read", "-").fault == "receiptgen: stdin: is empty"


def test_a_terminal_as_standard_input_is_refused() -> None:
    class Terminal(BytesIO):
        def isatty(self) -> bool:
            return True

    with pytest.raises(FileError, match=r"^-: reads a file from standard input"):
        received(Terminal())


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("url", "fetch"),
    [
        ("https://shop.example/r.jpg?a=1&b=2", "curl -L 'https://shop.example/r.jpg?a=1&b=2'"),
        ("HTTP://shop.example/r.pdf", "curl -L HTTP://shop.example/r.pdf"),
        ("s3://bucket/r.jpg", "aws s3 cp s3://bucket/r.jpg -"),
    ],
)
def test_urls_are_not_fetched_and_it_is_told_what_does(run: Run, url: str, fetch: str) -> None:
    assert run("read", url).fault == f"receiptgen: {url}: URLs are not fetched; {fetch} | receiptgen read -"


def test_parts_of_a_receipt_become_one_page(run: Run, clean: Sample, halves: list[Path]) -> None:
    said = run("read", *halves, "--stitch", "--format", "json")
    (page,) = json.loads(said.out)
    assert score_words(clean.text, page["text"], "ci").f1 > 0.95
    assert [photo["file"] for photo in page["photos"]] == [path.as_posix() for path in halves]
    assert {line["photo"] for line in page["lines"]} == {0, 1}
    table = list(csv.DictReader(run("read", *halves, "--stitch", "--format", "csv").out.splitlines()))
    assert {row["file"] for row in table} == {path.as_posix() for path in halves}


@pytest.mark.needs("pdf")
def test_parts_without_common_rows_are_told(run: Run, halves: list[Path], tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(pdf([ROWS]))
    said = run("read", "upper.png", "other.pdf", "--stitch", "--format", "jsonl")
    assert said.fault == ("receiptgen: other.pdf: has no rows in common with upper.png; it begins a page of its own")
    assert len(said.out.splitlines()) == 2


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "Error: Missing argument 'IMAGE...'."),
        (["a.png", "--watch", "."], "Error: --watch reads the pages of one folder, each by itself: without IMAGE, "
         "--lines, --stitch and --overlay"),
        (["--watch", ".", "--format", "csv"], "Error: --watch writes the format jsonl"),
        (["a.png", "--stitch", "--format", "hocr"],
         "Error: --stitch joins pages, for every format but hocr, in which a page is one image"),
    ],
)  # fmt: skip
def test_options_that_contradict_each_other_are_refused(run: Run, arguments: list[str], fault: str) -> None:
    said = run("read", *arguments)
    assert (said.code, said.fault) == (2, fault)


def wait_for(place: Path, lines: int) -> None:
    until = time.monotonic() + PATIENCE
    while not place.exists() or place.read_bytes().count(b"\n") < lines:
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.needs("pdf")
def test_a_watched_folder_is_read_as_files_come_and_not_twice(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.pdf").write_bytes(pdf([ROWS]))
    (folder / "broken.pdf").write_bytes(b"no image")
    for turn, name in enumerate(("two.pdf", "three.pdf"), 1):
        with background(
            *COMMAND, "read", "--watch", "in", "--out", "all.jsonl", cwd=tmp_path, stderr=subprocess.PIPE, text=True
        ) as process:
            wait_for(folder / LEDGER, turn + 1)
            (tmp_path / name).write_bytes(pdf([ROWS, ROWS]))
            (tmp_path / name).rename(folder / name)
            wait_for(folder / LEDGER, turn + 2)
            process.send_signal(signal.SIGINT)
            _, error = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130
        told = ["receiptgen: in/broken.pdf: not an image that can be read"] if turn == 1 else []
        # Click ends the line on which a terminal shows ^C.
        assert [line for line in error.splitlines() if line] == [*told, "receiptgen: stopped"]
    pages = [json.loads(row) for row in (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [page["file"] for page in pages] == [
        "in/one.pdf", "in/two.pdf", "in/two.pdf#2", "in/three.pdf", "in/three.pdf#2",
    ]  # fmt: skip
    assert {page["text"] for page in pages} == {"\n".join(ROWS)}


def test_ctrl_c_leaves_what_was_read(run: Run, tmp_path: Path, clean: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = batch_job.read_pages

    def stopped(*args: Any, **options: Any) -> Iterator[Any]:
        yield next(iter(whole(*args, **options)))
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_job, "read_pages", stopped)
    for name in ("one.png", "two.png"):
        cv2.imwrite(str(tmp_path / name), clean.page.image)
    said = run("read", "one.png", "two.png", "--format", "json", "--out", "said.json", "--quiet")
    assert (said.code, said.error.strip()) == (130, "receiptgen: stopped after 1 page; what was read is written")
    assert [page["file"] for page in json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))] == ["one.png"]
