"""YAML as people write templates: a line for each element, quotes only where they are needed."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

# Texts that YAML takes for texts without quotes, wherever they stand.
_PLAIN = re.compile(r"[A-Za-z_%][A-Za-z0-9_.%-]*|[0-9]+(\.[0-9]+)?(\.\.[0-9]+(\.[0-9]+)?)?|[0-9-]+\.\.[0-9-]+")
# Words that YAML's readers may take for others.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def inline(value: Any) -> str:
    """Return a value on one line: mappings in braces, lists in brackets."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inline(key)}: {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(inline, value)) + "]"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    plain = _PLAIN.fullmatch(text) and text.casefold() not in _WORDS and not text.startswith("%")
    return text if plain else json.dumps(text, ensure_ascii=False)


def block(key: str, entries: Mapping[str, Any]) -> list[str]:
    """Return the lines of a mapping below a key, an entry a line."""
    return [f"{key}:", *(f"  {name}: {inline(value)}" for name, value in entries.items())]


def comment(text: str) -> list[str]:
    """Return the lines of a comment, whatever signs the text has."""
    return [f"# {line}" for line in text.splitlines()]
