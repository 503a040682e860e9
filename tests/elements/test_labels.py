"""Labels say nothing that their values say, too."""

import re

import pytest
from samples import in_locale

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.drawing.receipt_pages import draw_context
from receiptgen.drawing.template import receipt_template
from receiptgen.elements import draw_voice
from receiptgen.elements.fields import Fields
from receiptgen.elements.handwritten import Handwritten
from receiptgen.elements.payment import Payment
from receiptgen.elements.totals import Totals
from receiptgen.typography.blocks import Row


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_a_currency_is_named_once_beside_an_amount(place: str) -> None:
    template = in_locale(receipt_template("restaurant_signed").value, place)
    sign, code = locale(place).currency.sign, locale(place).currency.code
    named = re.compile(rf"(?<!\w)({re.escape(sign)}|{code})(?!\w)", re.IGNORECASE)
    elements = (Totals(show=("subtotal", "net", "taxes", "total", "payable")), Payment(), Handwritten())
    for seed in range(12):
        context = draw_context(template, Dice(seed))
        context = context._replace(voice=context.voice._replace(signed="all"))
        for row in [row for each in elements for row in each.rows(context, Dice(seed)) if isinstance(row, Row)]:
            text = " ".join(run.text for run in row.runs)
            assert len(named.findall(text)) < 2 or "=" in text, text


def test_a_sign_that_a_label_lacks_is_printed() -> None:
    country = locale("de_CH")
    voice = draw_voice(country, country.taxes[0], Dice(1))
    assert [voice.names_currency(label) for label in ("Rückgeld CHF", "Total (CHF) :", "Rückgeld", "CHFX")] == [
        True, True, False, False,
    ]  # fmt: skip
    italy = locale("it_IT")
    assert draw_voice(italy, italy.taxes[0], Dice(1)).names_currency("Resto euro")


@pytest.mark.parametrize(
    ("place", "time", "labels"),
    [
        ("fi_FI", "klo %-H.%M", {"Aika"}), ("fi_FI", "%-H.%M", {"Klo", "KLO", "Kello", "Aika"}),
        ("da_DK", "kl. %H.%M", {"Tid"}), ("sv_SE", "kl %H:%M", {"Tid", "TID"}), ("pl_PL", "godz. %H:%M", {"Czas"}),
    ],
)  # fmt: skip
def test_a_label_of_a_time_is_not_said_by_the_time(place: str, time: str, labels: set[str]) -> None:
    context = draw_context(in_locale(receipt_template("cafe").value, place), Dice(2))
    context = context._replace(voice=context.voice._replace(time=time, upper=False, colon=" "))
    said = set()
    for seed in range(40):
        (row,) = Fields(show=("time",)).rows(context, Dice(seed))
        assert isinstance(row, Row)
        said.add(row.runs[0].text)
    assert said <= {*labels, "TID"}
    assert said >= labels - {"TID"}
