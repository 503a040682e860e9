"""Answers, JSON as a rule, and the headers that each has."""

import json
from base64 import b64encode
from typing import Any, NamedTuple

# Nothing is loaded from elsewhere, nothing runs inline, and no site may frame the page.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # With "no-referrer" browsers send the page's own form with the origin null, as that of another site.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class Answer(NamedTuple):
    """An answer.

    Attributes:
        status: HTTP status.
        content: Its body.
        mimetype: Type of the body; that of the JSON API.
    """

    status: int
    content: bytes
    mimetype: str = "application/json"


class RefusedError(Exception):
    """A request that is answered with a status of 4xx.

    Attributes:
        status: HTTP status of the answer.
        faults: Faults of the request, one line each.
    """

    def __init__(self, status: int, *faults: str) -> None:
        super().__init__(*faults)
        self.status, self.faults = status, faults


def success(value: dict[str, Any]) -> Answer:
    """Return an answer with what was asked for."""
    return Answer(200, _json(value))


def refusal(status: int, *faults: str) -> Answer:
    """Return an answer that says what is wrong, one line each."""
    return Answer(status, _json({"faults": faults}))


def data_url(png: bytes) -> str:
    """Return a PNG as a URL that bears it."""
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
