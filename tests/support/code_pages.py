"""Code pages from which cash registers print, by language."""

from typing import Final

# Western Europe's is the rule. Romanian has the comma below since ISO 8859-16; Windows code pages have the cedilla.
_OTHER: Final = {
    "cs": "cp1250", "el": "cp1253", "hr": "cp1250", "hu": "cp1250", "pl": "cp1250", "ro": "iso8859_16", "tr": "cp1254",
}  # fmt: skip


def printable(text: str, language: str) -> bool:
    """Tell whether a language's code page, or Latin 1 with the euro sign, has all characters of a text."""
    try:
        text.replace("\u20ac", "").encode(_OTHER.get(language, "latin-1"))
    except UnicodeEncodeError:
        return False
    return text.isprintable()
