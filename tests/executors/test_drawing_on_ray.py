"""Data sets drawn on a Ray cluster: the same bytes as here, whatever happens to it meanwhile."""

import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, files
from held_runs import held_run
from ray_cluster import NODE, idle, wait_until

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import LOCK
from receiptgen.dataset.dataset import LEDGER, MANIFEST, Dataset, read_ledger
from receiptgen.dataset.plan import ChunkDrawing, Plan
from receiptgen.dataset.stored_set import StoredSet
from receiptgen.dataset.travelling import Travelling
from receiptgen.executors.local import Local
from receiptgen.typography.typeface import face
from receiptgen.writers import WRITERS

pytestmark = pytest.mark.xdist_group("ray")

FORMATS = tuple(name for name in WRITERS.names if name != "lmdb")
PLAN = Plan(receipts=("parking",), seed=5, formats=FORMATS, split=(0.5, 0.5))
COUNT = 48
ARGUMENTS = [
    "draw", str(COUNT), "--templates", "parking", "--seed", "5", "--split", "0.5,0.5", "--format", ",".join(FORMATS),
]  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in files(folder).items() if not name.endswith(LOCK)}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("local")
    Dataset(folder, PLAN).fill(COUNT, Local(1), lambda done: None)
    return contents(folder)


def arguments(ray_cluster: Any) -> list[str]:
    return [*ARGUMENTS, "--executor", "ray", "--ray-address", ray_cluster.address, "--quiet"]


def test_a_cluster_changes_no_byte_and_a_lost_node_none_either(
    ray_cluster: Any, ray_executor: Any, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    nodes = []

    def report(done: int) -> None:
        nodes.append(ray_executor.nodes)
        if len(nodes) == 1:
            ray_cluster.remove_node(ray_cluster.second)

    try:
        Dataset(tmp_path, PLAN).fill(COUNT, ray_executor, report)
    finally:
        ray_cluster.second = ray_cluster.add_node(**NODE)
    assert contents(tmp_path) == whole
    assert nodes[0] == 2
    wait_until(idle)


def test_a_driver_that_is_killed_leaves_the_cluster_idle_and_a_rerun_completes(
    ray_cluster: Any, ray_executor: Any, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    folder = tmp_path / "results"
    with held_run(arguments(ray_cluster), 1, tmp_path) as run:
        run.process.kill()
    ledger = read_ledger(folder)
    assert ledger
    assert 0 < ledger["done"] < COUNT
    list(ray_executor.map(abs, [1]))  # joins
    wait_until(idle)
    Dataset(folder, PLAN).fill(COUNT, ray_executor, lambda done: None)
    assert contents(folder) == whole


def test_ctrl_c_is_one_line_and_leaves_the_cluster_idle(ray_cluster: Any, ray_executor: Any, tmp_path: Path) -> None:
    with held_run(arguments(ray_cluster), 1, tmp_path) as run:
        os.killpg(run.process.pid, signal.SIGINT)
        code, out, error = run.end()
    assert (code, out) == (130, "")
    assert error.lstrip() == "receiptgen: stopped; what is done is safe, the same command resumes from there\n"
    list(ray_executor.map(abs, [1]))
    wait_until(idle)


def test_the_command_tells_nodes_and_draws_the_same(
    ray_cluster: Any, run: Run, tmp_path: Path, whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("receiptgen.commands._progress._PAUSE", 0)
    done = run(*ARGUMENTS, "--executor", "ray", "--ray-address", ray_cluster.address, "--workers", "2")
    assert done.code == 0
    assert f" of {COUNT}, " in done.error
    assert "/s, 2 nodes, " in done.error
    assert contents(tmp_path / "results") == whole


SET = """\
about: All that a set can name
locales: en_GB
faces: {sub/own.ttf: 1}
profile: sub/own_profile.yaml
kinds:
  line: {kind: file, path: text.txt}
cuts:
  cut: {templates: {sub/own_template.yaml: 1}, pages: false}
"""
OWN = {
    "own/set.yaml": SET,
    "own/text.txt": "one\ntwo\n",
    "own/sub/own_profile.yaml": "about: own\nprinters: [{faces: {own.ttf: 1}}]\n",
    "own/sub/own_template.yaml": "extends: parking\nabout: own\n",
}


def test_own_files_below_the_current_folder_travel_along(
    ray_executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own/sub").mkdir(parents=True)
    shutil.copy(face("cousine").path, "own/sub/own.ttf")
    for name, text in OWN.items():
        Path(name).write_text(text, encoding="utf-8")
    plan = Plan(snippets="own/set.yaml", kinds=("line", "cut"))
    assert set(Travelling.of(ChunkDrawing(plan, None)).files) == {*OWN, "own/sub/own.ttf"}
    Dataset(tmp_path / "here", plan).fill(32, Local(1), lambda done: None)
    Dataset(tmp_path / "there", plan).fill(32, ray_executor, lambda done: None)
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_shards_of_a_shared_disk_are_those_that_this_machine_draws(
    ray_executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.yaml").write_text("extends: parking\nabout: own\n", encoding="utf-8")
    plan = Plan(receipts=("own.yaml",), formats=("webdataset", "hf_parquet"), split=(0.5, 0.5), shard=4)
    StoredSet(f"file://{tmp_path}/here", plan).fill(14, Local(1), lambda done: None)
    there = StoredSet(f"file://{tmp_path}/there", plan)
    done: list[int] = []
    summary = there.fill(6, ray_executor, done.append)
    assert (summary.drawn, done) == (6, [0, 4, 6])
    assert there.fill(14, ray_executor, done.append).drawn == 10
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_a_file_that_a_node_lacks_is_one_line_that_names_node_and_file(ray_executor: Any, tmp_path: Path) -> None:
    template = tmp_path / "own.yaml"
    template.write_text("extends: parking\n", encoding="utf-8")
    plan = Plan(receipts=(str(template),))
    data = Dataset(tmp_path / "set", plan)
    drawing = Travelling.of(ChunkDrawing(plan, None))
    template.unlink()
    with pytest.raises(DatasetError) as caught:
        list(data._chunks(0, 8, OtherWork(ray_executor, drawing)))
    assert str(caught.value).startswith(f"{tmp_path / 'set'}: node 127.0.0.1: {template}")
    assert "\n" not in str(caught.value)
    template.write_text("extends: cafe\n", encoding="utf-8")
    with pytest.raises(DatasetError, match="put it on a disk that all nodes share") as caught:
        list(data._chunks(0, 8, OtherWork(ray_executor, drawing)))
    assert f"node 127.0.0.1: template {str(template)!r}: is missing there or another file than here" in str(
        caught.value
    )


class OtherWork:
    """An executor that is given work that was packed before."""

    same_disk = False

    def __init__(self, executor: Any, work: object) -> None:
        self._executor, self._work = executor, work

    def map(self, work: object, tasks: Any) -> Iterator[Any]:
        return self._executor.map(self._work, tasks)  # type: ignore[no-any-return]


def test_a_node_with_other_libraries_is_one_line_that_names_them(ray_executor: Any, tmp_path: Path) -> None:
    drawing = Travelling.of(ChunkDrawing(PLAN, None))
    versions = {**drawing.ingredients["versions"], "numpy": "1.0"}
    drawing = replace(drawing, ingredients={**drawing.ingredients, "versions": versions})
    data = Dataset(tmp_path, PLAN)
    with pytest.raises(DatasetError, match=r"node 127\.0\.0\.1: has numpy [\d.]+ instead of 1\.0; install on it what"):
        list(data._chunks(0, 8, OtherWork(ray_executor, drawing)))


def test_an_address_without_ray_is_a_usage_error(run: Run) -> None:
    done = run("draw", "1", "--kinds", "price", "--ray-address", "auto")
    assert done.code == 2
    assert "--ray-address is of a Ray cluster; add --executor ray, or leave it out" in done.error


def test_manifest_and_ledger_name_the_processors_that_drew(whole: dict[str, bytes]) -> None:
    assert len(json.loads(whole[MANIFEST])["processors"]) == len(json.loads(whole[LEDGER])["processors"]) == 1
