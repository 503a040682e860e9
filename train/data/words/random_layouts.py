"""Layouts beyond the packaged templates: their parts mixed, tables of any columns, sections in other orders."""

from collections.abc import Iterator, Sequence
from typing import Any

from receiptgen.core.dice import Dice
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.elements import ELEMENTS, Element
from receiptgen.elements._print import Form
from receiptgen.elements.items import Column, Items
from receiptgen.elements.totals import Part, Totals

# Zones of a receipt from top to bottom, by what prints them; all else is the foot.
_ZONES = {
    "logo": "head", "header": "head", "emblem": "head", "image": "head", "heading": "head", "bill_to": "head",
    "fields": "fields", "items": "items", "totals": "totals", "payment": "payment", "tax_summary": "taxes",
}  # fmt: skip
_ORDER = ("head", "fields", "items", "totals", "payment", "taxes", "foot")
# Share of the elements that are replaced by those of other templates, of tables with columns of their own, of sums
# with parts of their own, and of receipts whose fields, taxes or names and numbers stand elsewhere.
_MIXED, _OWN_COLUMNS, _OWN_SUMS, _ELSEWHERE = 0.4, 0.6, 0.4, 0.2
# Orders of columns that tables have; a name is in all of them.
_BEFORE: tuple[Column, ...] = ("number", "code", "quantity", "measure")
_AFTER: tuple[Column, ...] = ("quantity", "measure", "unit_price", "quantity_price", "tax_code", "percent", "discount")
_SUMS: tuple[Part, ...] = ("subtotal", "discounts", "service", "net", "taxes", "tax", "gross", "tip")
_FORMS: tuple[Form, ...] = ("justified", "inline", "tabbed", "right")


class RandomLayouts:
    """Templates of which each receipt has another.

    Args:
        templates: Templates whose parts are mixed.
    """

    def __init__(self, templates: Sequence[ReceiptTemplate]) -> None:
        self._by_zone: dict[str, list[Element]] = {zone: [] for zone in _ORDER}
        for template in templates:
            for element in template.elements:
                self._by_zone[_zone(element)].append(element)

    def vary(self, template: ReceiptTemplate, dice: Dice) -> ReceiptTemplate:
        """Return a template with other parts in place of some of its own, in another order."""
        zones: dict[str, list[Element]] = {zone: [] for zone in _ORDER}
        for element in template.elements:
            zone = _zone(element)
            if dice.chance(_MIXED) and self._by_zone[zone]:
                element = self._by_zone[zone][dice.integer(0, len(self._by_zone[zone]) - 1)]
            zones[zone].append(element)
        if zones["items"] and dice.chance(_OWN_COLUMNS):
            zones["items"] = [_random_items(dice)]
        if zones["totals"] and dice.chance(_OWN_SUMS):
            zones["totals"] = [_random_totals(dice)]
        if zones["foot"] and dice.chance(_ELSEWHERE):
            # Opening hours and thanks may stand below the address as well.
            zones["head"].append(zones["foot"].pop(dice.integer(0, len(zones["foot"]) - 1)))
        elements = tuple(element for zone in _random_order(dice) for element in _shuffled_foot(zone, zones[zone], dice))
        return template.model_copy(update={"elements": elements})


def _zone(element: Element) -> str:
    """Return where an element stands, by what it or the first of its parts prints."""
    kinds = (_ZONES[kind] for kind in _kinds(element) if kind in _ZONES)
    return next(kinds, "foot")


def _kinds(element: Any) -> Iterator[str]:
    yield ELEMENTS.name_of(type(element))
    for part in getattr(element, "of", ()):
        yield from _kinds(part)


def _random_order(dice: Dice) -> list[str]:
    """Return the zones in an order that receipts have."""
    order = list(_ORDER)
    for zone, position in (("fields", 0), ("fields", 5), ("taxes", 4), ("payment", 5)):
        if dice.chance(_ELSEWHERE / 2):
            order.remove(zone)
            order.insert(position, zone)
    return order


def _shuffled_foot(zone: str, elements: list[Element], dice: Dice) -> list[Element]:
    if zone == "foot" and dice.chance(_ELSEWHERE):
        places = sorted((dice.random(), place) for place in range(len(elements)))
        return [elements[place] for _, place in places]
    return elements


def _random_items(dice: Dice) -> Items:
    """Return a table of goods of any columns, on one row or two."""
    before = [column for column in _BEFORE if dice.chance(0.3)]
    after = [column for column in _AFTER if column not in before and dice.chance(0.25)]
    if {"quantity", "measure"} <= {*before, *after}:
        after = [column for column in after if column not in {"quantity", "measure"}]
    if "code" not in before and dice.chance(0.15):
        # As American supermarkets have it: the number of the good behind its name.
        after.insert(0, "code")
    # A letter before the amount and one behind it tell of two things, as of food stamps and of the tax.
    amount: Column = "amount_code" if dice.chance(0.15 if "tax_code" in after else 0.4) else "amount"
    first: tuple[Column, ...] = (*before, "name", *after, amount)
    second: tuple[Column, ...] = ()
    if dice.chance(0.5):
        # The name alone above, numbers below it; or the amount above, and what it is the product of below.
        if dice.chance(0.5):
            rest: list[Column] = [column for column in (*before, *after) if column != "number"]
            first, second = ("name",), (*(rest or ["quantity_price"]), amount)
        else:
            first = tuple(column for column in first if column not in {"quantity", "unit_price", "quantity_price"})
            second = ("quantity_price",) if dice.chance(0.7) else ("quantity", "unit_price")
    # A row that tells the amount is there for single pieces, too.
    always = dice.chance(0.6) or amount in second
    return Items(
        first=first, second=second, second_when="always" if always else "several",
        indent=dice.integer(0, 6), headings=dice.chance(0.5), notes=dice.chance(0.5),
    )  # fmt: skip


def _random_totals(dice: Dice) -> Totals:
    """Return sums of any parts in an order that adds up."""
    show = tuple(part for part in _SUMS if dice.chance(0.5))
    rest: tuple[Part, ...] = ("total", "rounding", "payable")
    if dice.chance(0.25):
        # Taxes that are contained are told below the total.
        below = tuple(part for part in show if part in {"net", "taxes", "tax"})
        return Totals(show=(*[part for part in show if part not in below], *rest, *below))
    form: Form = _FORMS[dice.integer(0, len(_FORMS) - 1)] if dice.chance(0.4) else "justified"
    return Totals(show=(*show, *rest), form=form, zero=dice.chance(0.15))
