"""Rooms: what they list, import and refuse."""

import importlib
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from receiptgen.core import registry as module
from receiptgen.core.errors import UnknownNameError
from receiptgen.core.registry import Registry
from receiptgen.core.suggestions import hint

ROOM = "registry_test_room"
GROUP = "registry.test.things"
MEMBER = f"""
from {ROOM} import THINGS

@THINGS.register
class Thing:
    pass
"""


@pytest.fixture
def things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry[Any]]:
    folder = tmp_path / ROOM
    folder.mkdir()
    (folder / "__init__.py").write_text(
        f"from receiptgen.core.registry import Registry\nTHINGS = Registry(__name__, {GROUP!r}, 'kind of thing')\n",
        encoding="utf-8",
    )
    for name in ("price", "date", "_private"):
        (folder / f"{name}.py").write_text(MEMBER, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module(ROOM).THINGS
    for name in [name for name in sys.modules if name.partition(".")[0] == ROOM]:
        del sys.modules[name]


class Foreign:
    """A member of another package."""


@pytest.fixture
def foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("weight", f"{__name__}:Foreign", GROUP)
    monkeypatch.setattr(module, "added_points", lambda group: [point] if group == GROUP else [])


def test_names_are_sorted_and_listed_without_importing_a_member(things: Registry[Any]) -> None:
    assert things.names == ("date", "price")
    assert list(things) == ["date", "price"]
    assert not {f"{ROOM}.date", f"{ROOM}.price"} & sys.modules.keys()


def test_a_private_file_is_no_member(things: Registry[Any]) -> None:
    assert "_private" not in things
    with pytest.raises(UnknownNameError):
        things.get("_private")


def test_getting_a_member_imports_its_file_alone(things: Registry[Any]) -> None:
    assert things.get("price").__module__ == f"{ROOM}.price"
    assert f"{ROOM}.date" not in sys.modules


def test_a_member_is_loaded_once(things: Registry[Any]) -> None:
    assert things.get("price") is things.get("price")


def test_an_unknown_name_is_refused_with_a_near_miss(things: Registry[Any]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        things.get("pirce")
    assert str(caught.value) == "unknown kind of thing 'pirce'; did you mean 'price'?"


def test_a_name_that_resembles_nothing_gets_no_suggestion() -> None:
    assert hint("zzz", ["price", "date"]) == "; there are price, date"
    assert hint("zzz", ["price", "date"], 0) == ""
    assert hint("prise", ["price", "date"]) == "; did you mean 'price'?"
    assert hint("price", []) == ""


def test_registering_enters_a_class_under_its_files_name(things: Registry[Any]) -> None:
    member = things.get("price")
    assert things.name_of(member) == "price"
    assert things.register(member) is member


def test_a_file_that_registers_nothing_is_named(things: Registry[Any], tmp_path: Path) -> None:
    (tmp_path / ROOM / "lost.py").write_text("class Lost:\n    pass\n", encoding="utf-8")
    with pytest.raises(UnknownNameError) as caught:
        things.get("lost")
    assert str(caught.value) == f"{ROOM}.lost: registers no kind of thing; decorate its class"


def test_an_entry_point_adds_a_member(foreign: None, things: Registry[Any]) -> None:
    assert things.names == ("date", "price", "weight")
    assert "weight" in things
    assert things.get("weight").__name__ == "Foreign"
    assert things.name_of(things.get("weight")) == "weight"


def test_an_entry_point_of_another_group_adds_nothing(foreign: None) -> None:
    assert "weight" not in Registry[Any]("receiptgen.writers", "receiptgen.writers", "format").names


def test_a_hint_tells_the_true_spelling_whatever_the_case() -> None:
    assert hint("TOTAL", ["subtotal", "total"]) == "; did you mean 'total'?"
    assert hint("totl", ["TOTAL", "Tax"]) == "; did you mean 'TOTAL'?"
    assert hint("TOTL", ["total", "TOTAL"]) == "; did you mean 'TOTAL'?"  # of those that are as near that of its case
    assert hint("zzz", ["total"], 0) == ""
