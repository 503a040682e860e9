"""``receiptgen weights lm``."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.model_file import load_model, save_model
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.initialization import initialize

TEXTS = [f"Total {number}.50" for number in range(50)]


@pytest.fixture
def texts(tmp_path: Path) -> str:
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    return str(tmp_path / "texts.txt")


def weights(path: Path, **settings: Any) -> str:
    recipe = override_recipe(loads(SMALL, Recipe), {"charset": settings.pop("charset", "Total 0123456789.[")})
    save_model(initialize(recipe.model_copy(update=settings)).model, path)
    return str(path)


def test_a_model_is_made_of_texts_and_its_figures_are_told(texts: str, run: Run, tmp_path: Path) -> None:
    told = run("weights", "lm", texts, "--order", "3", "--out", str(tmp_path / "a.npz")).out.splitlines()
    assert told[0].partition(": ")[2].startswith("3-grams of 17 characters, ")
    assert told[0].endswith("of 50 lines with 540 characters")
    assert told[1].startswith("5 held-out texts: ")
    assert told[1].endswith("; 4.17 if all were as likely")
    made = CharacterModel.load(tmp_path / "a.npz")
    assert made.pack() == CharacterModel.train(TEXTS, 3).pack()


def test_weights_hold_a_model_made_for_them(texts: str, run: Run, tmp_path: Path) -> None:
    old, new = weights(tmp_path / "old.safetensors"), tmp_path / "new.safetensors"
    told = run("weights", "lm", texts, "--for", old, "--out", str(new)).out.splitlines()
    assert told[2] == f"{old}: reads [, which no text has: these become unlikely"
    found = load_model(new)
    assert found.companions.parsed_model() is not None
    assert replace(found, companions=Companions()).metadata == load_model(Path(old)).metadata
    again = run("weights", "lm", texts, "--for", str(new), "--out", str(new), "--order", "1", "--force").out
    assert f" by the model that {new} has" in again
    made = load_model(new).companions.parsed_model()
    assert made is not None
    assert made.order == 1


def test_characters_that_the_weights_lack_are_told_with_their_lines(texts: str, run: Run, tmp_path: Path) -> None:
    old = weights(tmp_path / "old.safetensors", charset="Total 0123456789")
    told = run("weights", "lm", texts, "--for", old, "--out", str(tmp_path / "a.npz")).out.splitlines()
    assert told[2] == f"{old}: can't read ., which 50 lines have; 'train --charset' adds them"


def test_texts_are_folded_and_turned_as_those_of_the_weights(texts: str, run: Run, tmp_path: Path) -> None:
    folded = weights(tmp_path / "folded.safetensors", charset="total 0123456789.", fold="lower")
    run("weights", "lm", texts, "--for", folded, "--order", "2", "--out", str(tmp_path / "a.npz"))
    wanted = CharacterModel.train([text.lower() for text in TEXTS], 2)
    assert (tmp_path / "a.npz").read_bytes() == wanted.pack()

    (tmp_path / "hebrew.txt").write_text("אבג 12\n", encoding="utf-8")
    visual = weights(tmp_path / "visual.safetensors", charset="אבג 12")
    assert load_model(Path(visual)).charset == Charset.learnt("אבג 12")
    run(
        "weights", "lm", str(tmp_path / "hebrew.txt"), "--for", visual, "--order", "2", "--out", str(tmp_path / "b.npz")
    )
    assert (tmp_path / "b.npz").read_bytes() == CharacterModel.train(["12 גבא"], 2).pack()


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["{texts}", "--out", "b.safetensors"], "--for names the weights that it is to hold"),
        (["{texts}", "--out", "b.onnx"], "b.onnx: expected a name that ends in '.npz'"),
        (["{texts}", "--out", "{texts}"], "expected a name that ends in '.npz'"),
        (["nothing.txt", "--out", "b.npz"], "nothing.txt: no such file or folder"),
        (["{texts}", "--for", "nothing", "--out", "b.npz"], "nothing: no such file; expected weights"),
        (["{texts}", "--for", "{words}", "--out", "b.npz"], "reads whole words, which are their lexicon"),
    ],
)
def test_faults_are_one_line(options: list[str], fault: str, texts: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("TOTAL\nCASH\n", encoding="utf-8")
    words = weights(tmp_path / "words.safetensors", charset=f"words:{tmp_path / 'words.txt'}")
    told = run("weights", "lm", *(option.format(texts=texts, words=words) for option in options))
    assert fault in told.fault
