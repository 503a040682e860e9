"""Texts without images: of plain text files, and of data sets in any form that can be trained on."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import read_lines
from receiptgen.imaging.image_files import IMAGES

from .sources._reading import clean_text
from .sources.labels import NAMES
from .spec import parse_spec

# Stands before the path of a plain text file whose name does not tell that it is one.
_PREFIX = "text:"


class Texts(NamedTuple):
    """Texts without images.

    Attributes:
        size: Number of rows.
        rows: The text of each, read as it is asked for; empty where there is none.
    """

    size: int
    rows: Iterator[str]


def open_texts(spec: str, endless: int, seed: int) -> Texts:
    """Open a file of plain text, one text a line, or a data set.

    Args:
        spec: ``text:FILE``, the name of a ``.txt`` file that is no list of labels, or a data set as ``parse_spec``
            takes it.
        endless: Number of texts of a data set that is generated on the fly.
        seed: Seed of these.

    Raises:
        ReceiptgenError: It is neither, or can't be read.
    """
    if spec.startswith(_PREFIX) or _is_plain(Path(spec)):
        lines = read_lines(Path(spec.removeprefix(_PREFIX)))
        return Texts(len(lines), map(clean_text, lines))
    if Path(spec).is_file() and not Path(spec).suffix:
        raise DatasetError(f"{spec}: its name does not tell what it is; {_PREFIX}{spec} if it has one text a line")
    table = parse_spec(spec).data.open(seed)
    size = endless if table.size is None else table.size
    return Texts(size, (table.label(row).text for row in range(size)))


def _is_plain(path: Path) -> bool:
    """Tell whether a file has one text a line: by its name, unless its first line is a label of an image."""
    if path.suffix.lower() != ".txt" or path.name in NAMES or path.name.startswith("annotation") or not path.is_file():
        return False
    first = next(filter(None, map(str.strip, read_lines(path))), "")
    name = first.replace(",", " ").partition(" ")[0]
    return "\t" not in first and Path(name).suffix.lower() not in IMAGES
