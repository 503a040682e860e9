"""The loose files of a data set, found by its plan instead of by drawing it again."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from receiptgen.dataset.plan import Plan, image_file
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Levels, Regions, Span
from receiptgen.imaging.sample import Sample
from receiptgen.writers import ImageFile, Writer, encode


def sample_files(plan: Plan, position: int) -> Iterator[str]:
    """Yield the loose files of the sample at a position, relative to the folder of its part of the split.

    Files whose names depend on the drawn sample, as crops of a receipt do, are not among them: see ``pattern_files``.
    """
    kind, index = plan.locate(position)
    file = image_file(kind, index, plan.image.suffix)
    yield from encode(plan.writers, _stub(kind, index), file, ImageFile(b"", plan.image)).files


def pattern_files(folder: Path, writers: Sequence[Writer]) -> Iterator[tuple[str, int | None]]:
    """Yield the files that formats know by pattern only: shards, crops of receipts, a format's own notes.

    Args:
        folder: Folder of a part of the split; symbolic links in it are not followed.
        writers: Formats.

    Yields:
        Path relative to the folder, and the number of the sample that the file belongs to; None for a file of all.
    """
    patterns = [pattern for writer in writers for pattern in writer.extras]
    for name in list(files_below(folder)) if patterns else ():
        for found in filter(None, (pattern.fullmatch(name) for pattern in patterns)):
            index = found.groupdict().get("index")
            yield name, None if index is None else int(index)


def files_below(folder: Path) -> Iterator[str]:
    """Yield all files and links below a folder, relative to it; links are not followed."""
    for path, folders, names in os.walk(folder):
        here = Path(path)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*names, *links):
            yield (here / name).relative_to(folder).as_posix()


_TEXT, _QUAD = (Span("x", "x", 0, 1),), np.zeros((1, 4, 2), np.int32)
_BLANK = Page(
    np.full((1, 1), 255, np.uint8),
    Regions(_TEXT, _TEXT, _TEXT, (), Levels(_QUAD, _QUAD, _QUAD, _QUAD, _QUAD[:0], _QUAD).joined()),
)


def _stub(kind: str, index: int) -> Sample:
    """Return a sample that writers name like a drawn one: names depend on kind and index alone."""
    return Sample(kind, index, index, _BLANK, "", "", "en_US", "", 1, "x")
