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

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._lines import Tail
from receiptgen.writers._truth import truth_line

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


def tar_records(path: Path) -> Iterator[bytes]:
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
                        yield _bytes_of(file, first, stop)
                    first, key = member.offset, name
                stop = member.offset_data + member.size + -member.size % tarfile.BLOCKSIZE
            if key:
                yield _bytes_of(file, first, stop)
    except (tarfile.TarError, FileNotFoundError) as error:
        fault = "is missing" if isinstance(error, FileNotFoundError) else "is no whole tar file"
        raise DatasetError(f"{path}: {fault}; clear that data set and draw it again") from error


def _bytes_of(file: BinaryIO, first: int, stop: int) -> bytes:
    file.seek(first)
    return file.read(stop - first)


class Shards:
    """A row of tar files; a record is the tar members of one sample.

    Args:
        folder: Folder of the files.
        state: ``shard``, its ``bytes`` and ``samples``, and ``records`` in all, or None.
        samples: Samples from which a shard is full.
        size: Bytes from which a shard is full.
    """

    def __init__(self, folder: Path, state: State | None, samples: int = 10_000, size: int = 256_000_000) -> None:
        self._folder = folder
        self._limits = samples, size
        self._shard: int = state["shard"] if state else 0
        self._samples: int = state["samples"] if state else 0
        self._records: int = state["records"] if state else 0
        self._tail = Tail(self._path, state["bytes"] if state else None)
        for path in folder.glob("shard-*.tar"):
            found = re.fullmatch(r"shard-(\d{6,})\.tar", path.name)
            if found and int(found[1]) > self._shard:
                path.unlink()

    @property
    def _path(self) -> Path:
        return self._folder / f"shard-{self._shard:06d}.tar"

    def append(self, record: bytes) -> None:
        """Add a sample, to a new shard if this one is full."""
        samples, size = self._limits
        if self._samples >= samples or (self._samples and self._tail.size + len(record) > size):
            self.finish()
            self._shard += 1
            self._samples = 0
            self._tail = Tail(self._path, None)
        self._tail.write(record)
        self._samples += 1
        self._records += 1

    def extend(self, path: Path, state: State) -> None:
        """Append the samples of other shards; see ``Extensible``."""
        wanted = self._records + state["records"]
        for number in range(state["shard"] + 1):
            for record in tar_records(path.with_name(path.name % number)):
                self.append(record)
        if self._records != wanted:
            raise DatasetError(
                f"{path.parent}: its shards hold other samples than were written; clear that data set and draw it again"
            )

    def commit(self) -> State:
        """Flush; the state leaves out the end of the archive."""
        self._tail.flush()
        return {
            "shard": self._shard,
            "bytes": self._tail.size,
            "samples": self._samples,
            "records": self._records,
        }

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
        return Encoded({}, {"shard-%06d.tar": record})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the row of shards."""
        return {"shard-%06d.tar": Shards}
