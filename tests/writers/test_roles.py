"""Roles as numbered classes."""

import re
from pathlib import Path

from receiptgen.writers._roles import CLASSES, ROLES, class_of

TRUTH = Path(__file__).parents[2] / "docs" / "reference" / "truth.md"


def test_every_role_that_the_documentation_names_is_a_class() -> None:
    table = TRUTH.read_text(encoding="utf-8").partition("## Roles")[2].partition("## Marks")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    named = re.findall(r"`([^`]+)`", " ".join(cells))
    assert set(named) - {"text"} == set(ROLES)


def test_no_class_has_two_numbers() -> None:
    assert len(set(CLASSES)) == len(CLASSES)
    # Labels on disk hold these.
    assert [CLASSES.index(name) for name in ("text", "label", "merchant.name", "total", "barcode.text")] == [
        0, 1, 2, 68, 100,
    ]  # fmt: skip


def test_other_roles_are_labels_or_text() -> None:
    assert [class_of(role) for role in ("total", "total.label", "facts.wine", "price")] == [
        "total", "label", "text", "text",
    ]  # fmt: skip
