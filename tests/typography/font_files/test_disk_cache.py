"""What was measured is kept by what a file holds, and is never trusted when it is damaged."""

from pathlib import Path

import pytest
from independent import build_font

from receiptgen.typography import coverage
from receiptgen.typography.coverage import measure_font
from receiptgen.typography.font_files import disk_cache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "receiptgen" / "fonts"


def test_a_font_is_measured_once_whatever_its_name(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    font = build_font(tmp_path / "bars.ttf", "AB1")
    report = measure_font(font)
    assert len(list(folder.iterdir())) == 1
    (tmp_path / "other.ttf").write_bytes(font.read_bytes())

    def fail(font: object) -> None:
        raise AssertionError(font)

    monkeypatch.setattr(coverage, "_measured", fail)
    assert measure_font(tmp_path / "other.ttf") == report


@pytest.mark.parametrize("damage", [b"", b"{}", b"\n{}", b"00\n{}", bytes(100)])
def test_what_is_damaged_is_measured_again(folder: Path, tmp_path: Path, damage: bytes) -> None:
    font = build_font(tmp_path / "bars.ttf", "AB1")
    report = measure_font(font)
    (kept,) = folder.iterdir()
    kept.write_bytes(damage)
    assert measure_font(font) == report
    assert kept.read_bytes() != damage


def test_a_folder_that_can_not_be_written_to_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert measure_font(build_font(tmp_path / "bars.ttf", "AB1"))["chars"] == "1AB"


def test_what_is_kept_comes_back(folder: Path) -> None:
    assert disk_cache.load("name") is None
    disk_cache.keep("name", b"some\nbytes")
    assert disk_cache.load("name") == b"some\nbytes"
