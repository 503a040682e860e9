"""How the cash registers of a country shorten names of goods."""

from typing import Annotated

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.distributions import Share, Weights, among

# What becomes of a long word: it loses its vowels, or is cut with or without a point, or stays.
Shortenings = Annotated[Weights, among("consonants", "point", "cut", "whole")]


class Abbreviations(Record):
    """How the cash registers of a country shorten names of goods.

    Attributes:
        shortenings: What becomes of a word of more than four letters, with weights: ``consonants`` leaves out its
            vowels (``CHKN``), ``point`` cuts it and sets a point (``Vollm.``), ``cut`` sets none (``HALFV``), ``whole``
            leaves it as it is.
        letters: Fewest letters that are left of a word that is cut; of a long word half of them stay.
        sparing: Whether a name that is short enough stays as it is.
        capitals: Share of cash registers that print them in capitals.
        words: Short forms of words that are usual, by the word in small letters, as ``{ohne: o.}``; an empty one leaves
            the word out.
    """

    shortenings: Shortenings = Weights(consonants=8.5, whole=1.5)
    letters: Annotated[int, Field(ge=1, le=20)] = 4
    sparing: bool = False
    capitals: Share = 1.0
    words: dict[str, str] = Field(default_factory=dict)
