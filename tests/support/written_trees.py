"""Data sets on disk, compared file by file."""

from pathlib import Path

import lmdb

from receiptgen.core.files import LOCK


def tree(folder: Path) -> dict[str, object]:
    """Return all files by path; a database by its entries, since its pages depend on its transactions."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.name == "data.mdb":
            with lmdb.open(str(path.parent), readonly=True, lock=False) as database, database.begin() as entries:
                found[name] = [(bytes(key), bytes(value)) for key, value in entries.cursor()]
        elif path.is_file() and path.name not in {LOCK, "lock.mdb"}:
            found[name] = path.read_bytes()
    return found


def assert_same_sets(one: Path, other: Path) -> None:
    """Assert that two data sets are of the same files."""
    first, second = tree(one), tree(other)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
