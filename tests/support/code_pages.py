"""Code pages from which cash registers print, by language."""

import re
from typing import Final

# Western Europe's is the rule. Romanian has the comma below since ISO 8859-16; Windows code pages have the cedilla.
_OTHER: Final = {
    "ar": "cp1256", "bg": "cp1251", "cs": "cp1250", "el": "cp1253", "he": "cp1255", "hr": "cp1250", "hu": "cp1250",
    "ja": "cp932", "ko": "cp949", "pl": "cp1250", "ro": "iso8859_16", "ru": "cp1251", "th": "cp874", "tr": "cp1254",
    "uk": "cp1251", "zh": "gbk",
}  # fmt: skip
# Signs of currencies that are younger than the code pages, or Latin 1's.
_SIGNS: Final = re.compile("[€₽₴₹₩¥]")
# Tills print Devanagari from ISCII, which Python lacks; it has the letters of Unicode's block and no others.
_DEVANAGARI: Final = re.compile("[\u0900-\u0965\u0970]")


def printable(text: str, language: str) -> bool:
    """Tell whether a language's code page, or Latin 1, has all characters of a text but signs of currencies."""
    plain = _SIGNS.sub("", _DEVANAGARI.sub("", text) if language == "hi" else text)
    try:
        plain.encode(_OTHER.get(language, "latin-1"))
    except UnicodeEncodeError:
        return False
    return text.isprintable()
