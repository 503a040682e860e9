"""Data sets in stores of objects, which workers fill shard by shard, whatever machine they are on."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError, ExecutorError, StoppedError, StorageError
from receiptgen.dataset.dataset import Dataset, Summary
from receiptgen.dataset.documents import documents_of, is_own_content
from receiptgen.dataset.ledger import LEDGER, MANIFEST, add_counts, manifest_of, new_ledger, other_set, parsed_ledger
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.shards import (
    MARKERS,
    Marker,
    Shard,
    ShardDrawing,
    digest_of,
    marker_name,
    shards_of,
)
from receiptgen.dataset.travelling import Travelling
from receiptgen.executors import Executor
from receiptgen.executors.local import Local
from receiptgen.storage.locations import checked_url
from receiptgen.storage.store import Store
from receiptgen.writers import Sharding

# Why no other formats.
_ONE_DATABASE = "is one database, which can't be put in pieces"
_LOOSE = "writes a file a sample or a list of all samples"


class StoredSet:
    """A data set in a store that is being filled; used as a ``Dataset`` is.

    Args:
        url: URL of its folder.
        plan: Contents of the data set.

    Raises:
        DatasetError: There is another data set or somebody else's files, or a format does not consist of shards.
        StorageError: The URL is wrong, or the store can't be reached or read.
        MissingExtraError: The protocol needs a package that is not installed.
    """

    def __init__(self, url: str, plan: Plan) -> None:
        _refuse_formats(url, plan)
        self.folder = checked_url(url)
        self.plan = plan
        self._store = Store(self.folder)
        self._fingerprint = plan.fingerprint()
        self._digest = digest_of(self._fingerprint)
        self._read()
        if not self._ledger["finished"]:
            self._refuse_foreign()

    def _read(self) -> None:
        """Read what earlier runs have done: ledger, markers, and which files there are."""
        content = self._store.read(LEDGER)
        ledger = parsed_ledger(content, self.folder) if content is not None else new_ledger(self._fingerprint, True)
        if ledger["fingerprint"] != self._fingerprint:
            raise other_set(self.folder, ledger["fingerprint"], self._fingerprint)
        if not ledger["store"]:
            raise DatasetError(
                f"{self.folder}: holds a data set drawn with --out as a path; name it so again, or name another --out"
            )
        self._ledger: dict[str, Any] = ledger
        self._sizes = self._store.sizes() if content is not None else {}
        names = [name for name in self._sizes if name.startswith(f"{MARKERS}/")]
        found = (Marker.read(content) for content in self._store.read_all(names).values())
        self._markers = {marker.number: marker for marker in found if marker and marker.plan == self._digest}
        self._done = sum(marker.samples for marker in self._markers.values() if self._is_complete(marker))

    @property
    def done(self) -> int:
        """Number of samples in complete shards."""
        return self._done

    @property
    def step(self) -> int:
        """Most samples of a piece, where drawing one takes more than seconds."""
        return self.plan.shard_size

    def pieces(self, count: int) -> int:
        """Return how many workers can draw at a time what is missing of some samples."""
        return len(self._missing(count))

    def _is_complete(self, marker: Marker) -> bool:
        return marker.is_of(Shard(marker.number, marker.first, marker.stop), self._digest, self._sizes)

    def _missing(self, count: int) -> list[Shard]:
        def is_marked(shard: Shard) -> bool:
            marker = self._markers.get(shard.number)
            return marker is not None and marker.is_of(shard, self._digest, self._sizes)

        return [shard for shard in shards_of(self.plan, count) if not is_marked(shard)]

    def fill(self, count: int, executor: Executor, report: Callable[[int], None]) -> Summary:
        """Draw until the set holds ``count`` samples; shards that are complete stay as they are.

        Args:
            count: Samples in all, with those of earlier runs.
            executor: Where it is drawn; what is in the memory of this process alone is drawn here.
            report: Called after each shard with the number of samples that are done.

        Raises:
            DatasetError: It can't be drawn, or a worker died; complete shards are safe.
            StorageError: The store refuses it, or can't be reached for a minute; complete shards are safe.
            StoppedError: The user pressed Ctrl-C; complete shards are safe.
        """
        try:
            return self._fill(count, Local(1) if self._store.is_of_this_process else executor, report)
        except KeyboardInterrupt as stop:
            raise StoppedError from stop
        except StorageError as error:
            safe = f"; {self.done:,} of {count:,} samples are safe, the same command resumes from there"
            raise StorageError(f"{error}{safe if self.done else ''}") from error
        except ExecutorError as error:
            raise DatasetError(f"{self.folder}: {error}") from error

    def _fill(self, count: int, executor: Executor, report: Callable[[int], None]) -> Summary:
        self._read()  # another run may have come in between
        held = max((marker.stop for marker in self._markers.values()), default=0)
        if count < held:
            raise DatasetError(
                f"{self.folder}: holds {counted(held, 'sample')} already, more than the {count:,} asked for; "
                "ask for more, or name another --out"
            )
        missing = self._missing(count)
        if not missing and self._ledger["finished"] and self._ledger["done"] == count:
            return self._summary(0, 0)
        self._refuse_foreign()
        self._enter(goal=max(count, self._ledger["goal"]), finished=False)
        # A marker of files that are about to be replaced would say what they no longer hold.
        stale = [self._markers.pop(shard.number) for shard in missing if shard.number in self._markers]
        self._store.delete([marker_name(marker.number) for marker in stale])
        self._done = count - sum(shard.stop - shard.first for shard in missing)
        report(self._done)
        drawn = size = 0
        for marker in self._drawn(missing, executor):
            self._markers[marker.number] = marker
            drawn += marker.samples
            size += sum(marker.sizes.values())
            self._done += marker.samples
            report(self._done)
        self._finish(count)
        return self._summary(drawn, size)

    def _drawn(self, missing: list[Shard], executor: Executor) -> Iterator[Marker]:
        if not missing:
            return
        drawing = ShardDrawing(self.plan, self._digest, self._fingerprint["inputs"], self._store)
        if executor.same_disk:
            self.plan.preload(missing[0].first)
            yield from executor.map(drawing, missing)
        else:
            yield from executor.map(Travelling.of(drawing), missing)

    def _finish(self, count: int) -> None:
        """Write what tells of the set as a whole, and the ledger last."""
        kinds: dict[str, int] = {}
        parts: dict[str, int] = {}
        markers = [self._markers[shard.number] for shard in shards_of(self.plan, count)]
        for marker in markers:
            add_counts(kinds, marker.kinds)
            add_counts(parts, marker.parts)
        processors = list(dict.fromkeys(marker.processor for marker in markers))
        self._ledger |= {"done": count, "kinds": kinds, "parts": parts, "processors": processors}
        for name, content in documents_of(self.plan, parts).items():
            self._store.write(name, content)
        self._store.write(MANIFEST, manifest_of(self._ledger, self.plan))
        self._enter(finished=True)

    def _enter(self, **changes: Any) -> None:
        self._ledger |= changes
        self._store.write(LEDGER, json.dumps(self._ledger).encode())

    def _refuse_foreign(self) -> None:
        """Raise DatasetError where somebody else's files stand in the way of the set's."""
        for name in documents_of(self.plan, {}):
            content = self._store.read(name)
            if content is not None and not is_own_content(content):
                raise DatasetError(
                    f"{self._store.place(name)}: is in the way of a file of that name that a format writes; move it, "
                    "or name another --out"
                )

    def _summary(self, drawn: int, size: int) -> Summary:
        ledger: Mapping[str, Any] = self._ledger
        return Summary(self.folder, ledger["done"], drawn, ledger["kinds"], ledger["parts"], size)


def _refuse_formats(url: str, plan: Plan) -> None:
    for name, writer in zip(dict.fromkeys(plan.formats), plan.writers, strict=True):
        if not isinstance(writer, Sharding):
            why = _ONE_DATABASE if name == "lmdb" else _LOOSE
            raise DatasetError(
                f"{url}: format {name!r} {why}; in a store there are webdataset and hf_parquet: name one by --format, "
                "or draw to a local disk"
            )


def open_set(out: Path | str, plan: Plan) -> Dataset | StoredSet:
    """Return the data set at a place, which is a folder of this machine or a URL.

    Raises:
        DatasetError: The place holds another data set or somebody else's files, or can't be read.
        StorageError: The URL is wrong, or the store can't be reached or read.
    """
    return Dataset(out, plan) if isinstance(out, Path) else StoredSet(out, plan)
