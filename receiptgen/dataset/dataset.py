"""Data sets on disk, with a ledger that lets an interrupted run resume where it stopped.

A chunk of samples is drawn by one worker, which writes the loose files; the parent then appends the chunk's
labels in order and enters it in the ledger. What a killed run left beyond the ledger is drawn and
written again.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, ExecutorError, FileError, StoppedError
from receiptgen.core.files import lock_folder, reason_of, write_atomic
from receiptgen.dataset.documents import refuse_foreign, write_documents
from receiptgen.dataset.ledger import LEDGER, MANIFEST, add_counts, manifest_of, new_ledger, other_set, read_ledger
from receiptgen.dataset.loose_files import write_files
from receiptgen.dataset.open_sinks import open_sinks
from receiptgen.dataset.plan import Chunk, ChunkDrawing, Plan
from receiptgen.dataset.travelling import Travelling
from receiptgen.executors import Executor
from receiptgen.writers import ShardSink, Sink, State


@dataclass(frozen=True)
class Summary:
    """Figures of a finished run.

    Attributes:
        folder: Folder of the data set.
        samples: Number of samples in it.
        drawn: Number of them that this run drew.
        kinds: Number of samples by kind.
        parts: Number of samples by part of the split.
        bytes: Size of the loose files that this run wrote.
    """

    folder: str
    samples: int
    drawn: int
    kinds: Mapping[str, int]
    parts: Mapping[str, int]
    bytes: int


class Dataset:
    """A folder that is being filled.

    Args:
        folder: Folder, created if it does not exist.
        plan: Contents of the data set.

    Raises:
        DatasetError: The folder holds another data set or somebody else's files, or can't be read.
    """

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self._ledger = folder / LEDGER
        self._fingerprint = plan.fingerprint()
        self._read()
        if not self._state["finished"]:
            refuse_foreign(folder, plan)

    def _read(self) -> None:
        """Read what earlier runs have done."""
        fingerprint, old = self._fingerprint, read_ledger(self.folder)
        if old is not None and old["fingerprint"] != fingerprint:
            raise other_set(self.folder, old["fingerprint"], fingerprint)
        self._state: dict[str, Any] = old or new_ledger(fingerprint)
        self._done = int(self._state["done"])

    @property
    def done(self) -> int:
        """Number of samples in the ledger."""
        return self._done

    @property
    def step(self) -> int:
        """Most samples of a piece, where drawing one takes more than seconds; 0 where it does not."""
        return 0

    def pieces(self, count: int) -> int:
        """Return how many workers can draw at a time what is missing of some samples."""
        return -(-(count - self.done) // self.plan.chunk)

    def fill(self, count: int, executor: Executor, report: Callable[[int], None]) -> Summary:
        """Draw until the set holds ``count`` samples.

        Args:
            count: Samples in all, with those of earlier runs.
            executor: Where it is drawn.
            report: Called after each chunk with the number of samples that are done.

        Raises:
            DatasetError: It can't be written, or a worker died; what the ledger has is safe.
            BusyError: Another run is filling the folder.
            StoppedError: The user pressed Ctrl-C; the ledger is up to date.
        """
        if count == self.done and self._state["finished"]:
            self._refuse_cut_off()
            return self._summary(0, 0)
        try:
            with lock_folder(self.folder):
                # Another run may have come in between.
                self._read()
                return self._fill(count, executor, report)
        except KeyboardInterrupt as stop:
            raise StoppedError from stop
        except (OSError, FileError) as error:
            raise DatasetError(
                f"{_told(error, self.folder)}; "
                f"{self.done:,} of {count:,} samples are safe, the same command resumes from there"
            ) from error

    def _fill(self, count: int, executor: Executor, report: Callable[[int], None]) -> Summary:
        first, size, state = self.done, 0, self._state
        if count < first:
            raise DatasetError(
                f"{self.folder}: holds {counted(first, 'sample')} already, more than the {count:,} asked for; "
                "ask for more, or name another --out"
            )
        if count == first and state["finished"]:
            return self._summary(0, 0)
        refuse_foreign(self.folder, self.plan)
        if executor.same_disk:
            self.plan.preload(first)
        with open_sinks(self.folder, self.plan, self._state["sinks"]) as sinks:
            # The goal enters the ledger before the first file is written, so that `clear` knows all files, also those
            # of a larger goal that was given up.
            state |= {"goal": max(count, state["goal"]), "finished": False}
            self._enter()
            for stop, chunk in self._chunks(first, count, executor):
                self._refuse_changed_inputs()
                self._append(sinks, chunk)
                state["done"] = stop
                self._enter()
                size += chunk.bytes
                report(stop)
            for opened in sinks.values():
                for sink in opened.values():
                    sink.finish()
        write_documents(self.folder, self.plan, state["parts"])
        self._write_manifest()
        state["finished"] = True
        self._enter()
        return self._summary(count - first, size)

    def _refuse_cut_off(self) -> None:
        """Look whether a finished set's files of labels are as long as they were written, without opening them.

        Raises:
            DatasetError: One is gone or shorter.
        """
        for part, sinks in self._state["sinks"].items():
            for name, state in sinks.items():
                path, size = self.folder / part / name, state.get("bytes")
                # A sink of several files is called after their pattern, as shard-%06d.tar.
                if size and "%" not in name and not (path.is_file() and path.stat().st_size >= size):
                    raise DatasetError(
                        f"{path}: is missing or cut off, {size:,} bytes were written; clear the data set and draw it "
                        "again"
                    )

    def _refuse_changed_inputs(self) -> None:
        """Keep samples out of the ledger that may be drawn from other files than it says.

        Raises:
            DatasetError: A file is no longer as it was when it was loaded.
        """
        for file in self.plan.ingredients.inputs:
            if file.current_digest() != file.digest:
                raise DatasetError(
                    f"{file.path}: changed while {self.folder} was drawn, of which {self.done:,} samples are safe; put "
                    "it back as it was to resume, or name another --out"
                )

    def _chunks(self, first: int, count: int, executor: Executor) -> Iterator[tuple[int, Chunk]]:
        """Yield the chunks of some positions in order, each with the position after its last."""
        bounds = self.plan.chunks(first, count)
        here = executor.same_disk
        drawing = ChunkDrawing(self.plan, self.folder if here else None)
        try:
            drawn = executor.map(drawing if here else Travelling.of(drawing), bounds)
            for (_, stop), chunk in zip(bounds, drawn, strict=True):
                yield stop, chunk
        except ExecutorError as error:
            raise DatasetError(f"{self.folder}: {error}") from error

    def _append(self, sinks: dict[str, dict[str, Sink]], chunk: Chunk) -> None:
        write_files(self.folder, chunk.files)
        if chunk.processor not in self._state["processors"]:
            self._state["processors"].append(chunk.processor)
        shard = self._state["done"] // self.plan.shard_size
        for opened in sinks.values():
            for sink in opened.values():
                if isinstance(sink, ShardSink):
                    sink.turn_to(shard)
        for part, records in chunk.records.items():
            for name, rows in records.items():
                for record in rows:
                    sinks[part][name].append(record)
        states: dict[str, dict[str, State]] = {
            part: {name: sink.commit() for name, sink in opened.items()} for part, opened in sinks.items()
        }
        self._state["sinks"] = states
        add_counts(self._state["kinds"], chunk.kinds)
        add_counts(self._state["parts"], chunk.parts)

    def _enter(self) -> None:
        write_atomic(self._ledger, json.dumps(self._state).encode())
        self._done = int(self._state["done"])

    def _write_manifest(self) -> None:
        write_atomic(self.folder / MANIFEST, manifest_of(self._state, self.plan))

    def _summary(self, drawn: int, size: int) -> Summary:
        return Summary(str(self.folder), self.done, drawn, self._state["kinds"], self._state["parts"], size)


def _told(error: OSError | FileError, folder: Path) -> str:
    """Return what could not be written and why."""
    if isinstance(error, FileError):
        return str(error)
    return f"{error.filename or folder}: {reason_of(error)}"
