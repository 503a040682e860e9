import json
import math
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from components import LINE_SCORES

from receiptgen.recognition.metrics import Reading, by_kind, confusions, interval, normalised, summarise, worst

PARTS = (
    "25/12/2018", "2018-12-25", "1.2.18", "25 DEC 2018", "Dec 25, 2018", "25/12.2018", "6%", "0.00 %", "RM", "MYR",
    "12.90", "1,234.50", "$8.20", "(3)", "-", "19.50 ZR", "S", "*", "3 X 4.50", "TOTAL", "Straße", "cafe\u0301", "É",
    "MILK", "milk", "1L", "#", "A", "٣", "x", "00075", "€", "thank you", "\u00a0",
)  # fmt: skip
LETTERS = "aA0.5 xÉß%-"


def readings(count: int) -> list[Reading]:
    """Return lines of all kinds, about half of them read with faults; 20 lines a receipt."""
    random = np.random.default_rng(5)
    lines = []
    for number in range(count):
        text = " ".join(random.choice(PARTS, random.integers(1, 7))) if number % 50 else ""
        read = list(text)
        for _ in range(random.integers(0, 4) if number % 2 else 0):
            place = int(random.integers(len(read) + 1))
            read[place : place + int(random.integers(0, 3))] = random.choice(list(LETTERS), random.integers(0, 3))
        lines.append(
            Reading(f"{number // 20:03d}_{number:04d}.png", "", text, "" if number % 33 == 0 else "".join(read))
        )
    return lines


def line(text: str, prediction: str, kind: str = "", name: str = "a") -> Reading:
    return Reading(name, kind, text, prediction)


def scored(lines: Sequence[Reading], folder: Path) -> tuple[dict[str, dict[str, float]], str]:
    """Return the figures and the printed text of the script that others are measured by."""
    for file, column in (("labels.tsv", 2), ("predictions.tsv", 3)):
        rows = "".join(f"{reading.name}\t{reading[column]}\n" for reading in lines)
        (folder / file).write_text(rows, encoding="utf-8")
    options = ["--labels", "labels.tsv", "--predictions", "predictions.tsv", "--json", "figures.json"]
    command = [sys.executable, str(LINE_SCORES), *options, "--confusions", "15", "--worst", "10"]
    run = subprocess.run(command, cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return json.loads((folder / "figures.json").read_text(encoding="utf-8")), run.stdout


@pytest.mark.needs("line scores")
def test_every_figure_agrees_with_the_script_that_readers_are_measured_by(tmp_path: Path) -> None:
    lines = readings(3000)
    wanted, printed = scored(lines, tmp_path)
    found = by_kind(lines)
    low, high = wanted["all"].pop("cer_ci_low"), wanted["all"].pop("cer_ci_high")
    assert len(found) == 8
    assert set(found) == {name for name, figures in wanted.items() if figures["lines"]}
    for name, figures in found.items():
        assert {key: asdict(figures)[key] for key in wanted[name]} == pytest.approx(wanted[name], rel=0, abs=1e-12)
    assert asdict(summarise(lines)) == asdict(found["all"])
    assert interval(lines) == pytest.approx((low, high), rel=0, abs=1e-12)
    assert "  ".join(f"{edit} {count}" for edit, count in confusions(lines, 15)) in printed.splitlines()
    assert [row.split()[1] for row in printed.splitlines()[-10:]] == [reading.name for reading in worst(lines, 10)]


def test_figures_of_two_lines_are_those_counted_by_hand() -> None:
    figures = summarise([line("Total 12.50", "TOTAL12.60"), line("milk  1l", "milk 1l")])
    assert (figures.lines, figures.characters) == (2, 18)
    assert figures.cer == 6 / 18
    assert figures.cer_ci == 2 / 18
    assert figures.cer_ci_nospace == 1 / 16
    assert (figures.mean_ed, figures.mean_ed_ci) == (3, 1)
    assert figures.mean_ned == pytest.approx(6 / 11 / 2)
    assert figures.mean_ned_ci == pytest.approx(2 / 11 / 2)
    assert (figures.exact, figures.exact_ci, figures.exact_ci_nospace) == (0.5, 0.5, 0.5)
    assert (figures.word, figures.word_ci, figures.empty) == (0.5, 0.5, 0)


def test_a_distance_is_normalised_by_the_longer_side() -> None:
    assert summarise([line("a", "abc")]).mean_ned == 2 / 3
    assert summarise([line("abc", "a")]).mean_ned_ci == 2 / 3


def test_a_distance_is_normalised_by_the_label_as_well() -> None:
    assert summarise([line("a", "abc")]).mean_ned_label == 2
    assert summarise([line("abc", "a"), line("ABC", "abc")]).mean_ned_label == pytest.approx((2 / 3 + 1) / 2)
    assert summarise([line("abc", "a"), line("ABC", "abc")]).mean_ned_label_ci == pytest.approx(1 / 3)
    assert summarise([line("", "ab")]).mean_ned_label == 2


def test_word_errors_are_those_of_all_lines_by_all_words() -> None:
    figures = summarise([line("net total 12.50", "Net 12.50 EUR"), line("thank you", "thank you")])
    assert figures.wer == 3 / 5
    assert figures.wer_ci == 2 / 5
    assert summarise([line("a", "a b c")]).wer == 2


def test_words_count_as_often_as_both_sides_have_them() -> None:
    assert summarise([line("a a b", "a c a a")]).word == 2 / 3
    assert summarise([line("A a b", "b a")]).word_ci == 2 / 3


def test_texts_are_compared_without_regard_to_white_space_and_composition() -> None:
    assert normalised(" cafe\u0301\t\u00a0 x\x1f\n") == "café x"
    assert summarise([line("café  x", " cafe\u0301 x ")]).exact == 1


def test_nothing_read_is_not_nan_but_no_lines_are() -> None:
    assert summarise([line("abc", "")]).cer == 1
    assert summarise([line("abc", "")]).empty == 1
    assert summarise([line("", "abc")]).cer == 3
    assert math.isnan(summarise([]).cer)
    assert summarise([]).lines == 0
    assert by_kind([]) == {}
    assert all(map(math.isnan, interval([])))


def test_a_readings_own_kind_goes_before_what_its_text_looks_like() -> None:
    found = by_kind([line("12.50", "12.50", "price"), line("13.50", "13.5"), line("x" * 26, "")])
    assert {name: figures.lines for name, figures in found.items()} == {
        "all": 3,
        "number": 1,
        "words": 1,
        "price": 1,
        "long": 1,
    }
    assert found["price"].exact == 1
    assert found["number"].exact == 0


def test_confusions_name_single_edits_by_frequency() -> None:
    lines = [line("O1", "01"), line("o 1", "01"), line("ab", "abc")]
    assert confusions(lines, 2) == [("o>0", 2), ("space>-", 1)]
    assert ("->c", 1) in confusions(lines, 9)


def test_worst_lines_come_first_and_equals_keep_their_order() -> None:
    lines = [line("ab", "ax", name="1"), line("abc", "", name="2"), line("ab", "AB", name="3"), line("a", "", name="4")]
    assert [reading.name for reading in worst(lines, 3)] == ["2", "1", "4"]


def test_the_interval_treats_lines_of_one_receipt_as_one() -> None:
    lines = readings(400)
    alone = [reading._replace(name=f"my_set/{number}.png") for number, reading in enumerate(lines)]
    receipts = [reading._replace(name=f"img/{number % 2}.jpg#{number}") for number, reading in enumerate(lines)]
    rate = summarise(lines).cer_ci
    for named in (alone, lines):
        low, high = interval(named)
        assert low < rate < high
        assert interval(named) == (low, high)
    # Two receipts have three means.
    assert len({interval(receipts, rounds=1, seed=seed) for seed in range(50)}) == 3
