"""In which country a receipt was printed: its money, its decimal sign, its words, towns and dates."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

from receiptgen.commerce.countries.locales import Locale, locale
from receiptgen.core.assets import packaged_names
from receiptgen.drafting.address_evidence import address_evidence
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.wording import Wording, plain_label
from receiptgen.drawing.template import receipt_template
from receiptgen.extraction.fields import Field, ReceiptFields

# What evidence counts: the currency, a sign that several currencies have, the decimal sign, the country's name, a town,
# the ending of an address, the form of the date, and each word that the country's receipts have; most that towns and
# words count.
_MONEY, _SHARED, _SIGN, _NAMED, _TOWN, _ENDING, _DATED, _WORD = 4.0, 2.0, 3.0, 4.0, 2.0, 2.0, 0.5, 0.5
_MOST_TOWNS, _MOST_WORDS = 3, 12
# A sign counts in full where at least one in this number of amounts has it.
_SIGNED = 4.0
# What the best country is ahead of the next if it is sure.
_AHEAD = 2.0


class GuessedCountry(NamedTuple):
    """The country that a receipt is from.

    Attributes:
        locale: It.
        others: Names of locales that are nearly as likely.
    """

    locale: Locale
    others: tuple[str, ...]


def guess_country(rows: Sequence[ReceiptRow], fields: ReceiptFields) -> GuessedCountry:
    """Return the country that a receipt is from by what is printed on it."""
    texts = frozenset(
        plain_label(text) for row in rows for text in (row.text, *_cell_texts(row), *_runs_of_words(row)) if text
    )
    scores = {name: _score(locale(name), rows, texts, fields) for name in packaged_names("locales")}
    usual = receipt_template("supermarket").value.locales
    best, *others = sorted(scores, key=lambda name: (-scores[name], -usual.get(name, 0), name))
    return GuessedCountry(locale(best), tuple(name for name in others if scores[best] - scores[name] < _AHEAD)[:3])


def _cell_texts(row: ReceiptRow) -> list[str]:
    return [" ".join(word.text for word in cell) for cell in row.cells]


def _runs_of_words(row: ReceiptRow) -> list[str]:
    """Return all runs of up to three words of a row."""
    words = [word.text for word in row.words]
    return [" ".join(words[start : start + count]) for start in range(len(words)) for count in (1, 2, 3)]


def _score(country: Locale, rows: Sequence[ReceiptRow], texts: frozenset[str], fields: ReceiptFields) -> float:
    score = _DATED * bool(date_pattern(fields.date, country)) + _SIGN * _decimals(country, rows)
    score += _money(country, rows, fields.currency) + address_evidence(country, rows, texts)
    score += _NAMED * (plain_label(country.country) in texts)
    towns = {plain_label(part) for place in country.places for part in (place.town, place.region) if len(part) > 2}
    score += _TOWN * min(len(towns & texts), _MOST_TOWNS)
    words = {text for text in Wording(country).labels if len(text) > 2}
    score += _WORD * min(len(words & texts), _MOST_WORDS)
    addresses = " ".join(word.text.casefold() for row in rows for word in row.words if "." in word.text)
    endings = [ending for ending in set(country.domains) if ending.count(".") > 1 or ending not in {".com", ".net"}]
    return score + _ENDING * any(f"{ending} " in f"{addresses} " for ending in endings)


def _money(country: Locale, rows: Sequence[ReceiptRow], currency: Field | None) -> float:
    """Return how the currency speaks for a country; a sign at one of many amounts is rather misread."""
    if currency is None:
        return 0.0
    signs = frozenset(char for char in currency.text if not char.isalnum() and char not in ".,-+()[]:*@#%/ ")
    weight = 1.0
    if signs:
        signed = sum(not signs.isdisjoint(word.text) for row in rows for word in row.words)
        weight = min(1.0, _SIGNED * signed / max(sum(len(row.money) for row in rows), 1))
    if currency.value == country.currency.code:
        return weight * _MONEY
    return weight * (_SHARED if signs and signs & {*country.currency.sign} else -_MONEY)


def _decimals(country: Locale, rows: Sequence[ReceiptRow]) -> float:
    """Return how the decimal signs of amounts speak for a country, -1 to 1."""
    signs = Counter(
        char for row in rows for word in row.money for char in word.text.rstrip("-*%ABCDEFTZ")[-3:-2] if char in ".,"
    )
    total = sum(signs.values())
    return (2 * signs[country.decimal] - total) / total if total else 0.0


def date_pattern(day: Field | None, country: Locale) -> str:
    """Return the pattern in which a date is printed, the country's likeliest first; empty where none is found."""
    if day is None:
        return ""
    moment = datetime.combine(day.date, time())
    wanted = plain_stamp(day.text)
    patterns = [*sorted(country.dates, key=lambda pattern: -country.dates[pattern]), *_spelled(country)]
    return next((each for each in patterns if plain_stamp(country.stamp(moment, each)) == wanted), "")


def _spelled(country: Locale) -> list[str]:
    """Return patterns that a country's cash registers may have besides its usual ones."""
    first = next(iter(country.dates)).replace("-", "")
    numbers = (("%m", "%d"), ("%d", "%m")) if first.startswith("%m") else (("%d", "%m"), ("%m", "%d"))
    orders = (*numbers, ("%d", "%b"), ("%b", "%d"))
    years = [f"{one}{sign}{two}{sign}%{y}" for one, two in orders for sign in "/-. " for y in "Yy"]
    return [*years, *(each.replace("%", "%-", 2) for each in years), "%Y-%m-%d", "%Y/%m/%d", "%b %d, %Y"]


def time_pattern(clock: Field | None, country: Locale) -> str:
    """Return the pattern in which a time is printed, the country's likeliest first; empty where none is found."""
    if clock is None:
        return ""
    moment = datetime.combine(datetime(2000, 1, 1), clock.time)
    wanted = plain_stamp(clock.text)
    patterns = [*sorted(country.times, key=lambda pattern: -country.times[pattern]), *_CLOCKS]
    return next((each for each in patterns if plain_stamp(country.stamp(moment, each)) == wanted), "")


_CLOCKS = tuple(f"{hour}:%M{rest}" for hour in ("%H", "%-H") for rest in ("", ":%S")) + tuple(
    f"{hour}:%M{rest}{half}" for hour in ("%I", "%-I") for rest in ("", ":%S") for half in (" %p", "%p", "%P", " %P")
)


def plain_stamp(text: str) -> str:
    """Return a date or time as those are compared: capitals or not, and without colons and spaces at its ends."""
    return " ".join(text.casefold().strip(" :()[]").split())
