"""Texts that a YAML file says and that are printed as they stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

# Beside the type of a field, in an ``Annotated``: its texts are printed. They are the text, a list of them, or weighed.
PRINTED = "printed"


def printed_texts(record: BaseModel) -> Iterator[tuple[str, str]]:
    """Yield the texts that a record says itself, with the field of each; none that the weight 0 takes out."""
    for name, field in type(record).model_fields.items():
        if PRINTED in field.metadata:
            value = getattr(record, name)
            if isinstance(value, Mapping):
                value = [text for text, weight in value.items() if weight]
            yield from ((name, text) for text in ([value] if isinstance(value, str) else value))


def records_below(value: Any) -> Iterator[BaseModel]:
    """Yield all records of a value: itself, those in its fields, in theirs and so on."""
    if isinstance(value, BaseModel):
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    if isinstance(value, list | tuple):
        for each in value:
            yield from records_below(each)
