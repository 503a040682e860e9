"""YAML to records: conversion by field type, files that extend others, members of rooms, schemas."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Optional, Protocol

import pytest
from config_records import Everything, Place, faults
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from receiptgen.config.json_schema import schema
from receiptgen.config.paths import FilePath
from receiptgen.config.records import Member, Record, load, loads
from receiptgen.core.distributions import Range, Weights
from receiptgen.core.errors import ConfigError, UnknownNameError

ROOM = "config_test_room"
FILES = {
    "__init__": 'from receiptgen.core.registry import Registry\nTHINGS = Registry(__name__, __name__, "thing")\n',
    "price": '''
from decimal import Decimal
from receiptgen.config.records import Record
from config_test_room import THINGS

@THINGS.register
class Price(Record):
    """An amount.

    Attributes:
        low: Smallest amount,
            in the main unit.
        high: Largest amount.
    """

    low: Decimal = Decimal(1)
    high: Decimal = Decimal(9)
''',
    "many": '''
from typing import Annotated, Any
from receiptgen.config.records import Member, Record
from config_test_room import THINGS

@THINGS.register
class Many(Record):
    """Others.

    Attributes:
        of: The others.
    """

    of: tuple[Annotated[Any, Member(THINGS)], ...]
''',
    "heavy": "from receiptgen.core.errors import MissingExtraError\nraise MissingExtraError('install it')\n",
}


class Thing(Protocol):
    pass


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("rooms") / ROOM
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    sys.path.insert(0, str(folder.parent))
    importlib.invalidate_caches()
    yield importlib.import_module(ROOM).THINGS
    sys.path.remove(str(folder.parent))
    for name in [name for name in sys.modules if name.partition(".")[0] == ROOM]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def shop(room: Any) -> type[Record]:
    thing = Annotated[Thing, Member(room)]
    return create_model(
        "Shop",
        __base__=Record,
        title=(str, "shop"),
        things=(tuple[thing, ...], ()),
        named=(dict[str, thing], {}),
        one=(Optional[thing], None),  # noqa: UP045  # the other spelling can't take a variable on every Python
    )


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        ("text", "NO", "NO"),
        ("text", "007", "007"),
        ("text", "1.10", "1.10"),
        ("text", "'null'", "null"),
        ("text", "!!str null", "null"),
        ("text", "''", ""),
        ("text", "2024-12-31", "2024-12-31"),
        ("text", "'#1: é\U0001f600'", "#1: é\U0001f600"),
        ("text", "|\n  two\n  lines\n", "two\nlines\n"),
        ("count", "12", 12),
        ("share", "7e-4", 7e-4),
        ("amount", "0.10", Decimal("0.10")),
        ("flag", "yes", True),
        ("flag", "off", False),
        ("clock", "12:30", time(12, 30)),
        ("day", "2024-12-31", date(2024, 12, 31)),
        ("moment", "2024-12-31 12:30", datetime(2024, 12, 31, 12, 30)),
        ("side", "right", "right"),
        ("maybe", "null", None),
        ("maybe", "~", None),
        ("maybe", "", None),
        ("maybe", "0.5", Decimal("0.5")),
        ("names", "[a, NO, 1]", ("a", "NO", "1")),
        ("words", "{yes: [on, off], 12: [x]}", {"yes": ("on", "off"), "12": ("x",)}),
        ("places", "[{town: Null}]", (Place(town="Null"),)),
        ("pair", "[1, 2]", (1, 2)),
        ("path", "some/where", Path("some/where")),
        ("range", "2..5", Range(2, 5)),
        ("range", "3", Range(3, 3)),
        ("weights", "{NO: 2, b: 1e-1}", Weights(NO=2.0, b=0.1)),
        ("weights", "[a, b]", Weights(a=1.0, b=1.0)),
        ("weights", "a", Weights(a=1.0)),
        ("either", "5", 5),
        ("either", "{town: a}", Place(town="a")),
        ("by_number", "{3: c}", {3: "c"}),
    ],
)
def test_a_scalar_is_read_by_its_fields_type(field: str, written: str, expected: object) -> None:
    assert getattr(loads(f"{field}: {written}", Everything), field) == expected


def test_a_record_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Place(town="a").town = "b"  # type: ignore[misc]


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.chdir(tmp_path)

    def resolve(name: str, path: Path) -> Path:
        if not Path(f"{name}.yaml").exists():
            raise UnknownNameError(f"unknown template {name!r}")
        return Path(f"{name}.yaml")

    def build(texts: Mapping[str, str], model: type[BaseModel] = Everything) -> Any:
        for name, text in texts.items():
            Path(f"{name}.yaml").write_text(text, encoding="utf-8")
        return load(Path("child.yaml"), model, resolve=resolve)

    return build


def test_extending_merges_mappings_and_replaces_lists_and_scalars(family: Callable[..., Any]) -> None:
    built = family(
        {
            "child": "extends: base\nwords: {b: [3]}\nnames: [z]\ncount: 2",
            "base": "extends: root\nwords: {a: [1], b: [2]}\nnames: [x, y]",
            "root": "count: 1\ntext: root\nwords: {c: [0]}",
        }
    )
    assert built.words == {"a": ("1",), "b": ("3",), "c": ("0",)}
    assert (built.names, built.count, built.text) == (("z",), 2, "root")


def test_a_fault_in_an_inherited_value_names_the_parents_file(family: Callable[..., Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        family({"child": "extends: base\ncount: x", "base": "text: ok\nside: y\nplaces: [{}]\ntext: b"})
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "child.yaml:2:8", "base.yaml:2:7", "base.yaml:3:10", "base.yaml:4:1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        (
            {"child": "extends: base", "base": "extends: child"},
            "base.yaml:1:10: extends: 'child' leads back to where it began: child.yaml -> base.yaml -> child.yaml",
        ),
        (
            {"child": "extends: child"},
            "child.yaml:1:10: extends: 'child' leads back to where it began: child.yaml -> child.yaml",
        ),
        ({"child": "count: 1\nextends: lost"}, "child.yaml:2:10: extends: unknown template 'lost'"),
        ({"child": "extends: [a, b]"}, "child.yaml:1:10: extends: expected one name, got a list"),
    ],
)
def test_a_parent_that_can_not_be_extended_is_a_fault(
    family: Callable[..., Any], texts: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        family(texts)
    assert caught.value.faults == (fault,)


def test_without_resolve_extends_is_an_unknown_key() -> None:
    assert faults("extends: a")[0].startswith("shop.yaml:1:1: unknown key 'extends'")


def test_a_member_of_another_kind_replaces_the_parents(family: Callable[..., Any], shop: type[Record]) -> None:
    base = "one: {kind: price, low: 3}\nnamed: {a: {kind: price, low: 4, high: 5}}"
    built = family({"child": "extends: base\none: {kind: many, of: []}\nnamed: {a: {high: 6}}", "base": base}, shop)
    assert type(built.one).__name__ == "Many"
    assert (built.named["a"].low, built.named["a"].high) == (4, 6)


def test_a_member_is_a_mapping_with_its_kind_or_just_its_name(room: Any, shop: type[Record]) -> None:
    built: Any = loads("things: [price, {kind: price, low: 0.50}]\none: price\nnamed: {a: {kind: price}}", shop)
    price = room.get("price")
    assert built.things == (price(), price(low=Decimal("0.50")))
    assert built.one == built.named["a"] == price()
    assert loads("one: ~", shop).one is None  # type: ignore[attr-defined]


def test_a_member_built_already_is_taken_as_it_is(room: Any, shop: type[Record]) -> None:
    price = room.get("price")(low=2)
    assert shop(one=price).one is price  # type: ignore[attr-defined,call-arg]


def test_loading_a_member_imports_no_other(room: Any) -> None:
    code = (
        "from typing import Annotated, Any; import sys\n"
        f"sys.path.insert(0, {str(Path(sys.modules[ROOM].__path__[0]).parent)!r})\n"
        "from receiptgen.config.records import Member, Record, loads\n"
        f"from {ROOM} import THINGS\n"
        "class Box(Record):\n    one: Annotated[Any, Member(THINGS)]\n"
        "assert loads('one: price', Box).one.low == 1\n"
        f"assert [name for name in sys.modules if name.startswith('{ROOM}.')] == ['{ROOM}.price']\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one: pirce", ["1:6: one: unknown kind 'pirce'; did you mean 'price'?"]),
        ("one: {kind: pirce}", ["1:13: one.kind: unknown kind 'pirce'; did you mean 'price'?"]),
        ("one: {kind: zzz}", ["1:13: one.kind: unknown kind 'zzz'; there are heavy, many, price"]),
        ("one: {low: 3}", ["1:6: one: missing key 'kind'; there are heavy, many, price"]),
        (
            "one: {kind: [a]}",
            ["1:13: one.kind: expected a kind, got a list; there are heavy, many, price"],
        ),
        ("one: [a]", ["1:6: one: expected a kind, got a list; there are heavy, many, price"]),
        ("one: heavy", ["1:6: one: install it"]),
        ("one: many", ["1:6: one: missing key 'of'"]),
        (
            "things:\n- price\n- kind: price\n  hihg: 3\n  low: x\ntitle: [a]",
            [
                "4:3: things[1]: unknown key 'hihg'; did you mean 'high'?",
                "5:8: things[1].low: expected a number, got 'x'",
                "6:8: title: expected text, got a list",
            ],
        ),
        (
            "named:\n  a:\n    kind: many\n    of:\n    - price\n    - {kind: many, of: [{kind: price, low: y}]}",
            ["6:44: named.a.of[1].of[0].low: expected a number, got 'y'"],
        ),
    ],
)
def test_a_fault_inside_a_member_tells_its_place(shop: type[Record], text: str, expected: list[str]) -> None:
    assert faults(text, shop) == [f"shop.yaml:{fault}" for fault in expected]


def test_a_member_is_dumped_with_its_kind(shop: type[Record]) -> None:
    built = loads("one: {kind: many, of: [price]}", shop)
    dumped = built.model_dump(mode="json")
    assert dumped["one"] == {"kind": "many", "of": [{"kind": "price", "low": "1", "high": "9"}]}
    assert shop.model_validate(dumped) == built


def test_the_schema_offers_every_member_by_its_kind(tmp_path: Path, room: Any) -> None:
    light = FILES.keys() - {"heavy", "__init__"}
    room.__dict__["names"] = tuple(sorted(light))  # a member that can't be imported has no schema
    try:
        thing = Annotated[Thing, Member(room)]
        found = schema(create_model("Shop", __base__=Record, things=(tuple[thing, ...], ())))
    finally:
        del room.__dict__["names"]
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    things = found["$defs"]["Shop"]["properties"]["things"]
    assert things["items"] == {"$ref": f"#/$defs/{ROOM}"}
    names, many, price = found["$defs"][ROOM]["oneOf"]
    assert names == {"enum": ["many", "price"]}
    assert price["properties"]["kind"] == {"const": "price"}
    assert price["required"] == ["kind"]
    assert price["properties"]["low"]["description"] == "Smallest amount, in the main unit."
    assert many["properties"]["of"]["items"] == {"$ref": f"#/$defs/{ROOM}"}
    assert many["required"] == ["kind", "of"]


@pytest.mark.smoke
def test_the_schema_describes_fields_from_the_docstring() -> None:
    place = schema(Place)["$defs"]["Place"]
    assert place["description"] == "A town."
    assert place["properties"]["size"]["description"] == "Inhabitants, in thousands."
    assert place["additionalProperties"] is False


def test_the_schema_covers_ranges_and_weights() -> None:
    fields = schema(Everything)["$defs"]["Everything"]["properties"]
    assert {option["type"] for option in fields["range"]["anyOf"]} == {"number", "string"}
    assert {option["type"] for option in fields["weights"]["anyOf"]} == {"string", "array", "object"}


YAML_LIKE = st.text(alphabet=st.sampled_from("ab :-[]{},&*!|>'\"#%@`?\n\t\r~\ud800\x00é1"), max_size=40)


def outcome(text: str) -> tuple[str, ...]:
    """Load a text and return its faults, if any; whatever else it raises fails the test."""
    try:
        loads(text, Everything)
    except ConfigError as error:
        return error.faults or ("an error without faults\n",)
    return ()


@given(st.one_of(st.text(max_size=60), YAML_LIKE, YAML_LIKE.map("words: ".__add__)))
@settings(max_examples=300, deadline=None)
def test_no_text_raises_anything_but_a_config_error(text: str) -> None:
    assert not any("\n" in fault for fault in outcome(text))


@given(st.sampled_from(sorted(Everything.model_fields)), YAML_LIKE)
@settings(max_examples=300, deadline=None)
def test_no_value_raises_anything_but_a_config_error(field: str, text: str) -> None:
    assert not any("\n" in fault for fault in outcome(f"{field}: {text}"))


def test_extends_replaces_weights_whole(family: Any) -> None:
    shop = create_model("Shop", __base__=Record, tender=(Weights, ...))
    base = "tender: {cash: 3, card: 1}"
    assert family({"child": "extends: base\ntender: {card: 2}", "base": base}, shop).tender == {"card": 2.0}


class Named(Record):
    """A record that names files.

    Attributes:
        path: One.
        others: More.
    """

    path: FilePath | None = None
    others: tuple[FilePath, ...] = ()


@pytest.mark.parametrize("text", ["path: words.txt", "path: /etc/passwd", "others: [../words.txt]"])
def test_text_in_no_folder_names_no_files(text: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"the file '.*' can't be named here; only what is packaged can$"):
        loads(text, Named)
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    assert load(file, Named) != Named()


def test_faults_of_a_text_name_files_without_their_folder(tmp_path: Path) -> None:
    parent = tmp_path / "parent.yaml"
    parent.write_text("size: x", encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        loads("extends: parent\ntown: a", Place, name="own.yaml", resolve=lambda name, child: parent)
    assert [fault.split(":")[0] for fault in told.value.faults] == ["parent.yaml"]
