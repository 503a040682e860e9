"""A pytest plugin that gives your tests a synthetic receipt.

Installed with receiptgen, it adds nothing to a test that doesn't ask for it::

    @pytest.mark.receipt(template="cafe", seed=3, index=0, profile="scan")
    def test_reads_the_total(receipt):
        assert my_reader(receipt.page.image)["total"] == receipt.values["total"]

``receipt`` is a ``receiptgen.imaging.sample.Sample``: ``page.image`` uint8 (H, W), ``text``, ``values`` (what is
printed, nothing else), ``where("total")`` (which print says it) and ``page.regions``. ``receipt_image_path`` is the
same receipt as a PNG file. Both are functions of the marker's arguments alone.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from receiptgen.imaging.sample import Sample

_MARKER = "receipt(template=None, seed=0, index=0, profile=): which receipt `receipt` and `receipt_image_path` are"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that ``--strict-markers`` knows it."""
    config.addinivalue_line("markers", _MARKER)


def _draw(template: str | None = None, seed: int = 0, index: int = 0, profile: str = "") -> "Sample":
    # Imported here: a test session that draws nothing need not wait for NumPy.
    from receiptgen.core.assets import packaged_names
    from receiptgen.drawing.receipts import Receipts

    names = packaged_names("templates") if template is None else (template,)
    return Receipts(names, profile=profile, seed=seed).draw(index)


@pytest.fixture
def receipt(request: pytest.FixtureRequest) -> "Sample":
    """One synthetic receipt; ``@pytest.mark.receipt(template="cafe", seed=3, index=0)`` chooses which."""
    from receiptgen.core.errors import ReceiptgenError

    marker = request.node.get_closest_marker("receipt")
    try:
        return _draw(*marker.args, **marker.kwargs) if marker else _draw()
    except TypeError as error:
        raise pytest.UsageError(f"@pytest.mark.receipt takes template, seed, index and profile ({error})") from error
    except ReceiptgenError as error:
        raise pytest.UsageError(f"@pytest.mark.receipt: {error}") from error


@pytest.fixture
def receipt_image_path(receipt: "Sample", tmp_path: Path) -> Path:
    """Path of the receipt as a PNG file, in the test's ``tmp_path``."""
    from receiptgen.core.files import write_atomic
    from receiptgen.writers import encode_png

    path = tmp_path / "receipt.png"
    write_atomic(path, encode_png(receipt.page.image))
    return path
