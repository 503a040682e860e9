"""The web server: a page, the JSON API that it uses, and the form that it is without scripts."""

import json
import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from receiptgen.core.assets import packaged, packaged_names
from receiptgen.core.errors import UnknownNameError
from receiptgen.core.suggestions import hint
from receiptgen.serving.answers import HEADERS, Answer, refusal
from receiptgen.serving.form import FORM, suited
from receiptgen.serving.hosts import host_name, is_loopback, origin_host
from receiptgen.serving.lane import Lane, UnavailableError
from receiptgen.serving.openapi import DESCRIPTION
from receiptgen.serving.tasks import DrawRequest, ReadRequest, Upload

# Largest size of a request to draw, in bytes, and its keys.
_LONGEST, _KEYS = 200_000, ("template", "profile", "seed", "color")
# What a file without a name is called, and characters of a name that are kept.
_NAMELESS, _LONGEST_NAME = "receipt", 200
# Seconds after which a client that was not served may try again.
_RETRY = "5"


@dataclass(frozen=True)
class Limits:
    """Limits of the server.

    Attributes:
        upload: Largest size of a request, in bytes.
        names: Host names that it answers to beside those of loopback, in lower case and without ports; None for any.
        editing: Whether templates may be drawn.
    """

    upload: int = 20_000_000
    names: frozenset[str] | None = frozenset()
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


def create_app(
    reading: Lane[ReadRequest, Answer],
    drawing: Lane[DrawRequest, Answer],
    limits: Limits = Limits(),  # it is frozen
) -> Flask:
    """Return the server as a WSGI application; it neither keeps nor writes what it receives."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = limits.upload
    app.json.sort_keys = False  # type: ignore[attr-defined]  # as all providers have it

    @app.before_request
    def check() -> None:
        _check_host(limits.names)
        if request.content_encoding not in {None, "", "identity"}:
            raise RefusedError(415, f"Content-Encoding {request.content_encoding[:40]!r} is not understood")

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @app.get("/")
    @app.get(FORM)  # as when the address of an answer is opened again
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
        return _response(reading.call(ReadRequest(_uploaded(), least, _flag("images"))))

    @app.post(FORM)
    def read_form() -> Response:
        files = _uploaded()
        return _response(reading.call(ReadRequest(files, _share(request.form.get("min_confidence", "0")))))

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
        return _response(drawing.call(_draw_request()))

    @app.errorhandler(RefusedError)
    def refuse(error: RefusedError) -> Response:
        return _response(refusal(error.status, *error.faults))

    @app.errorhandler(UnavailableError)
    def be_unavailable(error: UnavailableError) -> Response:
        response = _response(refusal(503, str(error)))
        response.headers["Retry-After"] = _RETRY
        return response

    @app.errorhandler(HTTPException)
    def fail(error: HTTPException) -> Response:
        too_large = isinstance(error, RequestEntityTooLarge)
        fault = f"larger than {limits.upload:,} bytes" if too_large else (error.name or "fault").lower()
        response = _response(refusal(error.code or 500, fault))
        # Such as Allow, and Location.
        response.headers.extend((key, value) for key, value in error.get_headers() if key != "Content-Type")
        return response

    return app


def _response(answer: Answer) -> Response:
    """Return an answer as the one who asked can show it."""
    status, content, mimetype = suited(request.path, answer)
    return Response(content, status, mimetype=mimetype)


def _check_host(names: frozenset[str] | None) -> None:
    """Refuse what another site's page sends through its visitor's browser, whatever name it reaches this server by."""
    host = request.headers.get("Host", "")
    name = host_name(host)
    if name is None:
        raise RefusedError(400, f"the header Host is {host[:80]!r}, which is no host")
    if names is not None and name not in names and not is_loopback(name):
        raise RefusedError(403, f"host {name[:80]!r} is not served here; receiptgen serve --allow-host NAME adds one")
    origin = request.headers.get("Origin")
    # A proxy may hand on the name by which it reaches the server, in place of that by which it is reached.
    if origin is not None and origin_host(origin) != host and host_name(origin_host(origin)) not in (names or ()):
        raise RefusedError(403, f"requests of {origin[:80]!r} are not served here")


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise RefusedError(400, f"min_confidence: expected a number from 0 to 1, got {text[:20]!r}")
    return share


def _flag(name: str) -> bool:
    text = request.args.get(name, "false")
    if text not in {"true", "false"}:
        raise RefusedError(400, f"{name}: expected true or false, got {text[:20]!r}")
    return text == "true"


def _uploaded() -> tuple[Upload, ...]:
    """Return the files of a request: its body, or the parts ``image`` of a form."""
    if request.mimetype == "multipart/form-data":
        parts = request.files.getlist("image")
        if not parts:
            raise RefusedError(400, "no part named 'image'")
        # A form has an empty part for each field in which no file was chosen.
        files = [Upload(_name(part.filename), part.read()) for part in parts]
        files = [file for file in files if file.content]
    else:
        content = request.get_data(cache=False)
        files = [Upload(_NAMELESS, content)] if content else []
    if not files:
        raise RefusedError(400, "no image in the request")
    return tuple(files)


def _name(sent: str | None) -> str:
    """Return the name of a file that was sent, without folders of either system and what would end a line."""
    name = re.split(r"[/\\]", sent or "")[-1]
    return "".join(char for char in name if char.isprintable())[:_LONGEST_NAME].strip(".") or _NAMELESS


def _draw_request() -> DrawRequest:
    """Parse the current request to draw a receipt."""
    if not request.is_json:
        raise RefusedError(415, "expected the Content-Type 'application/json'")
    content = request.get_data(cache=False)
    if len(content) > _LONGEST:
        raise RefusedError(413, f"larger than {_LONGEST:,} bytes")
    try:
        body: Any = json.loads(content, object_pairs_hook=_without_duplicates)
    except RecursionError:
        raise RefusedError(400, "JSON is nested too deep") from None
    except ValueError:  # also of other encodings, and numbers of thousands of digits
        raise RefusedError(400, "the request is not JSON in UTF-8") from None
    if not isinstance(body, dict) or not isinstance(body.get("template"), str):
        raise RefusedError(400, "expected JSON with 'template', 'profile' and 'seed'")
    if unknown := [key for key in body if key not in _KEYS]:
        raise RefusedError(400, f"unknown key {unknown[0][:40]!r}{hint(unknown[0], _KEYS)}")
    profile, seed = body.get("profile", ""), body.get("seed", 0)
    if not isinstance(profile, str) or (profile and profile not in packaged_names("profiles")):
        raise RefusedError(400, f"unknown profile {str(profile)[:40]!r}")
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**63:
        raise RefusedError(400, "seed: expected a whole number from 0")
    color = body.get("color", False)
    if not isinstance(color, bool):
        raise RefusedError(400, "color: expected true or false")
    return DrawRequest(body["template"], profile, seed, color)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RefusedError(400, "a key of the JSON stands twice")
    return found
