"""YAML to records: conversion by field type, and every fault at its place."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, Protocol

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, RootModel, create_model, field_validator

from receiptgen.config import yaml_nodes as marks
from receiptgen.config.records import Member, Record, load, loads, schema
from receiptgen.core import assets
from receiptgen.core.assets import font_folder, packaged, packaged_names, word_list
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


class Place(Record):
    """A town.

    Attributes:
        town: Its name.
        size: Inhabitants,
            in thousands.
    """

    town: str
    size: int = Field(default=1, ge=1, le=90)


class Everything(Record):
    """One field of each type."""

    text: str = ""
    count: int = 0
    share: float = 0.0
    amount: Decimal = Decimal(0)
    flag: bool = False
    day: date = date(2000, 1, 1)
    clock: time = time(0)
    moment: datetime = datetime(2000, 1, 1)
    side: Literal["left", "right", "locale"] = "left"
    maybe: Decimal | None = None
    names: tuple[str, ...] = Field(default=(), max_length=3)
    some: tuple[int, ...] = Field(default=(1, 2), min_length=2)
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    places: tuple[Place, ...] = ()
    pair: tuple[int, int] = (0, 0)
    path: Path = Path()
    range: Range = Range(0, 1)
    weights: Weights = Weights(a=1)
    either: int | Place | tuple[Place, ...] = 0
    short: str = Field(default="ab", min_length=2, max_length=4)
    above: float = Field(default=1, gt=0, lt=5)
    by_number: dict[int, str] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _no_shouting(cls, value: str) -> str:
        if value.isupper() and len(value) > 5:
            raise ValueError(f"{value!r} shouts; write lower case")
        return value


class AnyWords(Record):
    """Texts of any shape."""

    words: dict[str, Any]


def faults(text: str, model: type[BaseModel] = Everything) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loads(text, model, name="shop.yaml")
    return list(caught.value.faults)


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


def test_anchors_and_aliases_repeat_a_value() -> None:
    built = loads("places: [&a {town: x, size: 2}, *a]\ntext: &b NO\nnames: [*b, *b]", Everything)
    assert built.places == (Place(town="x", size=2),) * 2
    assert built.names == ("NO", "NO")


def test_a_record_is_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Place(town="a").town = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("tetx: a", "1:1: unknown key 'tetx'; did you mean 'text'?"),
        ("places:\n- twon: a\n  town: b", "2:3: places[0]: unknown key 'twon'; did you mean 'town'?"),
        ("places:\n- size: 3", "2:3: places[0]: missing key 'town'"),
        ("places:\n- town: a\n  size: 91", "3:9: places[0].size: expected at most 90, got '91'"),
        ("places: [{town: a, size: 0}]", "1:26: places[0].size: expected at least 1, got '0'"),
        ("above: 0", "1:8: above: expected more than 0.0, got '0'"),
        ("above: 5", "1:8: above: expected less than 5.0, got '5'"),
        ("count: 'ab'", "1:8: count: expected a whole number, got 'ab'"),
        ("count: 1.5", "1:8: count: expected a whole number, got '1.5'"),
        ("count:", "1:7: count: expected a whole number, got nothing"),
        ("count: [1]", "1:8: count: expected a whole number, got a list"),
        ("share: many", "1:8: share: expected a number, got 'many'"),
        ("amount: 1,5", "1:9: amount: expected a number, got '1,5'"),
        ("amount: nan", "1:9: amount: expected a finite number, got 'nan'"),
        ("flag: maybe", "1:7: flag: expected true or false, got 'maybe'"),
        ("text: {a: b}", "1:7: text: expected text, got a mapping"),
        ("text:", "1:6: text: expected text, got nothing; write '' for an empty text"),
        ("text: LOUDER", "1:7: text: 'LOUDER' shouts; write lower case"),
        ("side: lefft", "1:7: side: 'lefft' is not 'left', 'right' or 'locale'; did you mean 'left'?"),
        ("side: zzz", "1:7: side: 'zzz' is not 'left', 'right' or 'locale'"),
        ("day: soon", "1:6: day: expected a date such as 2024-12-31, got 'soon'"),
        ("clock: noon", "1:8: clock: expected a time such as 12:30, got 'noon'"),
        ("moment: x", "1:9: moment: expected a date with time such as '2024-12-31 12:30', got 'x'"),
        ("names: a", "1:8: names: expected a list, got 'a'"),
        ("names: [a, b, c, d]", "1:8: names: expected 3 items or fewer, got 4"),
        ("names: [a, [b]]", "1:12: names[1]: expected text, got a list"),
        ("some: [1]", "1:7: some: expected 2 items or more, got 1"),
        ("some: [1, a]", "1:11: some[1]: expected a whole number, got 'a'"),
        ("words: [a]", "1:8: words: expected a mapping, got a list"),
        ("words: {a: [b], c: d}", "1:20: words.c: expected a list, got 'd'"),
        (
            "words: {a: ['1', null]}",
            "1:18: words.a[1]: expected text, got nothing; write '' for an empty text",
        ),
        ("places: [a]", "1:10: places[0]: expected a mapping, got 'a'"),
        ("pair: [1]", "1:7: pair: item 2 is missing"),
        ("pair: [1, 2, 3]", "1:7: pair: expected 2 items or fewer, got 3"),
        ("range: 5..2", "1:8: range: range 5..2 ends before it begins"),
        ("weights: {a: b}", "1:10: weights: weights are numbers, as in {cash: 3, card: 1}"),
        ("weights:", "1:9: weights: weights are numbers, as in {cash: 3, card: 1}"),
        ("either: {town: a, size: x}", "1:25: either.size: expected a whole number, got 'x'"),
        ("either: [{town: a}, {twon: b, town: c}]", "1:22: either[1]: unknown key 'twon'; did you mean 'town'?"),
        ("either: x", "1:9: either: expected a whole number, got 'x'"),
        ("short: a", "1:8: short: expected 2 characters or more, got 'a'"),
        ("short: abcde", "1:8: short: expected 4 characters or fewer, got 'abcde'"),
        ("by_number: {1: a, x: b}", "1:19: by_number.x: expected a whole number, got 'x'"),
        ("pair: [&x a, 1]\nnames: [*x, b, c]", "1:8: pair[0]: expected a whole number, got 'a'"),
        ("text: &x a\npair: [1, *x]", "2:11: pair[1]: expected a whole number, got 'a'"),
    ],
)
def test_a_fault_tells_its_place_its_path_and_its_help(text: str, fault: str) -> None:
    assert faults(text) == [f"shop.yaml:{fault}"]


def test_a_long_value_is_cut_short() -> None:
    assert faults(f"count: {'x' * 99}") == [f"shop.yaml:1:8: count: expected a whole number, got '{'x' * 57}...'"]


def test_columns_count_characters() -> None:
    assert faults("{'é\U0001f600': 1, count: x}")[1] == ("shop.yaml:1:18: count: expected a whole number, got 'x'")


def test_all_faults_of_a_file_come_at_once_in_file_order() -> None:
    text = "side: x\ncount: y\nplaces:\n- size: z\nhihg: 1\ncount: 3\n"
    assert [fault.split(": ")[0] for fault in faults(text)] == [
        "shop.yaml:1:7", "shop.yaml:4:3", "shop.yaml:4:9", "shop.yaml:5:1", "shop.yaml:6:1",
    ]  # fmt: skip


def test_a_missing_key_at_the_top_stands_at_the_beginning() -> None:
    assert faults("# a comment\nsize: 3", Place) == ["shop.yaml:2:1: missing key 'town'"]


def test_a_duplicate_key_names_both_lines() -> None:
    assert faults("count: 1\nplaces:\n- town: a\n  size: 2\n  town: b") == [
        "shop.yaml:5:3: places[0].town: key 'town' stands in line 3 and again in line 5; keep one"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "shop.yaml: the file is empty"),
        ("# nothing\n", "shop.yaml: the file is empty"),
        ("---\n...\n", "shop.yaml: the file is empty"),
        ("- a", "shop.yaml:1:1: expected a mapping (lines of 'key: value')"),
        ("just text", "shop.yaml:1:1: expected a mapping (lines of 'key: value')"),
        ("~", "shop.yaml:1:1: expected a mapping (lines of 'key: value')"),
        ("? [a]\n: b", "shop.yaml:1:3: a key must be text, not a list or a mapping"),
        ("b: a\na: {{a: b}: c}", "shop.yaml:2:5: a: a key must be text, not a list or a mapping"),
        ("a: &x [1]\n*x : 2", "shop.yaml:2:1: a key must be text, not a list or a mapping"),
        ("a: b\n---\nc: d", "shop.yaml:2:1: a second document begins; keep one document in a file"),
        ("a: *b", "shop.yaml:1:4: a: unknown alias '*b'; set its anchor '&b' above"),
        ("a: &a [*a]", "shop.yaml:1:8: a[0]: alias '*a' contains itself"),
        ("a: !!set x", "shop.yaml:1:4: a: unknown tag 'tag:yaml.org,2002:set'; leave it out"),
        ("a: b\nc: \x00", "shop.yaml:2:4: character U+0000 is not allowed in YAML"),
        ("a: \ud800", "shop.yaml:1:4: character U+D800 is not allowed in YAML"),
        ("a: b: c", "shop.yaml:1:5: not YAML: mapping values are not allowed"),
        ("a:\n\t- b", "shop.yaml:2:1: not YAML: while scanning for the next token"),
        ("a: [1", "shop.yaml:"),
        ("a: " + "[" * 60, "shop.yaml:1:53: a[0]"),
        ("a: x\n" * 250_000, "shop.yaml: larger than 1000000 bytes"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("fast", [True, False])
def test_text_that_is_no_mapping_is_refused_in_one_line(
    text: str, fault: str, fast: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not fast:
        monkeypatch.setattr(marks, "_LOADER", yaml.BaseLoader)
    (line,) = faults(text)
    assert line.startswith(fault)
    assert "\n" not in line


def test_aliases_can_not_blow_up() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    (line,) = faults(bomb)
    assert line.endswith("aliases expand to more than 10000 values")


def test_aliases_can_not_nest_without_end() -> None:
    nest = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))
    (line,) = faults(nest)
    assert line.endswith("nests deeper than 50 levels")


def test_a_byte_order_mark_is_no_fault() -> None:
    assert loads("\ufefftext: a", Everything).text == "a"


def test_a_file_loads_and_faults_name_it_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("town: Zürich\r\nsize: 3\r\n", encoding="utf-8")
    assert load(Path("a.yaml"), Place) == Place(town="Zürich", size=3)
    Path("b.yaml").write_text("town: a\r\nsize: b\r\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"^b\.yaml:2:7: size: "):
        load(Path("b.yaml"), Place)


def test_a_file_that_can_not_be_read_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("latin.yaml").write_bytes(b"a: b\nc: Z\xfcrich")
    Path("wide.yaml").write_bytes("a: b".encode("utf-16"))
    Path("huge.yaml").write_bytes(b"#" * 1_000_001)
    expected = {
        "none.yaml": "none.yaml: no such file",
        "folder": "folder: is a folder, not a file",
        "latin.yaml": "latin.yaml:2:5: byte 0xfc is not UTF-8; save the file as UTF-8",
        "wide.yaml": "wide.yaml:1:1: byte 0xff is not UTF-8; save the file as UTF-8",
        "huge.yaml": "huge.yaml: larger than 1000000 bytes",
    }
    for name, fault in expected.items():
        with pytest.raises(ConfigError) as caught:
            load(Path(name), Everything)
        assert caught.value.faults == (fault,)


def test_a_file_without_permission_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:  # a superuser may read everything, so permissions can't be taken away
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (tmp_path / "a.yaml").write_text("a: b", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"a\.yaml: can't be read: permission denied$"):
        load(tmp_path / "a.yaml", Everything)


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


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters="\ufeff"))
NESTED = st.recursive(
    PRINTABLE, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PRINTABLE, inner, max_size=4)
)


@given(st.dictionaries(PRINTABLE, NESTED, max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_nested_texts_come_back_as_they_were_dumped(value: dict[str, Any]) -> None:
    text = yaml.safe_dump({"words": value}, allow_unicode=True)
    assert loads(text, AnyWords).words == value


@given(st.dictionaries(PRINTABLE, st.lists(PRINTABLE), max_size=4))
@settings(max_examples=50, deadline=None)
def test_both_parsers_read_the_same(value: dict[str, list[str]]) -> None:
    text = yaml.safe_dump({"words": value})
    fast = loads(text, RootModel[dict[str, Any]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "_LOADER", yaml.BaseLoader)
        assert loads(text, RootModel[dict[str, Any]]) == fast


def test_a_packaged_file_is_found_by_name() -> None:
    assert packaged("locales", "en_US").is_file()
    assert "en_US" in packaged_names("locales")
    assert (font_folder() / "Vera.ttf").is_file()


def test_an_unknown_packaged_name_is_refused_with_a_near_miss() -> None:
    with pytest.raises(UnknownNameError) as caught:
        packaged("locales", "en_USA")
    assert str(caught.value) == "unknown locale 'en_USA'; did you mean 'en_US'?"


def test_a_word_list_skips_empty_lines_and_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "test_only.txt").write_text("# a comment\n\nfirst\n second \n", encoding="utf-8")
    monkeypatch.setattr(assets, "_folder", lambda package: tmp_path)
    assert word_list("test_only") == ("first", "second")


def test_extends_replaces_weights_whole(family: Any) -> None:
    shop = create_model("Shop", __base__=Record, tender=(Weights, ...))
    base = "tender: {cash: 3, card: 1}"
    assert family({"child": "extends: base\ntender: {card: 2}", "base": base}, shop).tender == {"card": 2.0}
