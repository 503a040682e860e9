"""A pytest plugin that gives your tests synthetic receipts.

Installed with receiptgen, it adds nothing to a test that doesn't ask for it::

    @pytest.mark.receipt(template="cafe", seed=3, profile="scan")
    def test_reads_the_total(receipt):
        assert my_reader(receipt.page.image)["total"] == receipt.values["total"]

    def test_adds_up_two_receipts(make_receipt):
        first = make_receipt(total="42.17", currency="EUR", taxes=2, date="2026-03-01", profile="phone")
        second = make_receipt(locale="de_DE", items=80, without=["total"])

``receipt`` is a ``receiptgen.imaging.sample.Sample``: ``page.image`` uint8 (H, W) or RGB (H, W, 3), ``text``,
``values`` (what is printed, nothing else), ``where("total")`` (which print says it) and ``page.regions``.
``receipt_image_path`` is the same receipt as a PNG file. All are functions of the arguments alone, which are those of
``ReceiptArguments``. The same arguments give the same object all through a session, so its arrays are read-only.

``evaluate_fields`` scores what tells the fields of receipts on a folder of them::

    def test_fields():
        scores = evaluate_fields(my_extractor, "tests/data/receipts")
        assert scores.total > 0.95, scores
"""

import datetime
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import pytest

if TYPE_CHECKING:
    from receiptgen.dataset.field_evaluation import Extractor, Receipts
    from receiptgen.extraction.field_scores import FieldScores
    from receiptgen.imaging.sample import Sample

_MARK = "@pytest.mark.receipt"
_MARKER = "receipt(template=None, seed=0, index=0, profile='', ...): which receipt `receipt` is; as make_receipt's"
# Arguments that may be given without their names.
_POSITIONAL = ("template", "seed", "index", "profile")
# Above the largest seed and index; characters of a wrong value that are quoted; receipts that are kept in a session.
_END, _QUOTED, _KEPT = 2**63, 60, 100


Amount = str | int | float | Decimal
Record = Mapping[str, Any]


class ReceiptArguments(TypedDict, total=False):
    """What the marker ``receipt``, a parameter of the fixture ``receipt`` and the factory ``make_receipt`` take.

    Values of the receipt are given as ``items.json`` has them, and what isn't given is drawn so that all adds up.

    Attributes:
        template: Name or file of a receipt template; by default ``cafe`` where values are given, and otherwise all
            packaged ones, of which ``index`` chooses.
        seed: Seed, 0 or more.
        index: Number of the receipt, from 0.
        profile: Name or file of a profile; by default the template's own.
        without: Values that are not printed, as ``["total"]``.
        dates: Days of payment, as ``"2025-01-01..2025-12-31"``.
        color: Whether the page is in colour; otherwise the profile says so.
        contradictions: ``"print"`` prints given values as they are where they contradict each other.
        items: Goods, or how many of them are drawn.
        taxes: Taxes, or of how many rates they are.
        tip: Tip, or its amount.
        service: Service charge, or its amount.
    """

    template: "str | PathLike[str] | None"
    seed: int
    index: int
    profile: "str | PathLike[str]"
    without: str | Sequence[str]
    dates: str
    color: bool
    contradictions: Literal["refuse", "print"]
    locale: str
    currency: str
    shop: str
    merchant: Record
    number: str | int
    invoice: str | int
    cashier: str
    till: str | int
    table: str | int
    guests: int
    date: str | datetime.date
    time: str | datetime.time
    items: int | str | Sequence[Record]
    items_sold: int
    subtotal: Amount
    discounts: Sequence[Record]
    service: Amount | Record
    taxes: int | Sequence[Record]
    inclusive: bool
    tax_rounding: Literal["line", "total"]
    net: Amount
    tax: Amount
    gross: Amount
    tip: Amount | Record
    total: Amount
    rounding: Amount
    payable: Amount
    tenders: Sequence[Record]
    change: Amount
    saved: Amount
    facts: Record


def evaluate_fields(reader: "Extractor", fixtures: "str | PathLike[str] | Receipts") -> "FieldScores":
    """Score what tells the fields of receipts, be it receiptgen's or your own.

    Args:
        reader: Called with the path of each image; returns what the receipt says in the structure of ``items.json``,
            of which ``total``, ``date``, ``merchant.name`` and ``items`` are looked at. What it raises is not caught.
        fixtures: Folder that ``receiptgen fixtures`` or ``receiptgen draw`` wrote; or pairs of an image's path and what
            the receipt says.

    Returns:
        Shares of receipts whose ``total``, ``date`` and ``merchant`` are right, F1 of ``items``, and ``misses``: what
        is wrong with each receipt, in words.

    Raises:
        DatasetError: There are no receipts, or a file of theirs can't be read.
        TypeError: The reader returned something that is not a mapping.
    """
    from receiptgen.dataset import field_evaluation

    return field_evaluation.evaluate_fields(reader, fixtures)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that ``--strict-markers`` knows it."""
    config.addinivalue_line("markers", _MARKER)


class ReceiptFactory:
    """Draws receipts; one that was drawn in this session is given again.

    Args:
        folder: Folder for the receipts' files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drawn: OrderedDict[object, Sample] = OrderedDict()

    def __call__(self, **arguments: Unpack[ReceiptArguments]) -> "Sample":
        """Return a receipt; a wrong argument fails the test."""
        __tracebackhide__ = True
        return self.make("make_receipt", arguments)

    def image_path(self, receipt: "Sample") -> Path:
        """Return the path of a receipt as a PNG file, which is written once in a session."""
        from hashlib import sha256

        from receiptgen.core.files import write_atomic
        from receiptgen.imaging.sample import Sample
        from receiptgen.writers import encode_png

        if not isinstance(receipt, Sample):
            pytest.fail(f"image_path: expected a receipt, got {receipt!r:.60}", pytrace=False)
        image = receipt.page.image
        name = sha256(f"{image.shape}".encode() + image.tobytes()).hexdigest()[:16]
        path = self._folder / f"{receipt.template}-{name}.png"
        if not path.exists():
            write_atomic(path, encode_png(image))
        return path

    def make(self, asker: str, arguments: Mapping[str, Any]) -> "Sample":
        """Return a receipt, or fail the test in the name of who asked for it."""
        __tracebackhide__ = True
        from receiptgen.core.errors import ReceiptgenError

        fault = _fault_of(arguments)
        if not fault:
            try:
                return self._draw(arguments)
            except ReceiptgenError as error:
                first, *others = str(error).removeprefix("values: ").splitlines()
                fault = first + (f" (and {len(others)} more)" if others else "")
        # Where the fault lies is the test, not this file.
        pytest.fail(f"{asker}: {fault}", pytrace=asker == "make_receipt")

    def _draw(self, arguments: Mapping[str, Any]) -> "Sample":
        # Imported here: a test session that draws nothing need not wait for NumPy.
        from receiptgen.drawing.single_receipts import ReceiptRequest

        request = ReceiptRequest.read(arguments)
        if request.key in self._drawn:
            self._drawn.move_to_end(request.key)
            return self._drawn[request.key]
        sample = request.draw()
        page = sample.page
        for array in (page.image, page.regions.quads, page.cover):
            if array is not None:
                array.setflags(write=False)
        self._drawn[request.key] = sample
        if len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return sample


def _fault_of(arguments: Mapping[str, Any]) -> str:
    """Return what is wrong with arguments by their names and types; empty if nothing is."""
    from receiptgen.core.suggestions import hint

    names = ReceiptArguments.__annotations__
    for name, value in arguments.items():
        if name not in names:
            return f"unknown argument {name!r}{hint(name, names, len(names))}"
        number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _END
        if name in {"seed", "index"} and not number:
            return f"{name}: expected a whole number from 0 to {_END - 1}, got {str(value)[:_QUOTED]!r}"
        named = isinstance(value, str | PathLike) or (name == "template" and value is None)
        if name in {"template", "profile"} and not named:
            return f"{name}: expected a name or a file, got {str(value)[:_QUOTED]!r}"
    return ""


def _named(mark: pytest.Mark) -> dict[str, Any]:
    """Return the arguments of a marker by name."""
    if len(mark.args) > len(_POSITIONAL):
        names = ", ".join(_POSITIONAL)
        pytest.fail(f"{_MARK}: {len(mark.args)} arguments without names; {names} need none", pytrace=False)
    given = dict(zip(_POSITIONAL, mark.args, strict=False))
    if twice := given.keys() & mark.kwargs.keys():
        pytest.fail(f"{_MARK}: {min(twice)!r} is given twice", pytrace=False)
    return {**given, **mark.kwargs}


@pytest.fixture(scope="session")
def receipt_factory(tmp_path_factory: pytest.TempPathFactory) -> ReceiptFactory:
    """The factory that ``make_receipt`` is, for fixtures of a wider scope."""
    return ReceiptFactory(tmp_path_factory.mktemp("receipts"))


@pytest.fixture
def make_receipt(receipt_factory: ReceiptFactory) -> ReceiptFactory:
    """A factory: ``make_receipt(seed=3)`` is a receipt, ``make_receipt.image_path(it)`` the path of its PNG file."""
    return receipt_factory


@pytest.fixture
def receipt(request: pytest.FixtureRequest, receipt_factory: ReceiptFactory) -> "Sample":
    """One synthetic receipt; ``@pytest.mark.receipt(template="cafe", seed=3, index=0)`` chooses which.

    So does a parameter, ``@pytest.mark.parametrize("receipt", [{"seed": 3}, {"seed": 4}], indirect=True)``, whose
    arguments go before those of a marker.
    """
    mark = request.node.get_closest_marker("receipt")
    arguments = _named(mark) if mark else {}
    asked = getattr(request, "param", {})
    if not isinstance(asked, Mapping):
        pytest.fail(f"receipt: expected a mapping of arguments as a parameter, got {asked!r:.60}", pytrace=False)
    return receipt_factory.make(_MARK if mark or not asked else "receipt", {**arguments, **asked})


@pytest.fixture
def receipt_image_path(receipt: "Sample", receipt_factory: ReceiptFactory) -> Path:
    """Path of the receipt as a PNG file; it is written once in a session."""
    return receipt_factory.image_path(receipt)
