"""Settings that files of weights hold check themselves, as records of YAML do."""

import math
from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated, Any, Literal

import pytest

from receiptgen.config.records import AsRecord, Record, loads, record_of
from receiptgen.core.errors import ConfigError
from receiptgen.core.settings import Limits, Settings


@dataclass(frozen=True, kw_only=True)
class Oven(Settings):
    """An oven.

    Attributes:
        shelves: Number of shelves,
            an even one.
        heat: Heat, as a share.
        power: Power in kilowatts.
        fuel: What it burns.
        open: Whether it is open.
        maker: Who made it.
    """

    shelves: Annotated[int, Limits(ge=2, le=8, multiple_of=2)] = 4
    heat: Annotated[float, Limits(ge=0, lt=1)] = 0.5
    power: Annotated[float, Limits(gt=0)] = 2.0
    fuel: Literal["gas", "wood"] = "gas"
    open: bool = False
    maker: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.open and self.heat:
            raise ValueError("an open oven has no heat")


@dataclass(frozen=True, kw_only=True)
class NamedOven(Oven):
    """An oven with a name.

    Attributes:
        name: Its name.
    """

    name: str


class Kitchen(Record):
    """A kitchen."""

    oven: Annotated[Oven, AsRecord()] | None = None


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"shelves": 3}, "shelves: expected a multiple of 2, got 3"),
    ({"shelves": 10}, "shelves: expected at most 8, got 10"),
    ({"shelves": 0}, "shelves: expected at least 2, got 0"),
    ({"shelves": "4"}, "shelves: expected a whole number, got '4'"),
    ({"shelves": 4.0}, "shelves: expected a whole number, got 4.0"),
    ({"shelves": True}, "shelves: expected a whole number, got True"),
    ({"shelves": None}, "shelves: expected a whole number, got None"),
    ({"heat": 1}, "heat: expected less than 1, got 1"),
    ({"heat": math.nan}, "heat: expected at least 0, got nan"),
    ({"power": 0}, "power: expected more than 0, got 0"),
    ({"power": [1.0]}, "power: expected a number, got [1.0]"),
    ({"fuel": "coal"}, "fuel: expected 'gas' or 'wood', got 'coal'"),
    ({"fuel": ["gas"]}, "fuel: expected 'gas' or 'wood', got ['gas']"),
    ({"open": 1}, "open: expected true or false, got 1"),
    ({"open": True}, "an open oven has no heat"),
    ({"maker": 7}, "maker: expected text, got 7"),
    ({"maker": ["x" * 100]}, f"maker: expected text, got ['{'x' * 55}..."),
    ({"shelfs": 4}, "unknown key 'shelfs'; did you mean 'shelves'?"),
]


@pytest.mark.parametrize(("values", "fault"), FAULTS)
def test_a_wrong_value_is_told_in_one_line(values: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011  # the whole text is compared
        Oven.parse(values)
    assert str(told.value) == fault


def test_what_is_missing_is_told() -> None:
    with pytest.raises(ValueError, match="missing key 'name'"):
        NamedOven.parse({"heat": 0})
    assert NamedOven.parse({"name": "x"}).values() == {**Oven().values(), "name": "x"}


def test_settings_are_read_back_from_what_they_are_written_as() -> None:
    oven = Oven.parse({"shelves": 8, "heat": 0, "fuel": "wood", "open": True, "maker": "Aga"})
    assert Oven.parse(oven.values()) == oven
    assert repr(oven.values()["heat"]) == "0.0", "a whole number is stored as the number that it stands for"
    with pytest.raises(FrozenInstanceError):
        oven.shelves = 2  # type: ignore[misc]


def test_settings_check_themselves_however_they_are_made() -> None:
    with pytest.raises(ValueError, match="at most 8"):
        Oven(shelves=10)


def test_yaml_fills_settings_and_tells_faults_at_their_places() -> None:
    kitchen = loads("oven: {shelves: 6, heat: 0, fuel: wood}", Kitchen)
    assert kitchen.oven == Oven(shelves=6, heat=0.0, fuel="wood")
    assert Kitchen(oven=kitchen.oven).oven is kitchen.oven
    assert kitchen.model_dump(mode="json") == {"oven": kitchen.oven.values()}
    assert loads(kitchen.model_dump_json(), Kitchen) == kitchen
    assert loads("oven: null", Kitchen).oven is None
    with pytest.raises(ConfigError) as told:
        loads("oven:\n  shelfs: 4\n  heat: 2\n  open: maybe\n", Kitchen)
    assert told.value.faults == (
        "<text>:2:3: oven: unknown key 'shelfs'; did you mean 'shelves'?",
        "<text>:3:9: oven.heat: expected less than 1.0, got '2'",
        "<text>:4:9: oven.open: expected true or false, got 'maybe'",
    )
    with pytest.raises(ConfigError, match=r"^<text>:1:7: oven: an open oven has no heat$"):
        loads("oven: {open: true}", Kitchen)


def test_the_schema_of_settings_has_their_bounds_and_descriptions() -> None:
    schema = record_of(Oven).model_json_schema()
    assert schema["description"] == "An oven."
    assert schema["additionalProperties"] is False
    shelves = schema["properties"]["shelves"]
    assert (shelves["minimum"], shelves["maximum"], shelves["multipleOf"], shelves["default"]) == (2, 8, 2, 4)
    assert shelves["description"] == "Number of shelves, an even one."
    assert record_of(NamedOven).model_json_schema()["required"] == ["name"]
    assert record_of(Kitchen) is Kitchen
