"""YAML text to nodes that know their places."""

from typing import Any

import pytest
import yaml
from config_records import AnyWords, Everything, Place, faults
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import RootModel

from receiptgen.config import yaml_nodes as marks
from receiptgen.config.records import loads


def test_anchors_and_aliases_repeat_a_value() -> None:
    built = loads("places: [&a {town: x, size: 2}, *a]\ntext: &b NO\nnames: [*b, *b]", Everything)
    assert built.places == (Place(town="x", size=2),) * 2
    assert built.names == ("NO", "NO")


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
        ("a: x\n" * 250_000, "shop.yaml: larger than 1,000,000 bytes"),
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
