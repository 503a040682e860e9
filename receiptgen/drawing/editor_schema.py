"""The JSON Schema with which editors complete and check a YAML file as it is typed."""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.config.json_schema import schema
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.template import ReceiptTemplate, SnippetSet
from receiptgen.typography.typeface import group_names


class _Extendable(NamedTuple):
    """A kind of file that may extend another.

    Attributes:
        model: Its record.
        folder: Folder of ``configs`` with the packaged ones.
    """

    model: type[BaseModel]
    folder: str


_EXTENDABLE = {
    "receipt": _Extendable(ReceiptTemplate, "templates"),
    "snippets": _Extendable(SnippetSet, "snippets"),
    "profile": _Extendable(Profile, "profiles"),
}
# Folders of the names that fields take, by record and field.
_NAMED = {
    ("ReceiptTemplate", "locales"): "locales",
    ("ReceiptTemplate", "profile"): "profiles",
    ("ReceiptTemplate", "pen"): "profiles",
    ("SnippetSet", "locales"): "locales",
    ("SnippetSet", "profile"): "profiles",
    ("BasketSpec", "shop"): "shops",
}
# Fields that take names of groups of fonts.
_OF_FONTS = (("Printer", "faces"), ("Printer", "display"))


def editor_schema(what: Literal["receipt", "snippets", "profile", "values"]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a template's file, or of given values of a receipt.

    In a file ``extends`` may stand for what is left out. Packaged names, beside which paths of files may stand, are
    told as ``examples``.
    """
    if what == "values":
        return schema(GivenReceipt)
    model, folder = _EXTENDABLE[what]
    described = schema(model)
    top = described["$defs"][described["$ref"].rpartition("/")[2]]
    top["properties"].pop("name", None)  # the file's name is it
    extends = {
        "type": "string",
        "description": "Template that this one is laid over: a name, or a file beside it.",
        "examples": list(packaged_names(folder)),
    }
    top["properties"] = {"extends": extends, **top["properties"]}
    if required := top.pop("required", None):
        top["anyOf"] = [{"required": ["extends"]}, {"required": required}]
    for place, named in _NAMED.items():
        _exemplify(described, place, packaged_names(named))
    for place in _OF_FONTS:
        _exemplify(described, place, group_names())
    return described


def _exemplify(described: dict[str, Any], place: tuple[str, str], names: Iterable[str]) -> None:
    """Tell the names that a field takes, where the schema has it."""
    record, field = place
    if found := described["$defs"].get(record, {}).get("properties", {}).get(field):
        found["examples"] = list(names)
