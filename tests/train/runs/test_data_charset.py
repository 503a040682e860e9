"""The charset that a run takes from its data."""

from pathlib import Path

import pytest
from command_line import Run
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import CharsetError, TrainingError
from receiptgen.recognition.charset import Charset
from receiptgen.train.data.tables import Fold
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.data_charset import agrees, run_charset
from receiptgen.train.runs.initialization import initialize

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


def recipe(*data: str, charset: str = "only-data") -> Recipe:
    return override_recipe(loads(SMALL, Recipe), {"data": data}).model_copy(update={"charset": charset})


def chars_of(made: Recipe, fold: Fold = "none", weights: str = "") -> Charset:
    return run_charset(made, Charset(weights) if weights else None, fold)


def test_generated_data_gives_all_characters_of_its_files_and_those_of_samples(folder: Path) -> None:
    assert chars_of(recipe(f"live:{folder}/set.yaml:words"), "none").chars == " 0123456Ёавклос", (
        "one line of 3,000 has an Ё"
    )
    assert chars_of(recipe(f"live:{folder}/set.yaml:emoji"), "none").chars == "кос", "a line that is left out has none"
    assert set("0123456789") <= set(chars_of(recipe(f"live:{folder}/set.yaml:number"), "none").chars)
    assert chars_of(recipe(f"live:{folder}/set.yaml:words"), "lower").chars == " 0123456авклосё"


def test_data_on_disk_gives_the_characters_of_its_labels(run: Run, folder: Path) -> None:
    assert (
        run("draw", "30", "--set", str(folder / "set.yaml"), "--kinds", "emoji", "--out", str(folder / "drawn")).code
        == 0
    )
    mixed = recipe(f"drawn:{folder}/drawn", f"live:{folder}/set.yaml:words")
    assert chars_of(mixed, "none").chars == " 0123456Ёавклос"
    assert initialize(mixed).model.charset == chars_of(mixed, "none")


def test_no_text_and_words_are_refused(folder: Path) -> None:
    made = recipe(f"live:{folder}/set.yaml:words")
    with pytest.raises(TrainingError, match="the data has no texts"):
        chars_of(made.model_copy(update={"data": ()}))
    with pytest.raises(CharsetError, match="characters that it lacks can't be learnt as"):
        chars_of(made.model_copy(update={"outside": "learn"}))


def test_characters_of_the_data_are_added_to_those_of_weights(folder: Path) -> None:
    words = f"live:{folder}/set.yaml:words"
    assert chars_of(recipe(words, charset="data"), weights="ола7").chars == "ола7 0123456Ёвкс"
    assert chars_of(recipe(words, charset="+data+€"), weights="ола7").chars == "ола7 0123456Ёвкс€"
    assert chars_of(recipe(words, charset="data")).chars == " 0123456Ёавклос", "there are no weights"
    assert chars_of(recipe(words, charset="ascii+data")).chars.endswith("~Ёавклос")
    assert chars_of(recipe(words, charset="only-data+€"), weights="ола7").chars == " 0123456Ёавклос€"
    with pytest.raises(TrainingError, match=r"charset '\+ř': adds to that of weights in 'init', which names none"):
        chars_of(recipe(words, charset="+ř"))


def test_words_of_the_data_are_added_to_words(folder: Path) -> None:
    lexicon = Charset(("TOTAL", "слово"), "words")
    made = recipe(f"live:{folder}/set.yaml:words", charset="+data").model_copy(update={"outside": "learn"})
    assert run_charset(made, lexicon, "none").units == ("TOTAL", "слово", *"0123456", "Ёлка", "(N/A)")


@pytest.mark.parametrize(
    ("charset", "stored", "agree"),
    [
        ("+řŘ", "abcřŘ", True),
        ("+řŘ", "abcř", False),
        ("data+€", "ab€", True),
        ("0123", "0123", True),
        ("0123", "01234", False),
        ("", "xyz", True),
        ("+@gone.txt", "abc", True),
        ("+@gone.txt+ř", "abcř", True),
        ("+@gone.txt+ř", "abc", False),
    ],
)
def test_a_state_is_of_the_charset_as_far_as_that_is_known_without_weights_and_data(
    charset: str, stored: str, agree: bool
) -> None:
    made = loads(SMALL, Recipe).model_copy(update={"charset": charset})
    assert agrees(made, Charset(stored)) == agree
