"""What a run trains on, and what it holds out."""

from pathlib import Path
from typing import Any

import pytest
from data_sets import iam, idx_pair, image, png, write
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import TrainingError
from receiptgen.train.data.sources import Example
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Part, Recipe
from receiptgen.train.runs.run_data import RunData, open_run_data


def labelled(folder: Path, count: int = 40) -> Path:
    """Write images with a label each."""
    for number in range(count):
        write(folder / f"{number}.png", png(number))
    write(folder / "labels.tsv", "".join(f"{number}.png\tNo {number}\n" for number in range(count)))
    return folder


def data_of(fold: Any = "none", **settings: Any) -> RunData:
    return open_run_data(override_recipe(loads(SMALL, Recipe), settings), fold)


def names(data: RunData, source: int = 0) -> set[str]:
    table = data.sources[source].table
    return {table.read(row).name for row in range(table.size or 0)}


def test_a_share_is_held_out_of_each_data_set_on_disk_before_the_recipes_sets(tmp_path: Path) -> None:
    mine = labelled(tmp_path / "my lines")
    data = data_of(data=(str(mine), "live:standard:int"), held_out=("25%",))
    assert [held.name for held in data.held_out] == ["my_lines", "own"]
    held_out = {example.name for example in data.held_out[0].examples}
    assert held_out.isdisjoint(names(data))
    assert len(held_out) + len(names(data)) == 40
    count = len(held_out)
    assert data.notes == {f"labels:{mine}": f"{count} of 40 images are held out"}


def test_a_share_of_handwriting_is_one_of_its_writers(tmp_path: Path) -> None:
    words = [f"{form}-{line:02d}" for form in ("a01-000u", "a01-003", "b06-008") for line in range(4)]
    iam(tmp_path)
    write(tmp_path / "ascii/lines.txt", "".join(f"{word} ok 1 1 1 1 1 1 {word}\n" for word in words))
    write(tmp_path / "ascii/forms.txt", "a01-000u 7 2\na01-003 7 2\nb06-008 8 2\n")
    for word in words:
        form = "-".join(word.split("-")[:2])
        write(tmp_path / f"lines/{form.split('-')[0]}/{form}/{word}.png", png())
    data = data_of(data=(f"iam:{tmp_path}",), held_out=("10%",))
    forms = {example.text.rpartition("-")[0] for example in data.held_out[0].examples}
    assert forms in ({"a01-000u", "a01-003"}, {"b06-008"})
    count = len(data.held_out[0].examples)
    assert data.notes == {f"iam:{tmp_path}": f"{count} rows, of 1 of 2 writers or forms, are held out"}


def test_data_sets_of_one_name_are_held_out_under_two(tmp_path: Path) -> None:
    one, other = labelled(tmp_path / "a/lines"), labelled(tmp_path / "b/lines")
    assert [held.name for held in data_of(data=(str(one), str(other)), held_out=("10%",)).held_out] == [
        "lines", "lines_2", "own",
    ]  # fmt: skip


def test_nothing_is_held_out_of_what_is_generated() -> None:
    with pytest.raises(TrainingError, match="all data is generated on the fly"):
        data_of(held_out=("10%",))


@pytest.mark.parametrize("shares", [("10%", "20%"), ("0%",), ("100%",)])
def test_a_share_that_is_none_is_refused(shares: tuple[str, ...]) -> None:
    with pytest.raises(TrainingError, match=r"--held-out .*expected one share between 0% and 100%"):
        data_of(held_out=shares)


def test_texts_are_folded_in_training_and_in_what_is_held_out(tmp_path: Path) -> None:
    data = data_of("lower", data=(str(labelled(tmp_path)),), held_out=("25%",))
    row = data.sources[0].table.read(0)
    assert isinstance(row, Example)
    assert row.text.startswith("no ")
    assert data.held_out[0].examples[0].text.startswith("no ")


def test_classes_are_balanced_by_text(tmp_path: Path) -> None:
    idx_pair(tmp_path, image(0, 6 * 8, 8).reshape(6, 8, 8), [1, 1, 1, 0, 1, 9])
    part = Part(data=parse_spec(f"idx:{tmp_path}").data, balance="class")
    recipe = loads(SMALL, Recipe).model_copy(update={"data": (part,)})
    classes = open_run_data(recipe, "none").sources[0].classes
    assert classes is not None
    assert [rows.tolist() for rows in classes] == [[3], [0, 1, 2, 4], [5]]
    endless = recipe.model_copy(update={"data": (Part(data=parse_spec("live:standard:int").data, balance="class"),)})
    with pytest.raises(TrainingError, match="is generated on the fly; weigh its 'kinds'"):
        open_run_data(endless, "none")


def test_a_recipe_that_leaves_data_to_options_says_so() -> None:
    recipe = loads(SMALL, Recipe)
    for key, fault in (("data", "names no data to train on; --data does"), ("held_out", "names no held-out data")):
        with pytest.raises(TrainingError, match=fault):
            open_run_data(recipe.model_copy(update={key: type(getattr(recipe, key))()}), "none")
