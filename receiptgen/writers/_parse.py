"""What a page says as one JSON object, as Donut and its successors learn to write it: ``gt_parse``."""

from collections.abc import Mapping
from typing import Any

from receiptgen.imaging.sample import Sample
from receiptgen.writers._truth import compact, is_receipt


def parse_of(sample: Sample) -> dict[str, Any]:
    """Return what is printed, as texts in objects and lists.

    Args:
        sample: A receipt, or a snippet, whose text is a ``text_sequence``: the key of Donut's own synthetic pages.

    Returns:
        A receipt's values, every one a text, as ``items.json`` has it; what is not printed, or empty, is left out.
    """
    if not is_receipt(sample):
        return {"text_sequence": sample.text} if sample.text else {}
    found = _texts(sample.values)
    return found if isinstance(found, dict) else {}


def _texts(value: Any) -> Any:
    """Return a value with texts at its leaves; None where it holds none."""
    if isinstance(value, Mapping):
        members = {str(key): _texts(member) for key, member in value.items()}
        return {key: member for key, member in members.items() if member is not None} or None
    if isinstance(value, list | tuple):
        return [member for member in map(_texts, value) if member is not None] or None
    return None if value is None or value == "" else str(value)


def ground_truth(sample: Sample) -> str:
    """Return the column ``ground_truth`` of Donut's data sets: JSON as a text, since keys differ from row to row."""
    return compact({"gt_parse": parse_of(sample)})
