"""Somebody's extractor scored on fixtures."""

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command_line import Run

from receiptgen.annotations.true_receipts import DrawnTruth
from receiptgen.core.errors import DatasetError
from receiptgen.extraction.field_scores import FieldScores, score_values
from receiptgen.extraction.scoring.figures import Count
from receiptgen.pytest_plugin import evaluate_fields

TRUTH: dict[str, Any] = {
    "merchant": {"name": "Café Oak & Ivy"}, "date": "2026-03-01", "total": "12.00",
    "items": [{"name": "TEA, GREEN", "quantity": "2", "amount": "6.20"}, {"name": "CAKE", "amount": "4.00"}],
}  # fmt: skip


@pytest.mark.smoke
def test_a_reader_that_says_the_truth_has_no_misses(run: Run, tmp_path: Path) -> None:
    run("fixtures", 3, "set", "--templates", "cafe", "--seed", 3)
    seen: list[Path] = []

    def read(path: Path) -> dict[str, Any]:
        seen.append(path)
        said: dict[str, Any] = json.loads((path.parent / "items.json").read_bytes())
        return said

    scores = evaluate_fields(read, tmp_path / "set")
    assert scores == FieldScores(3, 1.0, 1.0, 1.0, 1.0)
    assert [path.relative_to(tmp_path / "set").as_posix() for path in seen] == [
        f"00000{number}/receipt.png" for number in range(3)
    ]
    nothing = evaluate_fields(lambda path: {}, "set")
    assert (nothing.total, nothing.merchant, nothing.items) == (0, 0, 0)
    assert set(nothing.misses) == {"000000", "000001", "000002"}


def test_misses_are_told_in_words() -> None:
    wrong = {
        "merchant": {"name": "cafe oak ivy"}, "total": "12.01", "date": "2026-03-01",
        "items": [{"name": "Tea green", "quantity": "1", "amount": "6.20"}, {"name": "Cake", "amount": "4.00"}],
    }  # fmt: skip
    scores = evaluate_fields(lambda path: wrong, [("a.png", TRUTH), ("b.png", TRUTH)])
    assert (scores.count, scores.total, scores.date, scores.merchant, scores.items) == (2, 0, 1, 0, 0.5)
    assert scores.misses["a.png"] == (
        "total is '12.00', read as '12.01'",
        "merchant.name is 'Café Oak & Ivy', read as 'cafe oak ivy'",
        "item 'TEA, GREEN' (2, '6.20') is missing",
        "item 'Tea green' (1, '6.20') was read, and is not there",
    )
    assert str(scores).splitlines()[:2] == [
        "2 receipts: total 0.0 %, date 100.0 %, merchant 0.0 %, items (F1) 50.0 %",
        "a.png: total is '12.00', read as '12.01'",
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("total", 12), ("total", 12.0), ("total", Decimal("12.000")), ("date", datetime.date(2026, 3, 1)),
        ("date", datetime.datetime(2026, 3, 1, 12, 30)), ("date", "20260301"), ("merchant", {"name": "CAFÉ OAK&IVY."}),
        ("total", "$12,00"),
        ("items", [{"name": "Tea Green", "quantity": 2, "amount": 6.2}, {"name": "cake", "amount": 4.0}]),
    ],
)  # fmt: skip
def test_values_agree_whatever_they_are_written_as(path: str, value: object) -> None:
    assert score_values(DrawnTruth(TRUTH), {**TRUTH, path: value}) == (frozenset(), Count(right=2), ())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("total", "NaN"), ("total", None), ("date", "1.3.2026"), ("merchant", 7),
        ("items", None), ("items", 5), ("items", "TEA"), ("items", [None, ["TEA"]]),
    ],
)  # fmt: skip
def test_what_is_not_the_value_is_a_miss(path: str, value: object) -> None:
    assert len(score_values(DrawnTruth(TRUTH), {**TRUTH, path: value}).misses) >= 1


def test_what_is_not_printed_is_rightly_missing() -> None:
    assert score_values(DrawnTruth({}), {"total": None, "merchant": None, "items": []}).misses == ()
    assert score_values(DrawnTruth({}), {"total": "1.00"}).misses == ("total is nothing, read as '1.00'",)


def test_two_items_alike_are_two() -> None:
    tea = {"name": "TEA", "amount": "1.00"}
    score = score_values(DrawnTruth({"items": [tea, tea]}), {"items": [tea]})
    assert score[1:] == (Count(right=1, missing=1), ("item 'TEA' (1, '1.00') is missing",))


def test_values_under_a_stamp_count_neither_way(run: Run, tmp_path: Path) -> None:
    run("fixtures", 1, "set", "--templates", "cafe", "--seed", 3)
    truth = tmp_path / "set/000000/truth.json"
    content = json.loads(truth.read_bytes())
    for field in content["fields"]:
        if "total" in field.get("values", ()):
            field["hidden"] = 0.9
    truth.write_text(json.dumps(content))
    scores = evaluate_fields(lambda path: {"total": "0.01"}, tmp_path / "set")
    assert (scores.total, scores.date) == (1, 0)
    truth.write_text("[]")
    with pytest.raises(DatasetError, match=r"truth\.json: is not the truth of a receipt"):
        evaluate_fields(lambda path: {}, tmp_path / "set")


def test_wrong_answers_and_empty_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"a\.png: expected a mapping"):
        evaluate_fields(lambda path: ["12.00"], [("a.png", TRUTH)])  # type: ignore[arg-type, return-value]
    with pytest.raises(DatasetError, match="holds no receipts"):
        evaluate_fields(lambda path: {}, tmp_path)
    (tmp_path / "items.json").write_text("{")
    with pytest.raises(DatasetError, match="has no image"):
        evaluate_fields(lambda path: {}, tmp_path)
    (tmp_path / "receipt.png").touch()
    with pytest.raises(DatasetError, match="is not JSON"):
        evaluate_fields(lambda path: {}, tmp_path)
    (tmp_path / "items.json").write_text("[" * 100_000)
    with pytest.raises(DatasetError, match="is not JSON"):
        evaluate_fields(lambda path: {}, tmp_path)
    (tmp_path / "items.json").write_text('{"items": 5}')
    with pytest.raises(DatasetError, match="is not what a receipt says"):
        evaluate_fields(lambda path: {}, tmp_path)
