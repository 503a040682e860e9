"""Every fault of a file at its place, with help."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from config_records import Everything, Place, faults

from receiptgen.config import diagnostics
from receiptgen.config.records import load
from receiptgen.core.errors import ConfigError


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


@pytest.mark.smoke
def test_all_faults_of_a_file_come_at_once_in_file_order() -> None:
    text = "side: x\ncount: y\nplaces:\n- size: z\nhihg: 1\ncount: 3\n"
    assert [fault.split(": ")[0] for fault in faults(text)] == [
        "shop.yaml:1:7", "shop.yaml:4:3", "shop.yaml:4:9", "shop.yaml:5:1", "shop.yaml:6:1",
    ]  # fmt: skip


def test_a_missing_key_at_the_top_stands_at_the_beginning() -> None:
    assert faults("# a comment\nsize: 3", Place) == ["shop.yaml:2:1: missing key 'town'"]


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
        "huge.yaml": "huge.yaml: larger than 1,000,000 bytes",
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


def test_known_keys_are_gathered_once_however_many_keys_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = []

    def hint(name: str, known: Iterable[str], most: int = 0) -> str:
        listed.extend([name] if most else [])
        return f"; there are {', '.join(known)}" if most else ""

    monkeypatch.setattr(diagnostics, "hint", hint)
    unknown = "".join(f"  key{number}: 1\n" for number in range(40))
    told = faults(f"places:\n- town: a\n{unknown}- town: b\n  size: 1\n  key: 1\n")
    assert told[39] == "shop.yaml:42:3: places[0]: unknown key 'key39'; there are size"
    assert told[40] == "shop.yaml:45:3: places[1]: unknown key 'key'; there are "
    assert len(listed) == 2
