"""Shards of a data set in a store: each is drawn by one worker, put whole, and then marked as complete.

A marker is a small object beside the data set's files, ``.receiptgen/shard-000000.json``. It is put after all files of
its shard and deleted before they are put again, so that whoever finds one finds them as it says.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import reason_of
from receiptgen.core.versions import processor
from receiptgen.dataset.ledger import add_counts
from receiptgen.dataset.open_sinks import open_sinks
from receiptgen.dataset.plan import ChunkDrawing, Plan
from receiptgen.storage.scratch import scratch_folder
from receiptgen.storage.store import Store
from receiptgen.writers import Sharding

MARKERS = ".receiptgen"


class Shard(NamedTuple):
    """Some positions of a data set whose samples are drawn together.

    Attributes:
        number: Number of the shard, from 0.
        first: Its first position.
        stop: Position after its last.
    """

    number: int
    first: int
    stop: int


def shards_of(plan: Plan, count: int) -> list[Shard]:
    """Return the shards of the first samples of a data set."""
    size = plan.shard_size
    return [Shard(number, first, min(first + size, count)) for number, first in enumerate(range(0, count, size))]


def marker_name(number: int) -> str:
    """Return the name of a shard's marker."""
    return f"{MARKERS}/shard-{number:06d}.json"


def shard_files(plan: Plan, number: int) -> Iterator[tuple[str, str]]:
    """Yield name of each file of a shard, and that which it has in a set of that shard alone."""
    for part in plan.parts:
        for writer in plan.writers:
            if isinstance(writer, Sharding):
                folder = f"{part}/" if part else ""
                yield folder + writer.shard_name % number, folder + writer.shard_name % 0


def digest_of(fingerprint: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a fingerprint."""
    return hashlib.sha256(json.dumps(fingerprint, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Marker:
    """What a complete shard holds.

    Attributes:
        plan: SHA-256 of the fingerprint of the data set.
        number: Number of the shard.
        first: Its first position.
        stop: Position after its last.
        kinds: Number of samples by kind.
        parts: Number of samples by part.
        sizes: Bytes of its files by name.
        digests: SHA-256 of its files by name.
        processor: Processor that drew it.
    """

    plan: str
    number: int
    first: int
    stop: int
    kinds: Mapping[str, int]
    parts: Mapping[str, int]
    sizes: Mapping[str, int]
    digests: Mapping[str, str]
    processor: str

    @classmethod
    def read(cls, content: bytes) -> Self | None:
        """Return the marker that some bytes are, or None."""
        try:
            marker = cls(**json.loads(content))
        except (ValueError, TypeError):
            return None
        counts = (marker.number, marker.first, marker.stop)
        mappings = (marker.kinds, marker.parts, marker.sizes, marker.digests)
        sound = all(type(count) is int for count in counts) and all(isinstance(each, dict) for each in mappings)
        return marker if sound and marker.samples == sum(marker.parts.values()) else None

    @property
    def samples(self) -> int:
        """Number of samples."""
        return self.stop - self.first

    def is_of(self, shard: Shard, plan: str, sizes: Mapping[str, int]) -> bool:
        """Tell whether it marks a shard of a plan, and all its files are there as long as they were written.

        Args:
            shard: The shard.
            plan: SHA-256 of the plan's fingerprint.
            sizes: Bytes of the files that are there, by name.
        """
        is_same = (self.number, self.first, self.stop) == shard and self.plan == plan
        return is_same and all(sizes.get(name) == size for name, size in self.sizes.items())


@dataclass(frozen=True)
class ShardDrawing:
    """The drawing and putting of shards, which workers do; a task is a ``Shard``.

    Attributes:
        plan: Contents of the data set.
        digest: SHA-256 of its fingerprint.
        inputs: SHA-256 of the files from outside that samples depend on, by path, as the fingerprint has them.
        store: Where the files are put.
    """

    plan: Plan
    digest: str
    inputs: Mapping[str, str]
    store: Store

    def __call__(self, shard: Shard) -> Marker:
        """Draw a shard, put its files, and mark it as complete.

        Raises:
            DatasetError: The disk for temporary files is full, or a file that samples depend on has changed.
            StorageError: The store refuses the files, or can't be reached.
        """
        try:
            with scratch_folder() as folder:
                kinds, parts = self._draw(shard, folder)
                self._refuse_changed_inputs()
                names = dict(shard_files(self.plan, shard.number))
                sizes = {name: (folder / made).stat().st_size for name, made in names.items()}
                digests = {name: _digest(folder / made) for name, made in names.items()}
                for name, made in names.items():
                    self.store.put(name, folder / made)
        except OSError as error:
            place = error.filename or "a folder for temporary files"
            raise DatasetError(f"{place}: {reason_of(error)}; TMPDIR names another disk") from None
        except FileError as error:
            raise DatasetError(str(error)) from None
        marker = Marker(self.digest, *shard, kinds, parts, sizes, digests, processor())
        self.store.write(marker_name(shard.number), json.dumps(asdict(marker)).encode())
        return marker

    def _draw(self, shard: Shard, folder: Path) -> tuple[dict[str, int], dict[str, int]]:
        """Write the files of a shard as a set of it alone; return the number of samples by kind and by part."""
        plan, draw = self.plan, ChunkDrawing(self.plan, folder)
        kinds: dict[str, int] = {}
        parts: dict[str, int] = {}
        with open_sinks(folder, plan, {}) as sinks:
            for bounds in plan.chunks(shard.first, shard.stop):
                chunk = draw(bounds)
                for part, records in chunk.records.items():
                    for name, rows in records.items():
                        for record in rows:
                            sinks[part][name].append(record)
                        sinks[part][name].commit()
                add_counts(kinds, chunk.kinds)
                add_counts(parts, chunk.parts)
            for sink in (sink for each in sinks.values() for sink in each.values()):
                sink.finish()
        return kinds, parts

    def _refuse_changed_inputs(self) -> None:
        found = {str(file.path): file.current_digest() for file in self.plan.ingredients.inputs}
        for path, digest in self.inputs.items():
            if found.get(path) != digest:
                raise DatasetError(
                    f"{path}: changed while {self.store.url} was drawn; put it back as it was to resume, or name "
                    "another --out"
                )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
