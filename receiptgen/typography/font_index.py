"""The index of a folder of fonts: what each covers and which characters look alike in which size, measured once."""

import json
from pathlib import Path

from receiptgen.core.errors import FontError
from receiptgen.core.files import write_atomic
from receiptgen.typography.coverage import measure_font
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.ink_style import INKS
from receiptgen.typography.printed_glyphs import TWIN_SIZES, lookalike_key
from receiptgen.typography.typeface import face_of

# Ends of the names of font files that a list of fonts takes.
_SUFFIXES = {".ttf", ".otf"}


def write_index(folder: Path) -> Path:
    """Measure every font file of a folder into its ``coverage.json``, which saves ``faces`` a minute.

    Raises:
        FontError: There are no fonts, or one can't be measured.
        FileError: The file can't be written.
    """
    index = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES):
        report = {key: value for key, value in measure_font(path).items() if key != "alike"}
        face = face_of(path.stem, path, "", None, {**report, "lookalikes": None})
        lookalikes = {
            lookalike_key(ink, bold, size): "".join(sorted(chars))
            for ink in INKS
            for bold in (False, True)
            for size in TWIN_SIZES
            if (chars := Atlas(face, size, ink, bold=bold).lookalikes)
        }
        index[path.name] = {**report, "lookalikes": lookalikes}
    if not index:
        raise FontError(f"{folder}: has no font files, which end with .ttf or .otf")
    target = folder / "coverage.json"
    write_atomic(target, (json.dumps(index, ensure_ascii=False, indent=0) + "\n").encode())
    return target
