"""Values of a receipt one by one, and how its country prints them, without the code that does so."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from receiptgen.commerce.countries.locales import Locale
from receiptgen.imaging.sample import Sample

_DECIMALS = {
    "quantity", "unit_price", "gross", "amount", "percent", "subtotal", "net", "tax", "total", "rounding", "payable",
    "change", "saved", "distance", "weight",
}  # fmt: skip
_MOMENTS = {"facts.entry", "facts.exit", "facts.pickup_time", "facts.dropoff_time"}
_DAYS = {"date", "facts.arrival", "facts.departure", "facts.due_date"}


def leaves(values: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each single value with its path, as ``items.3.amount``."""
    if isinstance(values, Mapping | list):
        for step, value in values.items() if isinstance(values, Mapping) else enumerate(values):
            yield from leaves(value, f"{path}.{step}" if path else str(step))
    else:
        yield path, values


def drawn(sample: Sample) -> Any:
    """Return all values of a receipt, printed or not."""
    return _merged(sample.values, sample.unprinted)


def _merged(said: Any, unsaid: Any) -> Any:
    if isinstance(said, Mapping) and isinstance(unsaid, Mapping):
        both = {key: _merged(said[key], unsaid[key]) for key in said.keys() & unsaid.keys()}
        return {**said, **unsaid, **both}
    if isinstance(said, list) and isinstance(unsaid, list):
        if isinstance(said[0], Mapping):
            return [_merged(one, other) for one, other in zip_longest(said, unsaid, fillvalue={})]
        return [*said, *unsaid]
    raise AssertionError(f"{said!r} is printed, and {unsaid!r} is not")


def is_said(path: str, value: Any, text: str, country: Locale) -> bool:
    """Tell whether a text says a value as the country prints it; breaks and spaces don't count."""
    if path.rpartition(".")[2] in _DECIMALS:
        number = Decimal(value)
        forms = [country.number(abs(number), max(0, -int(number.as_tuple().exponent)))]
        if number < 0 and "-" not in text:
            return False
    elif path in _DAYS or path.endswith(".day"):
        forms = _stamps(f"{value}T00:00", country, list(country.dates))
    elif path == "time":
        forms = _stamps(f"2000-01-01T{value}", country, _clocks(value, country))
    elif path in _MOMENTS:
        clocks = _clocks(value.partition("T")[2], country)
        forms = _stamps(value, country, [f"{day} {clock}" for day in country.dates for clock in clocks])
    elif path == "currency":
        # A code is printed as its sign, beside some amount.
        forms = [country.currency.sign] if value == country.currency.code else []
    elif path.endswith(".unit"):
        forms = [country.unit_names.get(value, value)]
    else:
        forms = [str(value)]
    return any(form.replace(" ", "") in text.replace(" ", "") for form in forms)


def _stamps(iso: str, country: Locale, patterns: list[str]) -> list[str]:
    return [country.stamp(datetime.fromisoformat(iso), pattern) for pattern in patterns]


def _clocks(time: str, country: Locale) -> list[str]:
    """Return the patterns that print a time as exactly as the value has it."""
    return [pattern for pattern in country.times if ("%S" in pattern) == (time.count(":") == 2)]
