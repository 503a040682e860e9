"""The rows of shards that lie elsewhere, as a table."""

import mmap
import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import decode

from ..sources import Example, Flaw, RowLabel, ShardLayout
from ..sources._reading import BlankRows, Stamp
from ..sources._rows import Rows
from ..sources.webdataset import shard_rows
from .prefetch import Prefetcher
from .shard_cache import ShardCache
from .store import StoredFile

# Times that a shard is fetched where others remove it before it is opened.
_TRIES = 3


class OpenShard:
    """The images of one shard, named ``SHARD START SIZE``; it stays mapped, although its file may be removed.

    Args:
        path: Where it lies on this machine; raises OSError where it can't be opened.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            self.content: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""

    def image(self, file: str) -> Pixels | str:
        """Decode a file of the shard."""
        _, start, size = map(int, file.split(" "))
        return decode(self.content[start : start + size])


class ShardTable:
    """Rows in shards, each of which is fetched when its first row is read; see ``ShardedTable``.

    Args:
        files: The shards.
        layout: How rows lie in them.
        blank: What becomes of rows whose text is empty.

    Attributes:
        size: Number of rows.
        layout: Where they lie.
    """

    def __init__(self, files: Sequence[StoredFile], layout: ShardLayout, blank: BlankRows) -> None:
        self._files, self.layout, self._blank = tuple(files), layout, blank
        # Another process may be on another machine, which has a cache of its own.
        self._cache = ShardCache.of_user()
        self._ends = list(accumulate(layout.rows))
        self.size: int | None = self._ends[-1]
        self._opened: OrderedDict[int, Rows | str] = OrderedDict()
        self._prefetcher = Prefetcher(self._cache)

    def __reduce__(self) -> tuple[type["ShardTable"], tuple[Any, ...]]:
        return (ShardTable, (self._files, self.layout, self._blank))

    def read(self, index: int) -> Example | Flaw:
        """Read a row with its image.

        Raises:
            DatasetError: Its shard can't be fetched.
        """
        shard, position = self._place(index)
        rows = self._rows(shard)
        if isinstance(rows, str) or not rows.size:
            return Flaw(self._files[shard].name, rows if isinstance(rows, str) else "holds no samples")
        return rows.read(position % rows.size)

    def label(self, index: int) -> RowLabel:
        """Return text, group and name of a row; raises as ``read``."""
        shard, position = self._place(index)
        rows, name = self._rows(shard), self._files[shard].name
        if isinstance(rows, str) or not rows.size:
            return RowLabel("", name, name)
        return rows.label(position % rows.size)

    def part(self, shards: Sequence[int]) -> "ShardTable":
        """Return a table of some of the shards."""
        layout, places = self.layout, {shard: place for place, shard in enumerate(shards)}
        looked = tuple(places[shard] for shard in layout.looked if shard in places)
        own = layout._replace(
            names=tuple(layout.names[shard] for shard in shards),
            rows=tuple(layout.rows[shard] for shard in shards),
            looked=looked or (0,),
        )
        return ShardTable([self._files[shard] for shard in shards], own, self._blank)

    def fetch_ahead(self, shards: Sequence[int]) -> None:
        """Fetch shards in the background, the first ones first."""
        self._prefetcher.request([self._files[shard] for shard in shards])

    def _place(self, index: int) -> tuple[int, int]:
        """Return the shard of a row, and the row's position in it, which goes round where it is beyond its end."""
        lap, row = divmod(index, self._ends[-1])
        shard = bisect_right(self._ends, row)
        count = self.layout.rows[shard]
        return shard, lap * count + row - (self._ends[shard] - count)

    def _rows(self, shard: int) -> Rows | str:
        """Return the rows of a shard, or why it has none; the last few shards stay open."""
        if shard in self._opened:
            self._opened.move_to_end(shard)
            return self._opened[shard]
        found = open_shard(self._files[shard], self._blank, self._cache)
        self._opened[shard] = found
        # Those of two groups are in use where one ends within a block.
        if len(self._opened) > 2 * self.layout.together + 1:
            self._opened.popitem(last=False)
        return found


def open_shard(file: StoredFile, blank: BlankRows, cache: ShardCache) -> Rows | str:
    """Return the rows of a shard, which is fetched if need be; or in words why it is no shard.

    Raises:
        ReceiptgenError: It can't be fetched.
        FileError: The cache can't be written to.
    """
    for attempt in range(_TRIES):
        path = cache.path(file)
        try:
            images = OpenShard(path)
            return Rows(images, shard_rows(0, Stamp.of(path), images.content), blank=blank)
        except FileNotFoundError:
            if attempt + 1 == _TRIES:
                raise DatasetError(
                    f"{file.url}: is removed from the cache {cache.folder} before it is read; has it room enough?"
                ) from None
        except DatasetError as error:
            return str(error).removeprefix(f"{path}: ")
    raise AssertionError
