"""Recipes, and what options change of them."""

from pathlib import Path

import pytest
from small_recipe import SMALL

from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import loads
from receiptgen.core.assets import own_names, packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.errors import ConfigError, DatasetError, ReceiptgenError
from receiptgen.drawing.template import snippet_set
from receiptgen.recognition.charset import charset
from receiptgen.recognition.networks import NETWORKS
from receiptgen.train.data.sources.live import Live
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Part, Recipe, recipe, recipe_of
from receiptgen.train.runs.stored_run import resumed_recipe


@pytest.mark.smoke
@pytest.mark.parametrize("name", packaged_names("recipes"))
def test_packaged_recipes_load_and_survive_being_written(name: str) -> None:
    made = recipe(name).value
    assert made.about
    assert recipe_of(made.model_dump_json(), name, Path()) == made


def test_the_weights_that_are_packaged_are_trained_on_all_countries_of_latin_script() -> None:
    texts, others = (part.data for part in recipe("receipt").value.data)
    assert isinstance(texts, Live)
    assert isinstance(others, Live)
    assert others.locales
    drawn = {*snippet_set(texts.source).value.locales, *others.locales}
    assert drawn >= {name for name in own_names("locales") if not (locale(name).letters or name.startswith("en_"))}


def test_each_letter_of_the_receipt_charset_is_drawn_among_others() -> None:
    letters = snippet_set("latin").value.kinds["letters"]
    drawn = {letter for index in range(6000) for letter in letters.text(Dice(index), locale("pl_PL"))}
    wanted = {char for char in charset("receipt").units if char.isalpha()} - {*"ªº"}
    assert wanted <= drawn


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("steps: 10", "has neither 'steps' nor 'minutes'; one of them must end the run"),
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


@pytest.mark.parametrize(
    ("network", "fault"),
    [
        ("findr", "2:10: network: unknown kind 'findr'; did you mean 'finder'?"),
        ("{kind: findr}", "2:17: network.kind: unknown kind 'findr'; did you mean 'finder'?"),
        (
            "{height: 32}",
            "2:10: network: missing key 'kind'; there are char_cnn, cnn_bilstm, crnn_lite, receipt, word_cnn, finder, "
            "fields",
        ),
    ],
)
def test_networks_of_all_kinds_are_named(network: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(f"extends: receipt\nnetwork: {network}\n")
    with pytest.raises(ConfigError) as caught:
        recipe(str(tmp_path / "own.yaml"))
    assert caught.value.faults == (f"{tmp_path}/own.yaml:{fault}",)


def test_a_file_of_words_lies_beside_the_recipe_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SMALL.replace('"0123456789."', "words.txt"))
    made = recipe(str(tmp_path / "own.yaml")).value
    assert made.charset == f"@{tmp_path / 'words.txt'}"
    assert override_recipe(made, {"steps": 3}).charset == made.charset
    with pytest.raises(ConfigError, match=r"the file 'words.txt' can't be named here"):
        loads(SMALL.replace('"0123456789."', "words.txt"), Recipe, folder=None)


def test_options_replace_what_they_name() -> None:
    base = loads(SMALL, Recipe)
    made = override_recipe(
        base, {"minutes": 3.0, "learning_rate": 0.5, "network": "crnn_lite", "data": ("2*live:standard:int+date@scan",)}
    )
    assert (made.steps, made.minutes, made.learning.learning_rate) == (None, 3.0, 0.5)
    assert NETWORKS.name_of(type(made.network)) == "crnn_lite"
    assert [(part.weight, dict(part.data.kinds), part.data.profile) for part in made.data] == [  # type: ignore[attr-defined]
        (2.0, {"int": 1.0, "date": 1.0}, "scan")
    ]
    more = override_recipe(base, {"add_data": ("live:standard",), "held_out": ("other=live:standard:date",)})
    assert len(more.data) == 2
    assert list(more.held_out) == ["other", "own"], "what is asked for decides"
    assert more.steps == 10
    assert override_recipe(base, {}) == base


def test_weights_that_a_run_begins_with_bring_their_network() -> None:
    made = override_recipe(loads(SMALL, Recipe), {"init": "best.safetensors"})
    assert (made.network, made.charset) == (None, "")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("0*live:standard", "the weight must be above 0"),
        ("liv:standard", "unknown format 'liv'; did you mean 'live'"),
        ("nowhere", "nowhere: no such file or folder"),
    ],
)
def test_data_that_is_named_wrongly_is_told(name: str, fault: str) -> None:
    with pytest.raises(DatasetError, match=fault):
        parse_spec(name)


def test_options_that_make_no_recipe_are_told() -> None:
    with pytest.raises(ReceiptgenError, match="charset"):
        override_recipe(loads(SMALL, Recipe), {"charset": ""})


def test_the_recipe_of_a_run_may_name_files(tmp_path: Path) -> None:
    """The one that a run keeps is the user's own, unlike a template that is sent to a server."""
    made = loads(SMALL, Recipe)
    made = made.model_copy(update={"data": (Part(data=parse_spec("labels:mine/labels.tsv").data),)})
    (tmp_path / "recipe.json").write_text(made.model_dump_json())
    (tmp_path / "state.safetensors").touch()
    assert resumed_recipe(tmp_path) == made


def test_a_dictionary_that_is_added_lies_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("ř\nŘ\n")
    for named, stored in (
        ("receipt+@keys", f"receipt+@{tmp_path}/keys"),
        ("+@keys+data", f"+@{tmp_path}/keys+data"),
        ("keys", f"@{tmp_path}/keys"),
        ("words:own.list", f"words:{tmp_path}/own.list"),
    ):
        (tmp_path / "own.yaml").write_text(SMALL.replace('"0123456789."', named))
        made = recipe(str(tmp_path / "own.yaml")).value
        assert made.charset == stored
    assert loads(made.model_dump_json(), Recipe, folder=Path()) == made, "a run's own recipe names the same file"


def test_a_misspelt_charset_of_a_recipe_is_told_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SMALL.replace('"0123456789."', "recipt"))
    with pytest.raises(ConfigError, match=r"own.yaml:4:10: charset: 'recipt' is neither .*; did you mean 'receipt'\?"):
        recipe(str(tmp_path / "own.yaml"))


@pytest.mark.parametrize(
    ("name", "settings", "charset"),
    [
        ("quick", {"charset": "+ř"}, "receipt+ř"),
        ("finetune", {"charset": "+ř"}, "+ř"),
        ("new_script", {"charset": "+€"}, "only-data+€"),
        ("receipt", {"charset": "+ř", "init": "own.safetensors"}, "+ř"),
        ("quick", {"charset": "ascii"}, "ascii"),
    ],
)
def test_what_an_option_adds_is_added_to_the_charset_of_the_recipe(
    name: str, settings: dict[str, str], charset: str
) -> None:
    data = {"data": ("live:standard:int",), "held_out": ("live:standard:int",)}
    assert override_recipe(recipe(name).value, settings | data).charset == charset
