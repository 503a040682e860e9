"""The fixed words of receipts: their keys, and what may stand there."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from receiptgen.config.diagnostics import MemberError, misfit
from receiptgen.core.suggestions import hint

# Keys that every locale's ``words`` must have.
_KEYS = """
    receipt invoice copy receipt_no invoice_no date time cashier server till store table guests order customer
    phone fax email website hours
    item description quantity price unit_price amount code tax_code rate net gross
    subtotal discount coupon member_discount service_charge tip tax tax_included total total_before_tax
    rounding payable cash card voucher change items_sold you_saved thanks goodbye returns survey
    card_number approval terminal merchant_id paid signature member points
    room guest arrival departure nights
    pickup dropoff distance duration driver plate fare
    entry exit space
    pump
    prescription pharmacist
    tracking weight sender recipient
    bill_to due_date project terms bank
"""
WORDS: Final = frozenset(_KEYS.split())
# Ways to print each word, by its key.
Words = dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]


def _known(words: Words) -> Words:
    unknown = [key for key in words if key not in WORDS]
    if unknown:
        told = {key: f"unknown word {key!r}{hint(key, WORDS)}" for key in unknown}
        raise MemberError([misfit((key,), words[key], text) for key, text in told.items()])
    return words


def _complete(words: Words) -> Words:
    if lacking := [key for key in _KEYS.split() if key not in words]:
        raise ValueError(f"missing words: {', '.join(lacking)}")
    return words


# Annotations of ``Words`` whose keys are all known, and of those that have all keys.
KNOWN_WORDS: Final = AfterValidator(_known)
ALL_WORDS: Final = AfterValidator(_complete)
