"""Texts drawn from patterns: what Python's own ``re`` matches."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from snippet_kinds import KEYS, assert_clean, dice, draws, make

from receiptgen.snippets._nodes import Node
from receiptgen.snippets._pattern import LONGEST, parse

# Patterns by their grammar; spaces and texts that may be empty are left to the tests of errors.
LITERALS = st.sampled_from([*"aZ09-_,:/#@&", r"\.", r"\[", r"\]", r"\(", r"\)", r"\*", r"\+", r"\?", r"\{", r"\|"])
CLASSES = st.sampled_from(
    ["[A-Z0-9]", "[^a-y]", r"[\d\-x]", r"[\w.]", "[-a]", "[b-]", "[+-9]", r"[\]^]", r"\d", r"\w", "."]
)
QUANTIFIERS = st.sampled_from(["", "", "?", "*", "+", "{3}", "{2,}", "{,3}", "{1,4}", "{0}"])
ATOMS = st.recursive(
    LITERALS | CLASSES,
    lambda inner: st.lists(
        st.lists(st.tuples(inner, QUANTIFIERS).map("".join), max_size=3).map("".join), min_size=1, max_size=3
    ).map(lambda options: f"({'|'.join(options)})"),
    max_leaves=6,
)
PATTERNS = st.lists(st.tuples(ATOMS, QUANTIFIERS).map("".join), min_size=1, max_size=4).map(lambda p: "".join(p) + "!")


def assert_matches(pattern: str, text: str) -> None:
    # Python tries all ways to share a text out among nested quantifiers; for long ones that takes for ever.
    assert len(text) > 10 or re.fullmatch(pattern, text), (pattern, text)


def parsed(pattern: str) -> Node | None:
    """Parse, but for what would be too long."""
    try:
        return parse(pattern)
    except ValueError as error:
        assert f"more than {LONGEST} characters" in str(error)  # noqa: PT017  # nested repeats may well be
        return None


@settings(max_examples=300, deadline=None)
@given(PATTERNS, KEYS)
def test_what_a_pattern_draws_python_matches(pattern: str, key: int) -> None:
    node = parsed(pattern)
    for part in range(3):
        if node is not None:
            text = node.draw(dice(f"{key}/{part}"))
            assert len(text) <= node.shape.longest
            assert_matches(pattern, text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab1 -\\dw[]^(){}|?*+.,2$:", max_size=12), KEYS)
def test_any_pattern_is_drawn_right_or_refused_with_a_reason(pattern: str, key: int) -> None:
    try:
        node = parse(pattern)
    except ValueError as error:
        assert str(error).startswith(f"pattern {pattern!r}")  # noqa: PT017  # either outcome is right
        return
    text = node.draw(dice(key))
    assert_clean(text)
    if not re.search(r"\[\^?[^]]*([-&|~[])\1?", pattern):  # Python warns that it may change these
        assert_matches(pattern, text)


def test_pattern_draws_all_that_it_describes() -> None:
    assert set(draws("pattern", 300, patterns="(a|b{2,3})[0-1]")) == {
        "a0",
        "a1",
        "bb0",
        "bb1",
        "bbb0",
        "bbb1",
    }
    assert set(map(len, draws("pattern", 300, patterns="x+"))) == set(range(1, 9))


@pytest.mark.parametrize("pattern", make("pattern").patterns)  # type: ignore[attr-defined]
def test_default_patterns_draw_what_they_say(pattern: str) -> None:
    assert all(re.fullmatch(pattern, text) for text in draws("pattern", 100, patterns=pattern))


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("AB(C", "'(' is never closed at character 3"),
        ("AB)", "')' closes nothing"),
        ("[A-Z", "'[' is never closed at character 1"),
        ("x[]", "an empty class at character 2"),
        ("[Z-A]", "range 'Z-A' ends before it begins at character 2"),
        (r"a\q", r"unknown '\q'"),
        ("a\\", "unknown '\\'"),
        ("*a", "'*' repeats nothing"),
        ("a**", "after a quantifier"),
        ("a{x}", "'{' needs counts"),
        ("a{3", "'{' needs counts"),
        ("a{3,2}", "'{3,2}' must count up"),
        ("a{9999}", "must count up, to 1000 at most"),
        ("(a{900}){900}", "draws more than 1000 characters at character 1"),
        ("^a", "unexpected '^'; a pattern always describes the whole text at character 1"),
        ("a}", "unexpected '}'"),
        ("(?=a)", "unknown kind of group"),
        ("(" * 60 + "a" + ")" * 60, "nest deeper than 50"),
        ("a\tb", "can't be printed at character 2"),
        ("a?", "can be empty"),
        ("", "can be empty"),
        (" a", "begin or end with a space"),
        ("a( |b)", "begin or end with a space"),
        ("a ( |b)c", "two in a row"),
        ("a[ b]{2}c", "two in a row"),
    ],
)
def test_wrong_pattern_is_refused_at_load_with_its_place(pattern: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(fault)):
        make("pattern", patterns={pattern: 1})
