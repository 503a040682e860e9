from fuzz_exports import fuzz


def test_spoilt_exports_are_read_or_refused_in_one_line() -> None:
    outcome = fuzz(60, seed=7)
    assert outcome.tried == 60
    assert outcome.failures == []
