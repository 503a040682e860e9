"""Which shards a URL stands for."""

import re
from collections.abc import Sequence
from glob import escape
from itertools import product
from math import prod
from posixpath import dirname
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from receiptgen.core.errors import DatasetError

from .store import Store, StoredFile

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)")
_GLOB = re.compile(r"[*?\[]")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://.*", re.DOTALL)
_END = ".tar"
# Shards that are named at most.
_MOST = 1_000_000
# Names in a query that hold what opens the store.
_SECRET = re.compile(r"signature|token|secret|password|credential|accesskey|api.?key|^sig$|^key$", re.IGNORECASE)


def list_shards(url: str) -> tuple[StoredFile, ...]:
    """Return the shards that a URL or path stands for, by name.

    Args:
        url: A tar file, a folder of them, or a pattern with ``*``, ``?``, ``[...]``, ``{0000..0999}`` or ``{a,b}``.

    Raises:
        DatasetError: There are none, or the URL has a password in it.
        StorageError: The store can't be read.
        MissingExtraError: The package that speaks to such stores is not installed.
    """
    refuse_secrets(url)
    store = Store(url)
    if _BRACES.search(store.path):
        found = _named(store, expand_braces(store.path, url), url)
    elif _is_pattern(store):
        found = store.matching(store.path)
    elif store.path.endswith(_END):
        found = [store.file(store.path)]
    else:
        found = _of_folder(store, url)
    shards = tuple(file for file in found if file.size)
    if not shards:
        raise DatasetError(f"{url}: stands for no shard; expected .tar files, a folder of them, or a pattern")
    return shards


def _is_pattern(store: Store) -> bool:
    """Tell whether a path has ``*``, ``?`` or ``[...]`` in it that are not of a name or before a web server's query."""
    if not store.lists:
        return _GLOB.search(store.path.partition("?")[0]) is not None
    return _GLOB.search(store.path) is not None and not store.exists(store.path)


def refuse_secrets(url: str) -> None:
    """Refuse a URL with a password or key in it, which recipes, journals and reports would hold.

    Raises:
        DatasetError: It has one; the message leaves it out.
    """
    found = _ADDRESS.search(url)
    if found is None:
        return
    parts = urlsplit(found[0])
    secrets = [name for name, _ in parse_qsl(parts.query) if _SECRET.search(name)]
    if secrets or ":" in parts.netloc.rpartition("@")[0]:
        plain = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        what = f"{secrets[0]!r}" if secrets else "a password"
        raise DatasetError(
            f"{plain}: comes with {what}, which a run would write down; the store's own variables or files hold those"
        )


def expand_braces(pattern: str, url: str) -> list[str]:
    """Return what a pattern with ``{0000..0999}`` or ``{a,b}`` stands for.

    Args:
        pattern: The pattern.
        url: What to call it in messages.

    Raises:
        DatasetError: It stands for more than a million names.
    """
    parts = _BRACES.split(pattern)
    choices = [_choices(part) if number % 2 else [part] for number, part in enumerate(parts)]
    if (count := prod(map(len, choices))) > _MOST:
        raise DatasetError(f"{url}: stands for {count:,} shards; at most {_MOST:,} are read")
    return ["".join(each) for each in product(*choices)]


def _choices(part: str) -> "Sequence[str]":
    found = _RANGE.fullmatch(part)
    return part.split(",") if found is None else _Numbers(range(int(found[1]), int(found[2]) + 1), len(found[1]))


class _Numbers(Sequence[str]):
    """Numbers with leading zeros, none of which is written before it is asked for."""

    def __init__(self, numbers: range, digits: int) -> None:
        self._numbers, self._digits = numbers, digits

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: Any) -> Any:
        return f"{self._numbers[index]:0{self._digits}d}"


def _named(store: Store, paths: Sequence[str], url: str) -> list[StoredFile]:
    """Return files by their paths, which a store lists folder by folder.

    Raises:
        DatasetError: One is missing.
    """
    if not store.lists:
        return store.files(paths)
    folders = dict.fromkeys(map(dirname, paths))
    listed = {store.path_of(file): file for folder in folders for file in store.matching(f"{escape(folder)}/*")}
    missing = [path for path in paths if path not in listed]
    if missing:
        more = f", nor {len(missing) - 1:,} others" if len(missing) > 1 else ""
        raise DatasetError(f"{url}: there is no {missing[0].rpartition('/')[2]}{more}")
    return [listed[path] for path in paths]


def _of_folder(store: Store, url: str) -> list[StoredFile]:
    """Return the shards of a folder.

    Raises:
        DatasetError: It has none; the message names folders in it that do.
    """
    folder = escape(store.path.rstrip("/"))
    if found := store.matching(f"{folder}/*{_END}"):
        return found
    parts = dict.fromkeys(
        dirname(file.url) for depth in ("*", "*/*") for file in store.matching(f"{folder}/{depth}/*{_END}")
    )
    if parts:
        raise DatasetError(f"{url}: holds no {_END} itself, but there are some in {', '.join(list(parts)[:3])}")
    raise DatasetError(f"{url}: holds no {_END}; expected shards, a folder of them, or a pattern")
