"""Texts that are drawn in turn, each time in another font."""

import json
from collections import Counter
from pathlib import Path

import pytest
from command_line import Run

from receiptgen import Snippets
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.template import snippet_set
from receiptgen.drawing.turns import Turns, turns_of, uneven
from receiptgen.train.data.spec import parse_spec

LINES = [f"line {number} of ten" for number in range(1, 11)]


@pytest.fixture
def set_file(tmp_path: Path) -> Path:
    """Return a set whose file of ten lines is drawn in turn, and which has three fonts for them."""
    (tmp_path / "text.txt").write_text("\n".join(LINES) + "\n")
    path = tmp_path / "set.yaml"
    path.write_text(
        "about: w\nlocales: en_GB\nfaces: {cousine: 5, vera: 1, arimo: 0.01}\nink: smooth\nkinds:\n"
        "  m: {kind: file, path: text.txt, order: each, times: 3}\n"
        "  d: {kind: char, charset: digits, order: each}\n"
    )
    return path


def test_as_many_samples_as_lines_hold_each_once_in_the_files_order(set_file: Path) -> None:
    source = Snippets("m", set=set_file, seed=3)
    assert [source.draw(index).text for index in range(20)] == LINES * 2


def test_each_character_of_a_charset_comes_once(set_file: Path) -> None:
    source = Snippets("d", set=set_file)
    assert [source.draw(index).text for index in range(12)] == [*"012345678901"]


def test_lines_that_no_font_draws_take_no_turn(set_file: Path) -> None:
    (set_file.parent / "text.txt").write_text("one\n\ua000\ntwo\n")
    set_file.write_text(set_file.read_text().replace("text.txt,", "text.txt, unknown: skip,"))
    assert turns_of(str(set_file), ("m",)) == {"m": Turns(2, 3)}
    assert [Snippets("m", set=set_file).draw(index).text for index in range(4)] == ["one", "two"] * 2


@pytest.mark.parametrize("workers", [1, 3])
def test_draw_without_a_number_draws_all_there_is(run: Run, set_file: Path, tmp_path: Path, workers: int) -> None:
    said = run("draw", "--set", set_file, "--out", tmp_path, "--workers", workers, "--split", "0.5,0.5")
    labels = [
        json.loads(line)
        for part in ("train", "val")
        for line in (tmp_path / "results_test" / part / "labels.jsonl").read_text().splitlines()
    ]
    texts = Counter(label["text"] for label in labels)
    assert texts == {**dict.fromkeys(LINES, 3), **dict.fromkeys("0123456789", 1)}
    assert said.error == ""


def test_each_line_comes_once_however_often_a_run_is_resumed(run: Run, set_file: Path, tmp_path: Path) -> None:
    for number in (4, 5, 10):
        said = run("draw", number, "--set", set_file, "--kinds", "m", "--out", tmp_path, "--workers", 1)
        assert ("has 10 texts" in said.error) == (number < 10)
    texts = [line.split(" ", 1)[1] for line in (tmp_path / "results_test/sample.txt").read_text().splitlines()]
    assert texts == LINES


def test_numbers_that_leave_texts_behind_are_said() -> None:
    assert [*uneven({"m": Turns(10, 1)}, {"m": 30})] == []
    assert [*uneven({"m": Turns(10, 1)}, {"m": 12})] == [
        "m: has 10 texts, of which 12 samples draw 2 once more than the others"
    ]
    assert [*uneven({"m": Turns(10, 1)}, {"m": 7})] == ["m: has 10 texts, of which 7 samples draw 7 and no others"]


def test_training_draws_them_by_chance(set_file: Path) -> None:
    # A stream of several kinds takes some indices of each, which may fall on the same lines for ever.
    table = parse_spec(f"live:{set_file}:m").data.open(1)
    # The dice depend on where the set lies, which is another place each time; this many leave a line out once in 10^26.
    texts = [table.label(index).text for index in range(600)]
    assert {*texts} == {*LINES}
    assert texts[:10] != LINES


def test_times_belongs_to_an_order(set_file: Path) -> None:
    set_file.write_text(set_file.read_text().replace("order: each, times: 3", "times: 3"))
    with pytest.raises(ConfigError, match=r"times 3 is for texts that are drawn in turn; add 'order: each'"):
        snippet_set(str(set_file))


def test_a_mix_refuses_texts_that_take_turns(run: Run, set_file: Path) -> None:
    assert "--mix draws kinds by chance" in run("draw", 5, "--set", set_file, "--mix", "m=1").fault
