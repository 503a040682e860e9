"""The charset that a run takes from its data."""

from pathlib import Path

import pytest
from command_line import Run
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import TrainingError
from receiptgen.train.runs.data_charset import data_charset
from receiptgen.train.runs.initialization import initialize
from receiptgen.train.runs.overrides import override_recipe
from receiptgen.train.runs.recipe import Recipe

SET = """
about: Cyrillic words, and numbers
locales: en_GB
faces: {dejavu-sans-mono: 1}
kinds:
  words: {kind: file, path: words.txt}
  emoji: {kind: file, path: emoji.txt, unknown: skip}
  number: {kind: int}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "words.txt").write_text("".join(f"слово {number % 7}\n" for number in range(3000)) + "Ёлка\n")
    (tmp_path / "emoji.txt").write_text("чай \U0001f375\nсок\n")
    (tmp_path / "set.yaml").write_text(SET)
    return tmp_path


def recipe(*data: str) -> Recipe:
    return override_recipe(loads(SMALL, Recipe), {"data": data, "charset": "data"})


def test_generated_data_gives_all_characters_of_its_files_and_those_of_samples(folder: Path) -> None:
    assert data_charset(recipe(f"live:{folder}/set.yaml:words"), "none").chars == " 0123456Ёавклос", (
        "one line of 3,000 has an Ё"
    )
    assert data_charset(recipe(f"live:{folder}/set.yaml:emoji"), "none").chars == "кос", (
        "a line that is left out has none"
    )
    assert set("0123456789") <= set(data_charset(recipe(f"live:{folder}/set.yaml:number"), "none").chars)
    assert data_charset(recipe(f"live:{folder}/set.yaml:words"), "lower").chars == " 0123456авклосё"


def test_data_on_disk_gives_the_characters_of_its_labels(run: Run, folder: Path) -> None:
    assert (
        run("draw", "30", "--set", str(folder / "set.yaml"), "--kinds", "emoji", "--out", str(folder / "drawn")).code
        == 0
    )
    mixed = recipe(f"drawn:{folder}/drawn", f"live:{folder}/set.yaml:words")
    assert data_charset(mixed, "none").chars == " 0123456Ёавклос"
    assert initialize(mixed).model.charset == data_charset(mixed, "none")


def test_no_text_and_words_are_refused(folder: Path) -> None:
    with pytest.raises(TrainingError, match="the data has no texts"):
        data_charset(loads(SMALL, Recipe).model_copy(update={"data": ()}), "none")
    with pytest.raises(TrainingError, match="outside: learn is for words"):
        data_charset(recipe(f"live:{folder}/set.yaml:words").model_copy(update={"outside": "learn"}), "none")
