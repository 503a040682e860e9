"""Answers: JSON, and the headers that each has."""

import json
from typing import Any, NamedTuple

# Nothing is loaded from elsewhere, nothing runs inline, and no site may frame the page.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Answer(NamedTuple):
    """An answer of the JSON API.

    Attributes:
        status: HTTP status.
        content: JSON.
    """

    status: int
    content: bytes


def success(value: dict[str, Any]) -> Answer:
    """Return an answer with what was asked for."""
    return Answer(200, _json(value))


def refusal(status: int, *faults: str) -> Answer:
    """Return an answer that says what is wrong, one line each."""
    return Answer(status, _json({"faults": faults}))


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
