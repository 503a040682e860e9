"""How charsets are named."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.errors import CharsetError
from receiptgen.recognition.charset_spec import CharsetSpec, CharsetTerm, parse_charset

CHARS, NAME, FILE, WORDS, DATA = "characters", "name", "file", "words", ("data", "")


@pytest.mark.parametrize(
    ("text", "base", "terms"),
    [
        ("", "weights", []),
        ("receipt", "none", [(NAME, "receipt")]),
        ("+řŘ¥", "weights", [(CHARS, "řŘ¥")]),
        ("receipt+řŘ¥", "none", [(NAME, "receipt"), (CHARS, "řŘ¥")]),
        ("data", "weights if any", [DATA]),
        ("+data", "weights", [DATA]),
        ("only-data+€", "none", [DATA, (CHARS, "€")]),
        ("receipt+@dict.txt", "none", [(NAME, "receipt"), (FILE, "dict.txt")]),
        ("own/dict.txt", "none", [(FILE, "own/dict.txt")]),
        ("@own words", "none", [(FILE, "own words")]),
        ("words:receipts+words:own.list", "none", [(WORDS, "receipts"), (WORDS, "own.list")]),
        (" ,-.0123456789ΑΒΓ€", "none", [(CHARS, " ,-.0123456789ΑΒΓ€")]),
        ("0123456789+-", "none", [(CHARS, "0123456789+-")]),
        ("ABCDEFabc0123456789", "none", [(CHARS, "ABCDEFabc0123456789")]),
        ("chars:data", "none", [(CHARS, "data")]),
        ("+chars:+@", "weights", [(CHARS, "+@")]),
        ("+@", "weights", [(CHARS, "@")]),
        ("r\u030c", "none", [(CHARS, "ř")]),
    ],
)
def test_a_charset_is_a_base_and_what_is_added(text: str, base: str, terms: list[tuple[str, str]]) -> None:
    assert parse_charset(text) == (base, tuple(terms))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("recipt", "'recipt' is neither the name of a charset nor a file; did you mean 'receipt'?"),
        ("latin", "'latin' is neither the name of a charset nor a file; 'chars:latin' means its characters"),
        ("my_chars", "'my_chars' is neither the name of a charset nor a file; 'chars:my_chars' means"),
        ("de", "'de' is neither the name of a charset nor a file"),
        ("ppocr_keys.dict", "'ppocr_keys.dict' is neither the name of a charset nor a file"),
        ("own/keys", "'own/keys' is neither the name of a charset nor a file"),
        ("+recipt", "'recipt' is neither the name of a charset nor a file; did you mean 'receipt'?"),
        ("word:receipts", "'word:receipts' is neither the name of a charset nor a file"),
        ("receipt, ascii", "'receipt, ascii' is neither the name of a charset nor a file"),
        ("receipt + ř", "'receipt ' is neither the name of a charset nor a file; did you mean 'receipt'?"),
        ("keys.txt ", "'keys.txt ' is neither the name of a charset nor a file"),
        ("[a-z]", "'[a-z]' is neither the name of a charset nor a file; 'chars:[a-z]' means its characters"),
        ("receipt+", "nothing follows '+'; 'chars:+' means the plus sign"),
        ("++ř", "nothing follows '+'; 'chars:+' means the plus sign"),
        ("words:", "nothing follows 'words:'"),
        ("řŘ+receipt", "characters stand last, as in 'receipt+řŘ'; 'chars:řŘ+receipt' means all of it"),
        ("+only-data", "only-data is a base, to which others are added; '+data' adds the data's characters"),
    ],
)
def test_what_is_no_charset_is_told_in_one_line(text: str, fault: str) -> None:
    with pytest.raises(CharsetError, match=rf"^charset ({re.escape(repr(text))}: )?{re.escape(fault)}"):
        parse_charset(text)


def test_a_file_may_have_any_name_and_plus_signs_in_its_path(tmp_path: Path) -> None:
    folder = tmp_path / "c++ own"
    folder.mkdir()
    for name in ("keys", "keys+more.dict"):
        (folder / name).write_text("a\nb\n")
    spec = CharsetSpec("weights", (CharsetTerm("file", str(folder / "keys+more.dict")), CharsetTerm(CHARS, "ř")))
    assert parse_charset(str(spec)) == spec
    assert parse_charset("keys", folder) == ("none", ((FILE, "keys"),))
    with pytest.raises(CharsetError, match="'keys' is neither"):
        parse_charset("keys", None)


def test_terms_are_added_and_all_characters_stand_last() -> None:
    for base, added, whole in (
        ("", "+ř", "+ř"),
        ("+ř", "+¥ř", "+ř¥"),
        ("receipt", "+ř+data", "receipt+data+ř"),
        ("0123", "+@d.txt+.", "@d.txt+0123."),
        ("0123", "+data", "only-data+0123"),
        ("0123", "+chars:+", "0123+"),
        ("receipt", "+chars:+", "receipt+chars:+"),
    ):
        assert str(parse_charset(base).plus(*parse_charset(added).terms)) == whole
        assert parse_charset(whole).plus() == parse_charset(base).plus(*parse_charset(added).terms)


terms = st.one_of(
    st.sampled_from(
        [CharsetTerm("data"), CharsetTerm("name", "ascii"), CharsetTerm("file", "d.txt"), CharsetTerm("words", "x")]
    ),
    st.text("+@:abcdř .-", min_size=1, max_size=6).map(lambda chars: CharsetTerm("characters", chars)),
)


@given(st.sampled_from(["weights", "none"]), st.lists(terms, min_size=1, max_size=4))
def test_a_charset_is_told_as_it_is_typed(base: str, made: list[CharsetTerm]) -> None:
    spec = CharsetSpec("weights" if base == "weights" else "none").plus(*made)
    assert parse_charset(str(spec)) == spec
