"""Rides through a town."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.sale.receipt import Fact
from receiptgen.commerce.trade.merchants import spots_of


def in_town(facts: dict[str, Fact], town: str, locale: Locale) -> dict[str, Fact]:
    """Return the facts of a ride that was drawn in any town as those of one in the town of the business.

    Args:
        facts: What a receipt tells beside its goods; those of other kinds of shop stay as they are.
        town: Town of the business.
        locale: Country.
    """
    ends = {key: spot for key in ("pickup", "dropoff") if isinstance(spot := facts.get(key), str)}
    return {**facts, **{key: _moved(spot, town, locale) for key, spot in ends.items()}}


def _moved(spot: str, town: str, locale: Locale) -> str:
    """Return a spot with its town, at its end or beginning, replaced; streets are called after towns too."""
    if any(map(str.isdigit, spot)) and "{town}" not in spots_of(locale)[1]:
        return spot
    for other in sorted({place.town for place in locale.places}, key=len, reverse=True):
        if spot.endswith(other):
            return spot.removesuffix(other) + town
        if spot.startswith(other):
            return town + spot.removeprefix(other)
    return spot
