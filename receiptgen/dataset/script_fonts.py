"""Fonts of the system that samples may be drawn with, for the scripts of their texts."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from receiptgen.core.inputs import InputFile
from receiptgen.typography.face_choice import script_groups
from receiptgen.typography.font_files.system_fonts import found_groups
from receiptgen.typography.typeface import found_members

# Ends of the names of files that hold texts.
_TEXTS = frozenset({".yaml", ".yml", ".txt", ".csv", ".tsv", ".json", ".jsonl"})


def system_fonts(paths: Iterable[Path]) -> tuple[InputFile, ...]:
    """Return the font files of the system that write the scripts of some texts, where no font is named that does.

    Args:
        paths: Files that samples are made by; those that hold no texts are passed over.
    """
    chars: set[str] = set()
    for path in paths:
        if path.suffix.lower() in _TEXTS:
            with suppress(OSError, UnicodeDecodeError):  # whoever reads it says what is wrong
                chars |= set(path.read_text(encoding="utf-8-sig"))
    groups = [group for group in script_groups(chars) if group in found_groups()]
    files = dict.fromkeys(face.path for group in groups for face in found_members(group))
    return tuple(map(InputFile.read, files))
