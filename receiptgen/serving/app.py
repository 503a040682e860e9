"""The web server: a page, the JSON API that it uses, and the form that it is without scripts."""

import re
from dataclasses import dataclass

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from receiptgen.core.assets import packaged, packaged_names
from receiptgen.core.errors import UnknownNameError
from receiptgen.serving.answers import HEADERS, Answer, RefusedError, refusal
from receiptgen.serving.draw_requests import parse_draw_request, parse_snippets_request
from receiptgen.serving.drawing_task import SCHEMAS, AnyDrawRequest, Kind, SchemaRequest
from receiptgen.serving.form import FORM, suited
from receiptgen.serving.hosts import host_name, is_loopback, origin_host
from receiptgen.serving.lane import Lane, UnavailableError
from receiptgen.serving.openapi import DESCRIPTION
from receiptgen.serving.tasks import ReadRequest, Upload

# Characters of an unknown name that are told back.
_SHOWN = 40
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


def create_app(
    reading: Lane[ReadRequest, Answer],
    drawing: Lane[AnyDrawRequest, Answer],
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

    @app.post("/api/fields")
    def fields() -> Response:
        least = _share(request.args.get("min_confidence", "0"))
        return _response(reading.call(ReadRequest(_uploaded(), least, _flag("images"), fields=True)))

    @app.post("/api/templates/from-image")
    def drafts() -> Response:
        least = _share(request.args.get("min_confidence", "0"))
        asked = ReadRequest(_uploaded(), least, _flag("images"), fields=True, templates=True)
        return _response(reading.call(asked))

    @app.post(FORM)
    def read_form() -> Response:
        files = _uploaded()
        return _response(reading.call(ReadRequest(files, _share(request.form.get("min_confidence", "0")))))

    @app.get("/api/templates")
    def templates() -> Response:
        return jsonify({folder: packaged_names(folder) for folder in ("templates", "profiles", "snippets", "locales")})

    @app.get("/api/templates/<name>")
    def template(name: str) -> Response:
        return _packaged_text("templates", name)

    @app.get("/api/profiles/<name>")
    def profile(name: str) -> Response:
        return _packaged_text("profiles", name)

    @app.get("/api/snippets/<name>")
    def snippet_set(name: str) -> Response:
        return _packaged_text("snippets", name)

    @app.get("/api/schema")
    def schema() -> Response:
        return _response(drawing.call(SchemaRequest(_schema_kind())))

    @app.post("/api/draw")
    def draw() -> Response:
        return _response(drawing.call(parse_draw_request(sent_json())))

    @app.post("/api/snippets")
    def draw_snippets() -> Response:
        return _response(drawing.call(parse_snippets_request(sent_json())))

    def sent_json() -> bytes:
        if not limits.editing:
            raise RefusedError(403, "templates are drawn only where the server is bound to this machine alone")
        if not request.is_json:
            raise RefusedError(415, "expected the Content-Type 'application/json'")
        return request.get_data(cache=False)

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


def _packaged_text(folder: str, name: str) -> Response:
    """Return a packaged file of a folder of ``configs``."""
    try:
        text = packaged(folder, name).read_text(encoding="utf-8")
    except UnknownNameError as error:
        raise RefusedError(404, str(error).replace(repr(name), repr(name[:_SHOWN]))) from None
    return Response(text, mimetype="text/plain")


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


def _schema_kind() -> Kind:
    """Return the kind of file whose schema is asked for."""
    what = request.args.get("of", "receipt")
    for kind in SCHEMAS:
        if what == kind:
            return kind
    raise RefusedError(400, f"of: expected one of {', '.join(SCHEMAS)}, got {what[:20]!r}")
