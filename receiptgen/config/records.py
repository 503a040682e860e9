"""YAML text to records: every fault of a file at once, with file, line, column and a near miss."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from receiptgen.config.diagnostics import MOST_CHOICES, MemberError, details_of, faults_of, misfit, quote
from receiptgen.config.docstrings import attributes, summary
from receiptgen.config.paths import FOLDER
from receiptgen.config.yaml_nodes import LARGEST_FILE, Fault, YamlMapping, parse, position_after
from receiptgen.core.errors import ConfigError, ReceiptgenError, UnknownNameError
from receiptgen.core.files import reason_of
from receiptgen.core.registry import Registry
from receiptgen.core.settings import Settings
from receiptgen.core.suggestions import hint

M = TypeVar("M", bound=BaseModel)
KeyPath = tuple[str, ...]
Resolve = Callable[[str, Path], Path]

# Key of a schema where the members of a room go.
ROOM = "x-room"
# Faults of a file that are told at once.
_MOST_FAULTS = 50


class Record(BaseModel):
    """What comes from YAML: frozen, and without room for unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    # Keys that were called otherwise, by what they are called now; an old one is refused with the new one named.
    renamed: ClassVar[Mapping[str, str]] = {}
    # Class whose docstring describes it, where that is another.
    described: ClassVar[type[Any] | None] = None

    @model_validator(mode="before")
    @classmethod
    def _note(cls, data: Any) -> Any:
        # A fault tells its place but not its record, whose keys the help on unknown keys needs.
        if isinstance(data, YamlMapping):
            data.models.append(cls)
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        target = handler.resolve_ref_schema(described)
        documented = cls.described or cls
        target["description"] = summary(documented)
        for name, text in attributes(documented).items():
            if (field := target.get("properties", {}).get(name)) is not None:
                form = field.get("description")  # of the field's type, where that says how it is written
                field["description"] = f"{text} Written as {form}." if form else text
        return described


def load(
    path: Path, model: type[M], *, resolve: Resolve | None = None, context: Mapping[str, Any] | None = None,
    texts: dict[str, str] | None = None,
) -> M:  # fmt: skip
    """Read a YAML file.

    Args:
        path: The file; faults name it just so.
        model: Record to build.
        resolve: Where given, a file may say ``extends: NAME``; called with the name and the file that
            says so, it returns the file to lay this one over.
        context: What validators find in ``info.context`` beside the file's folder.
        texts: Where given, filled with what was read, by file.

    Raises:
        ConfigError: The file, or one that it extends, is wrong.
    """
    sources = {} if texts is None else texts
    raw, faults = _inherit(path, resolve, (), sources, frozenset(_whole(model)))
    _refuse_orphan(faults)
    return _build(raw, model, faults, list(sources), {**(context or {}), FOLDER: path.parent})


def loads(
    text: str, model: type[M], *, name: str = "<text>", resolve: Resolve | None = None, folder: Path | None = None
) -> M:
    """Read YAML text; that of others may name no files, and its faults tell no folder of this machine.

    Args:
        text: The text.
        model: Record to build.
        name: What stands for the file in faults.
        resolve: As ``load`` takes it.
        folder: Folder from which the paths of files count; None for text of others.

    Raises:
        ConfigError: The text, or a file that it extends, is wrong.
    """
    sources: dict[str, str] = {}
    shown = (lambda path: path.name) if folder is None else str
    raw, faults = _inherit(Path(name), resolve, (), sources, frozenset(_whole(model)), text, shown)
    _refuse_orphan(faults)
    return _build(raw, model, faults, list(sources), {FOLDER: folder})


def _refuse_orphan(faults: Sequence[Fault]) -> None:
    """Raise what is wrong with ``extends``: what its file says is missing from this one, and would hide that."""
    if orphans := [str(fault) for fault in faults if fault.path == ("extends",)]:
        raise ConfigError(orphans)


def read_text(path: Path) -> str:
    """Read a file as UTF-8.

    Raises:
        ConfigError: There is no such file, or it is not one of UTF-8 text.
    """
    try:
        if path.is_dir():
            raise ConfigError([f"{path}: is a folder, not a file"])
        if not path.is_file():
            raise ConfigError([f"{path}: {'is not a regular file' if path.exists() else 'no such file'}"])
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigError([f"{path}: larger than {LARGEST_FILE:,} bytes"])
        return path.read_bytes().decode()
    except OSError as error:
        reason = reason_of(error)
        raise ConfigError([f"{path}: can't be read: {reason}"]) from None
    except UnicodeDecodeError as error:
        position = position_after(error.object[: error.start].decode(), str(path))
        byte = error.object[error.start]
        raise ConfigError([f"{position}: byte {byte:#04x} is not UTF-8; save the file as UTF-8"]) from None


def _inherit(
    path: Path,
    resolve: Resolve | None,
    children: tuple[Path, ...],
    sources: dict[str, str],
    whole: Container[KeyPath],
    text: str | None = None,
    shown: Callable[[Path], str] = str,
) -> tuple[YamlMapping, list[Fault]]:
    """Read a file, or a text in its place, laid over those that it extends; ``shown`` names files in faults."""
    sources[shown(path)] = text = read_text(path) if text is None else text
    raw, faults = parse(text, shown(path))
    if resolve is None or "extends" not in raw:
        return raw, faults
    name, rest = raw["extends"], raw.without("extends")
    fail = partial(Fault, raw.values_at["extends"], ("extends",))
    if not isinstance(name, str):
        return rest, [*faults, fail(f"expected one name, got {quote(name)}")]
    try:
        parent = resolve(name, path)
    except UnknownNameError as error:
        beside = name.isidentifier() and (path.parent / f"{name}.yaml").is_file()
        help_ = f"; for the file beside this one write '{name}.yaml'" if beside else ""
        return rest, [*faults, fail(f"{error}{help_}")]
    family = (*children, path)
    if parent.resolve() in [child.resolve() for child in family]:
        circle = " -> ".join(map(shown, (*family, parent)))
        return rest, [*faults, fail(f"{name!r} leads back to where it began: {circle}")]
    base, more = _inherit(parent, resolve, family, sources, whole, shown=shown)
    return rest.over(base, whole), faults + more


def _whole(model: type[BaseModel], path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the paths of fields whose type is a mapping of its own, as ``Weights``: one value, not settings."""
    for name, field in model.model_fields.items():
        # Of a field that may be left out, ``Weights | None``, the type itself.
        for kind in get_args(field.annotation) if _optional(field.annotation) else (field.annotation,):
            if isinstance(kind, type) and not get_origin(kind):
                if issubclass(kind, dict):
                    yield (*path, name)
                elif issubclass(kind, BaseModel):
                    yield from _whole(kind, (*path, name))


def _optional(annotation: Any) -> bool:
    return type(None) in get_args(annotation)


def _build(
    raw: YamlMapping, model: type[M], faults: list[Fault], sources: Sequence[str], context: Mapping[str, Any]
) -> M:
    built: M | None = None
    try:
        built = model.model_validate(raw, context=context)
    except ValidationError as error:
        faults = faults + faults_of(raw, error)
    if built is None or faults:
        order = {source: place for place, source in enumerate(sources)}
        faults = sorted(faults, key=lambda f: (order[f.position.source], f.position.line, f.position.column))
        told = list(dict.fromkeys(map(str, faults)))
        rest = [f"{sources[0]}: and {len(told) - _MOST_FAULTS:,} more"] if len(told) > _MOST_FAULTS else []
        raise ConfigError(told[:_MOST_FAULTS] + rest)
    return built


@dataclass(frozen=True)
class Member:
    """Annotation of a field that holds a member of a room: ``Annotated[Snippet, Member(SNIPPETS)]``.

    In YAML that is a mapping with the member's name as ``kind`` beside its own keys, or just the name.
    A member that is built already is taken as it is. Only the named member's file is imported.

    Attributes:
        registry: The room.
    """

    registry: Registry[Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._build,
            serialization=core_schema.plain_serializer_function_ser_schema(self._dump, info_arg=True),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {ROOM: self.registry}  # json_schema puts the room's members here

    def _build(self, value: Any, info: ValidationInfo) -> Any:
        place: tuple[str, ...] = ()
        if isinstance(value, Mapping):
            if "kind" not in value:
                raise ValueError(f"missing key 'kind'{self._hint('')}")
            name, place = value["kind"], ("kind",)
            fields = value.without("kind") if isinstance(value, YamlMapping) else {**value}
            fields.pop("kind", None)
        elif value is None or isinstance(value, str | bytes | int | float | Sequence):
            name, fields = value, {}
        else:
            return value
        if not isinstance(name, str):
            raise self._fault(name, place, f"expected a kind, got {quote(name)}{self._hint('')}")
        if name not in self.registry:
            raise self._fault(name, place, f"unknown kind {quote(name)}{self._hint(name)}")
        try:
            member = self.registry.get(name)
        except ReceiptgenError as error:  # its file needs an extra that is not installed
            raise self._fault(name, place, str(error)) from None
        try:
            return _built(member, record_of(member).model_validate(fields, context=info.context))
        except ValidationError as error:
            raise MemberError(details_of(error)) from None

    def _hint(self, name: str) -> str:
        return hint(name, self.registry.names, MOST_CHOICES)

    @staticmethod
    def _fault(value: Any, place: tuple[str, ...], text: str) -> MemberError:
        return MemberError([misfit(place, value, text)])

    def _dump(self, value: Any, info: SerializationInfo) -> Any:
        if isinstance(value, BaseModel | Settings):
            settings = value.values() if isinstance(value, Settings) else value.model_dump(mode=info.mode)
            return {"kind": self.registry.name_of(type(value)), **settings}
        return value


class AsRecord:
    """Annotation of a field of ``Settings``, which YAML has as it has records: ``Annotated[Network, AsRecord()]``."""

    def __get_pydantic_core_schema__(self, source: type[Settings], handler: GetCoreSchemaHandler) -> CoreSchema:
        def build(value: Any, validate: Callable[[Any], BaseModel]) -> Any:
            return value if isinstance(value, source) else _built(source, validate(value))

        return core_schema.no_info_wrap_validator_function(
            build,
            handler.generate_schema(record_of(source)),
            serialization=core_schema.plain_serializer_function_ser_schema(source.values),
        )


def record_of(kind: type[Any]) -> type[BaseModel]:
    """Return the record by which a class is read from YAML: one with the fields of ``Settings``, otherwise itself."""
    if issubclass(kind, Settings):
        return _record_of(kind)  # type: ignore[arg-type]  # mypy asks the class for the hash of its instances
    return kind


@cache
def _record_of(kind: type[Settings]) -> type[Record]:
    types = get_type_hints(kind, include_extras=True)
    keys: dict[str, Any] = {field.name: _key(types[field.name], field.default) for field in fields(kind)}
    record: type[Record] = create_model(kind.__name__, __base__=Record, __module__=kind.__module__, **keys)
    record.described = kind
    return record


def _key(declared: Any, default: Any) -> tuple[Any, Any]:
    """Return the type and default of a field of ``Settings`` as ``create_model`` takes them."""
    kind, *limits = get_args(declared) if get_origin(declared) is Annotated else (declared,)
    kept = {} if default is MISSING else {"default": default}
    return kind, Field(**kept, **(limits[0].given if limits else {}))


def _built(kind: type[Any], record: BaseModel) -> Any:
    """Return what was read as ``record_of`` says."""
    return kind(**dict(record)) if issubclass(kind, Settings) else record
