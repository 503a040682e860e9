from fuzz_templates import fuzz


def test_check_and_draw_agree_on_files_that_are_made_up() -> None:
    outcome = fuzz(12, seed=7)
    assert outcome.tried == 12
    assert outcome.failures == []
