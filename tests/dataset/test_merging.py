import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from written_trees import assert_same_sets

from receiptgen.core.errors import DatasetError, StoppedError
from receiptgen.dataset import merging
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.ledger import LEDGER
from receiptgen.dataset.merging import Merging
from receiptgen.dataset.parts import Part, check_parts, find_parts
from receiptgen.dataset.plan import Plan
from receiptgen.executors.local import Local
from receiptgen.writers import WRITERS, State
from receiptgen.writers.lmdb import Database
from receiptgen.writers.tsv import Tsv

EVERY = WRITERS.names
SNIPPETS = Plan(snippets="standard", kinds=("price", "receipt_line"), seed=5, formats=EVERY)
MIX = Plan(snippets="standard", mix={"price": 2.0, "date": 1.0}, kinds=("price", "date"), seed=5, formats=("jsonl",))
RECEIPTS = Plan(receipts=("cafe", "parking"), seed=5, formats=EVERY, split=(0.6, 0.4))
ENDS = (3, 4, 7)


def fill(folder: Path, plan: Plan, count: int) -> Path:
    Dataset(folder, plan).fill(count * plan.rounds, Local(1), lambda done: None)
    return folder


def fill_parts(folder: Path, plan: Plan, ends: Sequence[int] = ENDS, start: int = 0) -> list[Path]:
    made = []
    for end in ends:
        made.append(fill(folder / f"part_{end}", replace(plan, start=start), end - start))
        start = end
    return made


def merge(folders: Sequence[Path], out: Path, report: Callable[[int], None] = lambda done: None) -> None:
    ((_, parts),) = find_parts(folders).items()
    check_parts(parts, None)
    Merging(out, parts).run(report)


def stopping(function: Callable[..., Any], last: int) -> Callable[..., Any]:
    """A function that Ctrl-C stops when it is called for the last time."""
    calls = 0

    def call(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == last:
            raise KeyboardInterrupt
        return function(*arguments)

    return call


def fault(folders: Sequence[Path], count: int | None = None) -> list[str]:
    def check() -> None:
        for parts in find_parts(folders).values():
            check_parts(parts, count)

    with pytest.raises(DatasetError) as raised:
        check()
    return str(raised.value).splitlines()


@pytest.mark.smoke
@pytest.mark.parametrize("plan", [SNIPPETS, RECEIPTS, MIX], ids=["snippets", "receipts", "mix"])
def test_parts_merged_are_what_one_run_draws_in_every_format(tmp_path: Path, plan: Plan) -> None:
    whole = fill(tmp_path / "whole", plan, ENDS[-1])
    merge(fill_parts(tmp_path, plan)[::-1], tmp_path / "merged")
    assert_same_sets(whole, tmp_path / "merged")


@pytest.mark.parametrize("split", [(1.0,), (0.9, 0.1)], ids=["whole", "split"])
def test_parts_merged_fill_shards_as_one_run_does(tmp_path: Path, split: tuple[float, ...]) -> None:
    plan = replace(SNIPPETS, formats=("webdataset", "hf_parquet"), shard=4, split=split)
    whole = fill(tmp_path / "whole", plan, ENDS[-1])
    merge(fill_parts(tmp_path, plan), tmp_path / "merged")
    assert_same_sets(whole, tmp_path / "merged")
    assert len(list(whole.rglob("shard-*.tar"))) == len(list(whole.rglob("data-*.parquet"))) == 4 * len(split)


def test_a_merged_set_goes_on_growing_and_is_a_part_again(tmp_path: Path) -> None:
    plan = replace(SNIPPETS, kinds=("price",), start=3)
    whole = fill(tmp_path / "whole", plan, 12)
    merge(fill_parts(tmp_path, plan, (5, 8), start=3), tmp_path / "merged")
    fill(tmp_path / "merged", plan, 7)
    merge([tmp_path / "merged", *fill_parts(tmp_path / "more", plan, (15,), start=10)], tmp_path / "all")
    assert_same_sets(whole, tmp_path / "all")


@pytest.mark.parametrize("stopped_at", ["files", "tables", "end"])
def test_a_merge_that_was_stopped_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped_at: str) -> None:
    whole = fill(tmp_path / "whole", SNIPPETS, ENDS[-1])
    parts = fill_parts(tmp_path, SNIPPETS)
    report = stopping(lambda done: None, 2) if stopped_at == "end" else print
    with monkeypatch.context() as patch:
        if stopped_at == "files":
            patch.setattr(merging, "_take", stopping(merging._take, 70))
        elif stopped_at == "tables":
            patch.setattr(Database, "extend", stopping(Database.extend, 2))
        with pytest.raises(StoppedError):
            merge(parts, tmp_path / "merged", report)
    assert not json.loads((tmp_path / "merged" / LEDGER).read_bytes())["finished"]
    merge(parts, tmp_path / "merged")
    assert_same_sets(whole, tmp_path / "merged")


def test_images_are_linked_so_that_a_merge_takes_no_room(tmp_path: Path) -> None:
    parts = fill_parts(tmp_path, replace(SNIPPETS, formats=("folder",)))
    merge(parts, tmp_path / "merged")
    image = tmp_path / "merged" / "price" / "000000.png"
    assert image.samefile(parts[0] / "price" / "000000.png")
    shutil.rmtree(parts[0])
    assert image.read_bytes()


def test_images_are_copied_where_the_disk_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    whole = fill(tmp_path / "whole", SNIPPETS, ENDS[-1])
    parts = fill_parts(tmp_path, SNIPPETS)
    monkeypatch.setattr(os, "link", refuse)
    merge(parts, tmp_path / "merged")
    assert_same_sets(whole, tmp_path / "merged")


def test_missing_and_doubled_indices_are_named_each_in_a_line(tmp_path: Path) -> None:
    plan = replace(SNIPPETS, kinds=("price",), formats=("jsonl",))
    first, second, third = fill_parts(tmp_path, plan, (4, 6, 9))
    late = fill(tmp_path / "late", replace(plan, start=8), 3)
    assert fault([third, first]) == [
        f"missing: samples 4 to 5 between {first} and {third}; draw them with --start 4 --count 2"
    ]
    assert fault([first, second, third, late], 12) == [
        f"doubled: sample 8 in {third} and {late}; name one of them",
        f"missing: sample 11 after {late}; draw them with --start 11 --count 1",
    ]
    assert fault([first, second], 5) == ["--count says 5 samples (of each kind), but the parts go on to 6"]
    assert fault([second], 4) == [
        f"missing: samples 6 to 7 after {second}, if the first is sample 4 of {second}; "
        "draw them with --start 6 --count 2"
    ]
    inside = fill(tmp_path / "inside", replace(plan, start=1), 2)
    assert fault([first, inside, second]) == [f"doubled: samples 1 to 2 in {first} and {inside}; name one of them"]


def test_parts_of_other_plans_are_refused_with_what_differs(tmp_path: Path) -> None:
    plan = replace(SNIPPETS, kinds=("price",), formats=("jsonl",))
    first = fill(tmp_path / "first", plan, 2)
    other = fill(tmp_path / "other", replace(plan, start=2, seed=6), 2)
    assert fault([first, other]) == [
        f"{other}: holds another data set (seed 6 instead of 5); parts must be of one plan, as {first}"
    ]


def test_parts_that_are_not_finished_are_refused(tmp_path: Path) -> None:
    plan = replace(SNIPPETS, kinds=("price",), formats=("jsonl",))
    first = fill(tmp_path / "first", plan, 2)
    ledger = json.loads((first / LEDGER).read_bytes())
    (first / LEDGER).write_text(json.dumps({**ledger, "goal": 5, "finished": False}))
    (tmp_path / "empty").mkdir()
    assert fault([first, tmp_path / "empty"]) == [
        f"{first}: holds 2 of 5 samples; the command that drew it resumes it",
        f"{tmp_path / 'empty'}: no data set in it, nor in results or results_test; draw this part first",
    ]


def test_kinds_of_different_numbers_are_no_part(tmp_path: Path) -> None:
    plan = Plan(snippets="standard", kinds=("price", "date"), counts={"price": 3, "date": 1}, formats=("jsonl",))
    Dataset(tmp_path, plan).fill(4, Local(1), lambda done: None)
    with pytest.raises(DatasetError, match=r"different numbers of samples \(--counts\)"):
        Part.read(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["price/000006.png", "labels.jsonl", ".coco.images", "shard-000000.tar", "data-00000.parquet", "lmdb/data.mdb"],
)
def test_a_file_that_is_missing_in_a_part_is_named(tmp_path: Path, name: str) -> None:
    plan = replace(SNIPPETS, kinds=("price",), formats=("coco", "jsonl", "webdataset", "hf_parquet", "lmdb"))
    parts = fill_parts(tmp_path, plan)
    (parts[-1] / name).unlink()
    with pytest.raises(DatasetError, match="draw it again") as raised:
        merge(parts, tmp_path / "merged")
    assert str(raised.value).startswith(str(parts[-1] / name).removesuffix("/data.mdb"))


@pytest.mark.parametrize("name", ["labels.jsonl", "shard-000000.tar", "data-00000.parquet"])
def test_a_file_that_is_cut_off_in_a_part_is_named(tmp_path: Path, name: str) -> None:
    plan = replace(SNIPPETS, kinds=("price",), formats=("jsonl", "webdataset", "hf_parquet"))
    parts = fill_parts(tmp_path, plan)
    path = parts[-1] / name
    os.truncate(path, path.stat().st_size // 3)
    with pytest.raises(DatasetError, match="draw it again") as raised:
        merge(parts, tmp_path / "merged")
    assert str(parts[-1]) in str(raised.value)


def test_a_whole_set_where_another_stands_is_refused(tmp_path: Path) -> None:
    plan = replace(SNIPPETS, kinds=("price",), formats=("jsonl",))
    parts = fill_parts(tmp_path, plan)
    fill(tmp_path / "other", replace(plan, seed=9), 2)
    with pytest.raises(DatasetError, match="holds another data set"):
        merge(parts, tmp_path / "other")
    with pytest.raises(DatasetError, match="is one of the parts"):
        merge(parts, parts[0])
    fill(tmp_path / "longer", plan, 8)
    with pytest.raises(DatasetError, match="holds 8 samples, and none of the parts ends there"):
        merge(parts, tmp_path / "longer")


class Rigid:
    """A sink as another package may have it."""

    def __init__(self, folder: Path, state: State | None) -> None:
        self._records: list[bytes] = []

    def append(self, record: bytes) -> None:
        self._records.append(record)

    def commit(self) -> State:
        return {"records": len(self._records)}

    def finish(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_sink_that_takes_no_others_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tsv, "sinks", lambda self, receipts: {"labels.tsv": Rigid})
    parts = fill_parts(tmp_path, replace(SNIPPETS, kinds=("price",), formats=("jsonl", "tsv")))
    with pytest.raises(DatasetError, match="format 'tsv' can't be merged: its sink 'labels"):
        merge(parts, tmp_path / "merged")
