"""Files that tell of a data set as a whole: written above its parts, never over somebody else's, and cleared."""

from pathlib import Path

import yaml
from command_line import Run

from receiptgen.dataset.documents import documents_of, is_own
from receiptgen.dataset.plan import Plan


def card_of(folder: Path) -> dict[str, object]:
    """Return the YAML with which a card begins."""
    found = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---")[1])
    assert isinstance(found, dict)
    return found


def test_the_card_is_that_of_the_first_format_that_has_one(run: Run, tmp_path: Path) -> None:
    for formats, file in (("folder,hf,donut", "metadata.jsonl"), ("donut,hf", "donut/metadata.jsonl")):
        out = tmp_path / file.partition("/")[0]
        assert run("draw", 2, "--kinds", "price", "--format", formats, "--out", out).code == 0
        (config,) = card_of(out / "results_test")["configs"]  # type: ignore[misc]
        assert config["data_files"][0]["path"][0] == file


def test_the_card_tells_how_many_samples_each_part_has(run: Run, tmp_path: Path) -> None:
    for count in (4, 10):  # the set grows
        assert run("draw", count, "--kinds", "price", "--format", "hf", "--split", "0.8,0.2").code == 0
    text = (tmp_path / "results_test" / "README.md").read_text(encoding="utf-8")
    rows = [
        (tmp_path / "results_test" / part / "metadata.jsonl").read_bytes().count(b"\n") for part in ("train", "val")
    ]
    assert f"{rows[0]} in `train`, {rows[1]} in `validation`" in text


def test_no_file_of_somebody_else_is_replaced_or_cleared(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "results_test"
    folder.mkdir()
    theirs = folder / "data.yaml"
    theirs.write_text("mine: true\n")
    fault = run("draw", 2, "--kinds", "price", "--format", "yolo").fault
    assert "data.yaml: is in the way of a file of that name that a format writes" in fault
    assert theirs.read_text() == "mine: true\n"
    assert list(folder.iterdir()) == [theirs]
    theirs.unlink()
    assert run("draw", 2, "--kinds", "price", "--format", "yolo").code == 0
    assert run("draw", 3, "--kinds", "price", "--format", "yolo").code == 0
    assert is_own(theirs)
    theirs.write_text("mine: true\n")
    assert "complete already" in run("draw", 3, "--kinds", "price", "--format", "yolo").out
    assert "is in the way" in run("draw", 4, "--kinds", "price", "--format", "yolo").fault
    assert run("clear", "--yes").code == 0
    assert theirs.read_text() == "mine: true\n"


def test_formats_that_tell_of_nothing_write_no_such_file() -> None:
    assert documents_of(Plan(kinds=("price",), snippets="standard", formats=("folder", "lmdb")), {}) == {}
