"""Scripts: what characters belong to, and what is seen as one of them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.scripts import clusters, columns_of, needs_shaping, script_of, shaped_scripts


@pytest.mark.parametrize(
    ("chars", "script"),
    [
        ("aZéß", "latin"), ("αΩ\u2126", "greek"), ("яЖ", "cyrillic"), ("عپ،؟٣\u0640\ufefb", "arabic"),
        ("א\u05b0״", "hebrew"), ("कि९\u0958", "devanagari"), ("กำ๓", "thai"), ("円谷々", "han"), ("あカーｱ", "kana"),
        ("가ㄱ\u1100", "hangul"), ("ক", "bengali"),
        ("\uff21", "latin"), (" 1.-%€฿₪\u0301\u200c。º", ""),
    ],
)  # fmt: skip
def test_characters_belong_to_scripts(chars: str, script: str) -> None:
    assert {char: script_of(char) for char in chars} == dict.fromkeys(chars, script)


@pytest.mark.parametrize(
    "text", ["TOTAL 12.50 €", "Ünï ñ", "ΣΥΝΟΛΟ", "ИТОГО", "合計 ¥1,080", "カード", "합계", "฿20", "“—”"]
)
def test_composed_texts_of_fast_scripts_need_no_shaping(text: str) -> None:
    assert not needs_shaping(text)


@pytest.mark.parametrize("text", ["مجموع", "סך", "ราคา", "कुल", "x\u0323", "தமிழ்", "\u1112\u1161", "ﷲ", "می\u200cشود"])
def test_texts_that_join_or_carry_marks_need_shaping(text: str) -> None:
    assert needs_shaping(f"A {text}")


def test_scripts_that_need_shaping_are_named_once() -> None:
    assert shaped_scripts("TOTAL كلها ראשון مجموع") == ["arabic", "hebrew"]


@pytest.mark.parametrize(
    "parted",
    [
        "กำ ลั ง", "น้ำ", "เ ดิ น", "क्षि र", "र्म", "लिं क", "س لا م", "لَا", "ש\u05c1\u05b8 ל", "x\u0323 y", "க்ஷ", "க் க",
        "কো", "م ی\u200c ش", "त्\u200c त", "\u1112\u1161\u11ab a", "A 1",
    ],
)  # fmt: skip
def test_clusters_are_what_is_seen_as_one_character(parted: str) -> None:
    parts = parted.split(" ")
    assert clusters("".join(parts)) == parts


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=30))
def test_clusters_are_all_of_a_text(text: str) -> None:
    parts = clusters(text)
    assert "".join(parts) == text
    assert all(parts)


@given(st.characters(max_codepoint=0x2FF))
def test_composed_latin_letters_are_clusters_of_their_own(char: str) -> None:
    composed = unicodedata.normalize("NFC", char)
    assert clusters(f"a{composed}") == ["a", composed]


@pytest.mark.parametrize(
    ("text", "columns"), [("Total", 5), ("합계", 4), ("合計 ¥1", 7), ("น้ำ", 2), ("Σύνολο", 6), ("", 0)]
)
def test_wide_characters_take_two_columns_and_marks_none(text, columns):
    assert columns_of(text) == columns
