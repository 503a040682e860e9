"""Texts of a form, which messages tell in words and schemas by a regular expression."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from receiptgen.config.diagnostics import quote


@dataclass(frozen=True, slots=True)
class TextLike:
    """Annotation of a text: ``Annotated[str, TextLike("^[A-Z]{3}$", "three capital letters such as EUR")]``.

    Attributes:
        pattern: Regular expression that the whole text matches, from ``^`` to ``$``.
        words: What such a text is, with an example.
    """

    pattern: str
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": self.pattern}

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"expected {self.words}, got {quote(text)}")
        return text
