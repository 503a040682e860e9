"""The web server: a page, and the JSON API that it uses."""

from base64 import b64encode
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import cv2
from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from receiptgen.config.records import loads
from receiptgen.core.assets import packaged, packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError, PageError, ReceiptgenError, UnknownNameError
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipts import draw_receipt
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.imaging.image_files import TOO_LARGE, decode_picture
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.serving.gate import FullError, Gate
from receiptgen.serving.openapi import DESCRIPTION

# Nothing is loaded from elsewhere, nothing runs inline, and no site may frame the page.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
# Name of a template in faults, and its largest size in bytes.
_TEMPLATE, _LONGEST = "template.yaml", 200_000


@dataclass(frozen=True)
class Limits:
    """Limits of the server.

    Attributes:
        upload: Largest size of a request, in bytes.
        working: Requests that are processed at once; a page takes all cores.
        waiting: Requests that may wait; others get 503.
        names: Host names that it answers to beside the addresses of loopback, in lower case and without ports; empty
            for any.
        editing: Whether templates may be drawn; they may name files of this machine.
    """

    upload: int = 20_000_000
    working: int = 1
    waiting: int = 15
    names: frozenset[str] = frozenset({"localhost"})
    editing: bool = True


class RefusedError(Exception):
    """A request that is answered with a status of 4xx.

    Attributes:
        status: HTTP status of the answer.
        faults: Faults of the request, one line each.
    """

    def __init__(self, status: int, *faults: str) -> None:
        super().__init__(*faults)
        self.status, self.faults = status, faults


def create_app(reader: PageReader, limits: Limits = Limits()) -> Flask:  # it is frozen
    """Return the server as a WSGI application; it neither keeps nor writes what it receives."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = limits.upload
    app.json.sort_keys = False  # type: ignore[attr-defined]  # as all providers have it
    gate = Gate(limits.working, limits.waiting)

    @app.before_request
    def check() -> None:
        # Another site's page must not use this server through its visitor's browser, whatever the host name.
        host = request.host.rpartition(":")[0] if request.host.rpartition(":")[2].isdigit() else request.host
        if limits.names and host.lower() not in limits.names and not is_loopback(host.strip("[]")):
            raise RefusedError(403, f"host {host!r} is not served here")
        origin = request.headers.get("Origin")
        if origin is not None and _host_of(origin) != request.host:
            raise RefusedError(403, f"requests of {origin!r} are not served here")

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    @app.get("/")
    def page() -> Response:
        return app.send_static_file("index.html")

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(DESCRIPTION)

    @app.get("/api/health")
    def health() -> Response:
        return jsonify({"status": "ok", "editing": limits.editing})

    @app.post("/api/read")
    def read() -> Response:
        least = _share(request.args.get("min_confidence", "0"))
        content = _uploaded()
        return jsonify(gate.run(lambda: _read(reader, content).to_dict(least)))

    @app.get("/api/templates")
    def templates() -> Response:
        return jsonify({"templates": packaged_names("templates"), "profiles": packaged_names("profiles")})

    @app.get("/api/templates/<name>")
    def template(name: str) -> Response:
        try:
            text = packaged("templates", name).read_text(encoding="utf-8")
        except UnknownNameError as error:
            raise RefusedError(404, str(error)) from None
        return Response(text, mimetype="text/plain")

    @app.post("/api/draw")
    def draw() -> Response:
        if not limits.editing:
            raise RefusedError(403, "templates are drawn only where the server is bound to this machine alone")
        return jsonify(gate.run(_DrawRequest.from_request().response))

    @app.errorhandler(RefusedError)
    def refuse(error: RefusedError) -> tuple[Response, int]:
        return jsonify({"faults": error.faults}), error.status

    @app.errorhandler(FullError)
    def busy(error: FullError) -> tuple[Response, int, dict[str, str]]:
        return jsonify({"faults": ["too many requests wait; try again in some seconds"]}), 503, {"Retry-After": "5"}

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> tuple[Response, int]:
        return jsonify({"faults": [f"larger than {limits.upload:,} bytes"]}), 413

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> tuple[Response, int]:
        return jsonify({"faults": [(error.name or "fault").lower()]}), error.code or 500

    return app


def is_loopback(address: str) -> bool:
    """Tell whether a text is an address of this machine alone, in any spelling."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _host_of(origin: str) -> str:
    """Return host and port of an origin, or nothing if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise RefusedError(400, f"min_confidence: expected a number from 0 to 1, got {text[:20]!r}")
    return share


def _uploaded() -> bytes:
    """Return the image file of a request: its body, or the part ``image`` of a form."""
    if request.mimetype == "multipart/form-data":
        part = request.files.get("image")
        if part is None:
            raise RefusedError(400, "no part named 'image'")
        content: bytes = part.read()
    else:
        content = request.get_data(cache=False)
    if not content:
        raise RefusedError(400, "no image in the request")
    return content


def _read(reader: PageReader, content: bytes) -> PageText:
    """Read the page that an image file shows."""
    picture = decode_picture(content)
    if isinstance(picture, str):
        raise RefusedError(413 if picture == TOO_LARGE else 415, picture)
    try:
        return reader.read(picture.pixels).with_warning(picture.damage)
    except PageError as error:
        raise RefusedError(422, str(error)) from None


@dataclass(frozen=True)
class _DrawRequest:
    """A request to draw a receipt."""

    text: str
    profile: str
    seed: int

    @classmethod
    def from_request(cls) -> "_DrawRequest":
        """Parse the current request."""
        if (request.content_length or 0) > _LONGEST:
            raise RefusedError(413, f"larger than {_LONGEST:,} bytes")
        try:
            body: Any = request.get_json(silent=True)
        except RecursionError:
            raise RefusedError(400, "JSON is nested too deep") from None
        if not isinstance(body, dict) or not isinstance(body.get("template"), str):
            raise RefusedError(400, "expected JSON with 'template', 'profile' and 'seed'")
        name, seed = body.get("profile", ""), body.get("seed", 0)
        if not isinstance(name, str) or (name and name not in packaged_names("profiles")):
            raise RefusedError(400, f"unknown profile {str(name)[:40]!r}")
        if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**63:
            raise RefusedError(400, "seed: expected a whole number from 0")
        return cls(body["template"], name, seed)

    def response(self) -> dict[str, Any]:
        """Draw the receipt; return its PNG as a data URL, and its text."""
        try:
            template = loads(self.text, ReceiptTemplate, name=_TEMPLATE, resolve=_parent)
            effects = profile(self.profile or template.profile).value
            sample = draw_receipt(template, Dice(key_of(self.seed, "serve")), 0, effects)
        except ConfigError as error:
            raise RefusedError(422, *error.faults) from None
        except ReceiptgenError as error:
            raise RefusedError(422, f"{_TEMPLATE}: {error}") from None
        _, png = cv2.imencode(".png", sample.page.image)
        height, width = sample.page.image.shape
        return {
            "image": f"data:image/png;base64,{b64encode(png.tobytes()).decode()}",
            "width": width, "height": height, "locale": sample.locale, "text": sample.text,
        }  # fmt: skip


def _parent(name: str, child: Path) -> Path:
    """Return the path of a parent template: a packaged one, never another file."""
    return packaged("templates", name)
