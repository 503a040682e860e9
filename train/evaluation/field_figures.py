"""Figures of fields that were read and scored, as JSON and as tables."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from receiptgen.extraction.scoring.figures import (
    Bin,
    CheckedCount,
    Count,
    calibration_error,
    confidence_bins,
    count_fields,
)
from receiptgen.extraction.scoring.receipts import FieldScore


def field_figures(scores: Sequence[FieldScore]) -> dict[str, Any]:
    """Return the figures of the receipts of a folder, JSON-ready; what has no reference is None."""
    judged = [one for score in scores for one in score.judged]
    counts = count_fields(judged)
    figures: dict[str, Any] = {
        "receipts": len(scores),
        "fields": {name: _count_json(counts[name]) for name in sorted(counts)},
        "all": _count_json(_sum(counts.values())),
    }
    if items := [score.items for score in scores if score.items is not None]:
        figures["items"] = _count_json(_sum(items))
    bins = confidence_bins(judged)
    return figures | {
        "checked": _checked_json(reduce(CheckedCount.plus, (score.checked for score in scores), CheckedCount())),
        "calibration": {"error": calibration_error(bins), "bins": [one._asdict() for one in bins]},
    }


def field_table(figures: Mapping[str, Any]) -> list[str]:
    """Return the figures of ``field_figures`` as the lines of a text table, shares in per cent."""
    heads = ("right", "wrong", "missing", "made up", "precision", "recall", "F1", "exact F1")
    rows = [f"{'':28}" + "".join(f"{head:>11}" for head in heads)]
    rows += [_row(name, count) for name, count in figures["fields"].items()]
    rows.append(_row(f"all fields of {figures['receipts']:,} receipts", figures["all"]))
    if "items" in figures:
        rows.append(_row("whole items", {**figures["items"], "exact_f1": None}))
    checked = figures["checked"]
    rows.append(
        f"totals of {checked['receipts']:,} receipts: checked and right {_per_cent(checked['checked_right_share'])}, "
        f"wrong of those checked {_per_cent(checked['wrong_of_checked'])} ({checked['checked']:,} checked, "
        f"{checked['failed']:,} failed)"
    )
    calibration = figures["calibration"]
    rows.append(f"confidences: expected calibration error {_per_cent(calibration['error'])}")
    rows += [_bin_row(Bin(**one)) for one in calibration["bins"]]
    return rows


def _sum(counts: Iterable[Count]) -> Count:
    return reduce(Count.plus, counts, Count())


def _count_json(count: Count) -> dict[str, Any]:
    return {
        **count._asdict(), "precision": count.precision, "recall": count.recall, "f1": count.f1,
        "exact_f1": count.exact_f1,
    }  # fmt: skip


def _checked_json(count: CheckedCount) -> dict[str, Any]:
    wrong = count.checked - count.checked_right
    return {
        **count._asdict(),
        "checked_right_share": count.checked_right / count.receipts if count.receipts else None,
        "wrong_of_checked": wrong / count.checked if count.checked else None,
    }


def _row(name: str, count: Mapping[str, Any]) -> str:
    counts = "".join(f"{count[key]:11,}" for key in ("right", "wrong", "missing", "made_up"))
    return f"{name:28}{counts}" + "".join(
        f"{_per_cent(count[key]):>11}" for key in ("precision", "recall", "f1", "exact_f1")
    )


def _bin_row(one: Bin) -> str:
    return (
        f"  from {one.low:.1f}: {one.fields:,} fields, mean confidence {_per_cent(one.confidence)}, "
        f"right {_per_cent(one.right)}"
    )


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.2f}"
