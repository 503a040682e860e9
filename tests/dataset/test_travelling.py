"""What is sent with the drawing of a data set, and what a machine that gets it looks at."""

import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import files

from receiptgen.core.errors import ExecutorError, MissingExtraError
from receiptgen.dataset.ledger import LEDGER
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.shards import ShardDrawing, digest_of
from receiptgen.dataset.stored_set import StoredSet
from receiptgen.dataset.travelling import Travelling
from receiptgen.executors import TravellingWork
from receiptgen.executors.local import Local
from receiptgen.storage.store import Store

FORMATS = ("webdataset", "hf_parquet")
PLAN = Plan(snippets="standard", kinds=("price",), seed=5, formats=FORMATS, shard=8)
SET = """\
about: own
locales: en_GB
faces: {cousine: 1}
profile: clean
kinds:
  line: {kind: file, path: words.txt}
"""


class Elsewhere:
    """An executor whose workers see no file of this machine: what they do was pickled, and checked."""

    same_disk = False
    nodes = cores = 1

    def __init__(self) -> None:
        self.files: list[str] = []

    def map(self, work: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        assert isinstance(work, TravellingWork)
        self.files = list(work.files)
        sent = pickle.loads(pickle.dumps(work))
        sent.check()
        return map(sent, tasks)

    def close(self) -> None:
        pass


@pytest.fixture
def packed(tmp_path: Path) -> Travelling[Any, Any]:
    store = Store(f"file://{tmp_path}/set")
    store.write(LEDGER, b"{}")
    fingerprint = PLAN.fingerprint()
    return Travelling.of(ShardDrawing(PLAN, digest_of(fingerprint), fingerprint["inputs"], store))


def test_shards_are_drawn_elsewhere_from_what_is_sent_and_nothing_is_loaded_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("words.txt").write_text("one\ntwo\n", encoding="utf-8")
    Path("set.yaml").write_text(SET, encoding="utf-8")
    plan = Plan(snippets="set.yaml", kinds=("line",), formats=FORMATS, shard=8)
    StoredSet(f"file://{tmp_path}/here", plan).fill(20, Local(1), lambda done: None)
    monkeypatch.setattr(Plan, "preload", lambda plan, position: pytest.fail("loaded here"))
    executor = Elsewhere()
    StoredSet(f"file://{tmp_path}/there", plan).fill(20, executor, lambda done: None)
    assert executor.files == ["set.yaml", "words.txt"]
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_a_machine_that_sees_another_disk_says_so(packed: Travelling[Any, Any], tmp_path: Path) -> None:
    packed.check()
    (tmp_path / "set" / LEDGER).unlink()
    with pytest.raises(ExecutorError, match=r"^sees no such folder, or another one; name a store, or a disk that all"):
        packed.check()


def test_a_machine_with_other_libraries_says_so(packed: Travelling[Any, Any]) -> None:
    versions = {**packed.ingredients["versions"], "numpy": "1.0"}
    with pytest.raises(ExecutorError, match=r"^has numpy [\d.]+ instead of 1\.0; install on it what"):
        replace(packed, ingredients={**packed.ingredients, "versions": versions}).check()


def test_a_machine_without_the_package_of_a_store_says_so(
    packed: Travelling[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    assert isinstance(packed.drawing, ShardDrawing)
    drawing = replace(packed.drawing, store=Store("s3://bucket/set"))
    with pytest.raises(MissingExtraError, match=r"^s3:// needs the package s3fs; pip install"):
        replace(packed, drawing=drawing).check()
