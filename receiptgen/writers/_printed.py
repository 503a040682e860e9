"""How a receipt prints its values, letter by letter, for labels that are copied from the page."""

import re
from typing import Any

from receiptgen.imaging.sample import Sample

# A number with its separators and a minus before or after it; \d are the digits of every script.
_NUMBER = re.compile(r"[-\u2212]?\d(?:[\d.,'\u2019\u00a0\u202f ]*\d)?-?")


def value_at(sample: Sample, path: str) -> str:
    """Return one of ``Sample.values`` by its path, as text."""
    value: Any = sample.values
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return str(value)


def printed_texts(sample: Sample, path: str) -> list[str]:
    """Return what the fields say that print a value or a list of texts, in reading order.

    A field that has its label in it, as ``TEL: 03-5542``, says the value alone.

    Args:
        sample: A receipt.
        path: Path of the value, or of the list.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for field, paths in zip(sample.page.regions.fields, sample.printed, strict=False):
        said = tuple([each for each in paths if each == path or each.startswith(f"{path}.")])
        if not said:
            continue
        value, texts = value_at(sample, said[0]), found.setdefault(said, [])
        text = value if len(said) == 1 and value in field.text else field.text
        # A text that wraps has several fields; one that is printed twice counts once.
        if text not in texts and " ".join(texts) != value:
            texts.append(text)
    return [text for texts in found.values() for text in texts]


def printed_number(sample: Sample, path: str) -> str:
    """Return an amount as it is printed, without the currency's sign; empty where it isn't printed."""
    numbers = [match[0] for text in printed_texts(sample, path)[:1] for match in _NUMBER.finditer(text)]
    return max(numbers, key=len, default="")


def printed_date(sample: Sample, path: str) -> str:
    """Return a date as it is printed, without the time that may follow in its field; empty where it isn't printed."""
    for field, paths in zip(sample.page.regions.fields, sample.printed, strict=False):
        if path in paths:
            words = field.text.split(" ")
            if len(paths) > 1:
                words = words[: _days(words, value_at(sample, path))]
            return " ".join(words)
    return ""


def _days(words: list[str], date: str) -> int:
    """Return how many of a field's words make its date: all up to the one that completes day and year.

    A month may be a word, and the year may have two digits.
    """
    year, _, day = (int(part) for part in date.split("-"))
    wanted = {day, year % 100}
    seen: set[int] = set()
    for count, word in enumerate(words, 1):
        seen |= {int(number) % 100 if len(number) in {2, 4} else int(number) for number in re.findall(r"\d+", word)}
        if wanted <= seen:
            return count
    return len(words)
