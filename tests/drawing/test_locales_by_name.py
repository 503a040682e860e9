"""Kinds of snippets that need no country take any locale; printers without a font for a receipt let another print."""

from pathlib import Path

import pytest

from receiptgen import Receipts, Snippets
from receiptgen.core.errors import ConfigError, UnknownNameError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.dataset.plan import Plan
from receiptgen.drawing.checking import check
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.template import snippet_set

SET = "about: x\nlocales: LOCALES\nfaces: mono\nkinds:\n"
ANYWHERE = {
    "file": "kind: file", "pattern": "kind: pattern", "word": "kind: word", "char": "kind: char",
    "faker": "{kind: faker, provider: pyint}",
}  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_changed_files()


def write(locales: str, **kinds: str) -> str:
    lines = [f"  {name}: {kind if kind.startswith('{') else f'{{{kind}}}'}\n" for name, kind in kinds.items()]
    Path("set.yaml").write_text(SET.replace("LOCALES", locales) + "".join(lines))
    forget_changed_files()
    return "set.yaml"


@pytest.mark.parametrize("kind", ANYWHERE)
def test_a_kind_that_needs_no_country_takes_any_locale(kind: str) -> None:
    name = write("[sw_KE]", **{kind: ANYWHERE[kind]})
    assert not check(name).faults
    assert Snippets(set=name).draw(0).locale == "sw_KE"
    assert Snippets("pattern", locales="sw_KE").draw(0).locale == "sw_KE"


def test_a_kind_of_a_country_is_named_where_the_locale_is_unknown() -> None:
    with pytest.raises(ConfigError) as caught:
        snippet_set(write("[de_DD]", word="kind: word", price="kind: price"))
    assert str(caught.value) == (
        "set.yaml:2:10: locales: unknown locale 'de_DD'; did you mean 'de_DE'?; kind 'price' needs a country"
    )
    with pytest.raises(UnknownNameError, match="unknown locale 'de_DD'"):
        Snippets("price", locales="de_DD")
    with pytest.raises(ConfigError, match="locales: unknown locale 'de_DD'"):
        Receipts("cafe", locales="de_DD")


def test_a_name_that_no_locale_could_have_is_unknown() -> None:
    with pytest.raises(ConfigError, match="locales: unknown locale 'Japan'"):
        snippet_set(write("Japan", word="kind: word"))


def test_locales_that_a_command_names_by_path_are_part_of_the_identity_and_have_to_sell_something() -> None:
    Path("own.yaml").write_text("extends: de_DE\n")
    plan = Plan(receipts=("cafe",), overrides=Overrides.read({"locales": "./own.yaml"}))
    assert set(plan.ingredients.identity()["inputs"]) == {"own.yaml"}
    Path("goods.yaml").write_text("cafe: {goods: [{name: Tea, price: 1..2, tax_class: drink}]}")
    Path("own.yaml").write_text("extends: de_DE\ncatalogue: ./goods.yaml\n")
    assert Receipts("cafe", locales="./own.yaml").draw(0).locale == "own"
    with pytest.raises(
        ConfigError, match=r"taxi: basket\.shop: shop 'taxi' has no goods for locale 'own', nor has the catalogue"
    ):
        Receipts("taxi", locales="./own.yaml")


def test_a_printer_without_the_characters_lets_another_print() -> None:
    Path("mine.yaml").write_text("""\
extends: parking
about: Polish
locales: pl_PL
printers:
- {weight: 1000, faces: ocra, display: ocra}
- {weight: 1, faces: cousine, display: cousine}
""")
    assert {Receipts("mine.yaml", seed=seed).draw(0).face for seed in range(3)} == {"cousine"}
    assert not check("mine.yaml").faults
