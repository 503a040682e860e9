"""Texts that a pattern describes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._nodes import Node
from receiptgen.snippets._pattern import parse


def _parsable(patterns: Weights) -> Weights:
    for pattern in patterns:
        parse(pattern)
    return patterns


@SNIPPETS.register
class Pattern(Record):
    r"""Codes that a pattern describes, such as ``AB-12345`` for ``[A-Z]{2}-\d{4,6}``.

    Attributes:
        patterns: Regular expressions of literals, ``.``, classes such as ``[A-Z0-9]`` and ``[^0O]``, ``\d``,
            ``\w``, groups, ``|`` and the quantifiers ``? * + {3} {2,5}``; ``*``, ``+`` and ``{2,}``
            draw 8 at most.
    """

    anywhere: ClassVar[bool] = True
    patterns: Annotated[Weights, AfterValidator(_parsable)] = Weights(
        {
            r"[A-Z]{2}-\d{4,6}": 3, r"\d{13}": 2, r"[A-Z]\d{3}-\d{2}": 1, r"#\d{3,8}": 2,
            r"[A-Z0-9]{8,12}": 2, r"(SKU|ART|REF)[ :.-]\d{4,8}": 2, r"\d{2}/\d{4}-[A-Z]": 1,
            r"[A-F0-9]{4}(-[A-F0-9]{4}){1,3}": 1, r"[A-Z]{3}\d{3,4}[A-Z]?": 2, r"\*\d{6,8}\*": 1,
        }
    )  # fmt: skip

    @cached_property
    def trees(self) -> dict[str, Node]:
        """What each pattern was parsed to."""
        return {pattern: parse(pattern) for pattern in self.patterns}

    def alphabets(self) -> Iterator[str]:
        """Yield the characters of each way through each pattern."""
        for pattern, weight in self.patterns.items():
            if weight:
                yield from ("".join(sorted(chars)) for chars in self.trees[pattern].alphabets)

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one text that a pattern matches."""
        return self.trees[dice.weigh(self.patterns)].draw(dice)
