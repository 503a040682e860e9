"""``receiptgen read --truth``: what drawn receipts say, in the tables of those that are read."""

import csv
import json
from pathlib import Path

import pytest
from command_line import Run

from receiptgen.annotations.true_receipts import DrawnTruth, true_receipts
from receiptgen.cli import main
from receiptgen.extraction.scoring.values import judge_values
from receiptgen.extraction.true_fields import true_fields
from receiptgen.reading.field_outputs._tables import ITEMS, RECEIPTS


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of drawn receipts."""
    out = tmp_path_factory.mktemp("drawn")
    main(["draw", "3", "--kinds", "receipt", "--seed", "3", "--workers", "1", "--quiet", "--out", str(out)])
    return out / "results"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.smoke
def test_the_truth_is_the_table_that_is_written_of_what_is_read(run: Run, drawn: Path, tmp_path: Path) -> None:
    out = tmp_path / "truth.csv"
    assert run("read", drawn, "--truth", "--format", "csv", "--out", out).code == 0
    receipts, items = rows_of(out), rows_of(tmp_path / "truth.items.csv")
    assert [*receipts[0]] == [column.name for column in RECEIPTS]
    assert [*items[0]] == [column.name for column in ITEMS]
    values = {path.parent: json.loads(path.read_bytes()) for path in drawn.rglob("items.json")}
    assert {Path(row["file"]).parent: row["total"] for row in receipts} == {
        folder: said["total"] for folder, said in values.items()
    }
    assert [(row["name"], row["amount"]) for row in items] == [
        (item["name"], item["amount"]) for folder in sorted(values) for item in values[folder]["items"]
    ]
    assert {row["tenders"] for row in receipts} <= {"cash", "card", "voucher"}
    assert {row["checked"] for row in receipts} == {""}


def test_nothing_of_the_truth_is_wrong_or_missing(drawn: Path) -> None:
    for receipt in true_receipts(drawn):
        assert isinstance(receipt.truth, DrawnTruth)
        judged, items = judge_values(true_fields(receipt.truth), receipt.truth)
        assert judged
        assert all(one.right for one in judged)
        assert items.right == len(receipt.truth.values["items"])


def test_what_nobody_can_read_is_named() -> None:
    fields = true_fields(DrawnTruth({"total": "1.00", "tip": None}, frozenset({"total"})))
    assert (fields.total and fields.total.value, fields.tip, fields.notes) == ("1.00", None, ("can't be seen: total",))


def test_json_is_printed_without_a_format(run: Run, drawn: Path) -> None:
    said = json.loads(run("read", drawn, "--truth").out)
    assert [entry["values"]["total"] for entry in said]


def test_what_is_no_truth_is_refused_in_one_line(run: Run, drawn: Path, tmp_path: Path) -> None:
    assert run("read", tmp_path / "none", "--truth").fault.endswith("none: no such folder")
    assert "holds no receipts whose fields are known" in run("read", tmp_path, "--truth").fault
    clash = run("read", drawn, "--truth", "--stitch")
    assert (clash.code, "--truth reads nothing: without --stitch" in clash.error) == (2, True)
