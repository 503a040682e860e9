"""A character model made from texts, of the order that predicts others of them best."""

import math
import zlib
from collections.abc import Sequence
from typing import NamedTuple

from receiptgen.recognition.character_model import CharacterModel

# Longest n-grams that are tried where no order is given: longer ones of receipts predict no better.
_LONGEST = 6
# Share of the different texts that is held out for the check, the largest number of these, and the smallest.
_SHARE, _MOST, _LEAST = 0.1, 1000, 20


class FittedModel(NamedTuple):
    """A character model with a check of it.

    Attributes:
        model: Character model of all texts.
        held_out: Texts, all different, that were not counted for the check; none where there are too few texts.
        bits: Bits per character of the held-out texts by a model of the others; nan without held-out texts.
    """

    model: CharacterModel
    held_out: tuple[str, ...]
    bits: float


def fit_character_model(texts: Sequence[str], order: int | None = None) -> FittedModel:
    """Return a model of texts.

    Args:
        texts: Texts of one line each.
        order: Length of the longest n-gram; None for that which predicts held-out texts best.

    Raises:
        LanguageError: No text has a character, or the order is too high for the number of characters.
    """
    held_out = _held_out(texts)
    if not held_out:
        return FittedModel(CharacterModel.train(texts, order or _affordable(texts)), (), math.nan)
    apart = set(held_out)
    others = [text for text in texts if text not in apart]
    longest = CharacterModel.train(others, order or _affordable(texts))
    bits = {
        each: bits_per_character(longest.shortened(each), held_out)
        for each in ([order] if order else range(1, longest.order + 1))
    }
    best = min(bits, key=bits.__getitem__)
    return FittedModel(CharacterModel.train(texts, best), held_out, bits[best])


def bits_per_character(model: CharacterModel, texts: Sequence[str]) -> float:
    """Return the bits that a model takes for a character of texts, on average, the end of a text being one too.

    All characters that a model lacks are one to it, which flatters it where the texts have many of them.
    """
    total = -sum(map(model.log_prob, texts)) / math.log(2)
    return total / sum(len(text) + 1 for text in texts)


def _affordable(texts: Sequence[str]) -> int:
    """Return the order of the longest n-grams to try."""
    return min(_LONGEST, CharacterModel.longest_order(len(set().union(*texts))))


def _held_out(texts: Sequence[str]) -> tuple[str, ...]:
    """Return some of the different texts, the same in whatever order they come; none where they are few."""
    different = sorted({text for text in texts if text}, key=lambda text: (_hash(text), text))
    count = min(_MOST, int(len(different) * _SHARE))
    return tuple(different[:count]) if len(different) >= _LEAST else ()


def _hash(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))
