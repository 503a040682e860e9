import json
from pathlib import Path

import pytest
from command_line import Run
from written_trees import assert_same_sets

ARGUMENTS = ("--kinds", "price,receipt", "--templates", "parking", "--seed", 3, "--quiet", "--workers", 1)


@pytest.mark.smoke
def test_merge_makes_of_parts_what_one_run_draws(run: Run, tmp_path: Path) -> None:
    run("draw", 5, *ARGUMENTS, "--out", "whole")
    run("draw", 3, *ARGUMENTS, "--out", "part_0")
    run("draw", "--start", 3, "--count", 2, *ARGUMENTS, "--out", "part_1")
    said = run("merge", "part_1", "part_0", "--out", "merged", "--count", 5)
    assert said.out.splitlines() == [
        "merged/results: 5 receipts of 2 parts",
        "merged/results_test: 5 snippets of 2 parts",
    ]
    assert_same_sets(tmp_path / "whole", tmp_path / "merged")
    assert "complete already" in run("merge", "part_0", "part_1", "--out", "merged").out
    (receipts,) = json.loads(run("merge", "part_0/results", "part_1/results", "--out", "again", "--json").out)
    assert (receipts["samples"], receipts["drawn"], receipts["parts"]) == (5, 5, {"": 5})


def test_merge_says_what_is_missing_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    run("draw", 1, *ARGUMENTS, "--out", "part_0")
    run("draw", "--start", 1, "--count", 1, "--kinds", "price", "--seed", 3, "--quiet", "--out", "part_1")
    assert run("merge", "part_0", "part_1", "--out", "merged").fault == (
        "receiptgen: part_1: has no results, which others have; draw it, or merge results alone by naming PART/results"
    )
    assert run("merge", "part_0/results_test", "--count", 3, "--out", "merged").fault == (
        "receiptgen: missing: samples 1 to 2 after part_0/results_test; draw them with --start 1 --count 2"
    )
    fault = run("merge", "s3://bucket/part_0", "--out", "merged").fault
    assert "s3://bucket/part_0: sets in stores are not merged" in fault
    assert "Missing option '--out'" in run("merge", "part_0").fault
    assert not (tmp_path / "merged").exists()
