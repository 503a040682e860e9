"""The JSON Schema of a record with the members of its rooms."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from receiptgen.config.records import ROOM, record_of
from receiptgen.core.registry import Registry


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record, for editors; imports all members of its rooms."""
    rooms: dict[str, Registry[Any]] = {}
    while True:
        members = {(room, name): record_of(rooms[room].get(name)) for room in rooms for name in rooms[room].names}
        every = list(dict.fromkeys([model, *members.values()]))
        references, found = models_json_schema([(one, "validation") for one in every])
        definitions = found["$defs"]
        met: dict[str, Registry[Any]] = {}
        definitions = _furnish(definitions, met)
        if met.keys() <= rooms.keys():
            break
        rooms.update(met)
    for room, registry in rooms.items():
        options: list[dict[str, Any]] = [{"enum": list(registry.names)}]
        for name in registry.names:
            reference = references[members[room, name], "validation"]["$ref"]
            own = definitions[reference.rpartition("/")[2]]
            kind = {"kind": {"const": name}}
            options.append(
                {
                    **own,
                    "properties": kind | own.get("properties", {}),
                    "required": ["kind", *own.get("required", ())],
                }
            )
        definitions[room] = {"oneOf": options}
    top = references[model, "validation"]["$ref"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": top, "$defs": definitions}


def _furnish(part: Any, met: dict[str, Registry[Any]]) -> Any:
    """Replace each room by a reference to its definition, and note the rooms met."""
    if isinstance(part, list):
        return [_furnish(item, met) for item in part]
    if not isinstance(part, dict):
        return part
    if isinstance(room := part.get(ROOM), Registry):
        met[room.package] = room
        rest = {key: value for key, value in part.items() if key != ROOM}
        return {"$ref": f"#/$defs/{room.package}", **rest}
    return {key: _furnish(value, met) for key, value in part.items()}
