"""Taxes, discounts, charges and payments, by the words of a page: each has a row of its own."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Literal, TypeVar, get_args

from receiptgen.extraction.assembly.item_rows import money
from receiptgen.extraction.fields import ChargeFields, Field, TaxFields, TenderFields
from receiptgen.extraction.labelling.roles import LABEL
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.values.amounts import plain

# What stands round a label and is no part of it.
_EDGES = " :;.,@=-*%$€£"
# Largest percentage of a tax or a discount.
_LARGEST_SHARE = 100
_Kind = Literal["cash", "card", "voucher"]
_KINDS: tuple[_Kind, ...] = get_args(_Kind)
_Charge = TypeVar("_Charge", ChargeFields, TaxFields)


def charges_of(scored: ScoredWords, kind: str) -> tuple[ChargeFields, ...]:
    """Return the charges of a kind, each once: ``discounts``, ``service`` or ``tip``.

    Args:
        scored: The words.
        kind: First part of the roles of its amount and percentage.
    """
    found: list[ChargeFields] = []
    waiting: Field | None = None
    for row in _rows(scored, (f"{kind}.amount", f"{kind}.percent")):
        amount = money(scored, scored.sums(_of(scored, row, f"{kind}.amount")), f"{kind}.amount", absolute=True)
        percent = _percent(scored, _of(scored, row, f"{kind}.percent"), f"{kind}.percent")
        if amount is None:
            waiting = _given_to_last(found, percent)
            continue
        percent, waiting = percent or waiting, None
        label = _label(scored, row, amount.words[0])
        if not any(
            other.amount and other.amount.value == amount.value and _same(other.label, label) for other in found
        ):
            found.append(ChargeFields(label, percent, amount))
    return tuple(found)


def taxes_of(scored: ScoredWords) -> tuple[TaxFields, ...]:
    """Return the taxes; one that is told among the sums and in a table is one."""
    found: list[TaxFields] = []
    waiting: Field | None = None
    for row in _rows(scored, ("taxes.percent", "taxes.net", "taxes.tax", "taxes.gross")):
        numbers = {
            name: money(scored, scored.sums(_of(scored, row, f"taxes.{name}")), f"taxes.{name}")
            for name in ("net", "tax", "gross")
        }
        percent = _percent(scored, _of(scored, row, "taxes.percent"), "taxes.percent")
        if not any(numbers.values()):
            waiting = _given_to_last(found, percent)
            continue
        percent, waiting = percent or waiting, None
        codes = scored.codes(_of(scored, row, "taxes.code"))
        code = scored.field(codes, "taxes.code") if codes else None
        first = next(field.words[0] for field in (*numbers.values(), percent) if field)
        tax = TaxFields(_label(scored, row, first), code, percent, numbers["net"], numbers["tax"], numbers["gross"])
        _merge(found, tax)
    return tuple(found)


def tenders_of(scored: ScoredWords) -> tuple[TenderFields, ...]:
    """Return the payments; one that is told again on the slip of a card is one, and the sum of a rate is none."""
    found: list[TenderFields] = []
    for row in _rows(scored, tuple(f"tenders.{kind}" for kind in _KINDS)):
        for kind in _KINDS:
            amount = money(scored, _of(scored, row, f"tenders.{kind}"), f"tenders.{kind}")
            if amount is None or scored.names_rate(amount.words[0]):
                continue
            if not any(other.kind == kind and other.amount and other.amount.value == amount.value for other in found):
                found.append(TenderFields(kind, _label(scored, row, amount.words[0]), amount))
    return tuple(found)


def _given_to_last(found: list[_Charge], percent: Field | None) -> Field | None:
    """Give a percentage to the last entry where that has none; otherwise return it, since it is the next one's.

    A label that is too long takes its percentage to a row of its own, before the amount or after it.
    """
    if not found or found[-1].percent is not None:
        return percent
    found[-1] = replace(found[-1], percent=percent)
    return None


def _rows(scored: ScoredWords, roles: Sequence[str]) -> list[list[int]]:
    """Return the words of each row that has one of some roles."""
    return scored.rows_with(index for role in roles for index in scored.of_role(role))


def _of(scored: ScoredWords, row: Sequence[int], role: str) -> list[int]:
    return [index for index in row if scored.roles[index] == role]


def _label(scored: ScoredWords, row: Sequence[int], before: int) -> Field | None:
    """Return the labels of a row that stand before a word."""
    labels = [index for index in row if index < before and scored.roles[index] == LABEL]
    text = scored.text(labels).strip(_EDGES)
    return scored.field(labels, LABEL, text) if text else None


def _percent(scored: ScoredWords, indices: Sequence[int], role: str) -> Field | None:
    for index in indices:
        if amount := scored.amounts[index]:
            # Without its sign, 9.975 looks like thousands.
            value = amount.value / 1000 if amount.value > _LARGEST_SHARE and not amount.decimals else amount.value
            return scored.field([index], role, plain(value))
    return None


def _same(one: Field | None, other: Field | None) -> bool:
    return (one.value if one else "").casefold() == (other.value if other else "").casefold()


def _merge(found: list[TaxFields], tax: TaxFields) -> None:
    """Add a tax to others, or to that of them which it agrees with."""
    for place, other in enumerate(found):
        if _agree(other, tax):
            names = [field.name for field in fields(TaxFields) if getattr(other, field.name) is None]
            missing: dict[str, Any] = {name: getattr(tax, name) for name in names}
            found[place] = replace(other, **missing)
            return
    found.append(tax)


def _agree(one: TaxFields, other: TaxFields) -> bool:
    """Tell whether two rows tell of one tax: nothing differs, and the tax or the rate is the same."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("percent", "net", "tax", "gross")]
    both = [(mine, theirs) for mine, theirs in pairs if mine and theirs]
    return bool(both) and all(mine.decimal == theirs.decimal for mine, theirs in both) and _has_tax(one, other)


def _has_tax(one: TaxFields, other: TaxFields) -> bool:
    # Parts of one rate, as CGST and SGST, have equal taxes and other names.
    return not (one.name and other.name and one.net is None and other.net is None and not _same(one.name, other.name))
