"""What names and addresses of businesses say of the country: legal forms, words of streets, regions with postcodes."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from receiptgen.commerce.countries.locales import Locale, locale
from receiptgen.core.assets import packaged_names
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.wording import plain_label

# What a legal form, a word of streets, and a region with its postcode count that one country alone has; what several
# countries have counts as much for them together.
_FORM, _STREET, _REGION = 3.0, 2.0, 3.0
# Letters of the shortest word of streets, and streets of a country that have it at least.
_LETTERS, _STREETS = 3, 3
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def address_evidence(country: Locale, rows: Sequence[ReceiptRow], texts: frozenset[str]) -> float:
    """Return what the business of a receipt says for a country.

    Args:
        country: The country.
        rows: Rows of the receipt.
        texts: Plain texts of its rows, cells and runs of words.
    """
    forms = max((_FORM / _forms()[form] for form in _forms_of(country.name) & texts), default=0.0)
    streets = max((_STREET / _streets()[word] for word in _streets_of(country.name) & texts), default=0.0)
    pattern = _region(country.name)
    addresses = [row for row in rows if row.with_role("merchant.address")] or rows
    regions = _REGION * any(pattern.search(row.text) for row in addresses) if pattern else 0.0
    return forms + streets + regions


@cache
def _forms() -> Counter[str]:
    return Counter(form for name in packaged_names("locales") for form in _forms_of(name))


@cache
def _streets() -> Counter[str]:
    return Counter(word for name in packaged_names("locales") for word in _streets_of(name))


@cache
def _forms_of(name: str) -> frozenset[str]:
    """Return the legal forms of a country in plain letters: what stands in names of companies that ends or begins them.

    Single long words are rather of names, as ``Trading``.
    """
    ends = [plain_label(part) for pattern in locale(name).companies for part in _PLACEHOLDER.split(pattern)]
    longest = [" ".join(end.split()[-count:]) for end in ends for count in (2, 3) if len(end.split()) >= count]
    single = [end for end in ends if end.isalpha() and 1 < len(end) <= 5]
    return frozenset(part for part in (*longest, *single) if part)


@cache
def _streets_of(name: str) -> frozenset[str]:
    """Return words that many streets of a country have, as ``jalan``."""
    found = Counter(word for street in locale(name).streets for word in {*plain_label(street).split()})
    return frozenset(
        word for word, count in found.items() if count >= _STREETS and len(word) >= _LETTERS and not word.isdigit()
    )


@cache
def _region(name: str) -> re.Pattern[str] | None:
    """Return the pattern of a region and postcode as addresses have them; None where they tell no country.

    They tell one where regions are capitals, as in ``Dallas, TX 75201``, or postcodes have letters.
    """
    country = locale(name)
    place = country.places[0]
    codes = {_coded(each.postcode) for each in country.places}
    capitals = all(each.region.isupper() and each.region.isalpha() for each in country.places)
    if capitals and any("{region} {postcode}" in line for lines in country.address for line in lines):
        sizes = sorted({len(each.region) for each in country.places})
        region = "|".join(f"[A-Z]{{{size}}}" for size in sizes)
        return re.compile(rf"\b(?:{region}) (?:{'|'.join(sorted(codes))})\b")
    if "@" in place.postcode:
        return re.compile(rf"\b(?:{'|'.join(sorted(codes))})\b")
    return None


def _coded(postcode: str) -> str:
    """Return a pattern for postcodes of the shape of one: digits for digits, capitals for capitals."""
    shape = re.sub(r"[@A-Z]", "[A-Z]", re.sub(r"[#0-9]", "0", postcode))
    return shape.replace("0", r"\d").replace(" ", r"\s?")
