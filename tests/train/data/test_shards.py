"""Data sets in shards that lie elsewhere."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from data_sets import everything, opened, same
from small_recipe import SMALL
from written_shards import Faults, served, write_shard, write_shards

from receiptgen.config.records import loads
from receiptgen.core.errors import ConfigError, DatasetError, StorageError, TrainingError
from receiptgen.recognition.charset import charset
from receiptgen.recognition.preprocess import Preprocess
from receiptgen.storage import patience
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.batches import Batch
from receiptgen.train.data.coverage import table_coverage
from receiptgen.train.data.line_blocks import LineStream, WeightedSource
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.sources import Example, Flaw, Table, layout_of, shards
from receiptgen.train.data.spec import data_title, parse_spec
from receiptgen.train.data.streamed.shard_cache import FOLDER
from receiptgen.train.data.tables import divide, fold_table, parts_note
from receiptgen.train.evaluation.held_out import read_held_out
from receiptgen.train.recipes.overrides import override_recipe
from receiptgen.train.recipes.recipe import Part, Recipe
from receiptgen.train.runs.data_charset import data_units
from receiptgen.train.runs.run_data import open_run_data


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def few_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at four shards only, and mix the rows of three, as of sets of hundreds of gigabytes."""
    monkeypatch.setattr(shards, "_SMALL", 0)
    monkeypatch.setattr(shards, "_MOST", 3)


def stored(url: str) -> Table:
    return parse_spec(url).data.open(0)


def lines(table: Table) -> LineStream:
    return LineStream([WeightedSource("stored", table)], charset("ascii"), Preprocess(upright=False), 4, seed=1)


def batches(table: Table, workers: int, count: int = 40, first: int = 0) -> list[Batch]:
    plan = BatchPlan(batch=64, parts=1, multiple=4, seed=9)
    with Loader(lines(table), plan, ProcessGroup(), workers, first) as loader:
        return list(islice(loader, count))


def alike(one: list[Batch], other: list[Batch]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(np.array_equal(a, b) for left, right in pairs for a, b in zip(left, right, strict=True))


@pytest.mark.smoke
def test_what_is_fetched_is_what_would_be_read_from_disk(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [5, 3, 7])
    with served(tmp_path) as url:
        table = stored(f"{url}/set/")
        assert all(map(same, everything(table), everything(opened("webdataset", folder)))), "in the same order"
        assert table.size == 15
        assert parts_note(table) == "15 rows in 3 shards"


def test_each_form_of_url_is_known_without_a_name_for_it(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [5])
    assert data_title(parse_spec("3*s3://bucket/set/train:keep").data) == "shards:s3://bucket/set/train:keep"
    assert data_title(parse_spec(f"shards:{folder}").data) == f"shards:{folder}"
    assert stored(f"file://{folder}").size == stored(f"shards:{folder}").size == 5
    with pytest.raises(DatasetError, match=r"[Pp]rotocol not known"):
        stored("nowhere://bucket/set")


def test_passwords_never_get_into_recipes() -> None:
    for spec in ("https://me:hidden@host/set", "shards:https://me:hidden@host/set"):
        with pytest.raises(DatasetError, match=r"^https://host/set: comes with a password") as caught:
            parse_spec(spec)
        assert "hidden" not in str(caught.value)
    with pytest.raises(ConfigError, match="comes with a password") as told:
        loads(
            SMALL.replace("{kind: live, source: standard, kinds: [float]}", "{kind: shards, url: 's3://a:hidden@b/c'}"),
            Recipe,
        )
    assert "hidden" not in str(told.value)


@pytest.mark.usefixtures("few_looked")
def test_batches_depend_neither_on_workers_nor_on_what_is_cached_nor_on_where_a_run_resumes(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [90, 110, 100, 95, 120, 105, 60, 100, 130])
    with served(tmp_path / "set") as url:
        alone = batches(stored(f"{url}/"), workers=0)
        shared = batches(stored(f"{url}/"), workers=2)
        resumed = batches(stored(f"{url}/"), workers=1, count=5, first=35)
    assert alike(alone, shared)
    assert alike(alone[35:], resumed)
    assert alike(alone, batches(stored(f"shards:{tmp_path}/set"), workers=0)), "the same set elsewhere"


@pytest.mark.usefixtures("few_looked")
def test_a_shard_is_fetched_once_an_epoch_and_only_as_it_is_needed(tmp_path: Path, cache: Path) -> None:
    write_shards(tmp_path / "set", [600] * 9)
    faults = Faults([])
    with served(tmp_path / "set", faults) as url:
        table = stored(f"{url}/")
        assert len([path for path in faults.asked if path != "/"]) == 4
        stream = lines(table)
        got = [stream.block(index) for index in range(9 * 600 // 256)]
    fetched = [path for path in faults.asked if path.endswith(".tar")]
    assert len(fetched) == len(set(fetched)) == 9
    assert sum(len(block.labels) for block in got) == 21 * 256


@pytest.mark.usefixtures("few_looked")
def test_where_sizes_are_estimates_all_rows_are_read_in_the_long_run(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [40, 40, 40, 40, 40])
    # Twice as many rows as its size tells: long names take the room of other shards.
    write_shard(folder / "shard-000003.tar", [f"x{number}" for number in range(7)])
    table = stored(f"shards:{folder}")
    layout = layout_of(table)
    assert layout is not None
    assert (layout.exact, layout.looked) == (False, (0, 1, 2, 3))
    stretch = LineStream([WeightedSource("stored", table)], charset("ascii"), Preprocess(upright=False), 4, seed=1)
    texts = {charset("ascii").decode(labels.tolist()) for index in range(4) for labels in stretch.block(index).labels}
    assert {f"x{number}" for number in range(7)} <= texts
    assert len(texts) == 4 * 40 + 7


def rows_of(table: Table) -> set[str]:
    return {row.text for row in everything(table) if isinstance(row, Example)}


def test_shards_are_held_out_whole_and_the_same_ones_elsewhere(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [5] * 12)
    with served(tmp_path) as url:
        far, near = (divide(stored(place), 0.3, "set") for place in (f"{url}/set/", f"shards:{tmp_path}/set"))
        assert (far.groups, far.held_out_groups) == (12, near.held_out_groups)
        assert rows_of(far.held_out) == rows_of(near.held_out)
    assert 0 < far.held_out_groups < 12
    assert rows_of(far.training) | rows_of(far.held_out) == {str(number) for number in range(60)}
    assert not rows_of(far.training) & rows_of(far.held_out)
    folded = divide(fold_table(stored(f"shards:{tmp_path}/set"), "lower"), 0.3, "set")
    assert rows_of(folded.held_out) == rows_of(near.held_out)
    write_shards(tmp_path / "one", [5])
    with pytest.raises(TrainingError, match="is a single shard; nothing can be held out"):
        divide(stored(f"shards:{tmp_path}/one"), 0.3, "one")


@pytest.mark.usefixtures("few_looked")
def test_a_sample_is_of_few_shards(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [20] * 30)
    faults = Faults([])
    with served(tmp_path / "set", faults) as url:
        held = read_held_out("own", stored(f"{url}/"), 50, key=3)
        more = read_held_out("own", stored(f"{url}/"), 500, key=3)
    assert (len(held.examples), len({row.text for row in held.examples})) == (50, 50)
    assert len({int(row.text) // 20 for row in held.examples}) == 8
    assert len({row.text for row in more.examples}) == 500


@pytest.mark.usefixtures("few_looked")
def test_the_charset_is_held_against_the_shards_that_are_at_hand(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [20] * 9)
    for name in ("shard-000000.tar", "shard-000007.tar"):
        write_shard(folder / name, ["Ř"] * 20)
    table = stored(f"shards:{folder}")
    coverage = table_coverage(table, charset("ascii"), drawn=False)
    assert (coverage.looked, coverage.lost) == (80, 20)
    assert str(coverage).startswith("20 of 80 rows looked at, of 180, hold characters that the charset lacks: Ř 20")
    recipe = loads(SMALL, Recipe).model_copy(update={"data": (Part(data=parse_spec(f"shards:{folder}").data),)})
    assert "Ř" in data_units(recipe, "none", "characters")


def test_a_run_holds_shards_out_and_says_how_many_rows_there_are(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [20] * 9)
    data = open_run_data(
        override_recipe(loads(SMALL, Recipe), {"data": (f"shards:{folder}",), "held_out": ("20%",)}), "none"
    )
    assert [held.name for held in data.held_out] == ["set", "own"]
    (note,) = data.notes.values()
    assert note.startswith("180 rows in 9 shards; ")
    assert note.endswith(" of 9 shards, are held out")
    balanced = Part(data=parse_spec(f"shards:{folder}").data, balance="class")
    with pytest.raises(TrainingError, match="its texts are known shard by shard; 'balance: class' needs a copy"):
        open_run_data(loads(SMALL, Recipe).model_copy(update={"data": (balanced,)}), "none")


def test_a_damaged_shard_costs_its_rows_alone_unless_there_is_no_other(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [20, 20])
    (folder / "shard-000001.tar").write_bytes(b"no tar" * 1000)
    rows = everything(stored(f"shards:{folder}"))
    assert [row for row in rows if isinstance(row, Flaw)] == [
        ("shard-000001.tar", "is not a complete, uncompressed tar file")
    ]
    with pytest.raises(DatasetError, match=r"shard-000001\.tar: is not a complete, uncompressed tar file"):
        stored(f"shards:{folder}/shard-000001.tar")


@pytest.fixture
def gone(tmp_path: Path, few_looked: None, monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(patience, "PATIENCE", 0.0)
    write_shards(tmp_path / "set", [300] * 9)
    with served(tmp_path / "set") as url:
        return stored(f"{url}/")


def test_a_store_that_is_gone_ends_a_run_in_one_line(gone: Table) -> None:
    with pytest.raises(StorageError, match=r"^http://127.*/shard-00000\d\.tar: (Cannot connect|Connect call failed)"):
        batches(gone, workers=0)
