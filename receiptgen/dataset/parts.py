"""Parts of a data set that ``draw --start --count`` drew apart: what they hold, and whether they make a whole."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of
from receiptgen.dataset.ledger import LEDGER, MANIFEST, difference, read_ledger
from receiptgen.dataset.plan import Plan

# Names of the folders that `draw` fills, by whether they hold receipts.
FOLDERS = {True: "results", False: "results_test"}


@dataclass(frozen=True)
class Part:
    """A finished data set that holds some indices of a larger one.

    Attributes:
        folder: Its folder.
        ledger: Its ledger.
        plan: Plan that names its files.
        stop: Index after the last sample (of each kind).
    """

    folder: Path
    ledger: Mapping[str, Any]
    plan: Plan
    stop: int

    @property
    def start(self) -> int:
        """Index of the first sample (of each kind)."""
        return self.plan.start

    @classmethod
    def read(cls, folder: Path) -> "Part":
        """Read the ledger of a part.

        Raises:
            DatasetError: It can't be read, or the part is not finished, or of a sort that is not in parts.
        """
        ledger = read_ledger(folder)
        if ledger is None:
            raise DatasetError(f"{folder}: has no {LEDGER}, so 'receiptgen draw' did not write it")
        try:
            plan = Plan.files_of(ledger["fingerprint"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DatasetError(f"{folder / LEDGER}: not a ledger of this version ({error}); draw it again") from error
        done = ledger["done"]
        if not ledger["finished"]:
            raise DatasetError(
                f"{folder}: holds {done:,} of {counted(ledger['goal'], 'sample')}; the command that drew it resumes it"
            )
        if ledger.get("store"):
            raise DatasetError(f"{folder}: was drawn to a URL; only parts that were drawn to folders are merged")
        if plan.counts or done % plan.rounds:
            raise DatasetError(
                f"{folder}: its kinds have different numbers of samples (--counts), so it is no part of a set"
            )
        return cls(folder, ledger, plan, plan.start + done // plan.rounds)

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest says; raises DatasetError where it can't be read."""
        path = self.folder / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else "is damaged"
            raise DatasetError(f"{path}: {reason}; draw that data set again") from error
        return manifest


def find_parts(folders: Sequence[Path]) -> dict[str, list[Part]]:
    """Return the parts in some folders by the name of the folder that they belong to, in the order of their indices.

    Args:
        folders: Data sets, or folders that hold ``results``, ``results_test`` or both.

    Raises:
        DatasetError: Some hold none, or parts that can't be merged; a line for each fault.
    """
    found: dict[str, list[Part]] = {}
    owners: dict[str, set[Path]] = {}
    faults = []
    for folder in dict.fromkeys(folders):
        places = [folder] if (folder / LEDGER).exists() else [folder / name for name in FOLDERS.values()]
        places = [place for place in places if (place / LEDGER).exists()]
        if not places:
            faults.append(f"{folder}: no data set in it, nor in {' or '.join(FOLDERS.values())}; draw this part first")
        for place in places:
            try:
                part = Part.read(place)
            except DatasetError as error:
                faults.append(str(error))
                continue
            name = FOLDERS[bool(part.plan.receipts)]
            found.setdefault(name, []).append(part)
            owners.setdefault(name, set()).add(folder)
    if not faults:
        for name, having in owners.items():
            faults += [
                f"{folder}: has no {name}, which others have; draw it, or merge {name} alone by naming PART/{name}"
                for folder in dict.fromkeys(folders)
                if folder not in having and not (folder / LEDGER).exists()
            ]
    if faults:
        raise DatasetError("\n".join(faults))
    return {name: sorted(found[name], key=lambda part: part.start) for name in FOLDERS.values() if name in found}


def check_parts(parts: Sequence[Part], count: int | None) -> None:
    """Find out whether parts make a whole: one plan, and each index once.

    Args:
        parts: Parts in the order of their indices.
        count: Samples (of each kind) that the whole is to have; None for as many as there are.

    Raises:
        DatasetError: They don't; a line for each fault.
    """
    if faults := [*_strangers(parts), *_gaps(parts, count)]:
        raise DatasetError("\n".join(faults))


def _strangers(parts: Sequence[Part]) -> Iterator[str]:
    """Yield what parts differ in from the first."""
    wanted = parts[0].ledger["fingerprint"]
    for part in parts[1:]:
        fingerprint = part.ledger["fingerprint"]
        expected = {**wanted, "start": fingerprint["start"]}
        if fingerprint != expected:
            yield f"{difference(part.folder, fingerprint, expected)}; parts must be of one plan, as {parts[0].folder}"


def _gaps(parts: Sequence[Part], count: int | None) -> Iterator[str]:
    """Yield which indices are missing, or are in two parts."""
    furthest = parts[0]
    for before, part in pairwise(parts):
        furthest = max(furthest, before, key=lambda each: each.stop)
        if part.start > furthest.stop:
            missing = f"{_range(furthest.stop, part.start)} between {furthest.folder} and {part.folder}"
            size = part.start - furthest.stop
            yield f"missing: {missing}; draw them with --start {furthest.stop} --count {size}"
        elif part.start < furthest.stop:
            doubled = _range(part.start, min(part.stop, furthest.stop))
            yield f"doubled: {doubled} in {furthest.folder} and {part.folder}; name one of them"
    first, stop = parts[0].start, max(part.stop for part in parts)
    if count is not None and stop - first != count:
        more = f"missing: {_range(stop, first + count)} after {parts[-1].folder}"
        if first:
            more += f", if the first is sample {first} of {parts[0].folder}"
        less = f"--count says {count:,} samples (of each kind), but the parts go on to {stop - first:,}"
        yield f"{more}; draw them with --start {stop} --count {first + count - stop}" if stop < first + count else less


def _range(first: int, stop: int) -> str:
    return f"samples {first} to {stop - 1}" if stop - first > 1 else f"sample {first}"
