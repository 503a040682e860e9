"""The teacher of a run is checked against what is to be trained, before the first step."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import ConfigError, TrainingError, WeightsError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.model_file import Model, load_model, save_model
from receiptgen.recognition.networks import NETWORKS, initial_weights, network_costs
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe, Teaching, recipe
from receiptgen.train.runs.teacher import open_teacher, teacher_note


def model(kind: str = "receipt", charset: Charset | None = None, **settings: Any) -> Model:
    network = NETWORKS.get(kind).parse(settings)
    chars = charset or Charset("0123456789.")
    preprocess = Preprocess(height=network.height, width=network.width)
    return Model(network, chars, preprocess, initial_weights(network, len(chars), 1), {}, network.reads)


@pytest.fixture
def teaching(tmp_path: Path) -> Teaching:
    """Return the settings of a teacher that knows the digits from 9 to 0, and letters."""
    save_model(model(channels=40, blocks=1, charset=Charset("9876543210xyz")), tmp_path / "large.safetensors")
    return Teaching(weights=str(tmp_path / "large.safetensors"), share=0.3, temperature=2.0)


def test_labels_are_matched_by_what_they_stand_for(teaching: Teaching) -> None:
    teacher = open_teacher(teaching, model(channels=20, blocks=0))
    assert teacher.labels.tolist() == [0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, -1]
    assert (teacher.share, teacher.temperature) == (0.3, 2.0)
    assert teacher_note(teaching, teacher).endswith("it lacks 1 of the labels, and lines with one of these are "
                                                    "learned without it")  # fmt: skip
    same = open_teacher(teaching, model(charset=Charset("9876543210xyz")))
    assert teacher_note(teaching, same) == f"{teaching.weights}: is the teacher"


@pytest.mark.parametrize(
    ("student", "fault"),
    [
        (model(height=48), "its images have a height of 32 pixels, those of this run 48"),
        (
            model("cnn_bilstm", units=8, height=32, step=5),
            "its images have time steps of 4 pixels, those of this run 5",
        ),
        (model("char_cnn", channels=4), "a width of any number of pixels, those of this run 32 pixels"),
        (replace(model(), preprocess=Preprocess(contrast=0)), "prepared with contrast 32, those of this run with 0"),
        (model(charset=Charset(["one", "two"], "words")), "reads characters in logical order, this run words in"),
        (model(charset=Charset("abc")), "knows none of the 3 characters of this run"),
    ],
)
def test_a_teacher_that_does_not_fit_is_told(student: Model, fault: str, teaching: Teaching) -> None:
    with pytest.raises(TrainingError, match=fault):
        open_teacher(teaching, student)


def test_a_teacher_that_reads_capitals_is_refused_where_texts_are_folded(teaching: Teaching, tmp_path: Path) -> None:
    folded = replace(model(charset=Charset("abc123")), record={"fold": "lower"})
    assert open_teacher(teaching, folded).labels.tolist()[4:] == [9, 8, 7], "it has no letters with capitals"
    save_model(model(charset=Charset("aAbBcC")), tmp_path / "both.safetensors")
    both = Teaching(weights=str(tmp_path / "both.safetensors"))
    with pytest.raises(TrainingError, match=r"tells capitals from small letters.*take weights that were trained with"):
        open_teacher(both, folded)
    assert open_teacher(both, replace(folded, record={})).labels.tolist()[:4] == [0, 1, 3, 5]
    save_model(replace(model(charset=Charset("aAbBcC")), record={"fold": "lower"}), tmp_path / "both.safetensors")
    assert open_teacher(both, folded).labels.tolist()[:4] == [0, 1, 3, 5]


def test_a_teacher_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.safetensors"):
        open_teacher(Teaching(weights=str(tmp_path / "none.safetensors")), model())


def test_a_recipe_names_a_teacher_alone_or_with_its_settings() -> None:
    alone = loads(SMALL + "teacher: receipt\n", Recipe)
    assert alone.teacher == Teaching(weights="receipt", share=0.5, temperature=1.0)
    assert loads(alone.model_dump_json(), Recipe) == alone
    whole = loads(SMALL + "teacher: {weights: receipt, share: 0.8, temperature: 3}\n", Recipe)
    assert whole.teacher == Teaching(weights="receipt", share=0.8, temperature=3)
    assert override_recipe(loads(SMALL, Recipe), {"teacher": "receipt"}).teacher == alone.teacher
    assert override_recipe(alone, {"teacher": "none"}).teacher is None
    assert loads(SMALL + "teacher: none\n", Recipe).teacher is None
    with pytest.raises(ConfigError, match="temperature"):
        loads(SMALL + "teacher: {weights: receipt, temperature: 0}\n", Recipe)


@pytest.mark.needs("torch")
def test_a_run_learns_from_its_teacher_and_goes_on_with_it(tmp_path: Path) -> None:
    from receiptgen.train.runs.run import Host, Run

    settings = loads(SMALL + "teacher: receipt\nheld_out_lines: 8\nbatch: 8\n", Recipe)
    for steps in (2, 4):
        run = Run(settings.model_copy(update={"steps": steps}), tmp_path / str(steps), Host("torch", "cpu", 0))
        run.train(lambda _: None, lambda *_: None)
        assert run.initialization.notes == ("receipt: is the teacher",)
    assert load_model(tmp_path / "4" / "last.safetensors").record["step"] == 4


def test_the_large_network_has_up_to_five_million_parameters() -> None:
    large = recipe("receipt_large").value
    assert large.network is not None
    assert large.init == "none"
    assert 4e6 < network_costs(large.network, 144).parameters < 5e6
