"""Deleting what ``draw`` put into a store, and nothing else."""

import re
from collections.abc import Iterator, Mapping

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.dataset.clearing import FOLDERS, Cleared, plan_of
from receiptgen.dataset.documents import documents_of, is_own_content
from receiptgen.dataset.ledger import LEDGER, MANIFEST, parsed_ledger
from receiptgen.dataset.plan import Plan
from receiptgen.dataset.shards import MARKERS, marker_name, shard_files, shards_of
from receiptgen.storage.locations import checked_url
from receiptgen.storage.store import Store

_MARKER = re.compile(rf"{re.escape(MARKERS)}/shard-\d{{6,}}\.json")


def data_sets(url: str) -> list[str]:
    """Return the URLs of the data sets of a place: itself, or its ``results`` and ``results_test``.

    Raises:
        DatasetError: There is none.
        StorageError: The store can't be reached or read.
    """
    url = checked_url(url)
    places = [url, *(f"{url}/{name}" for name in FOLDERS)]
    found = [place for place in places if Store(place).read(LEDGER) is not None]
    if not found:
        raise DatasetError(f"{url}: no data set there or in {' or '.join(FOLDERS)}; nothing was deleted")
    return found[:1] if found[0] == url else found


def clear(url: str) -> Cleared:
    """Delete a data set. The ledger goes last, so that a clearing that was stopped can be resumed.

    Raises:
        DatasetError: It has no ledger, or one of a data set that was drawn into a folder.
        StorageError: The store refuses it or can't be reached.
    """
    store = Store(checked_url(url))
    content = store.read(LEDGER)
    if content is None:
        raise DatasetError(f"{url}: has no {LEDGER}, so 'receiptgen draw' did not write it; nothing was deleted")
    ledger = parsed_ledger(content, url)
    if not ledger["store"]:
        raise DatasetError(f"{url}: holds a data set drawn with --out as a path; name it so; nothing was deleted")
    plan = plan_of(f"{url}/{LEDGER}", ledger)
    sizes = store.sizes()
    files = store.delete([*_written(store, plan, int(ledger["goal"]), sizes), MANIFEST])
    files += store.delete([LEDGER])
    return Cleared(url, files, tuple(sorted(store.sizes())))


def _written(store: Store, plan: Plan, goal: int, sizes: Mapping[str, int]) -> Iterator[str]:
    """Yield the names of the objects that runs up to a goal may have put, apart from those of the whole set."""
    for shard in shards_of(plan, goal):
        yield from (name for name, _ in shard_files(plan, shard.number))
        yield marker_name(shard.number)
    yield from (name for name in sizes if _MARKER.fullmatch(name))
    for name in documents_of(plan, {}):
        if name in sizes and is_own_content(store.read(name) or b""):
            yield name


def describe(url: str) -> str:
    """Return what a data set holds, in a few words, for the question before it is deleted."""
    content = Store(url).read(LEDGER)
    ledger = parsed_ledger(content, url) if content is not None else {}
    return f"{url} ({counted(ledger.get('goal', 0), 'sample')})"
