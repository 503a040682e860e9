"""Templates and snippet sets made up by their JSON Schema: ``check`` and ``draw`` must agree on each."""

import contextlib
import io
import random
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from guard import guarded
from outcome import Outcome

from receiptgen.cli import main
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.editor_schema import editor_schema
from receiptgen.typography.typeface import face_groups, faces

TEXTS = (
    "", " ", "a", "Total", "{}", "{", "%", "%d", "'", '"', "\u202e", "\u00e9", "\u20ac", "\U0001f600", "\u65e5\u672c",
    "\u0e01\u0e33", "0" * 40, "w" * 999, "a b " * 200, "../x", "/dev/zero", "null", "NO", "1e9", "*** {} ***",
)  # fmt: skip
# Names that the schema can't list, by the key that holds them.
NAMES = {
    "locales": packaged_names("locales"),
    "shop": packaged_names("shops"),
    "faces": (*face_groups(), *faces()),
    "display": (*face_groups(), *faces()),
    "profile": packaged_names("profiles"),
    "templates": packaged_names("templates"),
    "vocabulary": ("english",),
    "styles": ("plain", "bold", "tall+wide", "inverse"),
    "ink": ("dots", "smooth"),
    "provider": ("company", "name", "bs", "pystr"),
}
WRONG = 0.04  # share of values that are of any kind or size


class Maker:
    """Makes values that a JSON Schema allows, and now and then others.

    Args:
        schema: The schema, with its definitions.
        dice: What they are drawn from.
    """

    def __init__(self, schema: dict[str, Any], dice: random.Random) -> None:
        self.definitions = schema["$defs"]
        self.top = self.resolved(schema)
        self.dice = dice

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """Follow references."""
        while "$ref" in part:
            part = self.definitions[part["$ref"].rpartition("/")[2]]
        return part

    def value(self, part: dict[str, Any], key: str = "", depth: int = 0) -> Any:
        """Make one value."""
        part, dice = self.resolved(part), self.dice
        if dice.random() < WRONG:
            return dice.choice([None, [], {}, -1, 1e9, 1e300, 10**30, "x", True, *TEXTS])
        if "const" in part:
            return part["const"]
        if "enum" in part:
            return dice.choice(part["enum"])
        for union in ("anyOf", "oneOf"):
            if union in part:
                return self.value(dice.choice(part[union]), key, depth)
        kind = part.get("type", "object")
        if kind in ("number", "integer"):
            return self.number(part)
        if kind == "boolean":
            return dice.random() < 0.5
        if kind == "array":
            few = part.get("minItems", 0)
            return [self.value(part.get("items", {}), key, depth + 1) for _ in range(few + dice.randrange(3))]
        if kind == "object":
            if "properties" in part:
                return self.record(part, depth)
            names = [self.text({}, key) for _ in range(dice.randint(1, 3))]
            some = part.get("additionalProperties", {"type": "string"})  # older versions of pydantic leave it out
            return {name: self.value(some, key, depth + 1) for name in names}
        return self.text(part, key)

    def number(self, part: dict[str, Any]) -> float:
        """Make a number: mostly small, sometimes at a bound."""
        low, high = part.get("minimum", part.get("exclusiveMinimum")), part.get("maximum", part.get("exclusiveMaximum"))
        point = self.dice.choice([0.0, 1.0, self.dice.random(), self.dice.random() ** 4, self.dice.random() ** 4])
        drawn = low + point * (high - low)
        return round(drawn) if part["type"] == "integer" else float(f"{drawn:.4g}")

    def text(self, part: dict[str, Any], key: str) -> str:
        """Make a text, a range or a name."""
        if "pattern" in part and ".." in part["pattern"]:
            return f"{self.dice.randint(0, 30)}..{self.dice.randint(20, 60)}"
        return str(self.dice.choice(NAMES.get(key, TEXTS)))

    def record(self, part: dict[str, Any], depth: int = 0, most: int = 3) -> dict[str, Any]:
        """Make a record: what it requires, and up to some more."""
        wanted = set(part.get("required", ()))
        others = [key for key in part["properties"] if key not in wanted and key not in ("extends", "name")]
        wanted |= set(self.dice.sample(others, min(len(others), self.dice.randint(0, most)))) if depth < 5 else set()
        return {key: self.value(part["properties"][key], key, depth + 1) for key in part["properties"] if key in wanted}


def made(maker: Maker, bases: tuple[str, ...]) -> dict[str, Any]:
    """Make a file: it extends a packaged one and has other values for some of its keys."""
    dice = maker.dice
    made = {"extends": dice.choice(bases), "about": "made up"} | maker.record(maker.top, most=2)
    # Few countries, so that a check draws few receipts.
    made["locales"] = made.get("locales", {dice.choice(NAMES["locales"]): 1})
    return made


def said(*command: str) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it said on standard error."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        try:
            main(list(command))
        except SystemExit as end:
            return int(end.code or 0), told.getvalue()
    return 0, told.getvalue()


def agree(folder: Path, name: str, option: str) -> str:
    """Check and draw a file; tell where they disagree, or say more than lines."""
    path = str(folder / name)
    check, words = said("templates", "check", path)
    draw, told = said("draw", "2", option, path, "--out", str(folder / f"{name}.out"), "--quiet", "--workers", "1")
    lines = [*words.splitlines(), *told.splitlines()]
    if check == 0 != draw:
        return f"check says ok, draw: {told.strip()}"
    if {check, draw} - {0, 1} or any(len(line) > 3000 or not line.startswith("receiptgen: ") for line in lines):
        return f"check {check}, draw {draw}: {words}{told}"
    return ""


def fuzz(cases: int, seed: int) -> Outcome:
    """Make files, check and draw each in a process of its own."""
    dice, outcome = random.Random(seed), Outcome()
    forms = [
        (Maker(editor_schema("receipt"), dice), packaged_names("templates"), "--templates"),
        (Maker(editor_schema("snippets"), dice), ("standard",), "--set"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        for case in range(cases):
            maker, bases, option = forms[case % 4 == 3]
            name = f"case{case}.yaml"
            Path(folder, name).write_text(yaml.safe_dump(made(maker, bases), allow_unicode=True, sort_keys=False))
            outcome.tried += 1
            if fault := guarded(partial(agree, Path(folder), name, option)):
                outcome.failures.append(f"{fault}\n{Path(folder, name).read_text()}")
    return outcome
