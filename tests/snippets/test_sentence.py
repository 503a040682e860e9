"""Running text: words, capitals and signs as prose has them."""

import re
from collections import Counter

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import word_list
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range
from receiptgen.snippets.sentence import Sentence


def texts(count: int = 400, **settings: object) -> list[str]:
    sentence = Sentence.model_validate(settings)
    return [sentence.text(Dice(key), locale("en_GB")) for key in range(count)]


@pytest.mark.parametrize(("low", "high"), [(1, 1), (3, 3), (2, 7)])
def test_a_sentence_has_as_many_words_as_asked(low: int, high: int) -> None:
    counts = {len(text.split(" ")) for text in texts(words=Range(low, high))}
    assert counts == set(range(low, high + 1))


def test_small_words_are_as_common_as_asked_and_the_first_the_commonest() -> None:
    plain = {"begins": 0, "ends": 0, "commas": 0, "quotes": 0, "names": 0, "numbers": 0}
    assert set(" ".join(texts(words=4, small=1, **plain)).split()) <= {*word_list("small")}
    words = Counter(" ".join(texts(2000, words=4, small=1, **plain)).split())
    assert words.most_common(1)[0][0] == word_list("small")[0]
    none = " ".join(texts(words=4, small=0, **plain)).split()
    assert set(none) <= {*word_list("english")}


@pytest.mark.parametrize(
    ("share", "pattern"),
    [("begins", r"^['\"]?[A-Z0-9]"), ("ends", r"[.,;:?!]$"), ("quotes", r"(['\"])\S+\1 "), ("numbers", r"^['\"]?\d")],
)
def test_shares_of_capitals_signs_and_numbers_are_kept(share: str, pattern: str) -> None:
    found = re.compile(pattern)
    assert all(found.search(text) for text in texts(100, words=3, **{share: 1}))
    none = {"begins": 0, "ends": 0, "quotes": 0, "numbers": 0, "names": 0}
    # Of the words alone, few begin with a capital, and none have signs or digits.
    assert sum(bool(found.search(text)) for text in texts(100, words=3, **none)) <= (20 if share == "begins" else 0)
