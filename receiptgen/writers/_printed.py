"""How a receipt prints its values, letter by letter, for labels that are copied from the page."""

import re
from typing import Any

from receiptgen.imaging.sample import Sample

# A number with its separators and a minus before or after it; \d are the digits of every script.
_NUMBER = re.compile(r"[-\u2212]?\d(?:[\d.,'\u066b\u066c\u2019\u00a0\u202f ]*\d)?-?")


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
    """Return an amount as it is printed first, without the currency's sign; empty where it isn't printed."""
    fields = zip(sample.page.regions.fields, sample.printed, strict=False)
    text = next((field.text for field, paths in fields if path in paths), "")
    return max(_NUMBER.findall(text), key=len, default="")


def printed_date(sample: Sample) -> str:
    """Return the date as it is printed, without the time that may follow in its field; empty where it isn't printed."""
    for field, paths in zip(sample.page.regions.fields, sample.printed, strict=False):
        if "date" in paths:
            return _before_time(field.text, value_at(sample, "time")) if "time" in paths else field.text
    return ""


def _before_time(text: str, time: str) -> str:
    """Return what stands before a time, without words such as ``kl.``.

    Args:
        text: Date and time as they are printed, in any country's way.
        time: The time as ISO 8601 has it.
    """
    hour, minute = (int(part) for part in time.split(":")[:2])
    words = text.split(" ")
    for index in range(len(words) - 1, 0, -1):
        if [int(number) for number in re.findall(r"\d+", words[index])[:2]] in (
            [hour, minute],
            [hour % 12 or 12, minute],
        ):
            words = words[:index]
            break
    while len(words) > 1 and not any(map(str.isdigit, words[-1])):
        words.pop()
    return " ".join(words)
