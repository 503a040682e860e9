"""Characters and their labels."""

import pytest

from receiptgen.core.errors import CharsetError
from receiptgen.recognition.charset import ASCII, Charset, charset


def test_charsets_encode_and_decode() -> None:
    chars = charset("receipt")
    assert chars.chars.startswith(ASCII)
    assert chars.decode(chars.encode("Total €12.50").tolist()) == "Total €12.50"
    assert chars.encode(" ").tolist() == [1]
    assert chars.lacking("¥5 漢") == "¥漢"
    assert charset("aab").chars == "ab"
    with pytest.raises(CharsetError, match="'a' occurs twice"):
        Charset("aa")


def test_the_receipt_charset_has_what_the_packaged_countries_print() -> None:
    from receiptgen.drawing.sources import open_source

    chars = charset("receipt")
    lines = open_source("standard", "receipt_text", 5)
    drawn = set().union(*(lines.draw(index).text for index in range(1500)))
    assert not chars.lacking("".join(drawn))
