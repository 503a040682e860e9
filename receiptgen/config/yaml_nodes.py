"""YAML text to plain values that know where they stand; scalars stay text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel

from receiptgen.core.errors import ConfigError

LARGEST_FILE = 1_000_000  # bytes
MOST_NODES = 10_000  # that aliases may expand to; a file without aliases may hold more
DEEPEST = 50
LONGEST_TEXT = 20_000  # characters of a value; a charset may need thousands
Step = str | int
# YAML 1.1, section 5.1; libyaml and PyYAML word this fault differently, so it is looked for beforehand.
_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONG_QUOTE = re.compile(r"""'([^']{57})[^']{4,}'|"([^"]{57})[^"]{4,}\"""")
_LONG_WORD = re.compile(r"(\S{200})\S{4,}")
_LONGEST_FAULT = 2000
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_TAGS: dict[type[yaml.Event], str] = {
    yaml.ScalarEvent: "tag:yaml.org,2002:str",
    yaml.SequenceStartEvent: "tag:yaml.org,2002:seq",
    yaml.MappingStartEvent: "tag:yaml.org,2002:map",
}
# What a plain text says that is no value.
_NOTHING = frozenset({"", "~", "null"})
# libyaml's parser is ten times as fast; PyYAML can be built without it.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Position(NamedTuple):
    """A place in a file.

    Attributes:
        source: The file, as the user named it.
        line: Line, from 1; 0 for the file as a whole.
        column: Column in characters, from 1.
    """

    source: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


class Fault(NamedTuple):
    """One thing wrong in a file.

    Attributes:
        position: Where it stands.
        path: Keys and indices that lead there.
        text: What is wrong, and how to correct it.
    """

    position: Position
    path: tuple[Step, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.position}: {_shortened(self.path_of(self.path) + self.text)}"

    @staticmethod
    def path_of(steps: Iterable[Step]) -> str:
        """Return ``elements[2].snippet: ``, or nothing for the file as a whole."""
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        return f"{path.removeprefix('.')}: " if path else ""


def _shortened(text: str) -> str:
    """Cut what may be as long as the file: quoted values after 57 characters, and words, keys among them."""
    text = _LONG_QUOTE.sub(lambda found: repr(f"{found[1] or found[2]}..."), text)
    text = _LONG_WORD.sub(r"\1...", text)
    return text if len(text) <= _LONGEST_FAULT else f"{text[:_LONGEST_FAULT]}..."


# Keys that lead to a value.
KeyPath = tuple[str, ...]


class YamlMapping(dict[str, Any]):
    """A mapping that knows where its values stand.

    Attributes:
        position: Where it begins.
        keys_at: Position of each key.
        values_at: Position of each value.
        models: Records that were built from it, for help on unknown keys.
    """

    __slots__ = ("keys_at", "models", "position", "values_at")

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position
        self.keys_at: dict[str, Position] = {}
        self.values_at: dict[str, Position] = {}
        self.models: list[type[BaseModel]] = []

    def put(self, key: str, value: Any, key_at: Position, value_at: Position) -> None:
        """Enter a value with where its values stand."""
        self[key] = value
        self.keys_at[key] = key_at
        self.values_at[key] = value_at

    def without(self, dropped: str) -> YamlMapping:
        """Return a copy that lacks one key; it shares the note of models."""
        rest = YamlMapping(self.position)
        rest.models = self.models
        for key, value in self.items():
            if key != dropped:
                rest.put(key, value, self.keys_at[key], self.values_at[key])
        return rest

    def over(self, parent: YamlMapping, whole: Container[KeyPath] = (), path: KeyPath = ()) -> YamlMapping:
        """Return this mapping laid over its parent: mappings merge deeply, all else is replaced.

        A mapping of another ``kind`` replaces its parent whole, since its keys would mean nothing here; so does
        one that stands at a path in ``whole``.
        """
        merged = YamlMapping(self.position)
        for side in (parent, self):
            for key, value in side.items():
                old = merged.get(key)
                if isinstance(old, YamlMapping) and isinstance(value, YamlMapping):
                    alike = value.get("kind", old.get("kind")) == old.get("kind")
                    merges = alike and (*path, key) not in whole
                    value = value.over(old, whole, (*path, key)) if merges else value
                merged.put(key, value, side.keys_at[key], side.values_at[key])
        return merged


class YamlList(list[Any]):
    """A list that knows where its values stand.

    Attributes:
        position: Where it begins.
        values_at: Position of each item.
    """

    __slots__ = ("position", "values_at")

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position
        self.values_at: list[Position] = []


class _Node(NamedTuple):
    """A finished value; ``text`` is a scalar as written, ``size`` its nodes with aliases expanded."""

    value: Any
    text: str | None
    size: int
    height: int


class _Open:
    """A container whose end has not come yet."""

    __slots__ = ("anchor", "height", "key", "key_at", "size", "value")

    def __init__(self, value: YamlMapping | YamlList, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: str | None = None
        self.key_at = value.position
        self.size = 1
        self.height = 1


class _Builder:
    """Builds values from parser events, without recursion, so that no file can exhaust the stack."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.faults: list[Fault] = []
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Node | None] = {}
        self.root: _Node | None = None
        self.aliased = False

    def path(self) -> tuple[Step, ...]:
        steps = (len(o.value) if isinstance(o.value, YamlList) else o.key for o in self.stack)
        return tuple(step for step in steps if step is not None)

    def fail(self, position: Position, text: str) -> ConfigError:
        """Return the error of a fault that leaves nothing to go on with."""
        self.faults.append(Fault(position, self.path(), text))
        return ConfigError([str(fault) for fault in self.faults])

    def take(self, event: Any) -> None:
        """Digest one event."""
        kind, mark = type(event), event.start_mark
        position = Position(self.source, mark.line + 1, mark.column + 1)
        if kind is yaml.ScalarEvent:
            self.scalar(event, position)
        elif kind in _TAGS:
            self.check_tag(event, position)
            self.open(YamlList(position) if kind is yaml.SequenceStartEvent else YamlMapping(position), event.anchor)
        elif kind in (yaml.SequenceEndEvent, yaml.MappingEndEvent):
            done = self.stack.pop()
            self.place(_Node(done.value, None, done.size, done.height), done.value.position, done.anchor)
        elif kind is yaml.AliasEvent:
            self.alias(event.anchor, position)
        elif kind is yaml.DocumentStartEvent and self.root:
            raise self.fail(position, "a second document begins; keep one document in a file")

    def check_tag(self, event: Any, position: Position) -> None:
        """Fail where an event has a tag that says another thing than what it is."""
        if event.tag not in (None, "!", _TAGS[type(event)]):
            raise self.fail(position, f"unknown tag {event.tag!r}; leave it out")

    def scalar(self, event: Any, position: Position) -> None:
        """Put a text where it belongs; most events are texts, and most of these keys or values of mappings."""
        if event.tag is not None:
            self.check_tag(event, position)
        text = event.value
        plain = not event.style and event.tag is None
        value = None if plain and text in _NOTHING else text
        if len(text) > LONGEST_TEXT:
            raise self.fail(position, f"a text of {len(text):,} characters; the longest has {LONGEST_TEXT:,}")
        parent = self.stack[-1] if self.stack and not event.anchor and not self.aliased else None
        if parent is None or not isinstance(parent.value, YamlMapping):
            self.place(_Node(value, text, 1, 0), position, event.anchor)
        elif parent.key is None:
            self.name(parent, parent.value, text, position)
        else:
            parent.value.put(parent.key, value, parent.key_at, position)
            parent.key = None
            parent.size += 1

    def open(self, value: YamlMapping | YamlList, anchor: str | None) -> None:
        if self.stack and isinstance(self.stack[-1].value, YamlMapping) and self.stack[-1].key is None:
            raise self.fail(value.position, "a key must be text, not a list or a mapping")
        if len(self.stack) >= DEEPEST:
            raise self.fail(value.position, f"nested deeper than {DEEPEST} levels")
        if anchor:
            self.anchors[anchor] = None
        self.stack.append(_Open(value, anchor))

    def alias(self, name: str, position: Position) -> None:
        if name not in self.anchors:
            raise self.fail(position, f"unknown alias '*{name}'; set its anchor '&{name}' above")
        node = self.anchors[name]
        if node is None:
            raise self.fail(position, f"alias '*{name}' contains itself")
        if len(self.stack) + node.height > DEEPEST:
            raise self.fail(position, f"alias '*{name}' nests deeper than {DEEPEST} levels")
        self.aliased = True
        self.place(node, position, None)

    def place(self, node: _Node, position: Position, anchor: str | None) -> None:
        """Put a finished value into the container that is open, as a key, a value or an item."""
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent.value, YamlList):
            parent.value.append(node.value)
            parent.value.values_at.append(position)
        elif parent.key is None:
            if node.text is None:
                raise self.fail(position, "a key must be text, not a list or a mapping")
            self.name(parent, parent.value, node.text, position)
            return
        else:
            parent.value.put(parent.key, node.value, parent.key_at, position)
            parent.key = None
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if self.aliased and parent.size > MOST_NODES:
            raise self.fail(position, f"aliases expand to more than {MOST_NODES} values")

    def name(self, parent: _Open, mapping: YamlMapping, key: str, position: Position) -> None:
        """Note the key of the value that comes next."""
        parent.key, parent.key_at = key, position
        if key in mapping:
            first = mapping.keys_at[key].line
            text = f"key {key!r} stands in line {first} and again in line {position.line}; keep one"
            self.faults.append(Fault(position, self.path(), text))


def parse(text: str, source: str) -> tuple[YamlMapping, list[Fault]]:
    """Read one YAML mapping; plain ``null``, ``~`` and empty scalars become None, all other scalars text.

    Returns:
        The mapping, and its duplicate keys.

    Raises:
        ConfigError: The text is not YAML, or not a mapping.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST_FILE:
        raise ConfigError([f"{source}: larger than {LARGEST_FILE:,} bytes"])
    if odd := _UNPRINTABLE.search(text):
        before = _BREAK.split(text[: odd.start()])
        position = Position(source, len(before), len(before[-1]) + 1)
        raise ConfigError([str(Fault(position, (), f"character U+{ord(odd.group()):04X} is not allowed in YAML"))])
    builder = _Builder(source)
    for event in _events(text, builder):
        builder.take(event)
    if builder.root is None or (builder.root.value is None and not builder.root.text):
        raise ConfigError([f"{source}: the file is empty"])
    if not isinstance(builder.root.value, YamlMapping):
        raise builder.fail(Position(source, 1, 1), "expected a mapping (lines of 'key: value')")
    return builder.root.value, builder.faults


def _events(text: str, builder: _Builder) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        position = Position(builder.source, at.line + 1, at.column + 1) if at else Position(builder.source, 0, 0)
        began = f" from line {error.context_mark.line + 1}" if error.context_mark else ""
        cause = f"{error.context}{began}: {error.problem}" if error.context else f"{error.problem}"
        builder.stack.clear()  # the parser may be far ahead of what is built, so a path would mislead
        raise builder.fail(position, f"not YAML: {cause}") from None


def position_after(text: str, source: str) -> Position:
    """Return the place at which a text ends."""
    lines = _BREAK.split(text)
    return Position(source, len(lines), len(lines[-1]) + 1)
