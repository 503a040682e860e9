"""In which country, and in which money, a receipt with given values is."""

import re
from collections.abc import Mapping
from functools import lru_cache

from receiptgen.commerce.countries.currencies import Currency, is_money, places_of
from receiptgen.commerce.countries.locales import Locale, locale
from receiptgen.commerce.countries.words import Words
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.config.diagnostics import quote
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ValuesError


def country_of(given: GivenReceipt, drawn: Locale, locales: Mapping[str, float], dice: Dice) -> Locale:
    """Return the given country, or else one whose money is the given one.

    Args:
        given: What is given.
        drawn: The country that was drawn; it stays where nothing else is given.
        locales: Countries of the template, with weights.
        dice: Dice that choose among several.

    Raises:
        UnknownNameError: There is no such locale.
        ConfigError: Its file is wrong.
        ValuesError: Nobody pays with the given money: no locale has it, nor ISO 4217.
    """
    country = drawn if given.locale in (None, drawn.name) else locale(given.locale or "")
    code = given.currency
    if code is None or code == country.currency.code:
        return country
    if given.locale is None:
        fitting = {name: weight for name, weight in locales.items() if weight and locale(name).currency.code == code}
        if fitting:
            return locale(dice.weigh(Weights(fitting)))
    return country.model_copy(update={"currency": _currency(code, country), "words": _words(code, country)})


def _currency(code: str, country: Locale) -> Currency:
    """Return a currency as a country prints it that has another: its sign where that stands here."""
    known = _packaged_currency(code)
    own = country.currency
    if known is None:
        if not is_money(code):
            raise ValuesError(
                f"currency: expected money of ISO 4217 such as EUR, or that of a locale, got {quote(code)}"
            )
        places = places_of(code)
        return own.model_copy(
            update={"code": code, "sign": code, "space": True, "cash_step": None, "prices": {}, "places": places}
        )
    return known.model_copy(
        update={
            "side": own.side,
            "space": own.space or (own.side == "left" and len(known.sign) > 1),
            # What is told beside at home, around a change of currency, is not told abroad.
            "besides": None,
        }
    )


def _words(code: str, country: Locale) -> Words:
    """Return a country's words with another currency's code in those that name its own, as in ``TOTAL CHF``."""
    own = country.currency
    named = re.compile("|".join(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in {own.code, own.sign} - {""}))
    return {key: tuple([named.sub(code, text) for text in texts]) for key, texts in country.words.items()}


@lru_cache(maxsize=64)
def _packaged_currency(code: str) -> Currency | None:
    """Return a currency of a packaged locale, None where none has it."""
    found = (locale(name).currency for name in packaged_names("locales"))
    return next((currency for currency in found if currency.code == code), None)
