"""Profiles that several files of tests look at."""

from pathlib import Path

from receiptgen.core.assets import packaged_names
from receiptgen.drawing.profile import profile

PROFILES = packaged_names("profiles")
SINGLE = [name for name in PROFILES if profile(name).value.mix is None]
PLAIN_PRINTER = "about: plain\nprinters: [{dots: [576], columns: [48], faces: cousine}]\n"


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)
