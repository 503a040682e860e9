"""Capitals and small letters by the rules of a language, and names of hosts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.commerce.countries.letters import ascii_name, lower, title, upper

TURKISH = {"i": "İ", "ı": "I"}
GREEK = {"ά": "Α", "έ": "Ε", "ή": "Η", "ί": "Ι", "ό": "Ο", "ύ": "Υ", "ώ": "Ω", "ΐ": "Ϊ", "ΰ": "Ϋ", "Ά": "Α"}


def test_turkish_keeps_the_dot_of_its_i():
    assert upper("İyi günler, ısmarlayın", TURKISH) == "İYİ GÜNLER, ISMARLAYIN"
    assert lower("İYİ GÜNLER, ISMARLAYIN", TURKISH) == "iyi günler, ısmarlayın"
    assert title("IŞIK istanbul", TURKISH) == "Işık İstanbul"


def test_greek_capitals_have_no_accents_and_a_word_ends_in_a_final_sigma():
    assert upper("Ψάρι ημέρας, προΐόν", GREEK) == "ΨΑΡΙ ΗΜΕΡΑΣ, ΠΡΟΪΟΝ"
    assert lower("ΦΟΡΟΣ Α", GREEK) == "φορος α"
    assert title("ΦΟΡΟΣ ΕΙΔΩΝ", GREEK) == "Φορος Ειδων"


@given(st.text())
def test_without_rules_of_its_own_a_language_has_pythons(text):
    assert upper(text, {}) == text.upper()
    assert lower(text, {}) == text.lower()


@given(st.text(st.sampled_from("abcçdefgğhıijklmnoöprsştuüvyz ")))
def test_turkish_capitals_read_back(text):
    assert lower(upper(text, TURKISH), TURKISH) == text


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("Café Süß", "cafesuss"), ("Işık Çarşısı", "isikcarsisi"), ("Ψαράς & Υιός", "psarasyios"), ("Đurđa", "durda"),
        ("Łódź", "lodz"), ("!", ""),
    ],
)  # fmt: skip
def test_hosts_are_ascii(name, host):
    assert ascii_name(name) == host
