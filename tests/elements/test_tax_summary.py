"""Taxes by rate."""

from samples import in_locale

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template


def test_a_code_that_is_the_rate_is_printed_once() -> None:
    template = in_locale(receipt_template("expense_bill").value, "nb_NO")
    samples = [Receipts([template], profile="clean", seed=seed).draw(0) for seed in range(12)]
    codes = {tax.get("code") for sample in samples for tax in sample.values["taxes"]}
    texts = [field.text for sample in samples for field in sample.page.regions.fields]
    assert any("= 25" in text for text in texts)
    assert not any("% = " in text for text in texts)
    assert not any(str(code).endswith("%") for code in codes)
