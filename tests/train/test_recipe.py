"""Recipes, what options change of them, and what a run begins with."""

from math import isclose
from pathlib import Path

import numpy as np
import pytest

from receiptgen.config.records import loads
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import CharsetError, ConfigError, DatasetError, ReceiptgenError, TrainingError
from receiptgen.recognition.charset import ASCII, Charset, charset
from receiptgen.recognition.layers import is_at
from receiptgen.recognition.model_file import Model, save_model
from receiptgen.recognition.networks import NETWORKS, parameter_specs
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.spec import named
from receiptgen.train.runs.initialization import frozen, initialize
from receiptgen.train.runs.overrides import override
from receiptgen.train.runs.recipe import Learning, Recipe, recipe
from receiptgen.train.runs.schedule import rate

SMALL = """
about: small
network: {kind: receipt, channels: 20, blocks: 1}
charset: "0123456789."
steps: 10
data: [{data: {kind: live, source: standard, kinds: [float]}}]
held_out: {own: {kind: live, source: standard, kinds: [float]}}
"""


@pytest.mark.parametrize("name", packaged_names("recipes"))
def test_packaged_recipes_load_and_survive_being_written(name: str) -> None:
    made = recipe(name).value
    assert made.about
    assert loads(made.model_dump_json(), Recipe) == made


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("steps: 10", "says neither 'steps' nor 'minutes'; one of them ends the run"),
        ("network: {kind: receipt, channels: 20, blocks: 1}", "has no 'network'"),
        ('charset: "0123456789."', "has no 'charset'"),
    ],
)
def test_a_recipe_that_lacks_something_is_refused(change: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        loads(SMALL.replace(change, ""), Recipe)


def test_a_misspelt_setting_is_told_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"own.yaml:3:40: network: unknown key 'block'; did you mean 'blocks'\?"):
        loads(SMALL.replace("blocks", "block"), Recipe, name="own.yaml")


def test_options_replace_what_they_name() -> None:
    base = loads(SMALL, Recipe)
    made = override(
        base, {"minutes": 3.0, "learning_rate": 0.5, "network": "crnn_lite", "data": ("2*live:standard:int+date@scan",)}
    )
    assert (made.steps, made.minutes, made.learning.learning_rate) == (None, 3.0, 0.5)
    assert NETWORKS.name_of(type(made.network)) == "crnn_lite"
    assert [(part.weight, dict(part.data.kinds), part.data.profile) for part in made.data] == [  # type: ignore[attr-defined]
        (2.0, {"int": 1.0, "date": 1.0}, "scan")
    ]
    more = override(base, {"add_data": ("live:standard",), "held_out": ("other=live:standard:date",)})
    assert len(more.data) == 2
    assert list(more.held_out) == ["other", "own"], "what is asked for decides"
    assert more.steps == 10
    assert override(base, {}) == base


def test_weights_that_a_run_begins_with_bring_their_network() -> None:
    made = override(loads(SMALL, Recipe), {"init": "best.safetensors"})
    assert (made.network, made.charset) == (None, "")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("0*live:standard", "the weight must be above 0"),
        ("liv:standard", "unknown form 'liv'; did you mean 'live'"),
        ("nowhere", "nowhere: no such file or folder"),
    ],
)
def test_data_that_is_named_wrongly_is_told(name: str, fault: str) -> None:
    with pytest.raises(DatasetError, match=fault):
        named(name)


def test_options_that_make_no_recipe_are_told() -> None:
    with pytest.raises(ReceiptgenError, match="charset"):
        override(loads(SMALL, Recipe), {"charset": ""})


def test_the_rate_rises_and_comes_down_to_nothing() -> None:
    one = Learning(learning_rate=2.0, schedule="one_cycle")
    assert isclose(rate(one, 0.3), 2.0)
    assert 0 < rate(one, 0.0) < 0.1
    assert isclose(rate(one, 1.0), 0.0, abs_tol=1e-9)
    cosine = Learning(learning_rate=2.0, schedule="cosine", warm_up=0.1)
    assert rate(cosine, 0.0) == 0
    assert isclose(rate(cosine, 0.05), 1.0)
    assert isclose(rate(cosine, 0.1), 2.0)
    assert isclose(rate(cosine, 0.55), 1.0)
    constant = Learning(learning_rate=2.0, schedule="constant", warm_up=0.0)
    assert [rate(constant, share) for share in (0.0, 0.5, 1.0)] == [2.0] * 3


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
    made = initialize(override(loads(SMALL, Recipe), {"init": str(path), "charset": "9876543210.€"}))
    assert made.notes[1] == "charset: 10 characters are shared; 2 are new: .€; 1 are given up: $"
    *body, weight, bias = parameter_specs(old.network, 12)
    for name in body:
        np.testing.assert_array_equal(made.model.weights[name], old.weights[name])
    for char in "0123456789":
        for name in (weight, bias):
            now, before = made.model.charset.labels[char], old.charset.labels[char]
            np.testing.assert_array_equal(made.model.weights[name][now], old.weights[name][before])
    np.testing.assert_array_equal(made.model.weights[bias][0], old.weights[bias][0])
    assert made.model.preprocess.longest == 500, "lines are made ready as the weights are used to"


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    _, path = model("0123456789", tmp_path)
    made = override(loads(SMALL, Recipe), {"init": str(path), "network": "crnn_lite", "charset": "ascii"})
    with pytest.raises(TrainingError, match="leave 'network' out to go on with that of the weights"):
        initialize(made)


def test_freezing_names_weights_or_is_refused() -> None:
    network = NETWORKS.get("receipt")(channels=20, blocks=1)
    assert frozen(network, 96, ("0.", "1.")) == ("0.", "1.")
    body = frozen(network, 96, ("body",))
    names = list(parameter_specs(network, 96))
    assert [name for name in names if not is_at(name, body)] == names[-2:]
    assert is_at("1.weight", ("1",))
    assert not is_at("10.weight", ("1",))
    assert not is_at("1.weight", ("1.w",))
    for place in ("x", "1.w"):
        with pytest.raises(TrainingError, match=f"no weight lies at '{place}'"):
            frozen(network, 96, (place,))
    with pytest.raises(TrainingError, match="leaves no weight to train"):
        frozen(network, 96, ("body", names[-1].partition(".")[0]))


def test_charsets_encode_and_decode() -> None:
    chars = charset("receipt")
    assert chars.chars.startswith(ASCII)
    assert chars.decode(chars.encode("Total €12.50").tolist()) == "Total €12.50"
    assert chars.encode(" ").tolist() == [1]
    assert chars.lacking("¥5 漢") == "¥漢"
    assert charset("aab").chars == "ab"
    with pytest.raises(CharsetError, match="'a' occurs twice"):
        Charset("aa")


def test_the_receipt_charset_has_what_the_packaged_countries_print() -> None:
    from receiptgen.drawing.sources import open_source

    chars = charset("receipt")
    lines = open_source("standard", "receipt_text", 5)
    drawn = set().union(*(lines.draw(index).text for index in range(1500)))
    assert not chars.lacking("".join(drawn))
