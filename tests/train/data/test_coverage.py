"""What a charset lacks of a data set."""

import shlex
from collections import Counter

import pytest
from data_sets import live

from receiptgen.recognition.charset import Charset, build_charset, charset
from receiptgen.recognition.charset_spec import parse_charset
from receiptgen.train.data.coverage import Coverage, charset_option, table_coverage, text_coverage
from receiptgen.train.data.sources import Flaw, RowLabel

TEXTS = ["řepa ¥5", "ře", "Total", "ř¥ě", "a\u200bb\u0301", ""]


class Texts:
    """A table of texts without images, which counts the labels that are asked for."""

    def __init__(self, texts: list[str], size: int | None = None) -> None:
        self.texts, self.size, self.asked = texts, size or len(texts), 0

    def read(self, index: int) -> Flaw:
        raise AssertionError(f"row {index} is read")

    def label(self, index: int) -> RowLabel:
        self.asked += 1
        return RowLabel(self.texts[index % len(self.texts)], "", str(index))


def test_rows_that_a_charset_cannot_spell_are_counted_with_what_it_lacks() -> None:
    found = table_coverage(Texts(TEXTS), charset("ascii"), drawn=False)
    assert found[:3] == (6, 6, 4)
    assert found.lacking == Counter({"ř": 3, "¥": 2, "ě": 1, "\u200b": 1, "\u0301": 1})
    assert found.mostly_lost
    assert str(found).startswith("4 of 6 rows hold characters that the charset lacks: ř 3, ¥ 2, ")
    assert "U+200B 1" in str(found)
    assert "U+0301 1" in str(found)
    assert not table_coverage(Texts(TEXTS[2:]), charset("ascii"), drawn=False).mostly_lost, "half is not more than half"


def test_only_the_most_frequent_are_listed() -> None:
    found = text_coverage([chr(0x4E00 + number) for number in range(500)], charset("ascii"), 500)
    assert str(found).endswith(" 1 and 488 more")


def test_of_millions_of_rows_some_are_looked_at_evenly() -> None:
    table = Texts(["Total", "ř"], size=3_000_001)
    found = table_coverage(table, charset("ascii"), drawn=False)
    assert (found.looked, table.asked) == (200_000, 200_000)
    assert 0.4 < found.lost / found.looked < 0.6
    assert str(found).startswith(f"{found.lost:,} of 200,000 rows looked at, of 3,000,001, hold characters")


def test_few_samples_are_drawn_for_their_texts() -> None:
    found = table_coverage(live(kinds=["price"], count=100_000), charset("0123456789"), drawn=True)
    assert (found.rows, found.looked, found.lost) == (100_000, 64, 64)
    assert table_coverage(live(kinds=["int"]), charset("receipt"), drawn=True).lost == 0


@pytest.mark.parametrize(
    ("named", "texts", "option"),
    [
        ("", ["řě", "ř"], "+řě"),
        ("+ř", ["ě"], "+řě"),
        ("receipt", ["ř"], "receipt+ř"),
        ("0123456789", ["a+b"], "chars:0123456789+ab"),
        ("", ["ab"], "+chars:ab"),
        ("", ["a+b\u200b'"], "+chars:'+ab"),
        ("only-data", ["ř"], "only-data+ř"),
    ],
)
def test_the_option_adds_what_is_lacking(named: str, texts: list[str], option: str) -> None:
    base = Charset("§")
    found = text_coverage(texts, base, len(texts))
    typed = shlex.split(charset_option(named, [found], "characters"))
    assert typed == ["--charset", option]
    added = build_charset(parse_charset(typed[1]), base, lambda kind: ())
    assert not added.lacking("".join(texts).replace("\u200b", ""))


def test_what_is_equally_frequent_is_listed_in_the_order_of_its_codes() -> None:
    found = text_coverage(["žřěčšůýďťň"], charset("ascii"), 1)
    assert list(found.lacking) == sorted("žřěčšůýďťň")


def test_the_option_names_the_data_where_nobody_would_type_what_is_lacking() -> None:
    found = text_coverage([chr(0x4E00 + number) for number in range(500)], charset("ascii"), 500)
    assert charset_option("", [found], "characters") == "--charset +data"
    assert charset_option("receipt+data", [found], "characters") == "--charset receipt+data+@FILE"
    words = text_coverage(["CARD DUE"], Charset(("TOTAL", "DUE"), "words"), 1)
    assert charset_option("words:receipts", [words], "words") == "--charset words:receipts+data"
    assert str(words) == "1 of 1 rows hold words that the charset lacks: CARD 1"
    assert not words.mostly_lost, "a list may be of the most frequent words"
    assert text_coverage(["CARD"], Charset(("TOTAL",), "words").with_outside(), 1).lost == 0
    assert charset_option("", [text_coverage(["\u200b"], charset("ascii"), 1)], "characters") == ""


def test_nothing_is_lost_of_no_rows() -> None:
    assert table_coverage(Texts([]), charset("ascii"), drawn=False) == Coverage(0, 0, 0, Counter(), "characters")
