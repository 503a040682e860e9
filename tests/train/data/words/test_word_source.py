"""Receipts that are set and read, to learn from."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from receiptgen.core.assets import own_names
from receiptgen.core.errors import ReceiptgenError, TrainingError
from receiptgen.extraction.labelling.roles import OTHER, ROLE_NUMBERS
from receiptgen.train.data.words.labelled_words import LabelledWords
from receiptgen.train.data.words.source import WordSource

# Nothing but what one template prints, read without errors.
_PLAIN = {"templates": ("taxi",), "varied": 0, "unknown": 0, "names": 0, "headed": 0, "labels": 0, "misread": 0}


def _source(**settings: object) -> WordSource:
    return WordSource.model_validate(_PLAIN | settings)


def _same(one: LabelledWords, other: LabelledWords) -> bool:
    return one.words == other.words and all(
        np.array_equal(mine, theirs) for mine, theirs in zip(one[1:], other[1:], strict=True)
    )


def _texts(labelled: LabelledWords) -> list[str]:
    return [word.text for word in labelled.words]


@pytest.mark.smoke
def test_a_number_and_a_seed_give_one_reading_in_whatever_order() -> None:
    source = WordSource(templates=("taxi", "parking"))
    forward, backward = source.open(3), source.open(3)
    readings = [forward.draw(index) for index in range(4)]
    assert all(_same(backward.draw(index), readings[index]) for index in (3, 0, 2, 1))
    assert not any(_same(source.open(4).draw(index), readings[index]) for index in range(4))


def test_what_was_pickled_gives_the_same_readings() -> None:
    opened = WordSource(templates=("taxi", "parking"), varied=1).open(3)
    reading = opened.draw(1)
    assert _same(pickle.loads(pickle.dumps(opened)).draw(1), reading)


def test_two_readings_are_of_one_receipt() -> None:
    opened = _source().open(5)
    texts = [_texts(opened.draw(index)) for index in range(4)]
    assert texts[0] == texts[1] != texts[2] == texts[3]


def test_words_become_unknown_names_alone_do_or_a_heading_comes_above() -> None:
    plain, unknown, names, headed = (
        _source(**settings).open(5).draw(0) for settings in ({}, {"unknown": 1}, {"names": 1}, {"headed": 1})
    )
    assert all(np.array_equal(plain.roles, other.roles) for other in (unknown, names))
    for word, other, named, role in zip(_texts(plain), _texts(unknown), _texts(names), plain.roles, strict=True):
        if any(map(str.isdigit, word)):
            assert word == other == named
        elif role == ROLE_NUMBERS["label"]:
            assert word == named
    assert _texts(unknown) != _texts(plain) != _texts(names)
    more = len(headed.words) - len(plain.words)
    assert more > 0
    assert _texts(headed)[more:] == _texts(plain)
    assert set(headed.roles[:more].tolist()) == {ROLE_NUMBERS[OTHER]}


def test_templates_may_be_left_out() -> None:
    every = own_names("templates")
    source = _source(templates=(), without=[name for name in every if name != "taxi"])
    assert _same(source.open(5).draw(0), _source().open(5).draw(0))
    with pytest.raises(TrainingError, match=r"^pages: 'without' leaves no template$"):
        _source(without=("taxi",)).open(5)


@pytest.mark.parametrize("key", ["templates", "without"])
def test_a_template_that_is_not_there_is_told_in_a_line(key: str) -> None:
    with pytest.raises(ValidationError) as told:
        _source(**{key: ("taxy",)})
    (error,) = told.value.errors()
    assert error["loc"] == (key, 0)
    assert "taxy" in error["msg"]
    assert "did you mean 'taxi'?" in error["msg"]
    assert "\n" not in error["msg"]


def test_an_own_template_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: taxi\n")
    assert len(_source(templates=(str(path),)).open(5).draw(0).words) > 10
    with pytest.raises(ReceiptgenError, match="xx_XX"):
        _source(locales={"xx_XX": 1}).open(5)
