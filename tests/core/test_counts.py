import pytest

from receiptgen.core.counts import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 receipts"), (1, "1 receipt"), (2, "2 receipts"), (1000, "1,000 receipts")]
)
def test_a_number_goes_with_its_noun(count, said):
    assert counted(count, "receipt") == said
