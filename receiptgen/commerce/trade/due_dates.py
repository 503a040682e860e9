"""When invoices are due, and which terms of payment say so."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.sale.receipt import Fact, Receipt, Tender

# Days until invoices are due in countries whose terms of payment tell none.
_USUAL: Final = (7, 10, 14, 30, 30)
_NUMBER: Final = re.compile(r"\d+(?!\s?%|\d)")
_SHARE: Final = re.compile(r"\d\s?%")


def days_told(terms: str) -> int | None:
    """Return in how many days one pays by some terms.

    It is 0 for terms without a number, as ``Due on receipt``, and None where they tell no single number of days, as
    ``14 Tage 2 % Skonto`` does.
    """
    numbers = _NUMBER.findall(terms)
    if not numbers:
        return 0
    return None if len(numbers) > 1 or _SHARE.search(terms) else int(numbers[0])


def days_offered(locale: Locale) -> tuple[int, ...]:
    """Return in how many days, 1 or more, invoices of a country are due, likely ones repeated."""
    return tuple([days for words in locale.words["terms"] if (days := days_told(words))]) or _USUAL


def terms_of(receipt: Receipt, words: Iterable[str]) -> list[str]:
    """Return the terms of payment with which a receipt is due when it is: without a due date, those without days."""
    due = receipt.facts.get("due_date")
    days = (due.date() - receipt.moment.date()).days if isinstance(due, datetime) else 0
    return [each for each in words if days_told(each) == days]


def unless_paid_in_cash(facts: dict[str, Fact], tenders: Iterable[Tender]) -> dict[str, Fact]:
    """Return drawn facts without a due date where notes and coins have been handed over, so that nothing is due."""
    paid = any(tender.kind == "cash" for tender in tenders)
    return {key: fact for key, fact in facts.items() if key != "due_date"} if paid else facts
