"""How often a run shows each line that it draws."""

import json
from pathlib import Path
from typing import Any

import pytest

from receiptgen.config.records import loads
from receiptgen.core.errors import TrainingError
from receiptgen.train.data.line_blocks import WeightedSource
from receiptgen.train.data.sources import DATASETS
from receiptgen.train.data.tables import FoldedTable
from receiptgen.train.loop.checkpoint import STATE
from receiptgen.train.recipes.recipe import Recipe
from receiptgen.train.runs.run import Host, Run
from receiptgen.train.runs.run_data import echo_sources
from receiptgen.train.runs.stored_run import RECIPE, holds_run, with_echo

SETTINGS = """
about: a run of seconds
network: {kind: receipt, channels: 20, blocks: 1}
charset: "0123456789.,-"
data: [{data: {kind: live, source: standard, kinds: [int, float]}}]
held_out: {own: {kind: live, source: standard, kinds: [int, float]}}
held_out_lines: 24
batch: 16
steps: 2
evaluations: 1
precision: float32
"""


def recipe(**settings: Any) -> Recipe:
    return loads(SETTINGS, Recipe).model_copy(update=settings)


def stored(folder: Path, echo: int | None) -> Path:
    settings = recipe(echo=echo).model_dump(mode="json")
    if echo is None:
        del settings["echo"]  # as runs wrote it before there was such a key
    (folder / RECIPE).write_text(json.dumps(settings))
    (folder / STATE).touch()
    return folder


@pytest.mark.smoke
def test_a_new_run_shows_lines_three_times_beside_a_gpu_alone(tmp_path: Path) -> None:
    assert [with_echo(recipe(), tmp_path, gpu).echo for gpu in (False, True)] == [1, 3]
    assert [with_echo(recipe(echo=2), tmp_path, gpu).echo for gpu in (False, True)] == [2, 2]


@pytest.mark.parametrize("echo", [None, 1, 2])
@pytest.mark.parametrize("gpu", [False, True])
def test_a_run_goes_on_as_it_began_whatever_the_device(tmp_path: Path, echo: int | None, gpu: bool) -> None:
    folder = stored(tmp_path, echo)
    settled = with_echo(recipe(), folder, gpu)
    assert settled.echo == echo
    assert holds_run(folder, settled)


def test_a_run_with_another_echo_is_refused(tmp_path: Path) -> None:
    folder = stored(tmp_path, 2)
    with pytest.raises(TrainingError, match="another recipe, whose 'echo' differs"):
        holds_run(folder, with_echo(recipe(echo=3), folder, gpu=False))


def test_endless_drawn_lines_alone_are_echoed() -> None:
    live = DATASETS.get("live")
    endless, counted = (
        live.model_validate({"source": "standard", "kinds": ["price"], "count": count}).open(1)  # type: ignore[attr-defined]
        for count in (None, 50)
    )
    sources = [WeightedSource("a", endless), WeightedSource("b", counted), WeightedSource("c", FoldedTable(endless))]
    first, second, third = (each.table for each in echo_sources(sources, 3))
    assert (first.copies, second) == (3, counted)  # type: ignore[attr-defined]
    assert isinstance(third, FoldedTable)
    assert third.unfolded == first


@pytest.mark.needs("torch")
def test_a_run_writes_down_how_often_lines_are_shown_and_goes_on(tmp_path: Path) -> None:
    def train(**settings: Any) -> Run:
        run = Run(recipe(**settings), tmp_path, Host("torch", "cpu", 0))
        run.train(lambda *_: None, lambda *_: None)
        return run

    train(echo=2)
    assert json.loads((tmp_path / RECIPE).read_text())["echo"] == 2
    again = train()
    assert again.resumed
    assert again.recipe.echo == 2
