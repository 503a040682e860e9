"""Files that come with the package."""

from pathlib import Path

import pytest

from receiptgen.core import assets
from receiptgen.core.assets import font_folder, packaged, packaged_names, word_list
from receiptgen.core.errors import UnknownNameError

pytestmark = pytest.mark.smoke


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
    files = {"test_only": tmp_path / "words" / "test_only.txt"}
    monkeypatch.setattr(assets, "_packaged_files", lambda folder, suffix: files)
    assert word_list("test_only") == ("first", "second")
