"""Data sets written by writers alone, and what they hold."""

import json
from pathlib import Path

import lmdb
import pytest
from samples import NASTY, receipt, snippet

from receiptgen.imaging.sample import Sample
from receiptgen.writers import PNG, Sink, State, Writer, encode, openers, select

SNIPPETS = [snippet(text, index, ("price", "word")[index % 2]) for index, text in enumerate(NASTY)]
RECEIPTS = [receipt(index) for index in range(7)]
Sinks = dict[str, Sink]


def path_of(sample: Sample) -> str:
    return f"{sample.index:06d}/receipt.png" if sample.kind == "receipt" else f"{sample.name}.png"


def feed(writers: tuple[Writer, ...], folder: Path, sinks: Sinks, samples: list[Sample]) -> None:
    for sample in samples:
        encoded = encode(writers, sample, path_of(sample), PNG.encode(sample.page.image))
        for file, data in encoded.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
        assert encoded.records.keys() == sinks.keys()
        for name, record in encoded.records.items():
            sinks[name].append(record)


def open_all(writers: tuple[Writer, ...], folder: Path, receipts: bool, states: dict[str, State]) -> Sinks:
    return {name: opener(folder, states.get(name)) for name, opener in openers(writers, receipts).items()}


def commit(sinks: Sinks) -> dict[str, State]:
    # Through JSON, as the pipeline keeps them.
    return json.loads(json.dumps({name: sink.commit() for name, sink in sinks.items()}))


def write(folder: Path, *formats: str, samples: list[Sample]) -> dict[str, State]:
    """Write samples with a commit after every two."""
    writers = select(formats)
    folder.mkdir(parents=True, exist_ok=True)
    sinks = open_all(writers, folder, samples[0].kind == "receipt", {})
    for start in range(0, len(samples), 2):
        feed(writers, folder, sinks, samples[start : start + 2])
        states = commit(sinks)
    for sink in sinks.values():
        sink.finish()
    return states


def database(path: Path) -> dict[bytes, bytes]:
    with lmdb.open(str(path), readonly=True, lock=False) as environment, environment.begin() as transaction:
        return dict(transaction.cursor())


def contents(folder: Path) -> dict[str, object]:
    """All files by path; a database by its keys, for its pages depend on its history."""
    found: dict[str, object] = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".mdb"
    }
    if (folder / "lmdb").exists():
        found["lmdb"] = database(folder / "lmdb")
    return found


both = pytest.mark.parametrize("samples", [SNIPPETS, RECEIPTS], ids=["snippets", "receipts"])
