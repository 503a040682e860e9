"""Days of which a country's file knows the taxes, and so the money."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.core.days import Days

_YEAR: Final = timedelta(days=364)


def nearest_year(schemes: Iterable[TaxScheme], asked: Days) -> Days:
    """Return the year, or less, of days on which a scheme holds that is nearest to days on which none does."""
    spans = [span for scheme in schemes for span in scheme.spans]
    nearest = min(spans, key=lambda span: max(span.first - asked.last, asked.first - span.last))
    if nearest.first > asked.last:
        return Days(nearest.first, min(nearest.last, nearest.first + _YEAR))
    return Days(max(nearest.first, nearest.last - _YEAR), nearest.last)
