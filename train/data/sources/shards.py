"""Shards of samples in an object store, on a web server or on a disk, fetched as they are needed."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, ValidationInfo

from receiptgen.config.paths import beside
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from ..streamed.shard_cache import ShardCache
from ..streamed.shard_list import list_shards, refuse_secrets
from ..streamed.shard_table import ShardTable, open_shard
from ..streamed.store import StoredFile
from . import DATASETS, ShardLayout, Table
from ._reading import BlankRows

# Shards that are fetched when a data set is opened, evenly over it: at least as many, and all that are small.
_LOOKED, _SMALL = 4, 64_000_000
# Bytes of the shards whose rows are mixed, and how many these are: samples drawn one after the other are alike.
_MIXED, _FEWEST, _MOST = 4_000_000_000, 2, 16


def _place(url: str, info: ValidationInfo) -> str:
    """Return a URL as it is, and a path counted from the folder of the YAML file that names it."""
    try:
        refuse_secrets(url)
    except DatasetError as error:
        raise ValueError(str(error)) from None
    return url if "://" in url else str(beside(Path(url), info))


@DATASETS.register
class Shards(Record):
    """Tar shards as of ``webdataset`` that lie elsewhere, fetched one by one into a cache while the network trains.

    Attributes:
        url: A shard, a folder of shards, or a pattern with ``*``, ``{0000..0999}`` or ``{a,b}``: a path, or a URL such
            as ``s3://bucket/set/train``, ``gs://``, ``az://``, ``hf://`` or ``https://``.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    groups: ClassVar[str] = "shards"

    url: Annotated[str, AfterValidator(_place)]
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """List the shards, and fetch a few of them to know how many rows there are."""
        files, cache = list_shards(self.url), ShardCache.of_user()
        looked = _looked(files)
        with ThreadPoolExecutor(_LOOKED) as pool:
            opened = list(pool.map(lambda shard: open_shard(files[shard], self.blank, cache), looked))
        rows = {shard: rows.size or 0 for shard, rows in zip(looked, opened, strict=True) if not isinstance(rows, str)}
        if not sum(rows.values()):
            fault = next((f": {rows}" for rows in opened if isinstance(rows, str)), "")
            raise DatasetError(
                f"{files[looked[0]].url}{fault or ': holds no samples, an image and a txt or json of the same name'}"
            )
        return ShardTable(files, _layout(files, rows, looked), self.blank)


def _layout(files: Sequence[StoredFile], rows: Mapping[int, int], looked: Sequence[int]) -> ShardLayout:
    """Return how rows lie in shards.

    Args:
        files: The shards.
        rows: Number of rows of those that were looked at and could be read.
        looked: The shards that were looked at; if not all, the others have as many rows a byte as these together.
    """
    exact, bytes_in_all = len(looked) == len(files), sum(file.size for file in files)
    density = sum(rows.values()) / sum(files[shard].size for shard in rows)
    # A shard that can't be read has a row that says so.
    guesses = [1 if exact else max(1, round(file.size * density)) for file in files]
    counts = tuple(rows.get(shard, guess) for shard, guess in enumerate(guesses))
    together = min(_MOST, max(_FEWEST, _MIXED * len(files) // bytes_in_all))
    # The end of the URL, so that the same shards are held out of a copy of the set elsewhere.
    names = tuple("/".join(file.url.split("/")[-2:]) for file in files)
    return ShardLayout(names, counts, exact, together, tuple(looked))


def _looked(files: Sequence[StoredFile]) -> list[int]:
    """Return the shards to look at."""
    bytes_in_all = sum(file.size for file in files)
    some = min(len(files), max(_LOOKED, _SMALL * len(files) // bytes_in_all))
    return [number * len(files) // some for number in range(some)]
