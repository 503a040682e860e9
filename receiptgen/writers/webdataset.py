"""Tar shards of samples, ``shard-000000.tar`` and so on, as ``webdataset`` streams them.

``webdataset.WebDataset("PART/shard-{000000..000007}.tar").decode("pil")`` yields for each sample
``__key__``, ``png`` (or ``jpg``, ``webp``), ``json`` (everything known of it) and ``txt``. Nothing but the
standard library writes them; owner and times are fixed, so the same samples give the same bytes.
"""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

from receiptgen.core.counts import counted
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Numbered, Opener, State
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._lines import Tail
from receiptgen.writers._truth import truth_line

_SHARD = "shard-%06d.tar"
# A key ends at its first dot, and a slash would make folders of keys.
_QUOTED = str.maketrans({"/": "-", ".": "%2E", "%": "%25"})


# What is the same in every header (POSIX.1-1988, "ustar"): before the size mode 0644, owner 0; after it time 0, a
# checksum of spaces while it is summed, a plain file, no link; then magic, version, no names, no device, no prefix.
_BEFORE_SIZE = b"0000644\0" + 2 * b"0000000\0"
_BEFORE_SUM, _AFTER_SUM = b"%011o\0" % 0, b"0" + bytes(100) + b"ustar\x0000" + bytes(247)


def _member(name: str, data: bytes) -> bytes:
    """Return header and content of one file; ``tarfile`` takes five times as long for the header."""
    encoded = name.encode()
    if len(encoded) > 100:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        header = info.tobuf()
    else:
        before = encoded.ljust(100, b"\0") + _BEFORE_SIZE + b"%011o\0" % len(data) + _BEFORE_SUM
        # The checksum field itself counts as eight spaces.
        total = sum(before) + sum(_AFTER_SUM) + 8 * 0x20
        header = before + b"%06o\0 " % total + _AFTER_SUM
    return header + data + bytes(-len(data) % tarfile.BLOCKSIZE)


def tar_records(path: Path) -> Iterator[Numbered]:
    """Yield the records of a finished shard: the tar members of one sample each.

    Raises:
        DatasetError: The file is missing, cut off or no tar file.
        OSError: It can't be read.
    """
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file) as shard:
            first = stop = 0
            key = ""
            for member in shard:
                name = member.name.partition(".")[0]
                if name != key:
                    if key:
                        yield _numbered(key, _bytes_of(file, first, stop))
                    first, key = member.offset, name
                stop = member.offset_data + member.size + -member.size % tarfile.BLOCKSIZE
            if key:
                yield _numbered(key, _bytes_of(file, first, stop))
    except (tarfile.TarError, FileNotFoundError, ValueError) as error:
        fault = "is missing" if isinstance(error, FileNotFoundError) else "is no whole tar file"
        raise DatasetError(f"{path}: {fault}; clear that data set and draw it again") from error


def _numbered(key: str, record: bytes) -> Numbered:
    kind, _, index = key.rpartition("-")
    return Numbered(kind, int(index), record)


def _bytes_of(file: BinaryIO, first: int, stop: int) -> bytes:
    file.seek(first)
    return file.read(stop - first)


class Shards:
    """A row of tar files; a record is the tar members of one sample.

    Args:
        folder: Folder of the files.
        state: ``shard``, its ``bytes``, and ``records`` in all, or None.
    """

    def __init__(self, folder: Path, state: State | None) -> None:
        self._folder = folder
        self._shard: int = state["shard"] if state else 0
        self._records: int = state["records"] if state else 0
        self._tail = Tail(self._path, state["bytes"] if state else None)
        for path in folder.glob("shard-*.tar"):
            found = re.fullmatch(r"shard-(\d{6,})\.tar", path.name)
            if found and int(found[1]) > self._shard:
                path.unlink()

    @property
    def _path(self) -> Path:
        return self._folder / (_SHARD % self._shard)

    def turn_to(self, shard: int) -> None:
        """Close the shard, and begin those up to a number; one without samples is an empty archive."""
        while self._shard < shard:
            self.finish()
            self._shard += 1
            self._tail = Tail(self._path, None)

    def append(self, record: bytes) -> None:
        """Add a sample."""
        self._tail.write(record)
        self._records += 1

    def read(self, path: Path, state: State) -> Iterator[Numbered]:
        """Yield the samples of other shards; see ``ExtensibleShards``."""
        found = 0
        for number in range(state["shard"] + 1):
            for record in tar_records(path.with_name(_SHARD % number)):
                found += 1
                yield record
        if found != state["records"]:
            raise DatasetError(
                f"{path.parent}: its shards hold {counted(found, 'sample')}, but {state['records']:,} were written; "
                "clear that data set and draw it again"
            )

    def commit(self) -> State:
        """Flush; the state leaves out the end of the archive."""
        self._tail.flush()
        return {"shard": self._shard, "bytes": self._tail.size, "records": self._records}

    def finish(self) -> None:
        """Close the shard: two empty blocks, filled up as tar does to whole records of 20 blocks."""
        end = self._tail.size + 2 * tarfile.BLOCKSIZE
        self._tail.write(bytes(2 * tarfile.BLOCKSIZE + -end % tarfile.RECORDSIZE))
        self._tail.flush()
        self.close()

    def close(self) -> None:
        """Close."""
        self._tail.close()


@WRITERS.register
class Webdataset:
    """Tar shards."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = (re.compile(r"shard-\d{6,}\.tar"),)
    shard_name: ClassVar[str] = _SHARD

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the sample as tar members."""
        key, suffix = sample.name.translate(_QUOTED), suffix_of(file)
        record = b"".join(
            (
                _member(f"{key}{suffix}", image),
                _member(f"{key}.json", truth_line(sample, f"{key}{suffix}")),
                _member(f"{key}.txt", sample.text.encode()),
            )
        )
        return Encoded({}, {_SHARD: record})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the row of shards."""
        return {_SHARD: Shards}
