"""What of a receipt's values is printed on its page, and by which fields."""

from typing import Any, NamedTuple

from receiptgen.commerce.sale.receipt import Receipt
from receiptgen.commerce.sale.receipt_values import part_values
from receiptgen.imaging.page import Page
from receiptgen.typography.layout import Layout


class PrintedValues(NamedTuple):
    """The values of a receipt; see ``Sample``.

    Attributes:
        values: What is printed.
        unprinted: What was drawn and is not printed.
        fields: For each field of the page, the paths in ``values`` of what it says.
    """

    values: dict[str, Any]
    unprinted: dict[str, Any]
    fields: tuple[tuple[str, ...], ...]


def printed_values(receipt: Receipt, layout: Layout, page: Page) -> PrintedValues:
    """Tell what a page says.

    Args:
        receipt: What was drawn.
        layout: How it was set; the fields of the page are its runs.
        page: The finished page. A text that is cut off at its edge says nothing, nor does the rest of it.
    """
    runs = [placed.run for line in layout.lines for placed in line]
    cut = {id(run) for run, whole in zip(runs, page.whole_fields(), strict=True) if not whole}
    said = [() if id(run) in cut else run.values for run in runs]
    # What is printed twice has the value that is printed first.
    parted = part_values(receipt, {value.path: value.value for values in reversed(said) for value in values})
    fields = tuple([tuple(dict.fromkeys([parted.names[value.path] for value in values])) for values in said])
    return PrintedValues(parted.printed, parted.unprinted, fields)
