import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import COMMAND, PATIENCE, Run, files

from receiptgen.dataset.ledger import LEDGER
from receiptgen.writers import WRITERS


@pytest.mark.parametrize("split", ["", "0.5,0.5"])
def test_clear_deletes_all_that_draw_wrote_in_every_format(run: Run, tmp_path: Path, split: str) -> None:
    args = ["--split", split] if split else []
    kinds = ["--kinds", "price,receipt_line,receipt", "--templates", "cafe,parking"]
    assert run("draw", 4, *kinds, "--format", ",".join(WRITERS), *args).code == 0
    for folder in ("results", "results_test"):
        (tmp_path / folder / "README.md").write_text("kept by git")
    said = run("clear", "--yes")
    assert said.code == 0
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["results", "results_test"]
    assert sorted(files(tmp_path)) == ["results/README.md", "results_test/README.md"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_dir()) == ["results", "results_test"]


def test_clear_leaves_and_names_what_no_run_wrote(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "price")
    folder = tmp_path / "results_test"
    (folder / "price" / "000077.png").write_text("mine")
    (folder / "notes.txt").write_text("mine")
    said = run("clear", "--yes")
    assert said.out.splitlines()[1:] == [
        "results_test/notes.txt: left, no run wrote it",
        "results_test/price/000077.png: left, no run wrote it",
    ]
    assert sorted(files(folder)) == ["notes.txt", "price/000077.png"]


def test_clear_deletes_what_a_killed_run_drew_beyond_its_ledger(run: Run, tmp_path: Path) -> None:
    run("draw", 40, "--kinds", "price")
    ledger = tmp_path / "results_test" / LEDGER
    state = json.loads(ledger.read_bytes())
    ledger.write_text(
        json.dumps({**state, "done": 16, "kinds": {"price": 16}, "parts": {"": 16}, "finished": False, "sinks": {}})
    )
    assert run("clear", "--yes").code == 0
    assert files(tmp_path) == {}


@pytest.mark.parametrize("made", ["results", "results_test"])
def test_clear_refuses_a_folder_without_ledger_and_deletes_nothing(run: Run, tmp_path: Path, made: str) -> None:
    run("draw", 1, "--kinds", "price,receipt", "--templates", "parking")
    (tmp_path / made / LEDGER).unlink()
    before = files(tmp_path)
    assert f"{made}: has no {LEDGER}" in run("clear", "--yes").fault
    assert files(tmp_path) == before


@pytest.mark.parametrize("ledger", ["[]", "{}", '{"recipe": {"kinds": ["../.."]}, "goal": 3}', "torn {"])
def test_clear_refuses_a_ledger_that_it_can_not_read(run: Run, tmp_path: Path, ledger: str) -> None:
    run("draw", 1, "--kinds", "price")
    (tmp_path / "results_test" / LEDGER).write_text(ledger)
    before = files(tmp_path)
    assert f"results_test/{LEDGER}" in run("clear", "--yes").fault
    assert files(tmp_path) == before


def test_clear_follows_no_link_out_of_the_folder(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "price,date")
    folder = tmp_path / "results_test"
    (folder / "price").rename(tmp_path / "elsewhere")
    (folder / "price").symlink_to(tmp_path / "elsewhere")
    (folder / "date" / "000001.png").unlink()
    (folder / "date" / "000001.png").symlink_to(tmp_path / "elsewhere" / "000001.png")
    said = run("clear", "--yes")
    assert sorted(files(tmp_path / "elsewhere")) == ["000000.png", "000001.png"]
    assert said.out.splitlines()[1:] == [
        "results_test/date/000001.png: left, no run wrote it",
        "results_test/price: left, no run wrote it",
    ]


def test_clear_asks_and_without_a_terminal_wants_yes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("draw", 1, "--kinds", "price")
    before = files(tmp_path)
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert "there is no terminal to ask at; say --yes to delete results_test" in run("clear").fault
    assert files(tmp_path) == before


@pytest.mark.parametrize(("answer", "left"), [("n", True), ("y", False)])
def test_clear_does_as_it_is_answered_on_a_terminal(run: Run, tmp_path: Path, answer: str, left: bool) -> None:
    run("draw", 1, "--kinds", "price")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "clear"], cwd=tmp_path, stdin=theirs, stderr=subprocess.PIPE, text=True
    ) as process:
        os.write(ours, f"{answer}\n".encode())
        _, asked = process.communicate(timeout=PATIENCE)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert "Delete results_test (1 sample)?" in asked
    assert bool(files(tmp_path)) == left


def test_clear_of_what_another_run_is_filling_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from receiptgen.core import files as locks

    monkeypatch.setattr(locks, "_PATIENCE", 0.05)
    run("draw", 1, "--kinds", "price")
    before = files(tmp_path)
    with locks.lock_folder(tmp_path / "results_test"):
        assert "results_test: another run is writing to it" in run("clear", "--yes").fault
    assert files(tmp_path) == before
