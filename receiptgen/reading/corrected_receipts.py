"""Receipts whose fields somebody has corrected, as the form of ``receiptgen serve`` saves them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from receiptgen.annotations.value_structure import check_values
from receiptgen.core.errors import DatasetError, FileError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.reading.page_json import page_of
from receiptgen.reading.results import PageText

# Largest file of corrected fields in bytes; a receipt takes some 30,000.
_LARGEST = 1 << 30


class CorrectedReceipt(NamedTuple):
    """A receipt whose fields were corrected.

    Attributes:
        file: Name of its image, which need not be there.
        page: Its text as it was read.
        values: What it says, in the structure of ``items.json``.
        fields: Each value by its path with its ``words``, which are indices, and whether it was ``corrected``; as
            ``ReceiptFields.to_dict`` has them.
    """

    file: str
    page: PageText
    values: Mapping[str, Any]
    fields: Mapping[str, Mapping[str, Any]]


def corrected_receipts(path: Path) -> list[CorrectedReceipt]:
    """Return the receipts of a file that ``Save corrected`` has written, at least one.

    Raises:
        FileError: It can't be read.
        DatasetError: It is of another form.
    """
    try:
        content = json.loads(read_regular(path, _LARGEST))
    except OSError as error:
        raise FileError(f"{path}: {reason_of(error)}") from None
    except (ValueError, RecursionError):
        raise DatasetError(f"{path}: is not JSON; save corrected fields in 'receiptgen serve'") from None
    if not isinstance(content, list) or not content:
        raise DatasetError(f"{path}: has no list of receipts; save corrected fields in 'receiptgen serve'")
    return [_receipt(path, number, record) for number, record in enumerate(content, 1)]


def not_as_saved(path: Path, number: int) -> DatasetError:
    """Return the error that a receipt is of another form.

    Args:
        path: Its file.
        number: Its number in it, from 1.
    """
    return DatasetError(
        f"{path}: receipt {number} is not as the form of 'receiptgen serve' saves it, with the words of its page; save "
        "it there again"
    )


def _receipt(path: Path, number: int, record: Any) -> CorrectedReceipt:
    try:
        values, fields = record["values"], record["fields"]
        if not (isinstance(values, Mapping) and isinstance(fields, Mapping)):
            raise not_as_saved(path, number)
        check_values(values)
        return CorrectedReceipt(str(record.get("file", number)), page_of(record["page"]), values, fields)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise not_as_saved(path, number) from None
