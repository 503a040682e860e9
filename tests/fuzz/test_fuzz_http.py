"""A server answers or ends whatever is sent to it."""

import pytest
from fuzz_http import fuzz
from http_table import TABLE

pytestmark = pytest.mark.needs("onnxruntime")


def test_the_table_and_some_mutations_of_it_are_survived() -> None:
    outcome = fuzz(len(TABLE) + 25, seed=1)
    assert outcome.failures == []
    assert outcome.tried == len(TABLE) + 25
