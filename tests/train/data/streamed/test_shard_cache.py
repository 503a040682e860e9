"""Shards on this machine."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from written_shards import Faults, served, write_shards

from receiptgen.core.errors import DatasetError, FileError, StorageError, TrainingError
from receiptgen.storage import patience
from receiptgen.train.data.streamed.shard_cache import FOLDER, LIMIT, ShardCache
from receiptgen.train.data.streamed.shard_list import list_shards


def kept(cache: ShardCache) -> set[str]:
    return {path.name for path in cache.folder.glob("*/*") if path.parent.name != "locks"}


@pytest.mark.smoke
def test_a_shard_is_fetched_once_however_many_ask(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [5, 5])
    faults, cache = Faults([]), ShardCache(tmp_path / "cache", 10**9)
    with served(tmp_path / "set", faults) as url:
        files = list_shards(url)
        faults.asked.clear()
        with ThreadPoolExecutor(8) as pool:
            paths = set(pool.map(lambda _: cache.path(files[1]), range(16)))
    assert len(paths) == 1
    assert paths.pop().read_bytes() == (tmp_path / "set" / files[1].name).read_bytes()
    assert faults.asked == [f"/{files[1].name}"]
    assert kept(cache) == {files[1].name}, "nothing else is left behind"


def test_those_opened_longest_ago_make_room_for_others(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [5, 5, 5, 5])
    with served(tmp_path / "set") as url:
        files = list_shards(url)
        cache = ShardCache(tmp_path / "cache", 3 * files[0].size + 100)
        for age, file in enumerate(files[:3]):
            os.utime(cache.path(file), (1e9 - age, 1e9 - age))
        cache.path(files[2])  # the oldest, opened again
        cache.path(files[3])
    assert kept(cache) == {files[0].name, files[2].name, files[3].name}


def test_a_server_that_fails_for_a_while_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.01)
    write_shards(tmp_path / "set", [5])
    faults, cache = Faults([]), ShardCache(tmp_path / "cache", 10**9)
    with served(tmp_path / "set", faults) as url:
        file = list_shards(url)[0]
        faults += [503, 503, 500, 503]
        assert cache.path(file).stat().st_size == file.size
        monkeypatch.setattr(patience, "PATIENCE", 0.0)
        faults += [503]
        (tmp_path / "cache" / cache.path(file).parent.name / file.name).unlink()
        with pytest.raises(StorageError, match=r"shard-000000\.tar: 503"):
            cache.path(file)
    with pytest.raises(StorageError, match=r"shard-000000\.tar: (Cannot connect|Connect call failed)"):
        cache.path(file)
    assert not kept(cache)


def test_a_shard_that_has_changed_is_told_and_a_new_one_lies_elsewhere(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [5])
    cache = ShardCache(tmp_path / "cache", 10**9)
    with served(tmp_path / "set") as url:
        before = list_shards(url)[0]
        write_shards(tmp_path / "set", [50])
        with pytest.raises(DatasetError, match=r"has [\d,]+ bytes, and had [\d,]+ when it was listed"):
            cache.path(before)
        after = list_shards(url)[0]
        assert cache.path(after).stat().st_size == after.size
    assert kept(cache) == {after.name}


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [5])
    cache = ShardCache(tmp_path / "cache", 10**9)
    with served(tmp_path / "set") as url:
        file = list_shards(url)[0]
        place = cache.path(file)
        place.rename(place.with_name(f"{file.name}.123.new"))
        assert cache.path(file) == place
    assert kept(cache) == {file.name}


def test_shards_on_a_disk_of_this_machine_are_read_where_they_are(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "set", [5])
    cache = ShardCache(tmp_path / "cache", 10**9)
    assert cache.path(list_shards(f"file://{folder}")[0]) == folder / "shard-000000.tar"
    assert not cache.folder.exists()


def test_the_environment_names_folder_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setenv(LIMIT, "1.5")
    assert ShardCache.of_user() == (tmp_path, 1_500_000_000)
    monkeypatch.setenv(LIMIT, "much")
    with pytest.raises(TrainingError, match=f"{LIMIT}=much: expected a number of gigabytes"):
        ShardCache.of_user()


def test_a_cache_that_can_not_be_written_to_is_told(tmp_path: Path) -> None:
    write_shards(tmp_path / "set", [5])
    (tmp_path / "file").write_text("")
    with served(tmp_path / "set") as url, pytest.raises(FileError, match=f"can't be written: .*; {FOLDER} names"):
        ShardCache(tmp_path / "file" / "cache", 10**9).path(list_shards(url)[0])
