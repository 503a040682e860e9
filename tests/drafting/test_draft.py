"""A first template from a receipt that was read."""

import numpy as np
import pytest
from printed_rows import printed_rows
from receipt_fields import RECEIPT, text

from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import loads
from receiptgen.core.dice import Dice
from receiptgen.core.errors import PageError
from receiptgen.drafting.draft import DraftedTemplate, _is_parted, template_from_page
from receiptgen.drafting.goods import goods_of, unlisted
from receiptgen.drafting.yaml_text import comment, inline
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.extraction.fields import ItemFields, ReceiptFields
from receiptgen.imaging.sample import Sample
from receiptgen.reading.results import PageText


def template_of(draft: DraftedTemplate) -> ReceiptTemplate:
    return loads(draft.text, ReceiptTemplate, name="drafted.yaml")


@pytest.fixture(scope="module")
def draft(clean: Sample, read_clean: PageText) -> DraftedTemplate:
    return template_from_page(read_clean, read_clean.fields, clean.page.image)


@pytest.mark.smoke
@pytest.mark.needs("onnxruntime")
def test_it_is_a_template_of_the_country_and_shop_that_was_drawn(clean: Sample, draft: DraftedTemplate) -> None:
    template = template_of(draft)
    assert clean.locale in {*template.locales, *" ".join(draft.notes).replace(",", "").split()}
    assert all(f"# - {note}" in draft.text for note in draft.notes)
    assert draft_text_is_in(draw_receipt(template, Dice(1)), clean)


def draft_text_is_in(drawn: Sample, clean: Sample) -> bool:
    """Tell whether a drawn receipt has the first row of the one that it was drafted from."""
    return clean.text.split("\n")[0].strip()[:6] in drawn.text


@pytest.mark.smoke
def test_goods_that_were_read_are_a_list_with_prices_of_one() -> None:
    assert goods_of(RECEIPT, locale("en_GB")) == 'name,price\nTea,3.10\n"Cake, plum",4.00\n'
    assert goods_of(ReceiptFields(), locale("en_GB")) == ""


def test_units_and_signs_of_quantities_are_no_goods() -> None:
    names = ("PCS", "x Cappuccino", "Kg", "@ 2 x", "Tea")
    read = ReceiptFields(items=tuple(ItemFields(name=text(name), amount=text("4.50")) for name in names))
    assert goods_of(read, locale("en_GB")) == "name,price\nCappuccino,4.50\nTea,4.50\n"
    assert unlisted(read, locale("en_GB")) == ["PCS 4.50", "Kg 4.50", "@ 2 x 4.50"]


@pytest.mark.parametrize("page", [PageText(10, 10, ())])
def test_no_text_is_no_receipt(page: PageText) -> None:
    with pytest.raises(PageError, match="no receipt is seen on it: no text"):
        template_from_page(page, ReceiptFields(), np.zeros((10, 10), np.uint8))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("TOTAL", "TOTAL"), ("no", '"no"'), ("Yes: 5", '"Yes: 5"'), ("#1", '"#1"'), ("%d/%m", '"%d/%m"'), (1.0, "1"),
        (True, "true"), ({"-": 1}, '{"-": 1}'), (["a b", 3], '["a b", 3]'), ("1.15..1.45", "1.15..1.45"),
    ],
)  # fmt: skip
def test_texts_are_quoted_where_yaml_would_take_them_for_others(value: object, text: str) -> None:
    assert inline(value) == text


def test_a_comment_stays_one_whatever_it_quotes() -> None:
    assert comment("one\ntwo: {three}") == ["# one", "# two: {three}"]


def test_two_receipts_side_by_side_are_told_from_one() -> None:
    one = ["RED LANTERN", "1 HIGH ST", "TEA 2.00", "TOTAL 2.00", "THANK YOU"]
    assert _is_parted(printed_rows("\n".join(f"{row:16}{row}" for row in one)))
    assert not _is_parted(printed_rows("       RED LANTERN\nTEA              2.00\nTOTAL            2.00"))
