"""Sets of fixtures: some receipts, receipts of given values, or the cases of a pack; what each draws and pins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.core.versions import processor
from receiptgen.dataset.identity import Ingredients
from receiptgen.dataset.packs import pack
from receiptgen.dataset.plan import image_file
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.value_files import read_values
from receiptgen.imaging.sample import Sample
from receiptgen.writers import PNG, encode, select

# Receipts of a set: more would be a data set.
MOST = 10_000
# Name of the file with the values that a set was drawn from, without its end.
_VALUES = "values"
Files = Iterator[tuple[str, bytes]]


class FixtureSet(Protocol):
    """What a folder of fixtures holds."""

    def settings(self) -> dict[str, Any]:
        """Return what tells it from other sets, ready for JSON."""

    def identity(self) -> dict[str, Any]:
        """Return what its bytes depend on beside, ready for JSON."""

    def folders(self) -> Iterator[str]:
        """Yield the folders that it writes to."""

    def files(self) -> Files:
        """Draw it, file by file."""

    def title(self) -> str:
        """Return in a few words what it is."""


@dataclass(frozen=True)
class ReceiptSet:
    """Receipts by number, each of given values where there are such.

    Attributes:
        count: Number of receipts.
        templates: Names or paths of receipt templates.
        seed: Seed of the receipts.
        profile: Name or path of the profile of all; empty for each template's own.
        values: File of given values; None for none.
    """

    count: int
    templates: tuple[str, ...]
    seed: int
    profile: str = ""
    values: Path | None = None
    color: bool = False

    def settings(self) -> dict[str, Any]:
        """Return seed, count, profile and, where there are such, the values' file and colour."""
        settings: dict[str, Any] = {"seed": self.seed, "count": self.count, "profile": self.profile}
        if self.color:
            settings["color"] = True
        return {**settings, "values": self._copy} if self.values else settings

    def identity(self) -> dict[str, Any]:
        """Return versions, processor and digests."""
        return {**Ingredients(self.templates, "", (), self.profile).identity(), "processor": processor()}

    def folders(self) -> Iterator[str]:
        """Yield the folder of each receipt."""
        yield from (str(Path(image_file("receipt", index)).parent) for index in range(self.count))

    def files(self) -> Files:
        """Draw all receipts; the values come first."""
        rows = read_values(self.values) if self.values else ()
        source = Receipts(self.templates, profile=self.profile, seed=self.seed, color=self.color, values=rows)
        source.check_values(range(self.count))
        if self.values:
            yield self._copy, _content(self.values)
        for index in range(self.count):
            yield from _encoded(source.draw(index), image_file("receipt", index))

    def title(self) -> str:
        """Return count, seed, templates and profile."""
        number, names = counted(self.count, "receipt"), ",".join(self.templates)
        return f"{number}, seed {self.seed}, templates {names}, profile {self.profile or 'of each'}"

    @property
    def _copy(self) -> str:
        return f"{_VALUES}{self.values.suffix.lower()}" if self.values else ""


@dataclass(frozen=True)
class PackSet:
    """The cases of a pack.

    Attributes:
        pack: Its name or path.
    """

    pack: str

    def settings(self) -> dict[str, Any]:
        """Return its name."""
        return {"pack": self.pack}

    def identity(self) -> dict[str, Any]:
        """Return versions, processor and digests, that of the pack among its inputs."""
        loaded = pack(self.pack)
        cases = loaded.value.cases.values()
        templates = {case.template for case in cases}
        parts = [Ingredients(templates, "", (), "", loaded.inputs).identity()]
        parts += [
            Ingredients([case.template], "", (), case.profile).identity() for case in cases if case.profile is not None
        ]
        merged = {key: {k: v for part in parts for k, v in part[key].items()} for key in ("profiles", "inputs")}
        return {**parts[0], **merged, "packs": {self.pack: loaded.digest}, "processor": processor()}

    def folders(self) -> Iterator[str]:
        """Yield the folder of each case."""
        yield from pack(self.pack).value.cases

    def files(self) -> Files:
        """Draw all cases; each has a line on what is hard about it."""
        for name, case in pack(self.pack).value.cases.items():
            yield f"{name}/about.txt", f"{case.about}\n".encode()
            for drawn in case.draw(name):
                yield from _encoded(drawn.sample, f"{drawn.folder}/receipt.png")

    def title(self) -> str:
        """Return its name."""
        return f"pack {self.pack}"


def set_of(pinned: Mapping[str, Any], folder: Path) -> FixtureSet:
    """Return the set that an index describes.

    Raises:
        KeyError: The index lacks something.
        TypeError: Something is of another type.
        ValueError: Something can't be.
    """
    if "pack" in pinned:
        return PackSet(str(pinned["pack"]))
    count, seed = pinned["count"], pinned["seed"]
    if not (type(count) is type(seed) is int and 1 <= count <= MOST and 0 <= seed < 2**63):
        raise ValueError(count, seed)
    values = folder / Path(str(pinned["values"])).name if "values" in pinned else None
    return ReceiptSet(
        count, tuple(pinned["templates"]), seed, str(pinned["profile"]), values, bool(pinned.get("color"))
    )


def _encoded(sample: Sample, file: str) -> Files:
    yield from encode(select(["folder"]), sample, file, PNG.encode(sample.page.image)).files.items()


def _content(path: Path) -> bytes:
    try:
        return read_regular(path)
    except OSError as error:
        raise DatasetError(f"{path}: {reason_of(error)}") from None
