"""Kinds of lines by what their texts look like."""

import pytest

from receiptgen.recognition.line_kinds import kind_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("25/12/2018", "date"),
        ("DATE: 2018-12-25 10:31", "date"),
        ("1 Jan 18", "date"),
        ("SEPT 3, 2020", "date"),
        ("25/12.2018", "other"),
        ("25/12/201", "other"),
        ("GST 6 %", "percentage"),
        ("RM 1,234.50", "number"),
        ("$-8.20", "number"),
        ("(3)", "number"),
        ("19.50 ZR", "number"),
        ("3 X 4.50", "other"),
        ("A1", "other"),
        ("", "other"),
        ("19.50 ZRLX", "words"),
        ("MILK 1L", "words"),
    ],
)
def test_a_line_is_of_the_first_kind_that_fits(text: str, kind: str) -> None:
    assert kind_of(text) == kind
