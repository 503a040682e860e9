"""Layouts that mix the parts of templates: each can be set, and says what a receipt says."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.core.assets import own_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.drawing.receipt_pages import draw_context, lay_out
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.elements import Element
from receiptgen.elements.items import Items
from receiptgen.elements.totals import Totals
from receiptgen.extraction.labelling.roles import ROLES
from receiptgen.train.data.words.printed_words import printed_words
from receiptgen.train.data.words.random_layouts import RandomLayouts

NAMES = own_names("templates")
TEMPLATES = [receipt_template(name).value for name in NAMES]
LAYOUTS = RandomLayouts(TEMPLATES)


def _varied(name: str, key: int) -> ReceiptTemplate:
    return LAYOUTS.vary(TEMPLATES[NAMES.index(name)], Dice(key))


def _parts(element: Any, kind: type[Element]) -> Iterator[Element]:
    """Yield the elements of a kind among those of a template, and within others."""
    if isinstance(element, kind):
        yield element
    for part in getattr(element, "elements", getattr(element, "of", ())):
        yield from _parts(part, kind)


def _tables(template: ReceiptTemplate) -> list[Items]:
    return [table for table in _parts(template, Items) if isinstance(table, Items)]


def _zone_of(element: Element) -> str:
    """Return what an element prints, as far as the order of zones is concerned."""
    found = [kind for kind in _ORDERED if any(_parts(element, _ORDERED[kind]))]
    return found[0] if found else "other"


# Elements whose order matters, and those that packaged templates have.
_ORDERED: dict[str, type[Element]] = {"items": Items, "totals": Totals}
_TABLES = [table for template in TEMPLATES for table in _tables(template)]
_SUMS = [sums for template in TEMPLATES for sums in _parts(template, Totals)]


@pytest.mark.smoke
@pytest.mark.parametrize("name", NAMES)
def test_a_varied_template_can_be_set(name: str) -> None:
    for number in range(2):
        dice = Dice(key_of("varied", name, number))
        template = LAYOUTS.vary(TEMPLATES[NAMES.index(name)], dice.fork("layout"))
        context = draw_context(template, dice)
        roles = {ROLES[word.role] for word in printed_words(context.receipt, lay_out(template, context, dice))}
        assert {"items.name"} <= roles
        assert roles & {"items.amount", "items.gross"}


@given(key=st.integers(0, 10**6), name=st.sampled_from(NAMES))
def test_the_same_dice_vary_alike_and_leave_all_but_the_elements(key: int, name: str) -> None:
    varied, template = _varied(name, key), TEMPLATES[NAMES.index(name)]
    assert varied == _varied(name, key)
    assert varied.model_copy(update={"elements": template.elements}) == template


@given(key=st.integers(0, 10**6), name=st.sampled_from(NAMES))
def test_each_item_has_a_name_and_an_amount_and_no_column_twice(key: int, name: str) -> None:
    tables = _tables(_varied(name, key))
    assert tables
    for table in tables:
        columns = [*table.first, *table.second]
        assert columns.count("name") == 1
        assert len({"amount", "amount_code"} & set(columns)) == 1
        assert len(columns) == len(set(columns))
        # A row for several pieces alone would leave single ones without what it says.
        there = table.first if table.second_when == "several" else columns
        assert {"amount", "amount_code"} & set(there) or table in _TABLES


@given(key=st.integers(0, 10**6), name=st.sampled_from(NAMES))
def test_goods_stand_above_the_sums(key: int, name: str) -> None:
    zones = [_zone_of(element) for element in _varied(name, key).elements]
    assert zones.index("totals") > max(index for index, zone in enumerate(zones) if zone == "items")


@given(key=st.integers(0, 10**6), name=st.sampled_from(NAMES))
def test_own_sums_end_in_the_total_and_what_is_told_of_it(key: int, name: str) -> None:
    for sums in _parts(_varied(name, key), Totals):
        assert isinstance(sums, Totals)
        if sums in _SUMS:
            continue
        assert len(sums.show) == len(set(sums.show))
        after = sums.show[sums.show.index("total") + 1 :]
        assert {"rounding", "payable"} <= set(after) <= {"rounding", "payable", "net", "taxes", "tax"}


def test_parts_of_other_templates_are_taken() -> None:
    own = TEMPLATES[0].elements
    others = [element for template in TEMPLATES[1:] for element in template.elements if element not in own]
    taken = [element for key in range(40) for element in _varied(NAMES[0], key).elements]
    assert any(element in others for element in taken)
    orders = {tuple(type(element) for element in _varied(NAMES[0], key).elements) for key in range(40)}
    assert len(orders) > 5
