"""What the charset of a run lacks of its data is told, or ends the run before it begins."""

from pathlib import Path

import pytest
from data_sets import png, write
from small_recipe import SMALL

from receiptgen.config.records import loads
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import charset
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.run_coverage import check_coverage
from receiptgen.train.runs.run_data import RunData, open_run_data


def labelled(folder: Path, *texts: str) -> Path:
    for number in range(len(texts)):
        write(folder / f"{number}.png", png(number))
    write(folder / "labels.tsv", "".join(f"{number}.png\t{text}\n" for number, text in enumerate(texts)))
    return folder


def checked(chars: str, data: tuple[object, ...], held_out: tuple[str, ...], begins: bool = True) -> RunData:
    changes = {"data": tuple(map(str, data)), "held_out": held_out}
    recipe = override_recipe(loads(SMALL, Recipe), changes).model_copy(update={"charset": chars})
    return check_coverage(open_run_data(recipe, "none"), recipe, charset(chars), begins)


def test_each_data_set_says_what_is_lacking_and_one_option_adds_all_of_it(tmp_path: Path) -> None:
    mine = labelled(tmp_path / "mine", "řeka", "Total", "ten")
    other = labelled(tmp_path / "other", "¥5", "Total", "ten ě", "nine")
    held = labelled(tmp_path / "held", "ten", "š", "five")
    data = checked("ascii", (mine, f"2*{other}", "live:standard:int"), (f"held={held}",))
    option = "--charset 'ascii+ř¥ěš' adds them"
    assert [source.checks_labels for source in data.sources] == [True, True, False]
    assert set(data.notes) == {f"labels:{mine}", f"labels:{other}", "held-out set 'held'"}
    lost = "rows hold characters that the charset lacks"
    assert data.notes[f"labels:{mine}"] == f"1 of 3 {lost}: ř 1; {option}"
    assert data.notes["held-out set 'held'"] == f"1 of 3 {lost}: š 1; {option}"


def test_a_run_that_would_lose_more_than_half_of_a_data_set_does_not_begin(tmp_path: Path) -> None:
    mine = labelled(tmp_path / "mine", "řeka", "ř ¥", "ten")
    fault = (
        f"labels:{mine}: 2 of 3 rows hold characters that the charset lacks: ř 2, ¥ 1; "
        "--charset 'ascii+ř¥' adds them; too few are left without"
    )
    with pytest.raises(TrainingError) as caught:
        checked("ascii", (mine,), ("own=live:standard:int",))
    assert str(caught.value) == fault
    resumed = checked("ascii", (mine,), ("own=live:standard:int",), begins=False)
    assert f"labels:{mine}" in resumed.notes, "as it began, it goes on"
    assert resumed.sources[0].checks_labels


def test_a_list_of_words_may_leave_out_many_rows_but_not_all(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    write(words, "TOTAL\nTAX\n")
    some, none = labelled(tmp_path / "some", "TOTAL", "TIP", "SUM"), labelled(tmp_path / "none", "TIP", "TAX DUE")
    held = labelled(tmp_path / "held", "TAX")
    assert "2 of 3 rows hold words" in checked(str(words), (some,), (f"own={held}",)).notes[f"labels:{some}"]
    with pytest.raises(TrainingError, match=r"2 of 2 rows hold words that .* adds them; too few are left without"):
        checked(str(words), (none,), (f"own={held}",))


def test_generated_lines_that_cannot_be_spelt_may_be_left_out(tmp_path: Path) -> None:
    mine = labelled(tmp_path / "mine", "řeka", "kař")
    with pytest.raises(TrainingError, match=r"live:standard: 64 of 64 rows looked at hold .*; --data names other data"):
        checked("řeka", (mine, "live:standard:int"), ("own=live:standard:int",))


def test_held_out_sets_that_cannot_be_spelt_are_left_out_unless_none_is_left(tmp_path: Path) -> None:
    mine, drawn = labelled(tmp_path / "mine", "řeka", "kař"), labelled(tmp_path / "drawn", "Total", "Sum", "řeka")
    held = labelled(tmp_path / "held", "kaře", "€")
    data = checked("řeka", (mine,), (f"drawn={drawn}", f"mine={held}"))
    assert [each.name for each in data.held_out] == ["mine"]
    assert data.notes["held-out set 'mine'"].startswith("1 of 2 rows hold")
    assert data.notes["held-out set 'drawn'"].startswith("2 of 3 rows hold characters that the charset lacks: ")
    assert data.notes["held-out set 'drawn'"].endswith(
        "; it is left out, and 'mine' decides which weights are best instead"
    )
    data = checked("řeka", (mine,), (f"mine={held}", f"drawn={drawn}"))
    assert data.notes["held-out set 'drawn'"].endswith("; it is left out")
    recipe = loads(SMALL, Recipe).model_copy(update={"held_out": {}, "charset": "řeka"})
    recipe = override_recipe(recipe, {"data": (str(mine),), "held_out": (f"drawn={drawn}",)})
    with pytest.raises(TrainingError, match=r"held-out set 'drawn': 2 of 3 .*; --charset .* adds them; no held-out"):
        check_coverage(open_run_data(recipe, "none"), recipe, charset("řeka"), True)
