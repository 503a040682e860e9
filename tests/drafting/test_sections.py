"""The parts of a receipt, and what its page shows besides text."""

import cv2
import numpy as np
import pytest
from printed_rows import printed_rows

from receiptgen.commerce.countries.locales import locale
from receiptgen.drafting.element_draft import ElementDraft
from receiptgen.drafting.elements import ElementDrafter
from receiptgen.drafting.ink import PageInk
from receiptgen.drafting.page_grid import measure_grid
from receiptgen.drafting.rows import receipt_rows
from receiptgen.drafting.section_reader import SectionReader
from receiptgen.drafting.sections import Section
from receiptgen.drafting.wording import Wording
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.sample import Sample
from receiptgen.reading.results import PageText, TextLine, TextWord

COUNTRY = locale("en_MY")
PRINTED = """
             RED LANTERN
          1 HIGH ST LONDON

Doc No: CS0042       Date: 03/01/2018
Description                    Amount
TEA ORANGE                       6.20
CAKE PLUM                       14.10
TOTAL                           20.30
CASH                            50.00
CHANGE                          29.70
SPECIAL OFFER                    9.99

     GOODS SOLD ARE NOT RETURNABLE
"""
GOODS = """
TEA ORANGE                       6.20
CAKE PLUM                       14.10
"""
ROLES = {
    "RED": "merchant.name", "LANTERN": "merchant.name", "CS0042": "invoice", "03/01/2018": "date", "TEA": "items.name",
    "ORANGE": "items.name", "CAKE": "items.name", "PLUM": "items.name", "6.20": "items.amount",
    "14.10": "items.amount", "20.30": "total", "CASH": "tenders.label", "50.00": "tenders.amount", "29.70": "change",
}  # fmt: skip


def sections_of(generated: bool = False) -> tuple[list[Section], SectionReader]:
    rows = printed_rows(PRINTED, ROLES)
    reader = SectionReader(rows, measure_grid(rows), COUNTRY, None)
    return reader.read(), reader


def test_rows_of_one_kind_are_one_part() -> None:
    sections, reader = sections_of()
    assert [section.kind for section in sections] == [
        "text", "gap", "fields", "items", "totals", "payment", "gap", "text",
    ]  # fmt: skip
    assert (len(sections[3].heads), len(sections[3].rows)) == (1, 2)
    assert [(one.row.text, one.why) for one in reader.left_out] == [
        ("SPECIAL OFFER 9.99", "an amount of unknown meaning")
    ]


def test_elements_print_what_the_parts_say() -> None:
    sections, _ = sections_of()
    drafter = ElementDrafter(measure_grid(printed_rows(PRINTED, ROLES)), Wording(COUNTRY))
    elements = {element.kind: element.keys for element in drafter.draft(sections)}
    assert elements["fields"] == {"show": ["invoice_no", "date"], "per_row": 2}
    assert elements["items"] == {"first": ["name", "amount"], "headings": True, "notes": False}
    assert elements["totals"]["show"] == ["total"]
    assert drafter.drafted.words == {
        "invoice_no": "Doc No", "date": "Date", "description": "Description", "amount": "Amount", "total": "TOTAL",
        "cash": "CASH", "change": "CHANGE",
    }  # fmt: skip


@pytest.mark.parametrize("generated", [False, True])
def test_the_business_is_as_it_was_read_or_drawn(generated: bool) -> None:
    sections, _ = sections_of()
    grid = measure_grid(printed_rows(PRINTED, ROLES))
    first = ElementDrafter(grid, Wording(COUNTRY), generated=generated).draft(sections)[0]
    if generated:
        assert (first.kind, first.keys["show"]) == ("header", ["name"])
    else:
        assert first.keys == {"role": "merchant.name", "value": "RED LANTERN", "align": "center"}


def drafted(below: str, roles: dict[str, str]) -> tuple[list[ElementDraft], list[str]]:
    """Return the elements of goods with rows below them, and the rows that are left out."""
    rows = printed_rows(f"{GOODS}{below}", {**ROLES, **roles})
    reader = SectionReader(rows, measure_grid(rows), COUNTRY, None)
    elements = ElementDrafter(measure_grid(rows), Wording(COUNTRY)).draft(reader.read())
    return [one for one in elements if one.kind not in {"items", "gap"}], [one.row.text for one in reader.left_out]


def test_a_sum_whose_amount_could_not_be_read_is_drawn_where_it_stands() -> None:
    below = "TOTAL                            82\nCASH                          50.00\nCHANGE\nThank you"
    (totals, payment, text), left_out = drafted(below, {})
    assert (totals.keys["show"], payment.kind, text.keys["lines"]) == (["total"], "payment", ["Thank you"])
    assert not left_out


@pytest.mark.parametrize("row", ["TAX INVOICE", "Tax invoices within 3 days", "VISA", "CASH", "CHANGE"])
def test_a_label_without_an_amount_is_a_text_where_it_stands(row: str) -> None:
    below = f"TOTAL                         20.30\nCASH 50.00\nCHANGE 29.70\n{row}\nThank you"
    (totals, payment, text), left_out = drafted(below, {})
    assert (totals.kind, payment.kind, text.keys["lines"]) == ("totals", "payment", [row, "Thank you"])
    assert not left_out


def test_a_sum_that_is_drawn_already_is_not_contradicted_by_figures() -> None:
    elements, left_out = drafted("TOTAL                         20.30\nTOTAL 82\nThank you", {})
    assert [one.kind for one in elements] == ["totals", "text"]
    assert left_out == ["TOTAL 82"]


def test_fields_are_drawn_again_with_their_values_and_other_values_are_texts() -> None:
    below = "Doc No: CS0042\nCashier: ANNA\nDoc No: CS0042\nCashier: BERT\nPOS: 12   Cashier"
    elements, left_out = drafted(below, {})
    assert [one.keys.get("show") or one.keys["lines"] for one in elements] == [
        ["invoice_no", "cashier"], ["invoice_no"], ["Cashier: BERT"], ["till"], ["Cashier"],
    ]  # fmt: skip
    assert not left_out


def page_with(mark: str) -> tuple[PageInk, PageText]:
    """Return a page of two rows of words with something between them."""
    image = np.full((160, 420), 240, np.uint8)
    lines = []
    for top in (20, 110):
        words = []
        for left in range(10, 400, 50):
            image[top : top + 14, left : left + 38 : 2] = 20
            (quad,) = quads_of_boxes(np.array([[left, top, left + 40, top + 14]]))
            words.append(TextWord("WORD", 0.9, (0.9,) * 4, quad))
        lines.append((TextLine(tuple(words), 0.9, words[0].quad, 0),))
    if mark == "solid":
        image[70:72, 10:402] = 20
    elif mark == "-":
        for left in range(10, 400, 10):
            image[70:72, left : left + 6] = 20
    elif mark == "=":
        for left in range(10, 400, 10):
            image[68:70, left : left + 8] = image[73:75, left : left + 8] = 20
    elif mark == "*":
        for left in range(10, 400, 10):
            cv2.circle(image, (left + 4, 70), 3, (20,), -1)
    page = PageText(420, 160, tuple(lines))
    rows = receipt_rows(page, ReceiptFields())
    return PageInk(image, page, measure_grid(rows)), page


@pytest.mark.parametrize("pattern", ["", "solid", "-", "=", "*"])
def test_rules_between_rows_are_told_by_their_ink(pattern: str) -> None:
    ink, page = page_with(pattern)
    above, below = receipt_rows(page, ReceiptFields())
    assert ink.rule_between(above, below) == pattern


@pytest.mark.smoke
@pytest.mark.needs("onnxruntime")
def test_strokes_and_codes_of_a_drawn_page_are_seen(clean: Sample, read_clean: PageText) -> None:
    rows = receipt_rows(read_clean, ReceiptFields())
    ink = PageInk(clean.page.image, read_clean, measure_grid(rows))
    assert ink.printing() == "strokes"
    assert [code.kind for code in ink.codes()] == ["qr"]
