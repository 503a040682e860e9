"""Means of weights: of all arrays, rows of the head by character, and what comes with them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import WeightsError
from receiptgen.finding.finder_model import FINDER
from receiptgen.finding.network import FinderNetwork
from receiptgen.recognition.calibration import Calibration
from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset import BLANK, Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.model_file import Model, check_fit
from receiptgen.recognition.model_kind import KindModel
from receiptgen.recognition.networks import initial_arrays, parameter_specs
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.loop.models import AnyModel
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.averaging import Averaged, mean_of
from receiptgen.train.runs.initialization import initialize

UNITS = "Total 0125."
LANGUAGE = CharacterModel.train(["Total 12.50", "Total 20.15"], 3).pack()


def reader(seed: int, charset: str = UNITS, channels: int = 20) -> Model:
    """Return weights of which each array is drawn, statistics of batch normalisation too."""
    small = loads(SMALL.replace("channels: 20", f"channels: {channels}"), Recipe)
    recipe = override_recipe(small, {"charset": charset, "seed": seed})
    made = initialize(recipe).model
    assert isinstance(made, Model)
    random = np.random.default_rng(seed)
    weights = {name: random.normal(1, 0.3, array.shape).astype(np.float32) for name, array in made.weights.items()}
    return replace(made, weights=weights)


def finder(seed: int, channels: int = 4) -> KindModel:
    network = FinderNetwork(channels=channels)
    return KindModel(FINDER, network, initial_arrays(FINDER.specs(network), seed), {"seed": seed})


def part(model: AnyModel, share: float = 1.0, name: str = "a.safetensors") -> Averaged:
    return Averaged(Path("runs") / name, model, share)


def rows(model: Model) -> dict[str, np.ndarray[Any, Any]]:
    """Return the row of the head of each character, with its bias last."""
    matrix, bias = (model.weights[name] for name in list(parameter_specs(model.network, len(model.charset)))[-2:])
    return {unit: np.append(matrix[label], bias[label]) for unit, label in model.charset.labels.items()}


@pytest.mark.smoke
def test_all_arrays_are_averaged_by_their_shares() -> None:
    first, second = reader(1), reader(2)
    mean = mean_of([part(first, 3.0), part(second, 1.0)]).model
    assert isinstance(mean, Model)
    assert any(name.endswith("variance") for name in mean.weights)
    for name, array in mean.weights.items():
        assert array.dtype == np.float32
        np.testing.assert_allclose(array, 0.75 * first.weights[name] + 0.25 * second.weights[name], rtol=1e-6)
    check_fit(mean, Path())


def test_the_mean_of_the_same_weights_is_they() -> None:
    once = reader(1)
    mean = mean_of([part(once), part(once), part(once)]).model
    assert all(np.array_equal(array, once.weights[name]) for name, array in mean.weights.items())


def test_rows_are_matched_by_character_and_those_of_some_weights_are_the_mean_of_theirs() -> None:
    models = reader(1, "0125."), reader(2, ".210ř"), reader(3, ".21ř€")
    mean, (note,) = mean_of([part(model, share) for model, share in zip(models, (1, 2, 5), strict=True)])
    assert isinstance(mean, Model)
    assert mean.charset == Charset(".21ř€05")
    known = [rows(model) for model in models]
    found = rows(mean)
    np.testing.assert_allclose(found["1"], (known[0]["1"] + 2 * known[1]["1"] + 5 * known[2]["1"]) / 8, rtol=1e-5)
    np.testing.assert_allclose(found["0"], (known[0]["0"] + 2 * known[1]["0"]) / 3, rtol=1e-5)
    np.testing.assert_allclose(found["ř"], (2 * known[1]["ř"] + 5 * known[2]["ř"]) / 7, rtol=1e-5)
    np.testing.assert_array_equal(found["€"], known[2]["€"])
    matrix = list(parameter_specs(mean.network, len(mean.charset)))[-2]
    blanks = [model.weights[matrix][BLANK] for model in models]
    np.testing.assert_allclose(mean.weights[matrix][BLANK], np.average(blanks, 0, [1, 2, 5]), rtol=1e-5)
    assert note == "charset: only some weights read ř€05, whose rows are the mean of theirs"
    check_fit(mean, Path())


def test_a_target_gives_its_characters_and_its_character_model() -> None:
    target = replace(reader(3, "01ř2"), companions=Companions(LANGUAGE, "ř", 0.5))
    mean, notes = mean_of([part(reader(1, "0125.")), part(reader(2, "0125ř"))], part(target, 0, "t.safetensors"))
    assert isinstance(mean, Model)
    assert mean.charset == target.charset
    assert mean.companions == Companions(LANGUAGE, "ř", 0.5)
    assert notes == (
        "charset: only some weights read ř, whose rows are the mean of theirs; left out: 5.",
        "from runs/t.safetensors: character model: kept; of ř it says nothing; 'receiptgen weights lm' makes one of "
        "texts that have them",
    )
    with pytest.raises(WeightsError, match=r"t\.safetensors: reads ř2, which none of the averaged weights do"):
        mean_of([part(reader(1, "01")), part(reader(2, "01"))], part(target, 0, "t.safetensors"))


def test_the_last_character_model_is_kept_and_a_calibration_is_left_out() -> None:
    whole = Companions(LANGUAGE, "", 0.75, {"line": Calibration(0.5, 1.25)})
    mean, notes = mean_of([part(replace(reader(1), companions=whole)), part(reader(2, UNITS + "ř"))])
    assert isinstance(mean, Model)
    assert mean.companions == Companions(LANGUAGE, "ř", 0.75)
    assert [note.partition(":")[0] for note in notes] == [
        "charset",
        "from runs/a.safetensors",
        "calibration of confidences",
    ]
    assert "left out, since it is of other weights" in notes[2]


def test_weights_without_companions_are_not_spoken_of() -> None:
    mean, notes = mean_of([part(reader(1)), part(reader(2))])
    assert isinstance(mean, Model)
    assert (mean.companions, notes) == (Companions(), ())


def test_finders_are_averaged_too_and_the_record_tells_of_what() -> None:
    first, second = finder(1), finder(2)
    mean = mean_of([part(first, 1, "a.safetensors"), part(second, 3, "b.safetensors")]).model
    assert isinstance(mean, KindModel)
    for name, array in mean.weights.items():
        np.testing.assert_allclose(array, 0.25 * first.weights[name] + 0.75 * second.weights[name], atol=1e-6)
    assert mean.record == {
        "mean_of": [
            {"file": "a.safetensors", "share": 0.25, "record": {"seed": 1}},
            {"file": "b.safetensors", "share": 0.75, "record": {"seed": 2}},
        ]
    }


def test_texts_in_lower_case_stay_so() -> None:
    folded = replace(reader(1), record={"fold": "lower"})
    assert mean_of([part(folded), part(folded)]).model.record["fold"] == "lower"


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        (reader(1, channels=40), "b: network {.*40.*a has {.*20"),
        (replace(reader(1), reads="words"), "b: reads words, where .*a has lines"),
        (replace(reader(1), record={"fold": "lower"}), "b: charset characters in logical order in lower case, where"),
        (replace(reader(1), preprocess=Preprocess(contrast=0)), "b: preprocess {.*'contrast': 0.*a has {.*: 32"),
        (finder(1), "b: reads pages, where .*a has lines; only weights of one network that are used alike have a mean"),
    ],
)
def test_weights_that_are_not_alike_are_refused(other: AnyModel, fault: str) -> None:
    with pytest.raises(WeightsError, match=fault):
        mean_of([part(reader(1), name="a"), part(other, name="b")])


def test_finders_of_other_sizes_and_targets_of_other_kinds_are_refused() -> None:
    with pytest.raises(WeightsError, match=r"b: network {.*8}, where .*a has {.*4}"):
        mean_of([part(finder(1), name="a"), part(finder(1, 8), name="b")])
    with pytest.raises(WeightsError, match="t: --for takes weights that read lines, for weights that do; leave it out"):
        mean_of([part(finder(1)), part(finder(2))], part(reader(1), name="t"))
    words = replace(reader(1), charset=Charset([*UNITS], "words"))
    with pytest.raises(WeightsError, match=r"t: is of words in logical order, .*a of characters in logical order"):
        mean_of([part(reader(1), name="a"), part(reader(2))], part(words, name="t"))
    with pytest.raises(WeightsError, match="a: a mean is of at least two"):
        mean_of([part(finder(1), name="a")])


def test_shares_may_be_large_but_none_may_count_for_nothing() -> None:
    first, second = reader(1), reader(2)
    huge = mean_of([part(first, 1e308), part(second, 1e308)]).model.weights
    equal = mean_of([part(first), part(second)]).model.weights
    assert all((huge[name] == equal[name]).all() for name in equal)
    with pytest.raises(WeightsError, match=r"b\.safetensors: its share is 1e-308 of the sum, too little to count"):
        mean_of([part(first, 1.0), part(second, 1e-308, "b.safetensors")])
