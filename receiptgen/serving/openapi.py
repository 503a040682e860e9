"""OpenAPI 3.1 description of the JSON API."""

from typing import Any

from receiptgen.core.assets import packaged_names
from receiptgen.serving.drawing_task import MOST_SNIPPETS, SCHEMAS
from receiptgen.serving.sent_files import LONGEST_NAME, MOST_BYTES, MOST_FILES


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
_CHECKED = {
    "type": ["boolean", "null"],
    "description": "Whether all sums that it belongs to add up; null where nothing can tell.",
}
_FIELD = _object(value=_TEXT, text=_TEXT, confidence=_SHARE, checked=_CHECKED, words=_list(_INTEGER))
_FIELD["properties"] |= {
    "value": _TEXT | {"description": "Amounts with a point, dates and times by ISO 8601, all else as printed."},
    "words": _list(_INTEGER) | {"description": "Indices of its words among those of all lines of the page."},
    "alternative": _TEXT | {"description": "Value by which a sum that fails would add up."},
}
_FIELDS = _object(
    values={"type": "object", "description": "In the structure of items.json; null for what is not on the paper."},
    checked=_CHECKED, notes=_list(_TEXT),
    fields={
        "type": "object", "additionalProperties": _FIELD,
        "description": "Each field by its path, as total or items.0.amount.",
    },
)  # fmt: skip
_SEED = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
_BESIDE = {
    "type": ["object", "null"], "maxProperties": MOST_FILES,
    "propertyNames": {"minLength": 1, "maxLength": LONGEST_NAME},
    "additionalProperties": {"type": "string", "contentEncoding": "base64"},
    "description": "Files beside it that it may name, as a logo or a list of goods: their names, without folders, with "
    f"their contents in base64, {MOST_BYTES:,} bytes in all.",
}  # fmt: skip
_HOW = {
    "profile": {"type": "string", "enum": ["", *packaged_names("profiles")]},
    "seed": _SEED,
    "color": {"type": "boolean", "description": "Whether what is drawn is in colour."},
    "locale": {"type": "string", "enum": ["", *packaged_names("locales")]},
    "beside": _BESIDE,
}
_DRAW = {
    "type": "object", "required": ["template"], "additionalProperties": False,
    "properties": {
        "template": {"type": "string", "description": "YAML; of files it may name those of 'beside'."},
        **_HOW,
        "name": {
            "type": "string", "minLength": 1, "maxLength": 200, "default": "template",
            "description": "Name of the template's file without its end. The first receipt that 'draw --templates "
            "NAME.yaml' draws with the same seed is this one.",
        },
        "files": {
            "type": "boolean",
            "description": "Whether the answer has the text files that 'draw' writes beside the image.",
        },
        "profile_text": {
            "type": ["string", "null"],
            "description": "A profile in YAML, which may name files as the template does; it goes before 'profile'.",
        },
        "values": {
            "type": ["object", "null"],
            "description": "Values that the receipt is to have, in the structure of items.json, as 'draw --from' takes "
            "them; all that is not given is drawn so that it adds up.",
        },
    },
}  # fmt: skip
_DRAW_SNIPPETS = {
    "type": "object", "required": ["snippets"], "additionalProperties": False,
    "properties": {
        "snippets": {"type": "string", "description": "A snippet set in YAML; of files it may name those of 'beside'."},
        **_HOW,
        "name": {
            "type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "default": "snippets",
            "description": "Name of the set's file without its end. 'draw --set NAME.yaml' with the same seed draws "
            "these snippets.",
        },
        "kinds": _list(_TEXT) | {"description": "Kinds of the set, which take turns; none for all."},
        "first": {"type": "integer", "minimum": 0, "default": 0, "description": "Snippets that come before the first."},
        "count": {"type": "integer", "minimum": 1, "maximum": MOST_SNIPPETS, "default": 1},
    },
}  # fmt: skip
_NAMES = _object(**dict.fromkeys(("templates", "profiles", "snippets", "locales"), _list(_TEXT)))
_SAMPLE = {
    "image": _TEXT | {"description": "A PNG as data URL."},
    "width": _INTEGER, "height": _INTEGER, "locale": _TEXT, "text": _TEXT,
}  # fmt: skip
_DRAWN = _object(**_SAMPLE)
_DRAWN["properties"]["files"] = {
    "type": "object", "additionalProperties": _TEXT,
    "description": "Texts of items.json, text.txt and truth.json, where they are asked for.",
}  # fmt: skip
_DRAWN_SNIPPETS = _object(
    kinds=_list(_TEXT) | {"description": "All kinds of the set."},
    snippets=_list(_object(kind=_TEXT, number=_INTEGER | {"description": "Its number within its kind."}, **_SAMPLE)),
)
_TEMPLATE = _object(
    text=_TEXT | {"description": "The template, in YAML; empty where no receipt is seen."},
    notes=_list(_TEXT) | {"description": "What could not be told or was left out, a line each."},
)
_BINARY = {"type": "string", "format": "binary"}
_UNAVAILABLE = _fault("Too many requests wait, or this one took too long, was ended, or can't be started.") | {
    "headers": {"Retry-After": {"description": "Seconds after which to try again.", "schema": _INTEGER}}
}


def _reading(summary: str, page: str, refusals: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the description of a path that reads images.

    Args:
        summary: What it does.
        page: Name of the schema of a page, which that of several bears with an s.
        refusals: Answers that others have not.
    """
    return {
        "post": {
            "summary": summary,
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
                    f"Of one image a {page}; of a PDF or of several files {page}s.",
                    {"oneOf": [_schema(name) for name in (page, f"{page}s")]},
                ),
                "400": _fault("No image in the request."), "413": _fault("Too many bytes, pixels or pages."),
                "415": _fault("Nothing that can be read, or a Content-Encoding."),
                "422": _fault("More text than a page has."),
                **(refusals or {}),
                "503": _UNAVAILABLE,
            },
        }
    }  # fmt: skip


def _drawing(summary: str, request: dict[str, Any], answer: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the description of a path that draws from a kind of file."""
    return {
        "post": {
            "summary": summary,
            "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
            "responses": {
                "200": answer,
                "400": _fault("Not a valid request."),
                "403": _fault("The server is not bound to this machine alone."),
                "413": _fault("Too many bytes or files."), "415": _fault("Not JSON by its Content-Type."),
                "422": _fault(f"Faults of the {kind}, with line and column, or of files beside it; or it takes too "
                              "much memory."),
                "503": _UNAVAILABLE,
            },
        }
    }  # fmt: skip


def _packaged_text(kind: str) -> dict[str, Any]:
    """Return the description of a path that gives packaged files of a kind."""
    return {
        "get": {
            "summary": f"A packaged {kind} as YAML",
            "parameters": [{"name": "name", "in": "path", "required": True, "schema": _TEXT}],
            "responses": {
                "200": _answer("YAML.", _TEXT, "text/plain"), "404": _fault(f"There is no {kind} of that name."),
            },
        }
    }  # fmt: skip


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _pages(page: str) -> dict[str, Any]:
    return _object(pages=_list({"allOf": [_schema(page), _object(file=_TEXT)]}), faults=_list(_TEXT))


DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "receiptgen",
        "version": "1",
        "description": "Reads images of receipts, and draws receipts and snippets. Nothing is kept but files beside "
        "a template, until others take their place. "
        "What is refused is answered by JSON with a list of faults, one line each.",
    },
    "paths": {
        "/api/read": _reading("Read an image of a receipt, a PDF, or several files of both", "Page"),
        "/api/fields": _reading("The same, and what the receipts say: merchant, date, items, total", "Receipt", {
            "501": _fault("The weights that tell fields are missing."),
        }),
        "/api/templates/from-image": _reading("The same, and templates that draw the like of the receipts", "Draft", {
            "501": _fault("The weights that tell fields are missing."),
        }),
        "/api/draw": _drawing(
            "Draw a receipt from a template", _DRAW, _answer("The receipt, and its text.", _DRAWN), "template"
        ),
        "/api/snippets": _drawing(
            "Draw snippets of a set", _DRAW_SNIPPETS, _answer("The snippets, in order.", _DRAWN_SNIPPETS), "snippet set"
        ),
        "/api/templates": {
            "get": {
                "summary": "Names of the packaged templates, profiles, snippet sets and locales",
                "responses": {"200": _answer("Names.", _NAMES)},
            }
        },
        "/api/schema": {
            "get": {
                "summary": "The JSON Schema of templates, profiles or snippet sets, for editors",
                "parameters": [
                    {
                        "name": "of", "in": "query",
                        "schema": {"type": "string", "enum": list(SCHEMAS), "default": "receipt"},
                    }
                ],
                "responses": {
                    "200": _answer("JSON Schema, draft 2020-12.", {"type": "object"}),
                    "400": _fault("There is no schema of that kind."), "503": _UNAVAILABLE,
                },
            }
        },
        "/api/templates/{name}": _packaged_text("template"),
        "/api/profiles/{name}": _packaged_text("profile"),
        "/api/snippets/{name}": _packaged_text("snippet set"),
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
            "Pages": _pages("Page"),
            "Fields": _FIELDS,
            "Receipt": {"allOf": [_schema("Page"), _object(fields=_schema("Fields"))]},
            "Receipts": _pages("Receipt"),
            "Template": _TEMPLATE,
            "Draft": {"allOf": [_schema("Receipt"), _object(template=_schema("Template"))]},
            "Drafts": _pages("Draft"),
        }
    },
}  # fmt: skip
