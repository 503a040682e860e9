"""Items, by the words of a page: each begins at a word that a network says is its first."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from receiptgen.extraction.assembly.item_sums import without_contradiction
from receiptgen.extraction.fields import ChargeFields, Field, ItemFields
from receiptgen.extraction.labelling.roles import ITEM_ROLES, LABEL
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.values.amounts import parse_amount, plain

# Probability above which a word is the first of an item, and above which it is where the item before has all it needs.
_STARTS, _MAY_START = 0.5, 0.15
# A number with the letters of its unit, but for the sign of multiplication.
_PART = re.compile(r"\d[\d.,]*(?:[^\W\d_x\u00d7](?:(?![xX]\d)[^\W\d_\u00d7]){0,4})?")
# What says that pieces are counted.
_PIECES = frozenset({"x", "st", "pc", "pcs", "ea", "stk", "un", "ud", "szt", "ks"})
# Roles that an item has once.
_ONCE = ("items.amount", "items.gross")


def items_of(scored: ScoredWords) -> tuple[ItemFields, ...]:
    """Return the items from the top of the page; where all are names alone, these are no goods."""
    items = tuple(item for item in (_item(scored, group) for group in item_groups(scored)) if item != ItemFields())
    return items if any(replace(item, name=None, note=None) != ItemFields() for item in items) else ()


def item_groups(scored: ScoredWords) -> list[list[int]]:
    """Return the words of each item."""
    groups: list[list[int]] = []
    for index, role in enumerate(scored.roles):
        # What begins an item may be something of no interest, as its number in the list.
        numbered = scored.starts[index] > 1 - _MAY_START and role != LABEL
        if role not in ITEM_ROLES and not numbered:
            continue
        if not groups or _begins(scored, index, groups[-1]):
            groups.append([])
        groups[-1].append(index)
    return groups


def _begins(scored: ScoredWords, index: int, group: list[int]) -> bool:
    if scored.words[index].row == scored.words[group[-1]].row:
        return False
    if scored.starts[index] > _STARTS:
        return True
    # A second amount can't be the same item's.
    if not _is_complete(scored, group):
        return False
    row = scored.row(scored.words[index].row)
    may_start = scored.roles[index] in {"items.name", *_ONCE} and scored.starts[index] > _MAY_START
    return may_start or _is_complete(scored, row)


def _is_complete(scored: ScoredWords, indices: Iterable[int]) -> bool:
    """Tell whether words have what an item needs, a name and an amount."""
    roles = {scored.roles[index] for index in indices}
    return "items.name" in roles and not roles.isdisjoint(_ONCE)


def _item(scored: ScoredWords, group: list[int]) -> ItemFields:
    by_role: dict[str, list[int]] = {}
    for index in group:
        by_role.setdefault(scored.roles[index], []).append(index)

    def text(role: str) -> Field | None:
        return scored.field(by_role[role], role) if role in by_role else None

    quantity, unit, unit_price = _measures(scored, by_role)
    paid = money(scored, by_role.get("items.gross", by_role.get("items.amount", [])), "items.amount")
    quantity, unit_price = _with_places(quantity, unit_price, paid)
    off = money(scored, by_role.get("items.discount.amount", []), "items.discount.amount", absolute=True)
    discount = None
    if off:
        labels = scored.labels_before(off.words[0])
        discount = ChargeFields(scored.field(labels, LABEL) if labels else None, None, off)
    gross = money(scored, by_role.get("items.gross", []), "items.gross")
    amount = money(scored, by_role.get("items.amount", []), "items.amount")
    if amount and off and gross is None and scored.words[off.words[0]].row > scored.words[amount.words[0]].row:
        # What is taken off below an amount is still to be taken off.
        gross, amount = amount, None
    codes = scored.codes(by_role.get("items.tax_code", []))
    item = ItemFields(
        name=text("items.name"), code=text("items.code"), quantity=quantity, unit=unit, unit_price=unit_price,
        gross=gross, discount=discount, amount=amount,
        tax_code=scored.field(codes, "items.tax_code") if codes else None, note=text("items.note"),
    )  # fmt: skip
    return without_contradiction(item)


def _with_places(quantity: Field | None, price: Field | None, paid: Field | None) -> tuple[Field | None, Field | None]:
    """Return quantity and price with decimal places, where three digits after a point were taken for thousands."""
    if not (quantity and price and paid):
        return quantity, price
    ways = [(one, other) for one in _readings(quantity) for other in _readings(price)]
    return min(ways, key=lambda way: abs(way[0].decimal * way[1].decimal - paid.decimal))


def _readings(field: Field) -> list[Field]:
    """Return a number as it is, and as one with three decimal places if it may be that."""
    whole = "." not in field.value and len(field.value) > 3
    return [field, replace(field, value=plain(field.decimal.scaleb(-3)))] if whole else [field]


def money(scored: ScoredWords, indices: list[int], role: str, absolute: bool = False) -> Field | None:
    """Return the surest amount among some words, with its sign or without."""
    numbers = [index for index in indices if scored.amounts[index]]
    if not numbers:
        return None
    best = max(numbers, key=lambda index: scored.share(index, role))
    amount = scored.amounts[best]
    assert amount
    value = abs(amount.value) if absolute else amount.value
    return scored.field([best], role, plain(value), 0.8 if amount.mended else 1.0)


def _measures(scored: ScoredWords, by_role: dict[str, list[int]]) -> tuple[Field | None, Field | None, Field | None]:
    """Return quantity, unit and price of one; one word may say all of them, as ``2x3.50``."""
    quantity = unit = price = None
    for index in by_role.get("items.quantity", []):
        word = scored.words[index].text
        parts = _numbers(word)
        if not parts:
            continue
        if quantity is None:
            quantity = scored.field([index], "items.quantity", plain(parts[0][0]))
            letters = parts[0][1]
            if letters and letters.casefold() not in _PIECES:
                unit = scored.field([index], "items.quantity", letters)
            if len(parts) > 1:
                price = scored.field([index], "items.quantity", plain(parts[1][0]))
    if price is None:
        price = money(scored, by_role.get("items.unit_price", []), "items.unit_price")
    if "items.unit" in by_role and unit is None:
        unit = scored.field(by_role["items.unit"], "items.unit")
    return quantity, unit, price


def _numbers(word: str) -> list[tuple[Decimal, str]]:
    """Return the numbers of a word, each with the letters after it, without signs of multiplication."""
    found = []
    for part in _PART.findall(word):
        if amount := parse_amount(part):
            found.append((amount.value, amount.suffix))
    return found
