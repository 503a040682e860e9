"""Characters, words and their labels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from receiptgen.core.bidi import to_visual
from receiptgen.core.errors import CharsetError, FileError, ReceiptgenError, UnknownNameError
from receiptgen.recognition.charset import OUTSIDE, Charset, build_charset, charset
from receiptgen.recognition.charset_spec import ASCII, parse_charset
from receiptgen.typography.typeface import plain


def test_charsets_encode_and_decode() -> None:
    chars = charset("receipt")
    assert chars.chars.startswith(ASCII)
    assert chars.decode(chars.encode("Total €12.50").tolist()) == "Total €12.50"
    assert chars.encode(" ").tolist() == [1]
    assert chars.lacking("Ω5 漢") == "Ω漢"
    assert charset("chars:aab").chars == "ab"
    with pytest.raises(CharsetError, match="'a' occurs twice"):
        Charset("aa")


def latin_texts() -> Iterator[str]:
    """Yield all texts of each packaged locale of Latin script and its catalogue of goods, and both in either case."""
    from receiptgen.commerce.countries.locales import locale
    from receiptgen.commerce.countries.shelves import catalogue, catalogue_of
    from receiptgen.core.assets import own_names

    for name in own_names("locales"):
        country = locale(name)
        shelves = catalogue(country.catalogue or catalogue_of(country.language))
        if not country.letters:
            texts = "\n".join(texts_of([country.model_dump(), *(shelf.model_dump() for shelf in shelves.values())]))
            yield from (texts, country.upper(texts), country.lower(texts))


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for each in pair for text in texts_of(each))
    elif isinstance(value, list | tuple):
        yield from (text for each in value for text in texts_of(each))


def test_the_receipt_charset_has_what_the_packaged_countries_of_latin_script_print() -> None:
    printed = set().union(*map(plain, latin_texts())) - {"\n"}
    assert {*"ÅæøłżśęğışőřțãõÆØŁŻŚĘĞİŞŐŘȚÃÕ"} < printed
    assert not charset("receipt").lacking("".join(printed))
    assert not charset("receipt").lacking("¥§…")


def test_the_receipt_charset_has_each_letter_in_either_case() -> None:
    chars = charset("receipt")
    # The German sz has no capital on receipts, and the ordinal indicators have none at all.
    letters = [char for char in chars.chars if char.isalpha() and char not in "ßªº"]
    assert not chars.lacking("".join(letter.upper() for letter in letters))
    assert not chars.lacking("".join(letter.lower() for letter in letters if letter != "İ"))


def test_the_receipt_charset_has_what_is_drawn_of_receipts() -> None:
    from receiptgen.drawing.sources import open_source

    chars = charset("receipt")
    lines = open_source("standard", "receipt_text", 5)
    drawn = set().union(*(lines.draw(index).text for index in range(1500)))
    assert not chars.lacking("".join(drawn))


# -- files ------------------------------------------------------------------------------------------------


def written(folder: Path, text: str, name: str = "words.txt") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_file_of_words_is_a_charset_whose_labels_are_words(tmp_path: Path) -> None:
    words = charset(str(written(tmp_path, "# of a shop\nTOTAL\nDUE\ncafe\u0301\n")))
    assert (words.kind, words.units, len(words)) == ("words", ("TOTAL", "DUE", "caf\u00e9"), 4)
    assert words.encode("DUE TOTAL").tolist() == [2, 1]
    assert words.decode([2, 1]) == "DUE TOTAL"
    assert words.lacking("CASH TOTAL BACK") == "BACK CASH"
    other = written(tmp_path, "a\nb", "list.of_words")
    assert charset(f"words:{other}").units == ("a", "b")


def test_a_file_of_one_character_a_line_is_a_charset_of_characters_and_the_space(tmp_path: Path) -> None:
    chars = charset(str(written(tmp_path, "#\nб\nа\n1\n")))
    assert (chars.kind, chars.chars) == ("characters", "#ба1 ")
    assert charset(str(written(tmp_path, "б\n \nа\n"))).chars == "б а"
    assert charset(f"words:{written(tmp_path, 'a' + chr(10) + 'b')}").kind == "words"


@pytest.mark.parametrize(
    ("content", "chars"),
    [
        (b"b\na\n", "ba "),
        (b"\xef\xbb\xbfb\r\na\r\n\r\n", "ba "),
        (b" \nb\na", " ba"),
        (b"b\na \nb\na\n", "ba "),
        ("Ω\n\u3000\n\u2028\nř\n".encode(), "Ω ř"),
        ("r\u030c\n\u0e01\u0e34\n".encode(), "ř\u0e01\u0e34 "),
        (b"# of our shop\n#\n0\n1\n", "#01 "),
        ("ř\n".encode(), "ř "),
    ],
)
@pytest.mark.parametrize("name", ["dict.txt", "dict.dict", "dict"])
def test_dictionaries_of_characters_are_read_as_they_come(
    tmp_path: Path, content: bytes, chars: str, name: str
) -> None:
    (tmp_path / name).write_bytes(content)
    for named in (f"@{tmp_path / name}", str(tmp_path / name)):
        assert (charset(named).kind, charset(named).chars) == ("characters", chars)
    assert charset(f"ascii+@{tmp_path / name}").chars.startswith(ASCII)


def test_a_line_of_a_dictionary_that_is_not_one_character_is_told(tmp_path: Path) -> None:
    with pytest.raises(CharsetError, match=r"words.txt:11: 'no' is not one character, as the other lines are"):
        charset(str(written(tmp_path, "\n".join("0123456789") + "\nno\na\n")))


def test_characters_and_words_are_not_mixed(tmp_path: Path) -> None:
    with pytest.raises(CharsetError, match=r"mixes characters and words, between which no text could be divided"):
        charset(f"receipt+@{written(tmp_path, 'TOTAL' + chr(10) + 'DUE')}")


def test_what_is_added_comes_behind_and_once() -> None:
    assert charset("receipt+ľŕ€a").units == (*charset("receipt").units, "ľ", "ŕ")
    lexicon = charset("words:receipts")
    assert charset("words:receipts+words:receipts") == lexicon


def test_a_script_from_right_to_left_turns_the_charset_to_visual_order() -> None:
    added = build_charset(parse_charset("+אב"), charset("receipt"), lambda kind: ())
    assert (added.order, added.units[-2:]) == ("visual", ("א", "ב"))
    learnt_in_reading_order = Charset("אב")
    assert build_charset(parse_charset("+ג"), learnt_in_reading_order, lambda kind: ()) == Charset("אבג")


@pytest.mark.parametrize("name", ["data", "+ř", "receipt+data", "only-data"])
def test_weights_and_data_are_asked_for_where_there_are_none(name: str) -> None:
    with pytest.raises(CharsetError, match="of which there are none here; name it as receipt"):
        charset(name)


def test_words_outside_a_charset_have_one_label_if_that_is_wanted() -> None:
    words = Charset(("TOTAL", "DUE"), "words").with_outside()
    assert words.with_outside() == words
    assert not words.lacking("CASH")
    assert words.decode(words.encode("CASH DUE").tolist()) == f"{OUTSIDE} DUE"
    with pytest.raises(CharsetError, match="can't be learnt as"):
        charset("ascii").with_outside()


def test_characters_and_words_of_one_letter_are_not_the_same_charset() -> None:
    assert Charset("ab") == Charset(["a", "b"]) != Charset("ab", "words")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "words.txt: has no words; name at least two, one a line"),
        ("# TOTAL\n", "words.txt: has no words; name at least two, one a line"),
        ("TOTAL\n", "words.txt: has one word, 'TOTAL'; name at least two, one a line"),
        ("AB\nB\nAB\n", "words.txt: 'AB' occurs twice; 'sort -u' removes doubles"),
        ("AB\nB\nAB\nB\nB\n", "words.txt: 'AB' occurs twice, and 1 other word does; 'sort -u' removes doubles"),
        ("AB\n\nB\n", "words.txt:2: is empty; remove the line"),
        ("A\nGRAND TOTAL\n", "words.txt:2: 'GRAND TOTAL' has a space; write one word a line"),
        (f"A\n{'b' * 5000}\n", "words.txt:2: a word of 5,000 characters; at most 60 are read"),
    ],
)
def test_a_file_that_is_no_list_of_words_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CharsetError) as caught:
        charset(str(written(tmp_path, text)))
    assert str(caught.value).endswith(said)


def test_a_list_of_words_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.txt: no such file"):
        charset(str(tmp_path / "nowhere.txt"))
    with pytest.raises(UnknownNameError, match=r"unknown word 'englis'; did you mean 'english'\?"):
        charset("words:englis")
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReceiptgenError, match="is not UTF-8 text"):
        charset(str(tmp_path / "x.txt"))


HEBREW = "".join(dict.fromkeys('סהכלתשלוםחבABC 0123456789.,:()%"'))


def test_a_charset_with_letters_from_right_to_left_is_learnt_in_visual_order() -> None:
    assert Charset.learnt(HEBREW).order == charset(HEBREW).order == "visual"
    assert Charset(HEBREW).order == Charset.learnt("abcก").order == charset("receipt").order == "logical"


@pytest.mark.parametrize("text", ['סה"כ: 12.50', "לתשלום 12.50 ABC", "ABC 12", "(חלב) 10%", ""])
def test_labels_in_visual_order_stand_as_on_the_image_and_are_read_as_text(text: str) -> None:
    found = Charset.learnt(HEBREW)
    labels = found.encode(text).tolist()
    assert found.spell(labels) == to_visual(text)
    assert found.decode(labels) == text
    spelled = found.spell(labels)
    assert len(found.reading_order(spelled)) == len(text)


def test_words_in_visual_order_come_back_in_reading_order() -> None:
    found = Charset.learnt(("חלב", "לתשלום", "TOTAL"), "words")
    labels = found.encode("לתשלום חלב TOTAL").tolist()
    assert labels == [3, 1, 2]
    assert found.decode(labels) == "לתשלום חלב TOTAL"


def test_lacking_names_what_is_printed() -> None:
    assert Charset.learnt("אב(").lacking("אב(") == ")"
