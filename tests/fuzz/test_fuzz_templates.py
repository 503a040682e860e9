import pytest
from fuzz_templates import fuzz

pytestmark = pytest.mark.smoke


def test_check_and_draw_agree_on_files_that_are_made_up() -> None:
    outcome = fuzz(8, seed=7)
    assert outcome.tried == 8
    assert outcome.failures == []
