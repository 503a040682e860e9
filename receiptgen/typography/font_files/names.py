"""Names of font files: a path, with the number of a font in a collection or the axes of a variable font."""

import re
from pathlib import Path
from typing import NamedTuple

from receiptgen.core.errors import FontError

# Ends of the names of font files, lower case: those that are read, and others, which are told apart when they are read.
OUTLINES = (".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2")
BITMAPS = (".bdf", ".bdf.gz", ".pcf", ".pcf.gz")
SUFFIXES = (*OUTLINES, *BITMAPS)
_FOREIGN = (".eot", ".dfont", ".pfa", ".pfb", ".fon", ".fnt", ".svg")
# ``Shop.ttc#1@wght=600,wdth=80``, of which all but the path may be missing.
_NAME = re.compile(
    rf"(?P<path>.+(?:{'|'.join(map(re.escape, (*SUFFIXES, *_FOREIGN)))}))(?:#(?P<index>[^@]*))?(?:@(?P<axes>.*))?",
    re.IGNORECASE | re.DOTALL,
)
_AXIS = re.compile(r"\s*(?P<tag>[A-Za-z][A-Za-z0-9 ]{3})\s*=\s*(?P<value>-?\d+(?:\.\d+)?)\s*")


class FontName(NamedTuple):
    """What a name such as ``Shop.ttc#1`` or ``Inter.ttf@wght=600`` stands for.

    Attributes:
        path: Font file.
        number: Number of the font in its file, which is a collection where that isn't 0.
        axes: Tags of the axes of a variable font that are named, with their values.
    """

    path: Path
    number: int = 0
    axes: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        """Return the name that this stands for."""
        number = f"#{self.number}" if self.number else ""
        axes = ",".join(f"{tag}={value:g}" for tag, value in self.axes)
        return f"{self.path}{number}{'@' * bool(axes)}{axes}"


def is_font_file(name: str) -> bool:
    """Tell whether a name is that of a font file, not of a packaged font or group."""
    return _NAME.fullmatch(name) is not None


def font_name(name: str) -> FontName:
    """Return what a name stands for; a file that has such a name is meant itself.

    Raises:
        FontError: What follows the path is neither a number, as ``#1``, nor axes, as ``@wght=600,wdth=80``.
    """
    parts = _NAME.fullmatch(name)
    if parts is None or (parts["index"] is parts["axes"] is None) or Path(name).is_file():
        return FontName(Path(name))
    index = "0" if parts["index"] is None else parts["index"]
    if not index.isdecimal():
        raise FontError(f"{name}: expected the number of a font in the file after '#', as in '#1'")
    return FontName(Path(parts["path"]), int(index), _axes(name, parts["axes"]))


def _axes(name: str, written: str | None) -> tuple[tuple[str, float], ...]:
    if written is None:
        return ()
    axes = [_AXIS.fullmatch(part) for part in written.split(",")]
    if not all(axes):
        raise FontError(f"{name}: expected axes of a variable font as in '@wght=600,wdth=80'")
    found = {axis["tag"]: float(axis["value"]) for axis in axes if axis}
    if len(found) < len(axes):
        raise FontError(f"{name}: names an axis twice")
    return tuple(found.items())


def is_bitmap(path: Path) -> bool:
    """Tell whether a file is a bitmap font, by the end of its name."""
    return path.name.lower().endswith(BITMAPS)
