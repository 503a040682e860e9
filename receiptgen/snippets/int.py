"""A whole number."""

from typing import Self

from pydantic import Field, model_validator

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._amount import log_uniform


@SNIPPETS.register
class Int(Record):
    """A whole number such as ``4071``; each count of digits is about equally common.

    Attributes:
        low: Smallest number, 0 or more.
        high: Largest number, at most 10^15.
    """

    low: int = Field(default=0, ge=0, le=10**15)
    high: int = Field(default=100_000, ge=0, le=10**15)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high < self.low:
            raise ValueError(f"high {self.high} lies below low {self.low}")
        return self

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one number."""
        return str(log_uniform(dice, self.low, self.high))
