"""Lines that were read with doubt come first, and labels that are wrong."""

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from data_sets import live, write
from wrong_labels import spoil

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.reading.results import PageText, TextLine, TextWord
from receiptgen.recognition.opened_model import open_for_reading
from receiptgen.train.data.sources import Example, Flaw
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.evaluation.suggestions import DoubtfulLabel, labels_in_doubt, lines_in_doubt

Page = tuple[Path, np.ndarray, PageText]


def page(name: str, *confidences: float) -> Page:
    """Return a page whose lines are read with these confidences, each in a row of its own."""
    rows = []
    for row, confidence in enumerate(confidences):
        (quad,) = quads_of_boxes(np.array([[5.0, 20 * row, 55, 20 * row + 14]]))
        rows.append((TextLine((TextWord(f"{confidence}", confidence, (), quad),), confidence, quad, 0),))
    return Path(name), np.full((20 * len(rows), 60), 255, np.uint8), PageText(60, 20 * len(rows), tuple(rows))


def test_the_most_doubtful_lines_come_first() -> None:
    found = lines_in_doubt([page("a.png", 0.9, 0.2, 0.95), page("b.png", 0.5)], 3)
    assert [line.name for line in found] == ["a.png#1.0", "b.png#0.0", "a.png#0.0"]
    assert [line.columns["confidence"] for line in found] == ["0.2000", "0.5000", "0.9000"]


def test_one_bad_page_does_not_take_all_places() -> None:
    bad, others = page("bad.png", *[0.05] * 20), [page(f"{number}.png", 0.7, 0.99) for number in range(3)]
    first = [line.name.partition("#")[0] for line in lines_in_doubt([bad, *others], 6)]
    assert first == ["bad.png", "bad.png", "bad.png", "0.png", "1.png", "2.png"]
    assert len(lines_in_doubt([bad, *others], 100)) == 26


def test_a_page_of_certain_lines_gets_no_place_before_doubtful_ones() -> None:
    found = lines_in_doubt([page("good.png", 0.999), page("bad.png", *[0.05] * 20)], 20)
    assert {line.name.partition("#")[0] for line in found} == {"bad.png"}


LINES = 200


@pytest.fixture(scope="module")
def drawn_lines(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """Write drawn lines, one in fifty with a wrong label; return the list and the names of these."""
    folder = tmp_path_factory.mktemp("drawn")
    table = live(kinds=["receipt_text"], profile="real", seed=3)
    lines = [line for line in map(table.read, range(LINES)) if isinstance(line, Example)]
    assert len(lines) == LINES
    texts = [line.text for line in lines]
    wrong = spoil(texts, 0.02, seed=1)
    for index, line in enumerate(lines):
        cv2.imwrite(str(folder / f"{index}.png"), line.image)
        texts[index] = wrong[index][1] if index in wrong else texts[index]
    rows = "".join(f"{index}.png\t{text}\n" for index, text in enumerate(texts))
    return write(folder / "labels.tsv", rows), {f"{index}.png" for index in wrong}


def in_doubt(path: Path, count: int, flaws: list[Flaw]) -> list[DoubtfulLabel]:
    model = open_for_reading(Path("receipt"))
    return labels_in_doubt(str(path), parse_spec(str(path)).data, model, model.search(), count, flaws.append)


@pytest.mark.needs("onnxruntime")
def test_wrong_labels_are_among_the_first(drawn_lines: tuple[Path, set[str]]) -> None:
    path, wrong = drawn_lines
    flaws: list[Flaw] = []
    found = in_doubt(path, LINES, flaws)
    assert flaws == []
    names = [label.example.name for label in found]
    assert len(names) == LINES
    assert len(wrong) == 4
    assert wrong <= set(names[:12])
    losses = [label.loss for label in found]
    assert losses == sorted(losses, reverse=True)
    # Most lines are read as they are labelled.
    assert sum(label.read == label.example.text and label.loss == 0 for label in found) > 0.85 * LINES


@pytest.mark.needs("onnxruntime")
def test_labels_that_no_line_can_have_come_first_and_unknown_characters_are_told(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "0.png"), np.full((32, 60), 255, np.uint8))
    write(tmp_path / "labels.tsv", f"0.png\t{'long' * 30}\n0.png#\tΩ\n1.png\tgone\n")
    (tmp_path / "0.png#").write_bytes((tmp_path / "0.png").read_bytes())
    flaws: list[Flaw] = []
    (label,) = in_doubt(tmp_path / "labels.tsv", 5, flaws)
    assert math.isinf(label.loss)
    assert [flaw.reason for flaw in flaws] == ["characters outside the charset: Ω", "no such file"]


@pytest.mark.needs("onnxruntime")
def test_lines_without_end_are_refused() -> None:
    with pytest.raises(DatasetError, match="live:standard: is drawn without end"):
        in_doubt(Path("live:standard"), 5, [])
