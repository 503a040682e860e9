"""Databases of crops: one, and all of a tree."""

import os
import pickle
from pathlib import Path

import lmdb
import pytest
from data_sets import everything, examples, opened, png, same, write

from receiptgen.core.errors import DatasetError
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.sources._joined import JoinedTables


def database(folder: Path, texts: list[str], **more: bytes) -> Path:
    folder.mkdir(parents=True)
    pairs = {"num-samples": str(len(texts)).encode(), **more}
    for number, text in enumerate(texts, 1):
        pairs |= {f"label-{number:09d}": text.encode(), f"image-{number:09d}": png(number)}
    with lmdb.open(str(folder), map_size=1 << 24) as environment, environment.begin(write=True) as transaction:
        for key, value in pairs.items():
            transaction.put(key.encode(), value)
    (folder / "lock.mdb").unlink()
    return folder


def test_all_databases_of_a_tree_are_one_data_set(tmp_path: Path) -> None:
    database(tmp_path / "MJ/MJ_train", ["a", "b"])
    database(tmp_path / "ST", ["c"])
    database(tmp_path / "real/x/y/z", ["d", "e"])
    assert guess_format(tmp_path) == "lmdb"
    table = opened("lmdb", tmp_path)
    assert isinstance(table, JoinedTables)
    assert table.parts == (("MJ/MJ_train", 2), ("ST", 1), ("real/x/y/z", 2))
    read = examples(table)
    assert [(row.name, row.text) for row in read] == [
        ("MJ/MJ_train/image-000000001", "a"), ("MJ/MJ_train/image-000000002", "b"), ("ST/image-000000001", "c"),
        ("real/x/y/z/image-000000001", "d"), ("real/x/y/z/image-000000002", "e"),
    ]  # fmt: skip
    assert [table.label(index) for index in range(5)] == [(row.text, row.name, row.name) for row in read]
    again = everything(pickle.loads(pickle.dumps(table)))
    assert all(same(one, other) for one, other in zip(read, again, strict=True))


def test_the_only_database_of_a_tree_is_read_as_itself(tmp_path: Path) -> None:
    database(tmp_path / "a/lmdb", ["x"])
    assert guess_format(tmp_path) == "lmdb"
    assert [row.name for row in examples(opened("lmdb", tmp_path))] == ["image-000000001"]


def cut_off(folder: Path) -> Path:
    file = database(folder, ["text"] * 40) / "data.mdb"
    os.truncate(file, file.stat().st_size // 2)
    return folder


def empty(folder: Path) -> Path:
    return write(folder / "data.mdb", b"").parent


def foreign(folder: Path) -> Path:
    return write(folder / "data.mdb", b"something else" * 1000).parent


def uncounted(folder: Path) -> Path:
    return database(folder, [], **{"num-samples": b"many"})


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(cut_off, "data.mdb is cut off"), (empty, "data.mdb is empty"), (foreign, "can't be read: MDB_INVALID"),
     (uncounted, "has no key 'num-samples'")],
)  # fmt: skip
def test_a_broken_database_is_an_error_by_itself_and_a_flaw_beside_others(
    tmp_path: Path, broken: type, reason: str
) -> None:
    folder = broken(tmp_path / "bad")
    with pytest.raises(DatasetError, match=reason) as caught:
        opened("lmdb", folder)
    assert str(caught.value).startswith(f"{folder}: ")
    database(tmp_path / "good", ["x"])
    flaw, good = everything(opened("lmdb", tmp_path))
    assert flaw.name == "bad/data.mdb"
    assert flaw[1].startswith(reason)
    assert good.name == "good/image-000000001"


def test_a_tree_of_broken_databases_is_an_error_of_one_line(tmp_path: Path) -> None:
    empty(tmp_path / "a")
    empty(tmp_path / "b")
    with pytest.raises(DatasetError, match=r"none of its 2 databases can be read; data.mdb is empty"):
        opened("lmdb", tmp_path)
