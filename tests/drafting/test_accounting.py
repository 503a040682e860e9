"""Whatever is read is printed by the template or told in its notes, and every template that is drafted loads."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from printed_rows import printed_row, printed_rows

from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import loads
from receiptgen.core.dice import Dice
from receiptgen.drafting.accounting import unprinted
from receiptgen.drafting.draft import DraftedTemplate, template_from_page
from receiptgen.drafting.elements import ElementDrafter
from receiptgen.drafting.ink import Code
from receiptgen.drafting.page_grid import measure_grid
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.section_reader import SectionReader
from receiptgen.drafting.wording import Wording
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.extraction.fields import Field, ItemFields, MerchantFields, ReceiptFields, TenderFields
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.reading.results import PageText, TextLine, TextWord

COUNTRY = locale("en_MY")
WORDS = """
    KEDAI MURNI TOTAL Total SUBTOTAL CASH Rounding Qty GST 6% RM RM20.30 20.30 4 0042 0.00 -1.20 x @ : # - ---- ====
    ******* 03/01/2018 12:30 Date: No: Invoice TEA 250G kg Discount Change TAX INVOICE 3x8.00 $1 THANK 5000,00 1.5kg
""".split()  # noqa: SIM905
HOSTILE = (
    "W" * 61, "M" * 300, "L" * 1100, '"', "\\", "'#", "{a:", "[b]", "- c", "!tag", "&x", "*y", "%z", "null", "~",
    "=1+1", "\x85x", "\u2028y", "\x00", "\ud800", "\u200b", "\ufeff", "ü😀", "شكرا", "ありがとう", "a\tb", "{{}}",
    "99999999999.99", "%Y",
)  # fmt: skip


def page_of(rows: Sequence[Sequence[str]], dice: Random) -> PageText:
    """Return a page of words at columns that are drawn, some rows large."""
    lines = []
    for number, texts in enumerate(rows):
        words, left, large = [], dice.choice((10.0, 60.0, 150.0)), dice.choice((1, 1, 1, 2))
        for text in texts:
            width, top = 10.0 * large * min(len(text), 40), 30.0 * number
            (quad,) = quads_of_boxes(np.array([[left, top, left + width, top + 14 * large]]))
            words.append(TextWord(text, dice.choice((0.3, 0.9, 0.99)), (0.9,) * len(text), quad))
            left += width + dice.choice((8.0, 8.0, 60.0))
        lines.append((TextLine(tuple(words), 0.9, words[0].quad, 0),))
    return PageText(800, 40 * len(rows), tuple(lines))


def field(dice: Random, count: int, value: str = "20.30") -> Field | None:
    """Return a field of some word or none."""
    return Field(value, value, 0.9, (dice.randrange(count),)) if dice.random() < 0.6 else None


def fields_on(page: PageText, dice: Random) -> ReceiptFields:
    """Return fields that stand on any words of a page, as a reader of fields may err."""
    count = len(page.words)
    items = [
        ItemFields(
            field(dice, count, "TEA"), field(dice, count, "0042"), field(dice, count, "2"), amount=field(dice, count)
        )
        for _ in range(dice.randrange(5))
    ]
    return ReceiptFields(
        merchant=MerchantFields(name=field(dice, count, "KEDAI")), total=field(dice, count),
        subtotal=field(dice, count),
        date=field(dice, count, "2018-01-03"), time=field(dice, count, "12:30"), number=field(dice, count, "0042"),
        items=tuple(items), tenders=(TenderFields("cash", None, field(dice, count)),),
    )  # fmt: skip


def rows_of(words: Sequence[str], dice: Random, count: int = 25) -> list[list[str]]:
    """Return rows of some words, and one that has a total, as receipts do."""
    drawn = [[dice.choice(words) for _ in range(dice.randint(1, 6))] for _ in range(count)]
    return [*(["CLEAR", "ROW", f"OF{number}"] for number in range(4)), *drawn, ["TOTAL", "20.30"]]


def drafted(words: Sequence[str], seed: int, generated: bool = False) -> tuple[PageText, DraftedTemplate]:
    """Return a page of words and its draft."""
    dice = Random(seed)
    page = page_of(rows_of(words, dice), dice)
    fields = fields_on(page, dice) if seed % 2 else ReceiptFields()
    return page, template_from_page(page, fields, generated=generated, goods="goods.csv" if generated else "")


@pytest.mark.parametrize("seed", range(24))
def test_every_draft_is_a_template_whatever_was_read(seed: int) -> None:
    _, draft = drafted((*WORDS, *HOSTILE), seed)
    template = loads(draft.text, ReceiptTemplate, name="drafted.yaml")
    assert all(f"# - {note}" in draft.text for note in draft.notes)
    assert len(template.elements) <= 200


@pytest.mark.smoke
def test_a_draft_of_usual_characters_can_be_drawn() -> None:
    _, draft = drafted((*WORDS, "W" * 61), 3)
    assert draw_receipt(loads(draft.text, ReceiptTemplate, name="drafted.yaml"), Dice(1)).text


def test_more_rows_than_a_template_has_elements_for_are_told() -> None:
    dice = Random(1)
    texts = [["LEFT", f"ROW{number}"] if number % 2 else ["------"] for number in range(500)]
    draft = template_from_page(page_of([*texts, ["TOTAL", "20.30"]], dice), ReceiptFields())
    assert len(loads(draft.text, ReceiptTemplate, name="drafted.yaml").elements) == 200
    assert all(f"ROW{number}" in draft.text for number in range(1, 500, 2))


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_every_word_that_means_nothing_known_is_printed_or_told(seed: int) -> None:
    plain = [f"{word}{letter}" for word in ("GOODS", "SOLD", "NOT", "BACK") for letter in "QWXZ"]
    page, draft = drafted([*WORDS, *plain], seed)
    lost = {word.text for word in page.words if word.text in plain and word.text not in draft.text}
    assert lost == set()


class RuledPage:
    """The ink of a page with a rule between all rows, and a code at its middle."""

    def rule_between(self, above: ReceiptRow | None, below: ReceiptRow | None) -> str:
        return "-"

    def codes(self) -> list[Code]:
        return [Code("qr", 100.0), Code("qr", 101.0)]


TEXT = """
             RED LANTERN
          1 HIGH ST LONDON
Doc No: CS0042  Anna     Date: 03/01/2018
Description              Disc  Amount
TEA ORANGE               0.50    6.20
 NO SUGAR
CAKE PLUM                       14.10
TOTAL QTY: 2                    20.30
TOTAL                           20.30
TOTAL                           20.30
CASH   50.00   CHANGE           29.70
"""
ROLES = {
    "RED": "merchant.name", "LANTERN": "merchant.name", "CS0042": "invoice", "03/01/2018": "date", "TEA": "items.name",
    "ORANGE": "items.name", "CAKE": "items.name", "PLUM": "items.name", "6.20": "items.amount",
    "14.10": "items.amount", "20.30": "total",
}  # fmt: skip


@pytest.mark.parametrize("generated", [False, True])
def test_words_and_marks_are_each_printed_or_told_once(generated: bool) -> None:
    rows = printed_rows(TEXT, ROLES)
    grid = measure_grid(rows)
    reader = SectionReader(rows, grid, COUNTRY, RuledPage())  # type: ignore[arg-type]
    sections = reader.read()
    elements = ElementDrafter(grid, Wording(COUNTRY), generated=generated).draft(sections)
    told = " ".join(unprinted(rows, reader.marks, sections, reader.left_out, elements, frozenset()))
    printed = {index for element in elements for index in element.words}
    for row in rows:
        for word in row.words:
            said = f"row {row.number} " in told and word.text in told
            assert word.index in printed or said or not any(map(str.isalnum, word.text))
    assert "not drafted, codes beside another: below row 4" in told
    drawn = {mark for element in elements for mark in element.marks}
    assert len(reader.marks) == len(rows) + 3
    assert all(mark in drawn or f"below row {mark.below}" in told or "at the top" in told for mark in reader.marks)
    assert "in none of their columns: row 5 'Disc'; row 6 '0.50'; row 7 'NO SUGAR'" in told
    assert "row 11 'TOTAL 20.30'" in told


def test_a_label_that_is_too_long_is_told_and_not_printed() -> None:
    long = "TOTAL " + " ".join(["INCLUDING"] * 9)
    rows = [printed_row(f"{long}    20.30", 0, {"20.30": "total"}), *printed_rows("\nA ROW\nANOTHER")]
    reader = SectionReader(rows, measure_grid(rows), COUNTRY, None)
    sections = reader.read()
    drafter = ElementDrafter(measure_grid(rows), Wording(COUNTRY))
    elements = drafter.draft(sections)
    assert "total" not in drafter.drafted.words
    told = unprinted(rows, (), sections, reader.left_out, elements, frozenset())
    assert any(f"row 1 '{long}'" in note for note in told)


def test_money_is_no_reason_to_lose_an_address() -> None:
    rows = printed_rows(
        "KEDAI MURNI\nNO 2.01 JALAN BESAR\nTEA   6.20\nTOTAL   6.20", {**ROLES, "KEDAI": "merchant.name"}
    )
    sections = SectionReader(rows, measure_grid(rows), COUNTRY, None).read()
    assert sections[0].rows == tuple(rows[:2])


def test_numbers_and_names_on_top_of_the_business_are_no_header() -> None:
    rows = [printed_row("31705509", 0, scale=2), *printed_rows("\n       RED LANTERN\n      1 HIGH ST", ROLES)]
    reader = SectionReader(rows, measure_grid(rows), COUNTRY, None)
    assert [row for section in reader.read() for row in section.rows] == rows[1:]
    assert [(one.row, one.why.split(",")[0]) for one in reader.left_out] == [(rows[0], "above the business")]
