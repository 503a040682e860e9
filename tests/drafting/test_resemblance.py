"""How alike two receipts are."""

import pytest

from receiptgen.drafting.resemblance import resemblance

pytestmark = pytest.mark.smoke


def test_it_is_the_share_of_rows_in_common_and_in_order() -> None:
    rows = ["merchant", "text", "items", "items", "total"]
    assert resemblance(rows, rows) == 1
    assert resemblance(rows, ["merchant", "items", "total"]) == pytest.approx(6 / 8)
    assert resemblance(rows, ["total", "merchant"]) == pytest.approx(2 / 7)
    assert resemblance(rows, []) == 0
