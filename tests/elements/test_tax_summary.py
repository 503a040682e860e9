"""Taxes by rate."""

import re

import pytest
from samples import in_locale

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.drawing.receipt_pages import draw_context
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.elements import ElementContext, draw_voice
from receiptgen.elements._voice import letters_of
from receiptgen.elements.tax_summary import TaxSummary
from receiptgen.typography.blocks import Row

RATED = ("tax_summary.code", "tax_summary.percent")


def test_a_code_that_is_the_rate_is_printed_once() -> None:
    template = in_locale(receipt_template("expense_bill").value, "nb_NO")
    samples = [Receipts([template], profile="clean", seed=seed).draw(0) for seed in range(12)]
    codes = {tax.get("code") for sample in samples for tax in sample.values["taxes"]}
    texts = [field.text for sample in samples for field in sample.page.regions.fields]
    assert any("= 25" in text for text in texts)
    assert not any("% = " in text for text in texts)
    assert not any(str(code).endswith("%") for code in codes)


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_a_table_says_nothing_twice(place: str) -> None:
    for columns in (("code", "percent", "net", "tax", "gross"), ("code_percent", "net", "tax", "gross")):
        for seed in range(5):
            context = draw_context(in_locale(receipt_template("supermarket").value, place), Dice(seed))
            rows = table(TaxSummary(columns=columns, total=True), context, seed)
            heads = [letters_of(run.text) for run in rows[0].runs]
            assert len(set(heads)) == len(heads), heads
            for row in rows[1:]:
                assert not re.search("% ?[0-9,.]* =", row.runs[0].text), row.runs[0].text
                figures = [run.text.strip("%@ ") for run in row.runs[:2] if run.role in RATED]
                assert len(figures) < 2 or len(rows) > 3 or figures[0] != figures[1], figures


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_no_heading_of_a_table_lists_its_columns(place: str) -> None:
    country = locale(place)
    heads = {letters_of(head) for key in ("rate", "net", "gross") for head in country.words[key]}
    for scheme in country.taxes:
        assert letters_of(scheme.summary) not in heads
        words = {letters_of(word) for word in scheme.summary.split()}
        assert not words <= heads | {letters_of(word) for word in country.words["tax"]} or len(words) == 1


@pytest.mark.parametrize(
    ("place", "totals"),
    [
        ("en_PH", {"TOTAL", "Total"}), ("en_IN", {"TOTAL", "Total"}), ("pl_PL", {"SUMA", "Suma"}),
        ("pt_PT", {"TOTAL", "Total"}), ("it_IT", {"TOTALE", "Totale"}), ("de_DE", {"SUMME", "Summe"}),
    ],
)  # fmt: skip
def test_the_last_row_is_a_sum_and_says_nothing_of_payment(place: str, totals: set[str]) -> None:
    country, said = locale(place), set()
    for seed in range(12):
        voice = draw_voice(country, country.taxes[0], Dice(seed))._replace(upper=False)
        said.add(voice.plain_word("total", Dice(seed)))
    assert said == totals


def table(summary: TaxSummary, context: ElementContext, seed: int) -> list[Row]:
    """Return the rows of a table without its heading."""
    return [block for block in summary.rows(context, Dice(seed)) if isinstance(block, Row) and len(block.runs) > 1]
