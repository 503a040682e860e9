"""Tables that spreadsheets open."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.reading.streams import inert, table_stream

pytestmark = pytest.mark.smoke

# What OWASP lists, and some spreadsheets take of full-width signs.
SIGNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"


@pytest.mark.parametrize("text", ["=cmd.jpg", "+x.jpg", "-x", "@x", "\t=1", "-3.50 A", "+49 30 1", "-", "--1", "-1-2"])
def test_what_would_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "3.50", "-3.50", "+3,50", "-1'234.50", "-10%", "a=b", "cmd.jpg", " =1"])
def test_numbers_and_other_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text


@given(st.text(alphabet=st.sampled_from(f'{SIGNS}019.,%a ;"'), max_size=6))
def test_no_cell_of_a_table_begins_as_a_formula_does_unless_it_is_a_number(text: str) -> None:
    ((cell,),) = csv.reader(StringIO("".join(table_stream([[inert(text)]], ",", "\r\n")), newline=""))
    assert cell.removeprefix("'") == text.removeprefix("'")
    if cell.startswith(tuple(SIGNS)):
        float(cell.lstrip("+-").rstrip("%").replace(",", "").replace("'", "").replace(".", ""))
