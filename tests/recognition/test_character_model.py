import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.errors import FileError, LanguageError, WeightsError
from receiptgen.recognition.character_model import START, CharacterModel
from receiptgen.recognition.lexicon import Lexicon

TEXTS = ["TOTAL 12.50", "TOTAL 3.00", "CASH 20.00", "CHANGE 7.50", "é"]
MODEL = CharacterModel.train(TEXTS * 3, order=4)


def witten_bell(texts: list[str], context: str, symbol: str, chars: str) -> float:
    """Return a probability by the formula, from strings; ``\\n`` ends a text."""
    shorter = witten_bell(texts, context[1:], symbol, chars) if context else 1 / (len(chars) + 2)
    ended = [START + text + "\n" for text in texts]
    size = len(context)
    follow = [text[at + size] for text in ended for at in range(len(text) - size) if text[at : at + size] == context]
    follow = [char for char in follow if char != START]
    if not follow:
        return shorter
    return (follow.count(symbol) + len(set(follow)) * shorter) / (len(follow) + len(set(follow)))


@given(
    texts=st.lists(st.text("abc ", min_size=1, max_size=6), min_size=1, max_size=6),
    context=st.text("abcx ", max_size=5),
    order=st.integers(1, 5),
)
def test_probabilities_are_those_of_the_formula(texts: list[str], context: str, order: int) -> None:
    model = CharacterModel.train(texts, order)
    end = model.after(context)
    row = np.exp(model.log_probs(end))
    assert len(end) <= order - 1
    assert row == pytest.approx([witten_bell(texts, end, symbol, model.chars) for symbol in f"\n{model.chars}?"])
    assert row.sum() == pytest.approx(1)


def test_a_text_is_as_likely_as_its_characters_after_each_other_and_its_end() -> None:
    text = "TOTxL 1"
    symbols = [MODEL.symbol(char) for char in text]
    steps = [MODEL.log_probs(START + text[:at])[symbol] for at, symbol in enumerate([*symbols, 0])]
    assert MODEL.log_prob(text) == pytest.approx(sum(steps))
    assert symbols[3] == len(MODEL.chars) + 1


def test_what_it_was_trained_on_is_likelier_than_what_resembles_it() -> None:
    assert MODEL.log_prob("TOTAL 7.50") > MODEL.log_prob("TOTAL 75.0") > MODEL.log_prob("TTOAL 75.0") + 2


@given(texts=st.lists(st.text("aAbßB ", min_size=1, max_size=8), min_size=1, max_size=6), order=st.integers(1, 5))
def test_in_lower_case_it_is_the_model_of_the_texts_in_lower_case(texts: list[str], order: int) -> None:
    wanted = CharacterModel.train([text.lower() for text in texts], order)
    assert CharacterModel.train(texts, order).mapped(str.lower).pack() == wanted.pack()


def test_rows_do_not_change_with_what_is_done_to_those_given() -> None:
    before = MODEL.log_probs("TOT").copy()
    MODEL.log_probs("TOT")[:] = 0
    assert (MODEL.log_probs("TOT") == before).all()


def test_a_model_is_read_as_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "receipts.npz"
    MODEL.save(path)
    MODEL.save(path)
    read = CharacterModel.load(path)
    assert (read.chars, read.order) == (MODEL.chars, 4)
    assert [read.log_prob(text) for text in [*TEXTS, "qqé"]] == [MODEL.log_prob(text) for text in [*TEXTS, "qqé"]]
    assert list(tmp_path.iterdir()) == [path]
    with np.load(path, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays.files)


def test_no_text_says_anything_about_the_next(tmp_path: Path) -> None:
    CharacterModel.train(TEXTS).save(tmp_path / "one.npz")
    CharacterModel.train(TEXTS[::-1]).save(tmp_path / "other.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("chars", np.full((2, 2), 65)),
        ("chars", np.array([65.0, 66.0])),
        ("chars", np.array([65, 0x110000])),
        ("steps1", np.array(["A"])),
        ("steps2", np.array([-1, 5])),
        ("steps2", np.array([1 << 62, 1 << 62])),
        ("counts1", np.array([], np.int64)),
        ("counts2", np.array([1])),
        ("counts2", np.array([np.nan, 1.0])),
        ("counts1", "negative"),
    ],
)
def test_a_model_whose_arrays_cannot_be_is_refused_when_it_is_loaded(name: str, wrong: Any, tmp_path: Path) -> None:
    MODEL.save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as arrays:
        changed = dict(arrays)
    assert name in changed
    changed[name] = -changed[name].astype(np.int64) if isinstance(wrong, str) else wrong
    np.savez(tmp_path / "model.npz", **changed)
    with pytest.raises(WeightsError, match=r"model\.npz: is not a character model$"):
        CharacterModel.load(tmp_path / "model.npz")


def test_a_file_of_another_make_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.npz: no such file$"):
        CharacterModel.load(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("TOTAL", encoding="utf-8")
    np.savez(tmp_path / "other.npz", weights=np.zeros(3))
    MODEL.save(tmp_path / "whole.npz")
    (tmp_path / "half.npz").write_bytes((tmp_path / "whole.npz").read_bytes()[:300])
    (tmp_path / "empty.npz").write_bytes(b"")
    np.save(tmp_path / "array.npy", np.zeros(3))
    for name in ("text.npz", "other.npz", "half.npz", "empty.npz", "array.npy"):
        with pytest.raises(WeightsError, match=rf"{name}: is not a character model$"):
            CharacterModel.load(tmp_path / name)


def test_a_model_of_nothing_or_of_too_long_contexts_is_refused() -> None:
    with pytest.raises(LanguageError, match="the texts are empty"):
        CharacterModel.train(["", ""])
    with pytest.raises(LanguageError, match="order 40; with 3 characters 1 to 21"):
        CharacterModel.train(["abc"], order=40)
    longest = CharacterModel.train(["abcba" * 9], order=21)
    assert longest.log_prob("abcba" * 9) > math.log(1e-6)


def test_a_lexicon_has_runs_of_letters_in_any_case() -> None:
    lexicon = Lexicon(["Milk", "COCA-COLA", "don't", "ΟΔΟΣ", "straße", "7up"])
    assert lexicon.words == ("coca", "cola", "don", "milk", "straße", "t", "up", "οδοσ")
    assert all(word in lexicon for word in ("MILK", "coca", "οδος", "STRAßE", "Q"))
    assert not any(word in lexicon for word in ("mil", "milks", "", "7"))


def test_a_lexicon_may_heed_the_case() -> None:
    lexicon = Lexicon(["Milk"], case_sensitive=True)
    assert "Milk" in lexicon
    assert "MILK" not in lexicon


@given(words=st.lists(st.text("abß", min_size=1, max_size=5), min_size=1), letters=st.text("abß", max_size=3))
def test_words_go_on_with_every_character_that_one_of_them_has_next(words: list[str], letters: str) -> None:
    wanted = {word[len(letters)] for word in words if word.startswith(letters) and len(word) > len(letters)}
    assert Lexicon(words).following(letters) == "".join(sorted(wanted))


def test_a_lexicon_is_read_from_a_file_of_words(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\ufeff# of a shop\nMilk\n\n  green tea \n", encoding="utf-8")
    assert Lexicon.read(path).words == ("green", "milk", "tea")


def test_a_file_without_words_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    (tmp_path / "none.txt").write_text("# words\n12\n", encoding="utf-8")
    for name, fault in (("gone", "no such file"), ("latin", "is not UTF-8 text"), ("none", "has no words")):
        with pytest.raises((FileError, LanguageError), match=rf"{name}\.txt: {fault}"):
            Lexicon.read(tmp_path / f"{name}.txt")
    with pytest.raises(LanguageError, match="has no words"):
        Lexicon(["12", " "])
