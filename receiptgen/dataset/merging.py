"""One data set out of parts that were drawn apart, with the bytes that one run would have drawn.

Loose files are linked, or copied where the file system can't link; what is in order, such as tables and archives, goes
through the sinks that ``draw`` writes with. The ledger has a part when all of it is there, so that a merge that was
stopped resumes with the part that it was at. Parts are only read.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, FileError, StoppedError
from receiptgen.core.files import lock_folder, reason_of, write_atomic
from receiptgen.dataset.dataset import Summary
from receiptgen.dataset.documents import refuse_foreign, write_documents
from receiptgen.dataset.ledger import LEDGER, MANIFEST, add_counts, new_ledger, other_set, read_ledger
from receiptgen.dataset.open_sinks import open_sinks
from receiptgen.dataset.parts import Part
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.sample_files import pattern_files, sample_files
from receiptgen.writers import Extensible, ExtensibleShards, Sink


class Merging:
    """A data set that is being put together.

    Args:
        folder: Folder of the whole, made if it isn't there.
        parts: Parts that fit, in the order of their indices.

    Raises:
        DatasetError: The folder holds another data set, somebody else's files, or a part; or a part has no manifest.
    """

    def __init__(self, folder: Path, parts: Sequence[Part]) -> None:
        self.folder = folder
        self._parts = parts
        self._ends = list(accumulate(part.ledger["done"] for part in parts))
        self._plan: Plan = parts[0].plan
        self._manifest = parts[0].manifest()
        for part in parts:
            if folder.resolve() == part.folder.resolve():
                raise DatasetError(f"{folder}: is one of the parts; name another --out")
        self._read()
        if not self._state["finished"]:
            refuse_foreign(folder, self._plan)

    @property
    def total(self) -> int:
        """Number of samples of the whole."""
        total: int = self._ends[-1]
        return total

    @property
    def done(self) -> int:
        """Number of samples in the ledger."""
        done: int = self._state["done"]
        return done

    def _read(self) -> None:
        """Read what earlier runs have done."""
        fingerprint, old = self._parts[0].ledger["fingerprint"], read_ledger(self.folder)
        if old is not None and old["fingerprint"] != fingerprint:
            raise other_set(self.folder, old["fingerprint"], fingerprint)
        if old is not None and old["done"] not in {0, *self._ends}:
            raise DatasetError(
                f"{self.folder}: holds {counted(old['done'], 'sample')}, and none of the parts ends there; "
                "name another --out"
            )
        self._state: dict[str, Any] = old or new_ledger(fingerprint)

    def run(self, report: Callable[[int], None]) -> Summary:
        """Put the parts together.

        Args:
            report: Called with the number of samples that are done.

        Raises:
            DatasetError: A part's files are missing or cut off, or the whole can't be written; parts that are in the
                ledger are safe.
            BusyError: Another run is writing to the folder.
            StoppedError: The user pressed Ctrl-C.
        """
        try:
            with lock_folder(self.folder):
                self._read()
                return self._run(report)
        except KeyboardInterrupt as stop:
            raise StoppedError from stop
        except (OSError, FileError) as error:
            told = f"{error.filename or self.folder}: {reason_of(error)}" if isinstance(error, OSError) else str(error)
            raise DatasetError(
                f"{told}; {self.done:,} of {self.total:,} samples are safe, the same command resumes from there"
            ) from error

    def _run(self, report: Callable[[int], None]) -> Summary:
        first, state, size = self.done, self._state, 0
        if state["finished"] and first == self.total:
            return self._summary(0, 0)
        refuse_foreign(self.folder, self._plan)
        with open_sinks(self.folder, self._plan, state["sinks"]) as sinks:
            _refuse_rigid(sinks, self._plan)
            # As in `draw`: the ledger knows of all files before the first is there.
            state |= {"goal": max(self.total, state["goal"]), "finished": False}
            self._enter()
            for part, stop in zip(self._parts, self._ends, strict=True):
                if stop > self.done:
                    size += take_files(part, self.folder, partial(_report_beyond, self.done, report))
                    self._append(part, sinks)
                    state["done"] = stop
                    self._enter()
                    report(stop)
            for opened in sinks.values():
                for sink in opened.values():
                    sink.finish()
        write_documents(self.folder, self._plan, state["parts"])
        self._write_manifest()
        state["finished"] = True
        self._enter()
        return self._summary(self.total - first, size)

    def _append(self, part: Part, sinks: Mapping[str, Mapping[str, Sink]]) -> None:
        """Append what a part has in order, and count its samples."""
        state = self._state
        stop = state["done"] + part.ledger["done"]
        for side, opened in sinks.items():
            for name, sink in opened.items():
                path, written = part.folder / side / name, part.ledger["sinks"][side][name]
                if isinstance(sink, ExtensibleShards):
                    for kind, index, record in sink.read(path, written):
                        sink.turn_to(_position(self._plan, kind, index) // self._plan.shard_size)
                        sink.append(record)
                    sink.turn_to((stop - 1) // self._plan.shard_size)
                elif isinstance(sink, Extensible):  # others were refused
                    sink.extend(path, written)
        state["sinks"] = {
            side: {name: sink.commit() for name, sink in opened.items()} for side, opened in sinks.items()
        }
        state["processors"] += [each for each in part.ledger["processors"] if each not in state["processors"]]
        for key in ("kinds", "parts"):
            add_counts(state[key], part.ledger[key])

    def _enter(self) -> None:
        write_atomic(self.folder / LEDGER, json.dumps(self._state).encode())

    def _write_manifest(self) -> None:
        state = self._state
        counted = {
            "processors": state["processors"], "samples": state["done"], "per_kind": state["kinds"],
            "per_part": state["parts"],
        }  # fmt: skip
        write_atomic(self.folder / MANIFEST, json.dumps({**self._manifest, **counted}, indent=2).encode() + b"\n")

    def _summary(self, added: int, size: int) -> Summary:
        return Summary(str(self.folder), self.done, added, self._state["kinds"], self._state["parts"], size)


def _position(plan: Plan, kind: str, index: int) -> int:
    """Return the position of a sample in a data set without ``counts``."""
    place = plan.kinds.index(kind) if plan.rounds > 1 else 0
    return (index - plan.start) * plan.rounds + place


def _report_beyond(done: int, report: Callable[[int], None], more: int) -> None:
    report(done + more)


def _refuse_rigid(sinks: Mapping[str, Mapping[str, Sink]], plan: Plan) -> None:
    """Refuse formats of other packages whose files can't take those of others.

    Raises:
        DatasetError: There is one.
    """
    for opened in sinks.values():
        for name, sink in opened.items():
            if not isinstance(sink, Extensible | ExtensibleShards):
                formats = [
                    each
                    for each, writer in zip(plan.formats, plan.writers, strict=True)
                    if name in writer.sinks(bool(plan.receipts))
                ]
                raise DatasetError(
                    f"format {formats[0]!r} can't be merged: its sink {name!r} lacks a method 'extend'; draw it whole"
                )


def take_files(part: Part, folder: Path, report: Callable[[int], None]) -> int:
    """Link or copy the loose files of a part into the whole.

    Args:
        part: The part.
        folder: Folder of the whole.
        report: Called now and then with the number of samples whose files are there.

    Returns:
        Size of the files in bytes.

    Raises:
        DatasetError: Files of a sample are missing.
        OSError: One can't be read or written.
    """
    plan, size, known = part.plan, 0, set[Path]()
    for position in range(part.ledger["done"]):
        if position and not position % 1000:
            report(position)
        names = list(sample_files(plan, position))
        side = next((side for side in plan.parts if names and (part.folder / side / names[0]).is_file()), None)
        if names and side is None:
            raise DatasetError(
                f"{part.folder / plan.parts[0] / names[0]}: is missing; clear that data set and draw it again"
            )
        for name in names:
            size += _take(part.folder / str(side) / name, folder / str(side) / name, known)
    for side in plan.parts:
        for name, index in pattern_files(part.folder / side, plan.writers):
            if index is not None and part.start <= index < part.stop:
                size += _take(part.folder / side / name, folder / side / name, known)
    return size


def _take(source: Path, target: Path, known: set[Path]) -> int:
    """Link or copy a file; return its size in bytes."""
    if target.parent not in known:
        target.parent.mkdir(parents=True, exist_ok=True)
        known.add(target.parent)
    try:
        size = source.stat().st_size
    except FileNotFoundError:
        raise DatasetError(f"{source}: is missing; clear that data set and draw it again") from None
    try:
        os.link(source, target)
    except FileExistsError:  # of a merge that was stopped, or of a run that was
        target.unlink()
        return _take(source, target, known)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)
    return size
