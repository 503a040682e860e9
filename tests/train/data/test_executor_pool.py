"""Blocks of lines that are prepared by an executor."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from data_sets import live, opened
from written_shards import write_shards

from receiptgen.core.errors import DatasetError, ReceiptgenError
from receiptgen.executors import Executor, TravellingWork
from receiptgen.executors.local import Local
from receiptgen.recognition.charset import charset
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.batches import Batch
from receiptgen.train.data.executor_pool import ExecutorPool, TravellingLines
from receiptgen.train.data.line_blocks import LineStream, WeightedSource
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.sources import Table

ALONE = ProcessGroup()
SET = "about: w\nlocales: en_GB\nfaces: {cousine: 1}\nkinds:\n  p: price\n"


def lines(*tables: Table) -> LineStream:
    sources = [WeightedSource(str(number), table) for number, table in enumerate(tables)]
    return LineStream(sources, charset("receipt"), Preprocess(), 4, seed=3)


def batches(stream: LineStream, executor: Executor | None, first: int = 0, group: ProcessGroup = ALONE) -> list[Batch]:
    plan = BatchPlan(batch=64, parts=1, multiple=4, seed=9)
    pool = None if executor is None else ExecutorPool(TravellingLines.of(stream, []), executor)
    with Loader(stream, plan, group, 0, first, pool=pool) as loader:
        got = list(islice(loader, 6))
    assert loader.rate > 0
    return got


def alike(one: list[Batch], other: list[Batch]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(np.array_equal(a, b) for left, right in pairs for a, b in zip(left, right, strict=True))


@pytest.mark.smoke
def test_batches_are_those_that_this_process_would_prepare() -> None:
    stream = lines(live(kinds=["price", "date"]))
    assert alike(batches(stream, None), batches(stream, Local(2)))


def test_what_is_sent_holds_the_users_own_files_that_lines_are_made_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("set.yaml").write_text(SET)
    sent = TravellingLines.of(lines(live("set.yaml")), [])
    assert isinstance(sent, TravellingWork)
    assert sent.files == {"set.yaml": SET.encode()}
    sent.check()
    Path("set.yaml").write_text(SET.replace("price", "date"))
    with pytest.raises(ReceiptgenError, match=r"set\.yaml"):
        sent.check()


def test_data_on_disk_that_a_node_lacks_is_told(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [5])
    sent = TravellingLines.of(lines(opened("webdataset", folder)), [str(folder), "s3://bucket/set"])
    sent.check()
    folder.rename(tmp_path / "other")
    with pytest.raises(
        DatasetError, match=f"^{folder}: is not on it; --draw-on takes lines that are generated, shards"
    ):
        sent.check()


@pytest.mark.xdist_group("ray")
@pytest.mark.needs("ray")
def test_a_cluster_prepares_the_same_batches_for_one_of_two_processes_that_resume(
    ray_cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from receiptgen.executors.ray import Ray

    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text(SET)
    stream, second = lines(live("own.yaml"), live(kinds=["date"])), ProcessGroup(1, 2)
    assert alike(batches(stream, None, 33, second), batches(stream, Ray(address=ray_cluster.address), 33, second))
