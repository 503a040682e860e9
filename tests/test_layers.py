"""A module imports only from those above it, as CONTRIBUTING says."""

import ast
from pathlib import Path

import pytest

import receiptgen

PACKAGE = Path(receiptgen.__file__).parent
# From the ground up: each may import from those before it. A room is one layer; its files see each other.
LAYERS = (
    "errors", "geometry", "registry", "marks", "faults", "config", "dice", "weights", "assets", "locales",
    "receipt", "money", "catalogue", "merchants", "payment", "trades", "basket", "coverage", "typeface", "atlas",
    "page", "sample", "noise", "setting", "printer", "snippets", "elements", "effects", "writers", "loading",
    "profile", "layout", "raster", "template", "looks", "cutting", "pipeline", "plan", "workers", "dataset",
    "checking", "clearing", "contact", "fixtures", "crops", "measures", "judges", "fidelity", "report",
    "pytest_plugin", "commands", "cli", "__main__",
)  # fmt: skip
ROOMS = ("snippets", "elements", "effects", "writers", "commands")
FILES = sorted(PACKAGE.rglob("*.py"))
MODULES = ["/".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in FILES]


def layer(module: str) -> str:
    """Return the layer of ``receiptgen.x.y``: ``x``."""
    return module.split(".")[1]


def only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(node: ast.AST) -> set[str]:
    """Return the dotted names of all of our modules that some code imports, but for types alone."""
    found: set[str] = set()
    if isinstance(node, ast.Import):
        found = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        names = {f"{node.module}.{alias.name}" for alias in node.names}
        found = names if node.module == "receiptgen" else {node.module or ""}
    for child in ast.iter_child_nodes(node):
        if not only_for_types(child):
            found |= imported(child)
    return {name for name in found if name == "receiptgen" or name.startswith("receiptgen.")}


@pytest.mark.parametrize("path", FILES, ids=MODULES)
def test_a_module_imports_from_layers_above_it_only(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts == ("__init__",):
        assert not imported(ast.parse(path.read_text(encoding="utf-8")))
        return
    own = parts[0]
    assert own in LAYERS, f"{own!r} has no place in the order of layers"
    above = LAYERS[: LAYERS.index(own)]
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        used = layer(name)
        assert used in above or (used == own and own in ROOMS), f"{'.'.join(parts)} imports {name}"


def test_every_layer_is_there() -> None:
    found = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in FILES} - {"__init__"}
    assert found == set(LAYERS)


def test_no_module_reads_the_training_package() -> None:
    for path in FILES:
        names = imported(ast.parse(path.read_text(encoding="utf-8")))
        assert not [name for name in names if name.startswith("receiptgen.train")], path


TRAIN = PACKAGE.parent / "train"
# The same for training; what begins with an underscore is part of its room.
TRAIN_LAYERS = (
    "files", "images", "layers", "charset", "transforms", "batches", "networks", "description", "datasets", "weights",
    "metrics", "language", "guide", "decode", "alignment", "backends", "skipped", "mixture", "lines", "feed", "recipe",
    "schedule", "naming", "overrides", "beginning", "checkpoint", "confidence", "reading", "inference", "pages",
    "outputs", "journal", "sheets", "evaluation", "loop", "run", "curves", "tensorboard", "progress", "report",
    "show", "launch", "formats", "serve", "commands",
)  # fmt: skip


def relative(tree: ast.AST, depth: int) -> set[str]:
    """Return the modules or rooms of training that some code imports, seen from so deep within it."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        if not only_for_types(node):
            found |= relative(node, depth)
    return found


@pytest.mark.parametrize("path", sorted(TRAIN.rglob("*.py")), ids=lambda path: path.relative_to(TRAIN).as_posix())
def test_training_imports_from_layers_above_only(path: Path) -> None:
    parts = path.relative_to(TRAIN).with_suffix("").parts
    if parts == ("__init__",):
        return
    own, depth = parts[0], len(parts)
    assert own in TRAIN_LAYERS, f"{own!r} has no place in the order of layers"
    above = TRAIN_LAYERS[: TRAIN_LAYERS.index(own)]
    for name in relative(ast.parse(path.read_text(encoding="utf-8")), depth):
        assert name in above, f"{'.'.join(parts)} imports {name}"


def test_only_backends_touch_a_framework() -> None:
    for path in [*sorted(TRAIN.rglob("*.py")), *FILES]:
        if "backends" not in path.parts:
            names = imported_or_relative(ast.parse(path.read_text(encoding="utf-8")))
            assert not {name.split(".")[0] for name in names} & {"torch", "mxnet"}, path


def test_training_imports_relatively_inside_itself() -> None:
    for path in sorted((PACKAGE.parent / "train").rglob("*.py")):
        names = imported_or_relative(ast.parse(path.read_text(encoding="utf-8")))
        assert not [name for name in names if name.split(".")[0] == "train" or name.startswith("receiptgen.train")], (
            path
        )


def imported_or_relative(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return found
