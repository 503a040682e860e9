"""Runs that train on shards of an object store, whatever fails while they are fetched."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Result, Run
from object_store import ObjectStore, forget_clients, object_store
from written_shards import write_shards

from receiptgen.recognition.model_file import load_model
from receiptgen.storage import patience
from receiptgen.train.data.sources import shards
from receiptgen.train.data.streamed.shard_cache import FOLDER, LIMIT
from receiptgen.train.loop.run_folder import LAST

pytestmark = pytest.mark.needs("torch")

RECIPE = """
about: a run of seconds
network: {kind: receipt, channels: 20, blocks: 1}
charset: "0123456789"
data: [{data: {kind: live, source: standard, kinds: [int]}}]
held_out: {own: {kind: live, source: standard, kinds: [int]}}
held_out_lines: 8
batch: 64
steps: 48
evaluations: 3
precision: float32
"""
SHARDS, ROWS, TOGETHER = 12, 60, 2
Train = Callable[..., Result]


@pytest.fixture(scope="module")
def served() -> Iterator[ObjectStore]:
    with object_store() as store:
        yield store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shards(tmp_path_factory.mktemp("set") / "train", [ROWS] * SHARDS)


@pytest.fixture
def store(served: ObjectStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """A store with the shards, and a cache that holds few of them, so that they are fetched in each epoch."""
    forget_clients()
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    served.refuses, served.refused = (lambda method, path: False), 0
    served.empty()
    size = 0
    for file in sorted(folder.iterdir()):
        served.put(f"set/train/{file.name}", file.read_bytes())
        size = max(size, file.stat().st_size)
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    monkeypatch.setenv(LIMIT, str(2.5 * TOGETHER * size / 1e9))
    monkeypatch.setattr(shards, "_SMALL", 0)
    monkeypatch.setattr(shards, "_MOST", TOGETHER)
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.01)
    return served


@pytest.fixture
def train(run: Run, tmp_path: Path) -> Train:
    recipe = tmp_path / "small.yaml"
    recipe.write_text(RECIPE)

    def begin(out: str, data: str, *more: str) -> Result:
        options = ("--devices", "cpu", "--workers", "0", "--quiet", "--out", out, "--data", data, *more)
        return run("train", "--recipe", recipe, *options)

    return begin


def weights(folder: Path) -> dict[str, Any]:
    return dict(load_model(folder / LAST).weights)


def same(one: Path, other: Path) -> bool:
    here, there = weights(one), weights(other)
    return here.keys() == there.keys() and all(np.array_equal(here[name], there[name]) for name in here)


class Outage:
    """A store that answers some requests for shards with 503, after as many as a run makes before its first step.

    Args:
        store: The store.
        after: Number of requests for shards that are answered before.
        lasts: Number of requests that are not; those after are answered.
    """

    def __init__(self, store: ObjectStore, after: int, lasts: float) -> None:
        self.store, self.after, self.lasts, self.asked = store, after, lasts, 0

    def __call__(self, method: str, path: str) -> bool:
        if method == "GET" and path.endswith(".tar"):
            self.asked += 1
            return self.asked > self.after and self.store.refused < self.lasts
        return False


# Those that are looked at as the data set is opened, and the epochs of the first 32 steps, which are a round.
LATE = 4 + 3 * SHARDS


def test_a_store_that_is_gone_is_one_line_and_the_run_resumes(
    train: Train, store: ObjectStore, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.refuses = Outage(store, LATE, float("inf"))
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    said = train("run", f"{store.url}/set/train")
    assert said.fault.startswith(f"receiptgen: {store.url}/set/train/shard-0000")
    store.refuses = lambda method, path: False
    assert train("run", f"{store.url}/set/train") == (0, "", "")
    train("near", f"shards:{folder}")
    assert same(tmp_path / "run", tmp_path / "near")


def test_a_bucket_and_credentials_that_are_missing_are_one_line(
    train: Train, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = train("run", "s3://no-such-bucket/set/train")
    assert said.fault.startswith("receiptgen: s3://no-such-bucket/set/train")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    forget_clients()
    said = train("run", f"{store.url}/set/train")
    assert "there are no credentials for it" in said.fault
    assert not Path("run").exists()


def test_weights_are_evaluated_on_shards_of_a_store(run: Run, store: ObjectStore) -> None:
    place = f"{store.url}/set/train/shard-000000.tar"
    said = run("evaluate", "receipt", place, "--no-fresh", "--json", "--limit", 16)
    assert said.code == 0
    assert f'"{place}"' in said.out
