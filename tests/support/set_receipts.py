"""Receipts that are set and not drawn: their words with true roles, what they say, and scores as a sure network's."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.commerce.sale.receipt_values import part_values
from receiptgen.core.assets import own_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.drawing.receipt_pages import draw_context, lay_out
from receiptgen.drawing.template import receipt_template
from receiptgen.extraction.labelling.network import MONTH_FIRST, OUTPUTS, STARTS
from receiptgen.train.data.words.labelled_words import LabelledWords
from receiptgen.train.data.words.misreading import ReadingErrors, read_printed
from receiptgen.train.data.words.printed_words import printed_words

FAULTLESS = ReadingErrors(0, 0, 0, 0, 0, 0, 0, 0, 0)


class SetReceipt(NamedTuple):
    """A receipt that is set.

    Attributes:
        template: Name of its template.
        values: What it says, as ``items.json`` has it.
        labelled: Its words, read without a fault.
    """

    template: str
    values: dict[str, Any]
    labelled: LabelledWords


@cache
def set_receipt(index: int, errors: ReadingErrors = FAULTLESS) -> SetReceipt:
    """Set a receipt; the templates take turns."""
    names = own_names("templates")
    template = receipt_template(names[index % len(names)]).value
    dice = Dice(key_of("set receipts", index))
    context = draw_context(template, dice)
    layout = lay_out(template, context, dice)
    # What is printed twice has the value that is printed first.
    runs = [placed.run for line in layout.lines for placed in line]
    said = {value.path: value.value for run in reversed(runs) for value in reversed(run.values)}
    labelled = read_printed(printed_words(context.receipt, layout), errors, dice.fork("reading"))
    assert labelled is not None
    return SetReceipt(template.name, part_values(context.receipt, said).printed, labelled)


def sure_scores(labelled: LabelledWords, margin: float = 8.0) -> NDArray[np.float32]:
    """Return the scores of a network that knows all roles."""
    scores = np.zeros((len(labelled.words), OUTPUTS), np.float32)
    scores[np.arange(len(labelled.words)), labelled.roles] = margin
    for column, truth in ((STARTS, labelled.starts), (MONTH_FIRST, labelled.month_first)):
        scores[:, column] = np.where(truth == 1, margin / 2, -margin / 2)
    return scores
