"""What a run begins with."""

from pathlib import Path

import numpy as np
import pytest
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.layers import is_at
from receiptgen.recognition.model_file import Model, save_model
from receiptgen.recognition.networks import NETWORKS, parameter_specs
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.tables import fold_of
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.initialization import frozen_paths, initialize


def model(chars: str, folder: Path) -> tuple[Model, Path]:
    network = NETWORKS.get("receipt")(channels=20, blocks=1)
    random = np.random.default_rng(1)
    weights = {
        name: random.normal(size=parameter.shape).astype(np.float32)
        for name, parameter in parameter_specs(network, len(chars) + 1).items()
    }
    made = Model(network, Charset(chars), Preprocess(height=32, longest=500), weights)
    save_model(made, folder / "old.safetensors")
    return made, folder / "old.safetensors"


def test_another_charset_keeps_what_is_shared_and_says_what_is_new(tmp_path: Path) -> None:
    old, path = model("0123456789$", tmp_path)
    made = initialize(override_recipe(loads(SMALL, Recipe), {"init": str(path), "charset": "9876543210.€"}))
    assert made.notes[1] == "charset: 10 characters are shared; 2 are new: .€; 1 are dropped: $"
    *body, weight, bias = parameter_specs(old.network, 12)
    for name in body:
        np.testing.assert_array_equal(made.model.weights[name], old.weights[name])
    for char in "0123456789":
        for name in (weight, bias):
            now, before = made.model.charset.labels[char], old.charset.labels[char]
            np.testing.assert_array_equal(made.model.weights[name][now], old.weights[name][before])
    np.testing.assert_array_equal(made.model.weights[bias][0], old.weights[bias][0])
    assert made.model.preprocess.longest == 500, "lines are made ready as the weights are used to"


@pytest.mark.parametrize(("new", "base"), [("ł", "l"), ("Ż", "Z"), ("ı", "i"), ("Æ", "A"), ("ő", "o"), ("ã", "a")])
def test_a_new_letter_begins_as_its_base_letter_and_less_likely(new: str, base: str, tmp_path: Path) -> None:
    old, path = model("lLzZiIaAoO", tmp_path)
    made = initialize(override_recipe(loads(SMALL, Recipe), {"init": str(path), "charset": f"lLzZiIaAoO{new}"})).model
    *_, weight, bias = parameter_specs(old.network, 12)
    label, known = made.charset.labels[new], old.charset.labels[base]
    np.testing.assert_array_equal(made.weights[weight][label], old.weights[weight][known])
    assert made.weights[bias][label] == pytest.approx(old.weights[bias][known] - 4)


@pytest.mark.parametrize("new", ["¥", "α", "я", "½", "ß"])
def test_what_is_no_latin_letter_with_a_known_base_begins_at_random(new: str, tmp_path: Path) -> None:
    old, path = model("aryx12", tmp_path)
    made = initialize(override_recipe(loads(SMALL, Recipe), {"init": str(path), "charset": f"aryx12{new}"})).model
    *_, weight, _ = parameter_specs(old.network, 8)
    row = made.weights[weight][made.charset.labels[new]]
    assert not (old.weights[weight] == row).all(axis=1).any()


def test_packaged_weights_go_on_with_all_letters_of_the_charset_and_read_as_before() -> None:
    from receiptgen.recognition.charset import charset
    from receiptgen.recognition.model_file import load_model

    old = load_model(Path("handwriting"))
    recipe = override_recipe(loads(SMALL, Recipe), {"init": "handwriting", "charset": "receipt"})
    made = initialize(recipe).model
    assert made.charset == charset("receipt")
    assert set(old.charset.units) < set(made.charset.units)
    *_, weight, bias = parameter_specs(made.network, len(made.charset))
    # For any feature, a letter that was there before stays likelier than the new ones that begin as it does.
    features = np.random.default_rng(3).normal(size=(200, made.weights[weight].shape[1])).astype(np.float32)
    scores = features @ made.weights[weight].T + made.weights[bias]
    kept = [0, *(made.charset.labels[unit] for unit in old.charset.units)]
    new = [made.charset.labels[letter] for letter in "ąćęłńśźżğışőűřšž"]
    assert (scores[:, kept].max(axis=1) > scores[:, new].max(axis=1)).all()


def test_a_larger_lexicon_keeps_the_rows_of_the_words_that_were_known(tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("TOTAL\nDUE\nCASH\n")
    (tmp_path / "many.txt").write_text("CARD\nCASH\nTOTAL\nTAX\n")
    settings = {"network": NETWORKS.get("word_cnn")(channels=4, units=8), "init": "none"}
    few = Recipe.model_validate(loads(SMALL, Recipe).model_dump() | settings | {"charset": str(tmp_path / "few.txt")})
    old = initialize(few.model_copy(update={"outside": "learn"})).model
    assert (old.charset.kind, old.reads, old.preprocess.width) == ("words", "words", 100)
    save_model(old, tmp_path / "old.safetensors")
    changes = {"init": str(tmp_path / "old.safetensors"), "charset": f"words:{tmp_path / 'many.txt'}"}
    made = initialize(override_recipe(few, changes))
    assert made.notes[1] == "charset: 2 words are shared; 2 are new: CARD TAX; 2 are dropped: DUE (N/A)"
    *body, weight, bias = parameter_specs(old.network, 5)
    for name in (weight, bias):
        for word in ("CASH", "TOTAL"):
            now, before = made.model.charset.labels[word], old.charset.labels[word]
            np.testing.assert_array_equal(made.model.weights[name][now], old.weights[name][before])
    assert all(np.array_equal(made.model.weights[name], old.weights[name]) for name in body)


def test_what_weights_read_is_that_of_their_network_unless_the_recipe_says_otherwise(tmp_path: Path) -> None:
    _, path = model("0123456789", tmp_path)
    recipe = override_recipe(loads(SMALL, Recipe), {"init": str(path)})
    assert initialize(recipe).model.reads == "lines"
    assert initialize(recipe.model_copy(update={"reads": "words"})).model.reads == "words"


def test_weights_begin_a_network_of_another_height_since_all_of_them_fit(tmp_path: Path) -> None:
    old, path = model("0123456789", tmp_path)
    recipe = override_recipe(loads(SMALL, Recipe), {"init": str(path), "charset": "0123456789"})
    made = initialize(recipe.model_copy(update={"network": old.network.parse(old.network.values() | {"height": 48})}))
    assert made.notes[:2] == (
        f"{path}: its weights are loaded", "network: height 48 in place of 32; the weights fit, and adapt in training",
    )  # fmt: skip
    assert (made.model.network.height, made.model.preprocess.height) == (48, 48)
    assert all(np.array_equal(made.model.weights[name], old.weights[name]) for name in old.weights)
    with pytest.raises(TrainingError, match="leave 'network' out"):
        initialize(recipe.model_copy(update={"network": old.network.parse(old.network.values() | {"channels": 40})}))


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    _, path = model("0123456789", tmp_path)
    made = override_recipe(loads(SMALL, Recipe), {"init": str(path), "network": "crnn_lite", "charset": "ascii"})
    with pytest.raises(TrainingError, match="leave 'network' out to use that of the weights"):
        initialize(made)


def test_freezing_names_weights_or_is_refused() -> None:
    network = NETWORKS.get("receipt")(channels=20, blocks=1)
    assert frozen_paths(network, 96, ("0.", "1.")) == ("0.", "1.")
    body = frozen_paths(network, 96, ("body",))
    names = list(parameter_specs(network, 96))
    assert [name for name in names if not is_at(name, body)] == names[-2:]
    assert is_at("1.weight", ("1",))
    assert not is_at("10.weight", ("1",))
    assert not is_at("1.weight", ("1.w",))
    for place in ("x", "1.w"):
        with pytest.raises(TrainingError, match=f"there is no weight at '{place}'"):
            frozen_paths(network, 96, (place,))
    with pytest.raises(TrainingError, match="leaves no weight to train"):
        frozen_paths(network, 96, ("body", names[-1].partition(".")[0]))


def test_weights_say_that_their_texts_are_folded_and_hand_it_on(tmp_path: Path) -> None:
    folded = initialize(override_recipe(loads(SMALL, Recipe), {}).model_copy(update={"fold": "lower"})).model
    save_model(folded, tmp_path / "folded.safetensors")
    recipe = override_recipe(loads(SMALL, Recipe), {"init": str(tmp_path / "folded.safetensors")})
    folds = [fold_of(initialize(recipe.model_copy(update={"fold": fold})).model.record) for fold in (None, "none")]
    assert folds == ["lower", "none"]
    assert "fold" not in initialize(loads(SMALL, Recipe)).model.record
