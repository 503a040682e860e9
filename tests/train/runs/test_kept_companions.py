"""What a run keeps of the character model and the calibration that its initial weights bring."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Run as RunCommand
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.recognition.calibration import Calibration
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.model_file import Model, load_model, save_model
from receiptgen.recognition.opened_model import open_model
from receiptgen.train.loop.run_folder import BEST, LAST
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.initialization import initialize
from receiptgen.train.runs.kept_companions import kept_companions
from receiptgen.train.runs.run import Host, Run

LANGUAGE = CharacterModel.train(["Total 12.50", "Cash 20.00"], 4)
UNITS = "".join(sorted({*LANGUAGE.chars, *"TOTALCASHtotalcash", *"0123456789.,-", "["}))
CALIBRATION = {"line": Calibration(0.5, 1.25)}


def source(**changes: Any) -> Model:
    made = initialize(override_recipe(loads(SMALL, Recipe), {"charset": UNITS})).model
    return replace(made, companions=Companions(LANGUAGE.pack(), "", 0.75, CALIBRATION), **changes)


def test_the_same_characters_keep_all() -> None:
    companions, notes = kept_companions(source(), Charset(UNITS[::-1]), "none")
    assert companions == source().companions
    assert notes == (
        "character model: kept",
        "calibration of confidences: kept, as it was measured before this training",
    )


def test_of_new_characters_the_model_says_nothing_but_still_of_those_that_its_texts_lack() -> None:
    companions, (note, calibration) = kept_companions(source(), Charset(UNITS + "řŘ"), "none")
    assert companions.neutral == "řŘ"
    assert companions.length_bonus == 0.75
    assert companions.calibration == CALIBRATION
    assert calibration == "calibration of confidences: kept, as it was measured before this training"
    assert note == (
        "character model: kept; of řŘ it says nothing; 'receiptgen weights lm' makes one of texts that have them"
    )
    # Weights that began from weights with new characters still know what is new.
    again, _ = kept_companions(source(charset=Charset(UNITS + "řŘ")), Charset(UNITS + "řŘž"), "none")
    assert again.neutral == "ž"
    tuned = replace(source(charset=Charset(UNITS + "řŘ")), companions=companions)
    assert kept_companions(tuned, Charset(UNITS + "Řž"), "none")[0].neutral == "Řž"


def test_of_another_script_the_model_is_not_kept_and_the_run_says_what_to_do() -> None:
    companions, (note, calibration) = kept_companions(source(), Charset("ΑΒΓΔΕΖΗΘΙΚΛ012."), "none")
    assert "not kept, since most characters are new" in calibration
    assert companions == Companions()
    assert (
        note == "character model: not kept, since it knows none of 11 of 15; 'receiptgen weights lm' makes one of texts"
    )


def test_words_need_no_model() -> None:
    companions, (note, _) = kept_companions(source(), Charset(["TOTAL", "CASH"], "words"), "none")
    assert companions == Companions()
    assert note == "character model: not kept, since whole words are read, which need none"


def test_texts_in_lower_case_have_a_model_in_lower_case() -> None:
    companions, (note, _) = kept_companions(source(), Charset("achlost .0125"), "lower")
    assert companions.character_model == CharacterModel.train(["total 12.50", "cash 20.00"], 4).pack()
    assert (companions.neutral, note) == ("", "character model: kept, in lower case")


def test_weights_without_companions_are_not_spoken_of() -> None:
    assert kept_companions(replace(source(), companions=Companions()), Charset("ab"), "none") == (Companions(), ())


@pytest.mark.needs("torch")
def test_what_a_run_leaves_is_searched_with_the_model_of_its_initial_weights(run: RunCommand, tmp_path: Path) -> None:
    save_model(source(), tmp_path / "old.safetensors")
    settings = {"init": str(tmp_path / "old.safetensors"), "charset": UNITS + "ř", "steps": 2}
    recipe = override_recipe(loads(SMALL, Recipe), settings).model_copy(update={"held_out_lines": 4, "evaluations": 1})

    def train() -> None:
        Run(recipe, tmp_path / "tuned", Host("torch", "cpu", 0)).train(lambda *_: None, lambda *_: None)

    train()
    for name in (BEST, LAST):
        companions = load_model(tmp_path / "tuned" / name).companions
        assert (companions.character_model, companions.neutral) == (LANGUAGE.pack(), "ř")
    opened = open_model(tmp_path / "tuned" / BEST, "torch", "cpu")
    assert opened.search() is not None
    assert opened.search(0) is None
    evaluated = run("evaluate", str(tmp_path / "tuned" / BEST), "live:standard:float", "--no-fresh", "--limit", "4")
    assert "beam search" in evaluated.out
    # What goes on does so from the state, without the weights that it began with.
    (tmp_path / "old.safetensors").unlink()
    assert Run(recipe, tmp_path / "tuned", Host("torch", "cpu", 0)).initialization.model.companions.neutral == "ř"
