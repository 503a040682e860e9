"""What docstrings of records say, for their schemas."""

import re
from inspect import getdoc


def summary(cls: type) -> str:
    """Return what the docstring of a class says before its attributes."""
    return (getdoc(cls) or "").partition("\nAttributes:")[0].strip()


def attributes(cls: type) -> dict[str, str]:
    """Return the descriptions of fields in the Attributes sections of a class and its bases."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        section = re.search(r"^Attributes:\n((?:[ \t]+.*\n?|\n)*)", getdoc(base) or "", re.MULTILINE)
        for name, text in re.findall(r"^    (\w+): (.*(?:\n {5,}.*)*)", section[1] if section else "", re.MULTILINE):
            found[name] = " ".join(text.split())
    return found
