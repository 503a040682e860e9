"""Fields of receipts read and scored by ``receiptgen evaluate --fields``."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from said_fields import said

from receiptgen.annotations.true_receipts import KeyTruth, TrueReceipt
from receiptgen.cli import main
from receiptgen.core.errors import DatasetError
from receiptgen.extraction import opened_reader
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.page_words import PageWord, PageWords
from receiptgen.reading.results import PageText
from receiptgen.train.commands._evaluate_pages import ReaderOptions
from receiptgen.train.evaluation.kept_words import KeptWords
from receiptgen.train.evaluation.word_sources import ReadWords


class LastAmount:
    """A reader that takes the last word with a point for the total."""

    def read(self, words: PageWords) -> ReceiptFields:
        """Return the total, and a tip that is made up."""
        last = max((index for index, word in enumerate(words) if "." in word.text), default=None)
        total = None if last is None else said(words[last].text, 0.8, (last,))
        return ReceiptFields(total=total, change=said("0.01", 0.1), checked=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(opened_reader, "open_field_reader", lambda *names: LastAmount())
    folder = tmp_path / "scans"
    texts = {"a": ("TOTAL", "9.00"), "b": ("TOTAL", "8.00")}
    for name in ("img", "key", "box"):
        (folder / name).mkdir(parents=True)
    main(["draw", "1", "--kinds", "receipt", "--templates", "parking", "--out", str(tmp_path / "x"), "--workers", "1",
          "--quiet"])  # fmt: skip
    image = next(tmp_path.rglob("receipt.png")).read_bytes()
    for name, words in texts.items():
        (folder / "img" / f"{name}.png").write_bytes(image)
        (folder / "key" / f"{name}.json").write_text(json.dumps({"total": "RM9.00"}))
        rows = (f"{x},0,{x + 50},0,{x + 50},20,{x},20,{word}\n" for x, word in zip((0, 90), words, strict=True))
        (folder / "box" / f"{name}.csv").write_text("".join(rows))
    return folder


def test_fields_of_true_words_are_scored_and_the_worst_drawn(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    main(["evaluate", "--fields", str(folder), "--true-words", "--json", "--out", str(out), "--worst", "1"])
    (figures,) = json.loads(capsys.readouterr().out).values()
    total = figures["fields"]["total"]
    assert (total["right"], total["wrong"], total["f1"]) == (1, 1, 0.5)
    assert figures["checked"]["wrong_of_checked"] == 0.5
    assert figures["calibration"]["error"] == pytest.approx(0.3)
    assert "items" not in figures
    assert json.loads((out / "fields.json").read_text()) == {str(folder): figures}
    assert (out / "misses.tsv").read_text().splitlines()[1:] == ["img/b.png\ttotal\twrong\t8.00\tRM9.00\t0.800"]
    assert [file.name for file in (out / "worst").iterdir()] == ["01_img_b.jpg"]


@pytest.mark.smoke
def test_drawn_receipts_are_scored_as_a_table(folder: Path, run: Run) -> None:
    result = run("evaluate", "--fields", str(folder.with_name("x")), "--fields", str(folder), "--true-words")
    assert result.code == 0
    rows = [" ".join(row.split()) for row in result.out.splitlines()]
    assert "change 0 0 0 1 0.00 - 0.00 0.00" in rows
    assert any(row.startswith("whole items 0 0 ") for row in rows)
    assert any(row.startswith("all fields of 2 receipts 1 1 0 0") for row in rows)


@pytest.mark.parametrize(
    ("arguments", "code", "fault"),
    [
        (["--fields", "none"], 1, "none: no such folder"),
        (["--fields", "."], 1, ".: holds no receipts whose fields are known"),
        (["--fields", "a", "--pages", "a"], 2, "--pages scores texts and --fields what they say; give one of them"),
        (["--true-words"], 2, "--field-weights, --true-words and --readings belong to --fields"),
        (["--fields", "a", "--true-words", "--finder", "x"], 2, "--true-words reads no image"),
        (
            ["--fields", "a", "b", "--true-words"],
            2,
            "reads no image: leave WEIGHTS",
        ),
    ],
)
def test_what_can_not_be_scored_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, fault: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("evaluate", *arguments)
    assert result.code == code
    assert fault in result.error


def test_true_words_need_boxes(folder: Path, run: Run) -> None:
    for file in (folder / "box").iterdir():
        file.unlink()
    result = run("evaluate", "--fields", str(folder), "--true-words")
    assert result.code == 1
    assert "its truth has no boxes; leave --true-words out, or add box/" in result.error


def test_kept_words_are_not_read_again(tmp_path: Path) -> None:
    asked = []

    def source(truth: TrueReceipt) -> ReadWords | str:
        asked.append(truth.image.name)
        words = (PageWord("9.00", 0.5, 1.0, 2.0, 3.0, 4.0, 0, 0),)
        return ReadWords(words, np.arange(8.0).reshape(1, 4, 2)) if truth.image.name == "a.png" else "is empty"

    file = tmp_path / "words.json"
    receipts = [TrueReceipt(tmp_path / name, KeyTruth({}), ()) for name in ("a.png", "b.png")]
    for receipt in receipts:
        receipt.image.write_bytes(b"drawn")
    for _ in range(2):
        kept = KeptWords(file, "receipt", source)
        read, fault = map(kept, receipts)
        assert isinstance(read, ReadWords)
        assert read.words[0] == ("9.00", 0.5, 1, 2, 3, 4, 0, 0)
        assert read.quads.tolist() == [[[0, 1], [2, 3], [4, 5], [6, 7]]]
        assert fault == "is empty"
        kept.save()
    assert asked == ["a.png", "b.png", "b.png"]
    with pytest.raises(DatasetError, match="was read by receipt, not by other; name another file"):
        KeptWords(file, "other", source)
    file.write_text("[]")
    with pytest.raises(DatasetError, match="holds no readings"):
        KeptWords(file, "receipt", source)


def _kept(words: list[object], quads: list[object], image: object = "") -> str:
    """Return a file of readings with one page."""
    return json.dumps({"read_by": "receipt", "pages": {"a.png": {"image": image, "words": words, "quads": quads}}})


def _one_word(truth: TrueReceipt) -> ReadWords:
    """Say the content of the image."""
    word = PageWord(truth.image.read_text() if truth.image.exists() else "none", 0.5, 1.0, 2.0, 3.0, 4.0, 0, 0)
    return ReadWords((word,), np.zeros((1, 4, 2)))


def _texts(kept: KeptWords, image: Path) -> list[str]:
    read = kept(TrueReceipt(image, KeyTruth({}), ()))
    assert isinstance(read, ReadWords)
    return [word.text for word in read.words]


def test_an_image_that_was_drawn_anew_is_read_again(tmp_path: Path) -> None:
    file, image = tmp_path / "words.json", tmp_path / os.fsdecode(b"caf\xe9.png")
    for text in ("old", "new"):
        image.write_text(text)
        kept = KeptWords(file, "receipt", _one_word)
        assert _texts(kept, image) == [text]
        kept.save()
    (page,) = json.loads(file.read_bytes().decode())["pages"].values()
    # A file that was kept before contents were told apart.
    del page["image"]
    page["words"][0][0] = "older"
    file.write_text(json.dumps({"read_by": "receipt", "pages": {str(image.resolve()): page}}))
    assert _texts(KeptWords(file, "receipt", _one_word), image) == ["new"]


def test_words_without_an_image_are_not_kept(tmp_path: Path) -> None:
    kept = KeptWords(tmp_path / "words.json", "receipt", _one_word)
    assert _texts(kept, tmp_path / "fields.json" / "a.jpg") == ["none"]
    kept.save()
    assert json.loads((tmp_path / "words.json").read_text())["pages"] == {}


WORD, QUAD = ["9.00", 0.5, 1.0, 2, 3.0, 4.0, 0, 0], [[0, 0], [1, 0], [1, 1], [0, 1]]


def test_kept_words_may_be_none_or_have_whole_places(tmp_path: Path) -> None:
    file = tmp_path / "words.json"
    for content in (_kept([], []), _kept([WORD], [QUAD])):
        file.write_text(content)
        KeptWords(file, "receipt", _one_word)


@pytest.mark.parametrize(
    "content",
    [
        _kept([[None, *WORD[1:]]], [QUAD]), _kept(["9.00 1 2"], [QUAD]), _kept([WORD[:-1]], [QUAD]),
        _kept([[*WORD[:2], "1", *WORD[3:]]], [QUAD]), _kept([[*WORD[:2], float("inf"), *WORD[3:]]], [QUAD]),
        _kept([[*WORD[:2], 10**400, *WORD[3:]]], [QUAD]), _kept([[*WORD[:6], -1, 0]], [QUAD]),
        _kept([[*WORD[:6], 0, 0.5]], [QUAD]), _kept([WORD], []), _kept([WORD], [QUAD[:3]]),
        _kept([WORD], [[[0, float("nan")], *QUAD[1:]]]), _kept([WORD], [[[0, 10**400], *QUAD[1:]]]),
        _kept([WORD], [QUAD], 5), '{"read_by": "receipt", "pages": {"a.png": null}}', '{"read_by": 5, "pages": {}}',
        '{"read_by": "receipt", "pages": []}',
    ],
)  # fmt: skip
def test_a_damaged_file_of_kept_words_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "words.json"
    file.write_text(content)
    with pytest.raises(DatasetError, match=r"words\.json: holds no readings that 'evaluate --readings' has kept"):
        KeptWords(file, "receipt", _one_word)


class _Reader:
    """Stands for weights that read pages: no word of the first page; then Ctrl-C is pressed."""

    def __init__(self) -> None:
        self.read_pages = 0

    def read(self, image: object) -> PageText:
        """Return an empty page, once."""
        self.read_pages += 1
        if self.read_pages > 1:
            raise KeyboardInterrupt
        return PageText(9, 9, ())


def test_what_was_read_before_ctrl_c_is_kept(
    folder: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = _Reader()
    monkeypatch.setattr(ReaderOptions, "open", lambda self: reader)
    file = tmp_path / "words.json"
    # What can't be written is told before anything is read.
    fault = run("evaluate", "--fields", folder, "--readings", folder / "img" / "a.png" / "words.json").fault
    assert "words.json: can't be written: " in fault
    assert reader.read_pages == 0
    run("evaluate", "--fields", folder, "--readings", file)
    assert [Path(name).name for name in json.loads(file.read_text())["pages"]] == ["a.png"]


def _corrected(file: str, total: str, *words: str) -> dict[str, object]:
    """Return a receipt of one row as the form saves it."""
    quads = [[[60 * at, 0], [60 * at + 50, 0], [60 * at + 50, 15], [60 * at, 15]] for at in range(len(words))]
    line = {
        "row": 0, "column": 0, "confidence": 0.9, "quad": [[0, 0], [200, 0], [200, 15], [0, 15]],
        "words": [{"text": text, "confidence": 0.9, "quad": quad} for text, quad in zip(words, quads, strict=True)],
    }  # fmt: skip
    return {
        "file": file,
        "values": {"total": total},
        "fields": {},
        "page": {"width": 200, "height": 20, "lines": [line]},
    }


def test_corrected_fields_are_scored_without_an_image_by_the_words_that_were_read(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    receipts = [_corrected("a.jpg", "9.00", "TOTAL", "9.00"), _corrected("a.jpg", "8.00", "TOTAL", "9.00")]
    file, out = tmp_path / "fields.json", tmp_path / "out"
    file.write_text(json.dumps(receipts))
    done = run("evaluate", "--fields", file, "--json", "--out", out, "--worst", 1)
    assert done.code == 0, done.error
    total = json.loads(done.out)[str(file)]["fields"]["total"]
    assert (total["right"], total["wrong"]) == (1, 1)
    misses = [line.split("\t")[:5] for line in (out / "misses.tsv").read_text().splitlines()]
    assert ["2 a.jpg", "total", "wrong", "9.00", "8.00"] in misses
    # Beside a folder, whose images are read or whose truth is taken.
    both = json.loads(run("evaluate", "--fields", file, "--fields", folder, "--true-words", "--json").out)
    assert both[str(folder)]["fields"]["total"]["right"] == 1


def test_a_file_that_holds_no_corrected_fields_is_one_line(folder: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "fields.json").write_text("{")
    fault = run("evaluate", "--fields", tmp_path / "fields.json").fault
    assert fault == (f"receiptgen: {tmp_path}/fields.json: is not JSON; save corrected fields in 'receiptgen serve'")
