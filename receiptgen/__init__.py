"""Synthetic receipts and text snippets with ground truth, and a reader trained on them.

The names of ``__all__`` are the public interface; all modules below this package are private and may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from receiptgen.core.checkout import sibling_folders

if TYPE_CHECKING:
    from receiptgen.core.errors import ReceiptgenError
    from receiptgen.drawing.receipts import Receipts, receipt
    from receiptgen.drawing.sources import Snippets
    from receiptgen.extraction.fields import (
        ChargeFields,
        Field,
        IdentifierFields,
        ItemFields,
        MerchantFields,
        ReceiptFields,
        TaxFields,
        TenderFields,
    )
    from receiptgen.imaging.sample import Sample
    from receiptgen.reading.reader import Reader
    from receiptgen.reading.results import PageText, TextLine, TextWord

    __version__: str

__all__ = [
    "ChargeFields",
    "Field",
    "IdentifierFields",
    "ItemFields",
    "MerchantFields",
    "PageText",
    "Reader",
    "ReceiptFields",
    "ReceiptgenError",
    "Receipts",
    "Sample",
    "Snippets",
    "TaxFields",
    "TenderFields",
    "TextLine",
    "TextWord",
    "__version__",
    "receipt",
]

__path__ += sibling_folders(__path__[0])

# Where each name lives. Loaded when it is first asked for, so that a program that only reads never loads the generator.
_HOMES = {
    "ChargeFields": "receiptgen.extraction.fields",
    "Field": "receiptgen.extraction.fields",
    "IdentifierFields": "receiptgen.extraction.fields",
    "ItemFields": "receiptgen.extraction.fields",
    "MerchantFields": "receiptgen.extraction.fields",
    "PageText": "receiptgen.reading.results",
    "Reader": "receiptgen.reading.reader",
    "ReceiptFields": "receiptgen.extraction.fields",
    "ReceiptgenError": "receiptgen.core.errors",
    "Receipts": "receiptgen.drawing.receipts",
    "Sample": "receiptgen.imaging.sample",
    "Snippets": "receiptgen.drawing.sources",
    "receipt": "receiptgen.drawing.receipts",
    "TaxFields": "receiptgen.extraction.fields",
    "TenderFields": "receiptgen.extraction.fields",
    "TextLine": "receiptgen.reading.results",
    "TextWord": "receiptgen.reading.results",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("receiptgen")
    if name not in _HOMES:
        raise AttributeError(f"module 'receiptgen' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
