"""Sums at the foot."""

import re

import pytest
from samples import in_locale

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template


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
