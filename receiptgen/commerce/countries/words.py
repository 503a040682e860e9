"""The fixed words of receipts: their keys, and what may stand there."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from receiptgen.config.diagnostics import MemberError, Misfit, misfit, quote
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
# Occasions that some words are for, and the ways of being served, or kinds of shop, where they fit.
OCCASIONS: Final = {
    "purchase": frozenset({"goods", "pharmacy", "fuel"}),
    "meal": frozenset({"table"}),
    "visit": frozenset({"goods", "pharmacy", "fuel", "table", "hotel"}),
    "trip": frozenset({"taxi", "parking", "fuel", "hotel"}),
    "ride": frozenset({"taxi"}),
    "stop": frozenset({"parking"}),
    "food": frozenset({"supermarket", "bakery"}),
    "medicine": frozenset({"pharmacy"}),
}
_OF_OCCASIONS: Final = ("thanks", "goodbye", "returns", "duration")
# Keys that locales may have beside, as ``thanks.meal``: these are printed like ``thanks`` where the occasion fits.
OCCASIONAL: Final = frozenset(f"{key}.{occasion}" for key in _OF_OCCASIONS for occasion in OCCASIONS)
# Ways to print each word, by its key.
Words = dict[str, Annotated[tuple[str, ...], Field(min_length=1)]]
# Characters of a label at most, and of what is a sentence and may take several lines.
_LABEL, _SENTENCE = 60, 200
_SENTENCES = frozenset({"thanks", "goodbye", "returns", "survey"}) | OCCASIONAL
# Signs that are not printed themselves but tell how the letters beside them join, as Persian and Hindi need them.
_JOINERS = frozenset("\u200c\u200d")


def words_at(words: Words, trade: str, shop: str = "") -> Words:
    """Return words with those that fit a way of being served, or a kind of shop, alone, after those that fit all."""
    fitting, here = {}, {trade, shop}
    for key in _OF_OCCASIONS:
        own = [words.get(f"{key}.{occasion}", ()) for occasion, places in OCCASIONS.items() if here & places]
        if any(own):
            fitting[key] = tuple(dict.fromkeys([*words[key], *(word for each in own for word in each)]))
    return {**words, **fitting} if fitting else words


def one_line(text: str) -> str:
    """Return a text as it is.

    Raises:
        ValueError: It has a line break or another character that is not printed.
    """
    if wrong := next((char for char in text if not char.isprintable() and char not in _JOINERS), ""):
        raise ValueError(f"expected printable characters of one line, got {quote(text)}; take out {wrong!r}")
    return text


def _known(words: Words) -> Words:
    if faults := [fault for key in words for fault in _faults(words, key)]:
        raise MemberError(faults)
    return words


def _faults(words: Words, key: str) -> Iterator[Misfit]:
    """Yield what is wrong with a key or with the ways to print it."""
    if key not in WORDS | OCCASIONAL:
        yield misfit((key,), words[key], f"unknown word {key!r}{hint(key, WORDS | OCCASIONAL)}")
        return
    for place, word in enumerate(words[key]):
        try:
            _check(word, _SENTENCE if key in _SENTENCES else _LABEL)
        except ValueError as error:
            yield misfit((key, place), word, str(error))


def _check(word: str, longest: int) -> None:
    """Check that a cash register can print a word; raises ValueError."""
    if not any(char.isprintable() and char != " " for char in word):
        raise ValueError(f"expected a word, got {quote(word)}, of which nothing is seen")
    if len(word) > longest:
        raise ValueError(f"expected {longest} characters or fewer, got {len(word):,}")
    one_line(word)


def _seen(text: str) -> str:
    _check(text, _SENTENCE)
    return text


def _complete(words: Words) -> Words:
    if lacking := [key for key in _KEYS.split() if key not in words]:
        raise ValueError(f"missing words: {', '.join(lacking)}")
    return words


# A text that is printed on one line, and of which something is seen; the annotation alone, and the text.
PRINTED: Final = AfterValidator(_seen)
Printed = Annotated[str, PRINTED]
# Annotations of ``Words`` whose keys are all known, and of those that have all keys.
KNOWN_WORDS: Final = AfterValidator(_known)
ALL_WORDS: Final = AfterValidator(_complete)
