"""OpenAPI 3.1 description of the JSON API."""

from typing import Any

from receiptgen.core.assets import packaged_names


def _answer(about: str, schema: dict[str, Any], form: str = "application/json") -> dict[str, Any]:
    return {"description": about, "content": {form: {"schema": schema}}}


def _fault(about: str) -> dict[str, Any]:
    return _answer(about, {"$ref": "#/components/schemas/Faults"})


_TEXT, _NUMBER, _INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_QUAD = {
    "description": "Corners (x, y) in pixels of the image, clockwise from the top left in reading direction.",
    "type": "array", "minItems": 4, "maxItems": 4,
    "items": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
}  # fmt: skip


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


_LINE = _object(
    row=_INTEGER, column=_INTEGER, text=_TEXT, confidence=_SHARE, quad=_QUAD,
    words=_list(
        _object(text=_TEXT, confidence=_SHARE, quad=_QUAD, chars=_list(_SHARE), char_quads=_list(_QUAD))
    ),
)  # fmt: skip
_PAGE = _object(
    width=_INTEGER, height=_INTEGER, source={"type": "string", "enum": ["image", "text layer"]}, unread=_SHARE,
    warnings=_list(_TEXT), text=_TEXT, lines=_list(_LINE),
)  # fmt: skip
# What a page has only where it was asked for, or where an image shows several receipts.
_PAGE["properties"] |= {
    "image": {"type": "string", "description": "The image of the page, a PNG as data URL."},
    "paper": _QUAD | {"description": "Corners of the receipt's paper on an image of several."},
}
_BINARY = {"type": "string", "format": "binary"}
_UNAVAILABLE = _fault("Too many requests wait, or this one took too long or was ended by the system.") | {
    "headers": {"Retry-After": {"description": "Seconds after which to try again.", "schema": _INTEGER}}
}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "receiptgen",
        "version": "1",
        "description": "Reads images of receipts, and draws receipts from templates. Nothing is kept. "
        "What is refused is answered by JSON with a list of faults, one line each.",
    },
    "paths": {
        "/api/read": {
            "post": {
                "summary": "Read an image of a receipt, a PDF, or several files of both",
                "parameters": [
                    {
                        "name": "min_confidence", "in": "query", "schema": _SHARE,
                        "description": "Words with less confidence are replaced by (N/A).",
                    },
                    {
                        "name": "images", "in": "query", "schema": {"type": "boolean", "default": False},
                        "description": "Whether each page has its image, for what can't show the file.",
                    },
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "image/*": {"schema": _BINARY},
                        "application/pdf": {"schema": _BINARY},
                        "multipart/form-data": {"schema": _object(image=_list(_BINARY))},
                    },
                },
                "responses": {
                    "200": _answer(
                        "The text: of one image a Page; of a PDF or of several files Pages.",
                        {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("Page", "Pages")]},
                    ),
                    "400": _fault("No image in the request."), "413": _fault("Too many bytes, pixels or pages."),
                    "415": _fault("Nothing that can be read, or a Content-Encoding."),
                    "422": _fault("More text than a page has."),
                    "503": _UNAVAILABLE,
                },
            }
        },
        "/api/draw": {
            "post": {
                "summary": "Draw a receipt from a template",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object", "required": ["template"], "additionalProperties": False,
                                "properties": {
                                    "template": {"type": "string", "description": "YAML, which may name no files."},
                                    "profile": {"type": "string", "enum": ["", *packaged_names("profiles")]},
                                    "seed": {"type": "integer", "minimum": 0, "maximum": 2**63 - 1},
                                    "color": {"type": "boolean", "description": "Whether the page is in colour."},
                                },
                            }
                        }
                    },
                },
                "responses": {
                    "200": _answer(
                        "The receipt, a PNG as data URL, and its text.",
                        _object(image=_TEXT, width=_INTEGER, height=_INTEGER, locale=_TEXT, text=_TEXT),
                    ),
                    "400": _fault("Not a valid request."),
                    "403": _fault("The server is not bound to this machine alone."),
                    "413": _fault("Too many bytes."), "415": _fault("Not JSON by its Content-Type."),
                    "422": _fault("Faults of the template, with line and column; or it takes too much memory."),
                    "503": _UNAVAILABLE,
                },
            }
        },
        "/api/templates": {
            "get": {
                "summary": "Names of the packaged templates and profiles",
                "responses": {"200": _answer("Names.", _object(templates=_list(_TEXT), profiles=_list(_TEXT)))},
            }
        },
        "/api/templates/{name}": {
            "get": {
                "summary": "A packaged template as YAML",
                "parameters": [{"name": "name", "in": "path", "required": True, "schema": _TEXT}],
                "responses": {
                    "200": _answer("YAML.", _TEXT, "text/plain"), "404": _fault("There is no template of that name.")
                },
            }
        },
        "/api/health": {
            "get": {
                "summary": "Whether the server is ready, and whether it draws templates",
                "responses": {"200": _answer("It is ready.", _object(status=_TEXT, editing={"type": "boolean"}))},
            }
        },
    },
    "components": {
        "schemas": {
            "Faults": _object(faults=_list(_TEXT)),
            "Page": _PAGE,
            "Pages": _object(
                pages=_list({"allOf": [{"$ref": "#/components/schemas/Page"}, _object(file=_TEXT)]}),
                faults=_list(_TEXT),
            ),
        }
    },
}  # fmt: skip
