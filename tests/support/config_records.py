"""Records that the tests of ``receiptgen.config`` fill."""

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field, field_validator

from receiptgen.config.records import Record, loads
from receiptgen.core.distributions import Range, Weights
from receiptgen.core.errors import ConfigError


class Place(Record):
    """A town.

    Attributes:
        town: Its name.
        size: Inhabitants,
            in thousands.
    """

    town: str
    size: int = Field(default=1, ge=1, le=90)


class Everything(Record):
    """One field of each type."""

    text: str = ""
    count: int = 0
    share: float = 0.0
    amount: Decimal = Decimal(0)
    flag: bool = False
    day: date = date(2000, 1, 1)
    clock: time = time(0)
    moment: datetime = datetime(2000, 1, 1)
    side: Literal["left", "right", "locale"] = "left"
    maybe: Decimal | None = None
    names: tuple[str, ...] = Field(default=(), max_length=3)
    some: tuple[int, ...] = Field(default=(1, 2), min_length=2)
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    places: tuple[Place, ...] = ()
    pair: tuple[int, int] = (0, 0)
    path: Path = Path()
    range: Range = Range(0, 1)
    weights: Weights = Weights(a=1)
    either: int | Place | tuple[Place, ...] = 0
    short: str = Field(default="ab", min_length=2, max_length=4)
    above: float = Field(default=1, gt=0, lt=5)
    by_number: dict[int, str] = Field(default_factory=dict)

    @field_validator("text")
    @classmethod
    def _no_shouting(cls, value: str) -> str:
        if value.isupper() and len(value) > 5:
            raise ValueError(f"{value!r} shouts; write lower case")
        return value


class AnyWords(Record):
    """Texts of any shape."""

    words: dict[str, Any]


def faults(text: str, model: type[BaseModel] = Everything) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loads(text, model, name="shop.yaml")
    return list(caught.value.faults)
