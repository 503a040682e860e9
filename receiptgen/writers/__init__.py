"""Formats: how samples become files and archives that trainers read.

A writer works in two steps. ``encode`` runs in worker processes and turns one sample into bytes; it
is a pure function, so what it returns does not depend on who runs it. What must be in order, such as
lines of a label file or records of an archive, goes to *sinks*, which live in the parent process, are
fed in sample order, and can be interrupted: ``commit`` returns a state, and a sink opened with that
state continues as though nothing that came later had ever been written.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from receiptgen.core.errors import UnknownNameError
from receiptgen.core.registry import Registry
from receiptgen.core.suggestions import hint
from receiptgen.imaging.sample import Sample
from receiptgen.writers._images import PNG, ImageFile, ImageFormat
from receiptgen.writers._png import encode_png

__all__ = [
    "OWN", "PNG", "WRITERS", "Contents", "Encoded", "Extras", "ImageFile", "ImageFormat", "Opener", "ShardSink",
    "Sharding", "Sink", "State", "Writer", "documents", "encode", "encode_png", "openers", "select",
]  # fmt: skip

_LISTED = 30  # formats that fit the line of an error

# What the first lines of a file beside the parts say, so that no file of somebody else's is replaced or deleted.
OWN = "written by receiptgen draw"

State = dict[str, Any]
Extras = tuple[re.Pattern[str], ...]


class Encoded(NamedTuple):
    """One sample as files and records; made in workers, picklable.

    Attributes:
        files: Loose files by path relative to the part's folder; the worker writes them.
        records: Record for each sink to append, by the sink's name. Writers that share a sink give the
            same record, so that merged over all writers of a run each sink is fed once a sample.
    """

    files: dict[str, bytes]
    records: dict[str, Any]


class Sink(Protocol):
    """A file or archive that grows in sample order.

    A sink never writes outside its folder, and creates what it needs there. Any ``OSError``, such as a
    full disk, passes through; the last committed state is still good then.
    """

    def append(self, record: Any) -> None:
        """Take the next sample's record; may be held in memory until ``commit``."""

    def commit(self) -> State:
        """Hand all records to the operating system; return a JSON-ready state from which to continue.

        What lies beyond the state, left by a killed run or by ``finish``, is cut off by the next open.
        """

    def finish(self) -> None:
        """Commit, write what closes the file, and close it: from here on its readers can read it."""

    def close(self) -> None:
        """Let go of the file as it is, as after an error; does nothing after ``finish``."""


@runtime_checkable
class ShardSink(Sink, Protocol):
    """A sink of several files, each of which holds the samples of some positions of the data set and no others."""

    def turn_to(self, shard: int) -> None:
        """Close the file that is being written, and begin the following ones up to that of a number.

        Those between are left without samples; nothing happens where that file is being written already.

        Args:
            shard: Number of the file that the next record belongs to, counted from 0.
        """


Opener = Callable[[Path, State | None], Sink]


class Contents(NamedTuple):
    """What a finished data set holds, for the files that tell of it as a whole.

    Attributes:
        receipts: Whether it holds receipts, or else snippets.
        samples: Number of samples by part; the part without a name is the whole of a set that is not split.
    """

    receipts: bool
    samples: Mapping[str, int]


class Writer(Protocol):
    """A format. Stateless; one instance serves a run, in every process.

    Attributes:
        images: True when its labels point at image files, which are then written once for all such writers.
        extras: Patterns of the files, relative to the part's folder, that neither ``encode`` names without the drawn
            sample nor a sink has the name of. A group ``index`` is the number of the sample that a file belongs to.
    """

    images: ClassVar[bool]
    extras: ClassVar[Extras]

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Turn a sample into bytes.

        Args:
            sample: The sample.
            file: Path of its image relative to the part's folder: ``price/000012.png``, or
                ``000012/receipt.png`` for a receipt; its end is that of the image's format.
            image: The image file, which knows its format.
        """

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return what to open, by name: ``open(folder, state)``, where state None starts from the beginning.

        Args:
            receipts: Whether the part holds receipts, or else snippets.
        """


@runtime_checkable
class Documenting(Protocol):
    """A writer of files that tell of the data set as a whole, such as a list of its parts or of classes."""

    def documents(self, contents: Contents) -> dict[str, bytes]:
        """Return files by path relative to the data set's folder, which has a folder for each part.

        Their first lines hold ``OWN``, by which they are known as written here.
        """


@runtime_checkable
class Sharding(Protocol):
    """A writer all of whose samples are in shards, files that are whole without the others; its sinks turn to the next.

    Attributes:
        shard_name: Name of a shard by its number, relative to the part's folder, as ``shard-%06d.tar``.
    """

    shard_name: ClassVar[str]


WRITERS: Registry[Writer] = Registry(__name__, "receiptgen.writers", "format")


def select(names: Iterable[str]) -> tuple[Writer, ...]:
    """Return the writers of some formats, each once, in the order named.

    Raises:
        UnknownNameError: There is no format of that name.
        MissingExtraError: A format needs a package that is not installed.
    """
    chosen = []
    for name in dict.fromkeys(names):
        if name not in WRITERS:
            raise UnknownNameError(f"unknown format {name!r}{hint(name, WRITERS, most=_LISTED)}")
        chosen.append(WRITERS.get(name)())
    return tuple(chosen)


def encode(writers: Sequence[Writer], sample: Sample, file: str, image: ImageFile) -> Encoded:
    """Return the files and records of all writers of a run for a sample, the image among the files if one needs it."""
    files: dict[str, bytes] = {file: image} if any(writer.images for writer in writers) else {}
    records: dict[str, Any] = {}
    for writer in writers:
        encoded = writer.encode(sample, file, image)
        files |= encoded.files
        records |= encoded.records
    return Encoded(files, records)


def documents(writers: Sequence[Writer], contents: Contents) -> dict[str, bytes]:
    """Return the files of all writers that tell of the data set as a whole; of one name, that of the first writer."""
    merged: dict[str, bytes] = {}
    for writer in reversed(writers):
        if isinstance(writer, Documenting):
            merged |= writer.documents(contents)
    return merged


def openers(writers: Sequence[Writer], receipts: bool) -> dict[str, Opener]:
    """Return the sinks of all writers of a run, each name once."""
    merged: dict[str, Opener] = {}
    for writer in writers:
        merged |= writer.sinks(receipts)
    return merged
