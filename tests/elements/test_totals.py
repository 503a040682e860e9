"""Sums at the foot."""

import re
from decimal import Decimal
from types import SimpleNamespace

import pytest
from samples import in_locale

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.drawing.receipt_pages import draw_context
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.elements import draw_voice
from receiptgen.elements._values import Values
from receiptgen.elements.totals import Totals, _another, _tax_label


@pytest.mark.parametrize(("dates", "told"), [("2026-02-01..2026-02-28", True), ("2026-09-01..2026-09-30", False)])
def test_a_total_is_told_in_the_former_currency_too_while_the_country_does(dates: str, told: bool) -> None:
    template = in_locale(receipt_template("cafe").value, "bg_BG")
    sample = Receipts([template], profile="clean", dates=dates).draw(0)
    fields = {field.role: field.text for field in sample.page.regions.fields}
    assert ("total.besides" in fields) == told
    if told:
        leva = round(float(sample.values["total"]) * 1.95583 + 1e-9, 2)
        assert fields["total.besides"] == f"{leva:.2f}".replace(".", ",")
        assert re.fullmatch("1,95583 BGN", fields["rate.besides"])


@pytest.mark.parametrize(
    ("name", "percent", "form", "included", "label"),
    [
        ("VAT", 12, "{} %", "12% VAT INCL.", "12% VAT INCL."), ("VAT", 12, "{}%", "12% VAT Incl.", "12% VAT Incl."),
        ("VAT", 0, "{}%", "12% VAT Incl.", "VAT Incl. 0%"),
        ("IVA", 21, "{}%", "I.V.A. INCLUIDO", "I.V.A. INCLUIDO 21%"),
        ("IVA", 21, "{}%", "", "IVA 21%"), ("MwSt", 7, "{}%", "inkl. MwSt.", "inkl. MwSt. 7%"),
        ("GST", 6, "@ {}%", "TOTAL INCLUDES GST 6%", "TOTAL INCLUDES GST 6%"),
        ("CGST", 9, "{}%", "Incl. Tax", "Incl. Tax CGST 9%"),
    ],
)  # fmt: skip
def test_a_tax_and_its_rate_are_named_once(name: str, percent: int, form: str, included: str, label: str) -> None:
    country = locale("en_GB")
    voice = draw_voice(country, country.taxes[0], Dice(1))._replace(upper=False, percent=form)
    said = Values(voice, SimpleNamespace(name=name, percent=Decimal(percent)))
    assert _tax_label(said, included).text == label


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_no_two_sums_have_one_label(place: str) -> None:
    country = locale(place)
    for seed in range(12):
        dice, told = Dice(seed), set[str]()
        voice = draw_voice(country, country.taxes[0], dice)
        labels = [_another(voice, key, dice, told) for key in ("subtotal", "total_before_tax", "total", "payable")]
        assert len({re.sub(r"\W", "", label).casefold() for label in labels}) == len(labels)


@pytest.mark.parametrize(("place", "told"), [("de_CH", True), ("en_GB", False)])
def test_a_rounding_of_nothing_is_printed_where_cash_is_rounded(place: str, told: bool) -> None:
    template = in_locale(receipt_template("cafe").value, place)
    context = next(each for seed in range(40) if not (each := draw_context(template, Dice(seed))).receipt.rounding)
    for zero in (False, True):
        blocks = Totals(show=("subtotal", "total", "rounding"), zero=zero).rows(context, Dice(3))
        roles = {run.role for block in blocks for run in getattr(block, "runs", ())}
        assert any("rounding" in role for role in roles) == (zero and told)
