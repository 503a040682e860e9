"""Texts that are lines of a file."""

import re
from pathlib import Path

import pytest
from snippet_kinds import assert_clean, draws, make, say

from receiptgen.core.assets import word_list
from receiptgen.core.errors import TextError


def test_file_draws_its_lines_and_folds_whitespace(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes("\ufeff  First\tline \r\n\r\n   \nKäse\u00a0 2".encode())
    assert set(draws("file", 50, path=path)) == {"First line", "Käse 2"}


def test_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("one\n")
    snippet = make("file", path=path)
    assert say(snippet) == "one"
    path.write_text("other\n")
    assert say(snippet) == "other"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "no lines to draw from"),
        (b" \n\n\t\n", "no lines to draw from"),
        (b"ok\nK\xe4se\n", ":2: not UTF-8"),
    ],
)
def test_unusable_file_is_one_line_of_error(tmp_path: Path, content: bytes, fault: str) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(content)
    with pytest.raises(TextError, match=re.escape(fault)) as caught:
        say(make("file", path=path))
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_missing_file_and_folder_are_one_line_of_error(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="no such file"):
        say(make("file", path=tmp_path / "none.txt"))
    with pytest.raises(TextError, match="is a directory"):
        say(make("file", path=tmp_path))


@pytest.mark.smoke
def test_packaged_lines_are_clean_ascii_and_all_different() -> None:
    lines = word_list("lines")
    assert len(lines) == len(set(lines)) >= 150
    for line in lines:
        assert_clean(line)
        assert line.isascii()
