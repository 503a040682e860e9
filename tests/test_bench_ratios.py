"""The comparison with another revision goes through: here with this checkout in its place, at sizes of a moment."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).parent / "bench"


@pytest.fixture
def ratios(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    return import_module("ratios")


def test_both_sides_draw_the_same_in_turns(ratios: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = ratios.Release("v0", None, ratios.ROOT)
    monkeypatch.setattr(ratios, "installed_release", lambda revision: release)
    found = ratios.contests(release, ratios.QUICK, str(tmp_path))
    prices = {**found["snippets"].options, "arguments": ["--kinds", "price"], "per_count": 1}
    chosen = {"snippets": ratios.Contest("command_line", prices), "lines": found["live training lines, real"]}
    monkeypatch.setattr(ratios, "contests", lambda *arguments: chosen)
    title, rows = ratios.release_table("v0", ratios.QUICK, str(tmp_path), lambda text: None)
    assert title.startswith("Beside revision v0: one process, 1 pair of rounds")
    assert [row[0] for row in rows[1:]] == list(chosen)
    for row in rows[1:]:
        assert "not measured" not in row[1]
        assert float(row[1].replace(",", "")) > 0
    drawn = [sorted(path.name for path in folder.rglob("*.png")) for folder in tmp_path.iterdir()]
    assert len(drawn) == 4
    assert all(len(names) == 1 for names in drawn)


def test_what_can_not_be_compared_says_why(ratios: Any, tmp_path: Path) -> None:
    title, rows = ratios.release_table("no-such-revision", ratios.QUICK, str(tmp_path), lambda text: None)
    assert title.startswith("Beside another revision: not measured, ")
    assert len(rows) == 1
    wrong = ratios.Contest(
        "command_line", {"count": 1, "per_count": 1, "folder": str(tmp_path), "arguments": ["--nix"]}
    )
    with pytest.raises(ratios.UnavailableError, match="nix"):
        ratios.draw_in_turns([(wrong, None)], 1)


def test_a_ratio_is_the_median_over_pairs(ratios: Any) -> None:
    assert ratios.ratio([2.0, 4.0, 9.0], [1.0, 4.0, 3.0]) == "2.00 (1.00 to 3.00)"
    assert ratios.ratio([3.0], [2.0]) == "1.50"


def test_each_stage_of_a_sample_is_timed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ratios: Any) -> None:
    measure = import_module("measure")
    monkeypatch.setenv(measure.ROOT, str(tmp_path))
    after = {"PNG", "truth", "files"}
    assert measure.receipt_stages("receipts", 1).keys() == {"text", "layout", "raster", "effects", *after}
    assert measure.snippet_stages("snippets", 1).keys() == {"text", "layout and raster", "effects", *after}
    assert list(tmp_path.rglob("receipt.png"))
    assert list(tmp_path.rglob("labels.tsv")) == []
