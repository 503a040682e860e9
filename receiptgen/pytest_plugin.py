"""A pytest plugin that gives your tests a synthetic receipt.

Installed with receiptgen, it adds nothing to a test that doesn't ask for it::

    @pytest.mark.receipt(template="cafe", seed=3, index=0, profile="scan")
    def test_reads_the_total(receipt):
        assert my_reader(receipt.page.image)["total"] == receipt.values["total"]

``receipt`` is a ``receiptgen.imaging.sample.Sample``: ``page.image`` uint8 (H, W), ``text``, ``values`` (what is
printed, nothing else), ``where("total")`` (which print says it) and ``page.regions``. ``receipt_image_path`` is the
same receipt as a PNG file. Both are functions of the marker's arguments alone.
"""

from inspect import signature
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from receiptgen.imaging.sample import Sample

_MARKER = "receipt(template=None, seed=0, index=0, profile=): which receipt `receipt` and `receipt_image_path` are"

# Above the largest seed and index; characters of a wrong value that are quoted.
_END, _QUOTED = 2**63, 60


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that ``--strict-markers`` knows it."""
    config.addinivalue_line("markers", _MARKER)


def _draw(template: "str | PathLike[str] | None" = None, seed: int = 0, index: int = 0, profile: str = "") -> "Sample":
    # Imported here: a test session that draws nothing need not wait for NumPy.
    from receiptgen.core.assets import own_names
    from receiptgen.drawing.receipts import Receipts

    names = own_names("templates") if template is None else (template,)
    return Receipts(names, profile=profile, seed=seed).draw(index)


def _fault_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return what is wrong with the arguments of a marker, by their names and types; empty if nothing is."""
    from receiptgen.core.suggestions import hint

    names = list(signature(_draw).parameters)
    if len(args) > len(names):
        return f"{len(args)} arguments; there are {', '.join(names)}"
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names:
            return f"unknown argument {name!r}{hint(name, names, len(names))}"
        if name in given:
            return f"{name!r} is given twice"
        given[name] = value
    for name, value in given.items():
        if name in {"seed", "index"}:
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _END:
                return f"{name}: expected a whole number from 0 to {_END - 1}, got {str(value)[:_QUOTED]!r}"
        elif not isinstance(value, str | PathLike) and not (name == "template" and value is None):
            return f"{name}: expected a name or a file, got {str(value)[:_QUOTED]!r}"
    return ""


@pytest.fixture
def receipt(request: pytest.FixtureRequest) -> "Sample":
    """One synthetic receipt; ``@pytest.mark.receipt(template="cafe", seed=3, index=0)`` chooses which."""
    from receiptgen.core.errors import ReceiptgenError

    marker = request.node.get_closest_marker("receipt")
    if marker is None:
        return _draw()
    fault = _fault_of(marker.args, marker.kwargs)
    if not fault:
        try:
            return _draw(*marker.args, **marker.kwargs)
        except ReceiptgenError as error:
            first, *others = str(error).splitlines()
            fault = first + (f" (and {len(others)} more)" if others else "")
    # Where the fault lies is the marker, not this file.
    pytest.fail(f"@pytest.mark.receipt: {fault}", pytrace=False)


@pytest.fixture
def receipt_image_path(receipt: "Sample", tmp_path: Path) -> Path:
    """Path of the receipt as a PNG file, in the test's ``tmp_path``."""
    from receiptgen.core.files import write_atomic
    from receiptgen.writers import encode_png

    path = tmp_path / "receipt.png"
    write_atomic(path, encode_png(receipt.page.image))
    return path
