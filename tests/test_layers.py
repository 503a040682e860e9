"""A module imports from its own folder and from rows below it, as the table of CONTRIBUTING has them."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

# One process parses each file once.
pytestmark = pytest.mark.xdist_group("layers")
ROOT = Path(__file__).parents[1]
PACKAGES = {"receiptgen": ROOT / "receiptgen", "receiptgen.train": ROOT / "train"}
FILES = sorted(path for folder in PACKAGES.values() for path in folder.rglob("*.py"))
# Files that hold nothing: the command line's other name, and the guard of the training package.
OUTSIDE = {"receiptgen/__main__.py", "train/__init__.py"}


def rows() -> list[str]:
    """Return the folders and files of the table, top to bottom."""
    table = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("| folder |")[2].partition("\n\n")[0]
    return [name for row in table.splitlines()[2:] for name in re.findall(r"`([\w/.]+)`", row.split("|")[1])]


ROWS = rows()


@cache
def row_of(path: str) -> int:
    """Return the row of a file, named from the root of the checkout: that of its folder, or of the one above."""
    rows = [row for row in ROWS if path == row or path.startswith(f"{row}/")]
    return ROWS.index(max(rows, key=len))


def only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(node: ast.AST, package: list[str]) -> set[str]:
    """Return dotted names of all that some code of a package imports, inside functions too, types alone aside."""
    found: set[str] = set()
    if isinstance(node, ast.Import):
        found = {alias.name for alias in node.names}
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else []
        origin = ".".join([*base, *([node.module] if node.module else [])])
        found = {f"{origin}.{alias.name}" for alias in node.names}
    for child in ast.iter_child_nodes(node):
        if not only_for_types(child):
            found |= imported(child, package)
    return found


def module_of(path: Path) -> list[str]:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ["receiptgen", *parts] if parts[0] == "train" else parts


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> frozenset[str]:
    return frozenset(imported(tree_of(path), module_of(path)[:-1]))


@cache
def file_of(name: str) -> str | None:
    """Return the file of ours, from the root, that a dotted name leads to."""
    parts = name.split(".")
    if parts[0] != "receiptgen":
        return None
    parts = parts[1:] if parts[1:2] == ["train"] else parts
    for length in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:length])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                return file.relative_to(ROOT).as_posix()
    return None  # data, as receiptgen.fonts


def test_a_module_imports_from_its_own_folder_and_from_rows_below() -> None:
    wrong = []
    for path in FILES:
        own = path.relative_to(ROOT).as_posix()
        used = {} if own in OUTSIDE else {name: file_of(name) for name in imports_of(path)}
        others = {name: file for name, file in used.items() if file not in {None, "receiptgen/__init__.py"}}
        wrong += [f"{own} imports {name}" for name, file in others.items() if row_of(str(file)) < row_of(own)]
    assert wrong == []


def test_every_folder_is_in_the_table_and_no_row_is_superfluous() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in FILES} - OUTSIDE
    assert {"/".join(file.split("/")[:2]) for file in files} <= set(ROWS)
    assert {ROWS[row_of(file)] for file in files} == set(ROWS)


def test_folders_show_the_architecture() -> None:
    loose = {root: [path.name for path in FILES if path.parent == folder] for root, folder in PACKAGES.items()}
    assert len(loose["receiptgen"]) <= 5
    assert len(loose["receiptgen.train"]) <= 1


def test_no_module_of_receiptgen_imports_the_training_package() -> None:
    for path in (PACKAGES["receiptgen"]).rglob("*.py"):
        assert not [name for name in imports_of(path) if name.startswith("receiptgen.train")], path


def test_only_backends_and_the_streams_of_samples_touch_a_framework() -> None:
    for path in FILES:
        if "backends" not in path.parts and path != PACKAGES["receiptgen"] / "torch.py":
            assert not {name.split(".")[0] for name in imports_of(path)} & {"torch", "mxnet"}, path


def test_nothing_imports_the_streams_of_samples() -> None:
    for path in FILES:
        assert "receiptgen.torch" not in {name.removesuffix(".Stream") for name in imports_of(path)}, path


def test_training_imports_relatively_inside_itself_and_receiptgen_absolutely() -> None:
    for path in FILES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom):
                training = path.is_relative_to(PACKAGES["receiptgen.train"])
                assert training or not node.level, path
                assert not (node.module or "").startswith(("train.", "receiptgen.train")), path
