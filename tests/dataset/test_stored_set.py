"""Data sets in stores are those of folders, whatever fails while they are put there."""

import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import fsspec
import pytest
from command_line import PATIENCE, Run
from hub_datasets import load
from object_store import ObjectStore, forget_clients, object_store

from receiptgen.core.errors import DatasetError, StorageError
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.ledger import LEDGER
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.shards import MARKERS
from receiptgen.dataset.stored_set import StoredSet
from receiptgen.executors.local import Local
from receiptgen.storage import patience

FORMATS = ("webdataset", "hf_parquet")
SNIPPETS = Plan(snippets="standard", kinds=("price", "date"), seed=5, formats=FORMATS, split=(0.7, 0.3), shard=20)
RECEIPTS = Plan(receipts=("parking",), seed=5, formats=FORMATS, shard=4)
COMMAND = ["draw", "--kinds", "price,date", "--seed", "5", "--format", "webdataset,hf_parquet", "--split", "0.7,0.3",
           "--shard-size", "20", "--quiet"]  # fmt: skip
MAIN = "import sys; from receiptgen.cli import main; main(sys.argv[1:])"


@pytest.fixture(scope="module")
def served() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture
def store(served: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    served.refuses, served.refused = (lambda method, path: False), 0
    served.empty()
    return served


def fill(url: str, plan: Plan, count: int) -> int:
    return StoredSet(url, plan).fill(count, Local(1), lambda done: None).drawn


def folder_of(path: Path, plan: Plan, count: int) -> dict[str, bytes]:
    """Draw a set into a folder; return its files without what resumes a run."""
    Dataset(path, plan).fill(count, Local(1), lambda done: None)
    files = {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    return public(files)


def public(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if not name.rpartition("/")[2].startswith(".receiptgen")
            and not name.startswith(MARKERS) and not name.endswith(".arrow")}  # fmt: skip


@pytest.mark.parametrize(
    "plan", [SNIPPETS, replace(SNIPPETS, split=(1.0,)), RECEIPTS], ids=["split", "whole", "receipts"]
)
def test_objects_are_the_files_of_a_folder(store: ObjectStore, tmp_path: Path, plan: Plan) -> None:
    count = 10 if plan.receipts else 70
    assert fill(f"{store.url}/set", plan, count) == count
    found = store.objects("set")
    assert public(found) == folder_of(tmp_path / "folder", plan, count)
    assert not [name for name, content in found.items() if b"secret-of-the-test" in content]


@pytest.mark.smoke
def test_a_store_in_memory_and_a_shared_disk_hold_the_same(tmp_path: Path) -> None:
    fill("memory://set", SNIPPETS, 30)
    system = fsspec.filesystem("memory")
    in_memory = {name.removeprefix("/set/"): system.cat_file(name) for name in system.find("/set")}
    system.rm("/set", recursive=True)
    fill(f"file://{tmp_path}/disk", SNIPPETS, 30)
    disk = {str(path.relative_to(tmp_path / "disk")): path.read_bytes() for path in (tmp_path / "disk").rglob("*")
            if path.is_file()}  # fmt: skip
    assert in_memory == disk
    assert public(disk) == folder_of(tmp_path / "folder", SNIPPETS, 30)


def test_a_rerun_draws_what_is_missing_or_cut_off(store: ObjectStore) -> None:
    url = f"{store.url}/set"
    fill(url, SNIPPETS, 70)
    whole = store.objects("set")
    assert fill(url, SNIPPETS, 70) == 0
    store.remove("set/train/shard-000001.tar")
    store.put("set/val/data-00003.parquet", whole["val/data-00003.parquet"][:100])
    store.remove(f"set/{MARKERS}/shard-000002.json")
    assert StoredSet(url, SNIPPETS).done == 20
    assert fill(url, SNIPPETS, 70) == 50
    assert store.objects("set") == whole


def test_a_set_that_grew_draws_only_its_last_shard_again(store: ObjectStore) -> None:
    fill(f"{store.url}/grown", SNIPPETS, 50)
    assert fill(f"{store.url}/grown", SNIPPETS, 70) == 30
    fill(f"{store.url}/whole", SNIPPETS, 70)
    assert store.objects("grown") == store.objects("whole")
    with pytest.raises(DatasetError, match=r"holds 70 samples already, more than the 50 asked for"):
        fill(f"{store.url}/grown", SNIPPETS, 50)


def test_another_set_is_refused(store: ObjectStore) -> None:
    fill(f"{store.url}/set", SNIPPETS, 4)
    with pytest.raises(DatasetError, match=r"^s3://bucket/set: holds another data set \(seed 5 instead of 6\)"):
        StoredSet(f"{store.url}/set", replace(SNIPPETS, seed=6))


def test_a_file_of_somebody_else_is_not_replaced(store: ObjectStore) -> None:
    store.put("set/README.md", b"mine")
    with pytest.raises(DatasetError, match=r"^s3://bucket/set/README.md: is in the way"):
        StoredSet(f"{store.url}/set", SNIPPETS)


def test_a_folder_and_a_store_are_not_taken_for_each_other(tmp_path: Path) -> None:
    fill(f"file://{tmp_path}/store", SNIPPETS, 4)
    with pytest.raises(DatasetError, match="drawn with --out as a URL"):
        Dataset(tmp_path / "store", SNIPPETS)
    Dataset(tmp_path / "folder", SNIPPETS).fill(4, Local(1), lambda done: None)
    with pytest.raises(DatasetError, match="drawn with --out as a path"):
        StoredSet(f"file://{tmp_path}/folder", SNIPPETS)


@pytest.mark.parametrize(("name", "why"), [("lmdb", "is one database"), ("folder", "writes a file a sample")])
def test_formats_that_are_no_shards_are_refused_with_the_reason(name: str, why: str) -> None:
    with pytest.raises(DatasetError, match=f"format '{name}' {why}"):
        StoredSet("memory://set", replace(SNIPPETS, formats=("webdataset", name)))


def test_a_store_that_is_unavailable_for_a_while_is_survived(
    store: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(patience, "_LONGEST_PAUSE", 0.02)
    store.refuses = lambda method, path: method in {"PUT", "GET"} and store.refused < 12
    fill(f"{store.url}/set", SNIPPETS, 22)
    assert store.refused == 12
    assert public(store.objects("set")) == folder_of(tmp_path / "folder", SNIPPETS, 22)


def test_a_store_that_stays_unavailable_is_one_line_and_a_rerun_completes(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{store.url}/set"
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    store.refuses = lambda method, path: method == "PUT" and path.endswith("val/shard-000001.tar")
    with pytest.raises(
        StorageError, match=r"^s3://bucket/set/val/shard-000001.tar: .*; 20 of 60 samples are safe"
    ) as caught:
        fill(url, SNIPPETS, 60)
    assert "\n" not in str(caught.value)
    assert f"{MARKERS}/shard-000001.json" not in store.objects("set")
    store.refuses = lambda method, path: False
    assert fill(url, SNIPPETS, 60) == 40
    fill(f"{store.url}/whole", SNIPPETS, 60)
    assert store.objects("set") == store.objects("whole")


def test_a_bucket_that_is_not_there_is_one_line(store: ObjectStore) -> None:
    with pytest.raises(StorageError, match=r"^s3://no-such-bucket/set/.receiptgen.json: can't be written: .*bucket"):
        fill("s3://no-such-bucket/set", SNIPPETS, 4)


@pytest.fixture
def no_credentials(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    # A client keeps what it was made with, and is kept by its process.
    forget_clients()
    yield
    forget_clients()


@pytest.mark.usefixtures("no_credentials")
def test_missing_credentials_are_one_line(store: ObjectStore) -> None:
    with pytest.raises(StorageError, match=r"^s3://bucket/set/.receiptgen.json: there are no credentials for it"):
        StoredSet(f"{store.url}/set", SNIPPETS)


def start(store: ObjectStore, name: str, each: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *COMMAND, "--count", str(each), "--workers", "2", "--out", f"{store.url}/{name}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, **store.environment},
    )  # fmt: skip


def wait_for_markers(store: ObjectStore, name: str, number: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while len([key for key in store.names(f"{name}/results_test") if key.startswith(f"{MARKERS}/")]) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the run did nothing"
        time.sleep(0.5)


@pytest.mark.needs("process tree")
@pytest.mark.parametrize("whom", ["driver", "worker"])
def test_a_rerun_completes_what_a_kill_stopped(store: ObjectStore, tmp_path: Path, whom: str) -> None:
    each, url = 50, f"{store.url}/killed/results_test"
    # Whatever the pace of the two, the run gets no further than two shards.
    store.refuses = lambda method, path: method == "PUT" and re.search(r"-0+[2-9]\.", path) is not None
    with start(store, "killed", each) as process:
        wait_for_markers(store, "killed", 2, process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(process.pid if whom == "driver" else int(children[0]), signal.SIGKILL)
        _, error = process.communicate(timeout=PATIENCE)
    if whom == "worker":
        assert process.returncode == 1
        *others, last = error.splitlines()
        assert "a worker was killed" in last
        assert all(": please reduce your rate; trying again in " in line for line in others)
    store.refuses = lambda method, path: False
    assert StoredSet(url, SNIPPETS).done == 40
    assert fill(url, SNIPPETS, 2 * each) == 60
    assert public(store.objects("killed/results_test")) == folder_of(tmp_path / "folder", SNIPPETS, 2 * each)


def test_draw_and_clear_take_a_url(store: ObjectStore, run: Run, tmp_path: Path) -> None:
    out = f"{store.url}/out"
    store.put("out/results_test/mine.txt", b"mine")
    drawn = run("draw", 30, *COMMAND[1:-1], "--workers", 1, "--out", out, "--json")
    assert drawn.code == 0, drawn.error
    (summary,) = json.loads(drawn.out)
    assert (summary["folder"], summary["samples"], summary["drawn"]) == (f"{out}/results_test", 60, 60)
    assert json.loads(store.objects("out/results_test")[LEDGER])["finished"]
    cleared = run("clear", "--yes", "--out", out)
    assert cleared.code == 0, cleared.error
    assert list(store.objects("out")) == ["results_test/mine.txt"]
    assert "results_test/mine.txt: left, no run wrote it" in cleared.out


def test_what_a_store_holds_is_read_back(store: ObjectStore, tmp_path: Path) -> None:
    fill(f"{store.url}/set", SNIPPETS, 50)
    for name, content in store.objects("set").items():
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    found = load(tmp_path / "copy", tmp_path / "cache")
    keys = []
    for part in ("train", "val"):
        for shard in range(3):
            with tarfile.open(fileobj=BytesIO((tmp_path / f"copy/{part}/shard-{shard:06d}.tar").read_bytes())) as tar:
                keys += [name for name in tar.getnames() if name.endswith(".txt")]
    assert {split: len(rows) for split, rows in found.items()} == {"train": 36, "validation": 14}
    assert len(set(keys)) == 50
