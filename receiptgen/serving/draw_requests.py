"""Requests to draw: JSON with a template, how it is drawn, and the values that its receipt is to have."""

import json
from decimal import Decimal
from typing import Any

from receiptgen.core.assets import packaged_names
from receiptgen.core.suggestions import hint
from receiptgen.serving.answers import RefusedError
from receiptgen.serving.drawing_task import DrawRequest

# Largest size of a request, in bytes, and its keys.
_LONGEST = 400_000
_KEYS = ("template", "profile", "seed", "color", "name", "locale", "files", "profile_text", "values")
# Characters of a name at most.
_LONGEST_NAME = 200


def parse_draw_request(content: bytes) -> DrawRequest:
    """Parse a request to draw a receipt.

    Raises:
        RefusedError: It is too long, no JSON, or a key or its value is wrong.
    """
    if len(content) > _LONGEST:
        raise RefusedError(413, f"larger than {_LONGEST:,} bytes")
    try:
        body: Any = json.loads(
            content, object_pairs_hook=_without_duplicates, parse_float=Decimal, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise RefusedError(400, "JSON is nested too deep") from None
    except ValueError:  # also of other encodings, and numbers of thousands of digits
        raise RefusedError(400, "the request is not JSON in UTF-8") from None
    if not isinstance(body, dict) or not isinstance(body.get("template"), str):
        raise RefusedError(400, "expected JSON with 'template', 'profile' and 'seed'")
    if unknown := [key for key in body if key not in _KEYS]:
        raise RefusedError(400, f"unknown key {unknown[0][:40]!r}{hint(unknown[0], _KEYS)}")
    seed = body.get("seed", 0)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**63:
        raise RefusedError(400, "seed: expected a whole number from 0")
    return DrawRequest(
        body["template"], _packaged(body, "profile"), seed, _truth(body, "color"), _name_of_template(body),
        _packaged(body, "locale"), _truth(body, "files"), _own_profile(body), _values(body),
    )  # fmt: skip


def _own_profile(body: dict[str, Any]) -> str | None:
    """Return the profile that a request holds, in YAML; None where it holds none."""
    text = body.get("profile_text")
    if text is not None and not isinstance(text, str):
        raise RefusedError(400, "profile_text: expected a profile in YAML, or null")
    return text


def _values(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the values that the receipt is to have, which the drawing checks; None where none are given."""
    values = body.get("values")
    if values is not None and not isinstance(values, dict):
        raise RefusedError(400, "values: expected an object in the structure of items.json, or null")
    return values


def _packaged(body: dict[str, Any], key: str) -> str:
    """Return the name of a packaged file that a request says, empty where it says none; never a path."""
    name = body.get(key, "")
    if not isinstance(name, str) or (name and name not in packaged_names(f"{key}s")):
        raise RefusedError(400, f"unknown {key} {str(name)[:40]!r}")
    return name


def _truth(body: dict[str, Any], key: str) -> bool:
    value = body.get(key, False)
    if not isinstance(value, bool):
        raise RefusedError(400, f"{key}: expected true or false")
    return value


def _name_of_template(body: dict[str, Any]) -> str:
    name = body.get("name", "template")
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise RefusedError(400, f"name: expected 1 to {_LONGEST_NAME} characters of one line")
    return name


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RefusedError(400, "a key of the JSON stands twice")
    return found


def _refuse_constant(constant: str) -> Any:
    raise RefusedError(400, f"{constant} is not a number of JSON")
