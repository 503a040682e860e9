"""Requests to draw: JSON with a template or a snippet set, the files beside it, and how it is drawn."""

import json
from decimal import Decimal
from typing import Any

from receiptgen.core.assets import packaged_names
from receiptgen.core.suggestions import hint
from receiptgen.serving.answers import RefusedError
from receiptgen.serving.drawing_task import MOST_SNIPPETS, DrawRequest, SnippetsRequest
from receiptgen.serving.sent_files import LARGEST_PARAMETER, TOO_LARGE, is_file_name, parse_sent_files

# Largest size of a request without the files beside the template, in bytes.
_LONGEST = 400_000
# Keys of requests; the first is the text, in YAML.
_SHARED_KEYS = ("profile", "seed", "color", "name", "locale", "beside")
_RECEIPT_KEYS = ("template", *_SHARED_KEYS, "files", "profile_text", "values")
_SNIPPET_KEYS = ("snippets", *_SHARED_KEYS, "kinds", "first", "count")
# Characters of a name at most.
_LONGEST_NAME = 200


def parse_draw_request(content: bytes) -> DrawRequest:
    """Parse a request to draw a receipt.

    Raises:
        RefusedError: It is too long, no JSON, or a key or its value is wrong.
    """
    body = _parsed(content, _RECEIPT_KEYS, "expected JSON with 'template', 'profile' and 'seed'")
    return DrawRequest(
        body["template"], _packaged(body, "profile"), _whole(body, "seed"), _truth(body, "color"),
        _name_of_template(body), _packaged(body, "locale"), _truth(body, "files"), _own_profile(body), _values(body),
        parse_sent_files(body.get("beside")),
    )  # fmt: skip


def parse_snippets_request(content: bytes) -> SnippetsRequest:
    """Parse a request to draw snippets; raises as ``parse_draw_request`` does."""
    body = _parsed(content, _SNIPPET_KEYS, "expected JSON with 'snippets', 'profile' and 'seed'")
    name = body.get("name", "snippets")
    if not isinstance(name, str) or not is_file_name(name):
        raise RefusedError(400, "name: expected that of the set's file without its end, and without folders")
    return SnippetsRequest(
        body["snippets"], _packaged(body, "profile"), _whole(body, "seed"), _truth(body, "color"), name,
        _packaged(body, "locale"), _names(body, "kinds"), _whole(body, "first"),
        _whole(body, "count", 1, MOST_SNIPPETS), parse_sent_files(body.get("beside")),
    )  # fmt: skip


def _parsed(content: bytes, keys: tuple[str, ...], expected: str) -> dict[str, Any]:
    """Return the JSON of a request whose first key is a text; raises RefusedError."""
    if len(content) > _LONGEST + LARGEST_PARAMETER:
        raise RefusedError(413, f"larger than {_LONGEST + LARGEST_PARAMETER:,} bytes; {TOO_LARGE}")
    try:
        body: Any = json.loads(
            content, object_pairs_hook=_without_duplicates, parse_float=Decimal, parse_constant=_refuse_constant
        )
    except RecursionError:
        raise RefusedError(400, "JSON is nested too deep") from None
    except ValueError:  # also of other encodings, and numbers of thousands of digits
        raise RefusedError(400, "the request is not JSON in UTF-8") from None
    if not isinstance(body, dict) or not isinstance(body.get(keys[0]), str):
        raise RefusedError(400, expected)
    if unknown := [key for key in body if key not in keys]:
        raise RefusedError(400, f"unknown key {unknown[0][:40]!r}{hint(unknown[0], keys)}")
    beside = body.get("beside")
    sent = sum(len(text) for text in beside.values() if isinstance(text, str)) if isinstance(beside, dict) else 0
    if len(content) - sent > _LONGEST:
        raise RefusedError(413, f"larger than {_LONGEST:,} bytes without the files beside the template")
    return body


def _whole(body: dict[str, Any], key: str, low: int = 0, high: int = 2**63 - 1) -> int:
    """Return a whole number of a request; the least that it may be where none is said."""
    value = body.get(key, low)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        bounds = f"from {low}" if high == 2**63 - 1 else f"from {low} to {high}"
        raise RefusedError(400, f"{key}: expected a whole number {bounds}")
    return value


def _names(body: dict[str, Any], key: str) -> tuple[str, ...]:
    value = body.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise RefusedError(400, f"{key}: expected a list of names")
    return tuple(value)


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
