"""Fields that are put together of words whose roles are known: all that is printed, checked by its sums."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from receiptgen.extraction.assembly.assembled import fields_of_scores
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import ROLE_NUMBERS, ROLES
from receiptgen.extraction.opened_reader import NetworkFieldReader
from tests.support.set_receipts import SetReceipt, set_receipt, sure_scores

# Without the one that prints 24-09-15, of which nobody can tell the year.
RECEIPTS = (*range(25), 26)


def _read(receipt: SetReceipt) -> ReceiptFields:
    return fields_of_scores(receipt.labelled.words, sure_scores(receipt.labelled))


def _some(values: dict[str, Any] | None, *names: str) -> list[dict[str, Any]]:
    entries: Any = values or []
    return [{name: value for name, value in entry.items() if name in names} for entry in entries]


@pytest.mark.smoke
@pytest.mark.parametrize("index", RECEIPTS)
def test_what_is_printed_is_read(index: int) -> None:
    receipt = set_receipt(index)
    said, read = receipt.values, _read(receipt).values()
    for name in (
        "total",
        "subtotal",
        "date",
        "number",
        "invoice",
        "net",
        "tax",
        "rounding",
        "payable",
        "change",
        "saved",
    ):
        assert read[name] == said.get(name), name
    names = ("name", "quantity", "unit_price", "amount", "gross", "tax_code")
    assert _some(read["items"], *names) == _some(said.get("items"), *names)
    assert [tender["amount"] for tender in read["tenders"] or []] == [t["amount"] for t in said.get("tenders", [])]


@pytest.mark.parametrize("index", RECEIPTS)
def test_no_sum_of_a_true_receipt_fails(index: int) -> None:
    fields = _read(set_receipt(index))
    assert fields.checked is not False, fields.notes
    assert not any(field.checked is False for _, field in fields.each())


def _changed(receipt: SetReceipt, role: str, text: str) -> tuple[SetReceipt, str]:
    """Return a receipt of which a word of a role was misread, and what it said before."""
    words = list(receipt.labelled.words)
    place = next(index for index, number in enumerate(receipt.labelled.roles) if number == ROLE_NUMBERS[role])
    before = words[place].text
    words[place] = words[place]._replace(text=text)
    return receipt._replace(labelled=receipt.labelled._replace(words=tuple(words))), before


def test_a_misread_total_is_marked_with_what_adds_up() -> None:
    receipt = set_receipt(0)
    assert _read(receipt).checked
    total = receipt.values["total"]
    wrong = ("9" if total[0] != "9" else "8") + total[1:]
    fields = _read(_changed(receipt, "total", wrong)[0])
    assert fields.total is not None
    assert (fields.total.value, fields.total.checked, fields.checked) == (wrong, False, False)
    assert fields.total.alternative == total
    assert fields.notes


def test_of_two_words_alike_the_sums_decide() -> None:
    receipt = set_receipt(0)
    scores = sure_scores(receipt.labelled)
    total, other = ROLE_NUMBERS["total"], ROLE_NUMBERS["other"]
    place = int(np.flatnonzero(receipt.labelled.roles == total)[0])
    rival = next(index for index, word in enumerate(receipt.labelled.words)
                 if receipt.labelled.roles[index] in {ROLE_NUMBERS["tenders.cash"], ROLE_NUMBERS["items.amount"]}
                 and word.text != receipt.labelled.words[place].text)  # fmt: skip
    # The network takes another amount for the total, though not for sure.
    scores[place, other], scores[place, total] = 3.0, 2.0
    scores[rival, total] = scores[rival].max() - 1.0
    fields = fields_of_scores(receipt.labelled.words, scores)
    assert fields.total is not None
    assert fields.total.value == receipt.values["total"]


def test_nothing_is_made_up() -> None:
    words = [
        PageWord(text, 1.0, 40.0 * n, 0.0, 40.0 * n + 30, 10.0, 0, n)
        for n, text in enumerate(["Once", "upon", "12.50"])
    ]
    scores = np.zeros((3, len(ROLES) + 2), np.float32)
    scores[:, ROLE_NUMBERS["other"]] = 8
    fields = fields_of_scores(words, scores)
    assert dict(fields.each()) == {}
    assert fields.checked is None
    assert set(fields.values().values()) == {None}
    assert NetworkFieldReader(lambda features: scores).read([]) == ReceiptFields()


def test_paths_lead_to_the_words_of_fields() -> None:
    receipt = set_receipt(1)
    fields = _read(receipt)
    for path, field in fields.each():
        if path != "currency":
            texts = " ".join(receipt.labelled.words[index].text for index in field.words)
            assert texts == field.text, path


def test_confidence_falls_where_a_word_is_read_badly() -> None:
    receipt = set_receipt(2)
    sure = _read(receipt)
    words = tuple(word._replace(confidence=0.5) for word in receipt.labelled.words)
    doubtful = fields_of_scores(words, sure_scores(receipt.labelled))
    assert sure.total
    assert doubtful.total
    assert doubtful.total.confidence < sure.total.confidence
    assert replace(sure.total, confidence=0) == replace(doubtful.total, confidence=0)
    assert Decimal(sure.total.value) == sure.total.decimal
