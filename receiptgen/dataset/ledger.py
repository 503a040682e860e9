"""The ledger of a data set: what it is to hold, and what of that has been written."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of
from receiptgen.dataset.identity import IDENTITY, changed_libraries, changed_sources, shown_setting
from receiptgen.dataset.plan import UNSAID, Plan

LEDGER = ".receiptgen.json"
MANIFEST = "manifest.json"


def new_ledger(fingerprint: Mapping[str, Any], store: bool = False) -> dict[str, Any]:
    """Return the ledger of a data set of which nothing is written.

    Args:
        fingerprint: Fingerprint of its plan.
        store: Whether it consists of shards that are put whole, each with a marker of its own, and of no sinks.
    """
    return {
        "fingerprint": fingerprint, "processors": [], "done": 0, "goal": 0, "finished": False, "kinds": {},
        "parts": {}, "sinks": {}, "store": store,
    }  # fmt: skip


def add_counts(total: dict[str, int], added: Mapping[str, int]) -> None:
    """Add numbers of samples by name to others."""
    for name, number in added.items():
        total[name] = total.get(name, 0) + number


def other_set(folder: Path | str, old: Mapping[str, Any], new: Mapping[str, Any]) -> DatasetError:
    """Return the error for a place that holds the data set of another fingerprint."""
    return DatasetError(
        f"{difference(folder, old, new)}; name another --out, or remove this data set with "
        f"'receiptgen clear --out {folder}'"
    )


def manifest_of(ledger: Mapping[str, Any], plan: Plan) -> bytes:
    """Return the manifest of a data set whose ledger has all counts."""
    fingerprint = ledger["fingerprint"]
    manifest = {
        "python": sys.version.split()[0],
        **fingerprint["versions"],
        "processors": ledger["processors"],
        **{key: value for key, value in fingerprint.items() if key != "versions"},
        "samples": ledger["done"],
        "per_kind": ledger["kinds"],
        "per_part": ledger["parts"],
        "lines_left_out": {known.source: known.left_out for known in plan.left_out},
        "licence": "what receiptgen draws belongs to whoever draws it",
    }
    return json.dumps(manifest, indent=2).encode() + b"\n"


def difference(folder: Path | str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return how two fingerprints differ: settings with both values, or else what else has changed."""
    old, new = UNSAID | dict(old), UNSAID | dict(new)
    settings = [key for key, value in new.items() if key not in IDENTITY and old.get(key) != value]
    if any(key in old for key in settings):
        differences = (f"{key} {shown_setting(old.get(key))} instead of {shown_setting(new[key])}" for key in settings)
        return f"{folder}: holds another data set ({', '.join(differences)})"
    if changed := [*changed_sources(old, new), *changed_libraries(old, new)]:
        return f"{', '.join(changed)}: changed since {folder} was begun"
    return f"{folder}: was begun by a version that did not note all that its bytes depend on"


# What a ledger has at least, and of which kind.
_LEDGER_KEYS = {
    "fingerprint": dict, "done": int, "goal": int, "finished": bool, "kinds": dict, "parts": dict, "sinks": dict,
    "processors": list,
}  # fmt: skip


def read_ledger(folder: Path) -> dict[str, Any] | None:
    """Return the ledger of a data set, or None where there is none.

    Raises:
        DatasetError: It can't be read.
    """
    try:
        content = (folder / LEDGER).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DatasetError(
            f"{folder / LEDGER}: can't be read: {reason_of(error)}; delete {folder}, or name another --out"
        ) from error
    ledger = parsed_ledger(content, folder)
    if ledger["store"]:
        raise DatasetError(
            f"{folder}: holds a data set of shards, drawn with --out as a URL; name it so again, or name another --out"
        )
    return ledger


def parsed_ledger(content: bytes, folder: Path | str) -> dict[str, Any]:
    """Return the ledger that some bytes are.

    Args:
        content: The bytes.
        folder: Folder or URL of the data set, which an error names.

    Raises:
        DatasetError: They are not a ledger.
    """
    file = f"{folder}/{LEDGER}"
    try:
        ledger: dict[str, Any] = json.loads(content)
    except ValueError as error:
        raise DatasetError(f"{file}: is damaged; delete {folder}, or name another --out") from error
    if not isinstance(ledger, dict) or any(not isinstance(ledger.get(key), kind) for key, kind in _LEDGER_KEYS.items()):
        raise DatasetError(f"{file}: is not a ledger of this version; name another --out")
    if not _adds_up(ledger):
        raise DatasetError(f"{file}: is damaged; delete {folder}, or name another --out")
    ledger.setdefault("store", False)  # of a version that knew no stores
    return ledger


def _adds_up(ledger: Mapping[str, Any]) -> bool:
    """Tell whether the counts of a ledger are counts, and agree."""
    counts = [ledger["done"], ledger["goal"], *ledger["kinds"].values(), *ledger["parts"].values()]
    if not all(type(count) is int and count >= 0 for count in counts):
        return False
    done: int = ledger["done"]
    return bool(done <= ledger["goal"] and done == sum(ledger["kinds"].values()) == sum(ledger["parts"].values()))
