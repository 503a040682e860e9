"""Check characters of identification numbers: weighted sums as data, and the algorithms that no sum can say.

A named algorithm takes the characters that the check covers, without the check characters themselves, and returns the
check characters in the order in which they stand in the number, or None where a number has none and is drawn again.
Sources: ISO/IEC 7064 (MOD 11,10 and MOD 97-10), ISO/IEC 7812-1 annex B (Luhn), and for each country's own its registry,
named at the function.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from receiptgen.config.records import Record

# Values of characters where letters count, as in ISO/IEC 7064: A is 10.
ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Weight = Annotated[int, Field(ge=1, le=10**12)]


class WeightedSum(Record):
    """A check that is a weighted sum of the covered characters, as ``{weights: [8, 7, 6], modulus: 11}``.

    Attributes:
        weights: Weight of each covered character, which must be a digit.
        modulus: What the sum is divided by; the remainder counts.
        plus: Added to the sum.
        complement: Whether the check is ``modulus`` less the remainder; a check that equals ``modulus`` is 0.
        instead: Characters printed instead of a number, by the number, as ``{10: X}``.
        characters: Where given, the character of each number from 0 on; ``modulus`` of them.
    """

    weights: tuple[Weight, ...] = Field(min_length=1)
    modulus: int = Field(ge=2, le=10**6)
    plus: int = Field(default=0, ge=0, le=10**6)
    complement: bool = True
    instead: dict[int, str] = Field(default_factory=dict)
    characters: str = ""

    @field_validator("characters")
    @classmethod
    def _one_each(cls, characters: str, info: ValidationInfo) -> str:
        modulus = info.data.get("modulus")
        if characters and modulus and len(characters) != modulus:
            raise ValueError(f"expected {modulus} characters, one for each remainder, got {len(characters)}")
        return characters

    def compute(self, covered: str, checks: int = 1) -> str | None:
        """Compute the check characters.

        Args:
            covered: Digits, as many as there are weights.
            checks: Number of check characters.

        Returns:
            The check characters, or None where the result has more of them.
        """
        total = sum([weight * int(digit) for weight, digit in zip(self.weights, covered, strict=True)]) + self.plus
        return self._printed(total % self.modulus, checks)

    def share(self, checks: int = 1) -> float:
        """Return the share of remainders that have this many check characters."""
        return sum([self._printed(value, checks) is not None for value in range(self.modulus)]) / self.modulus

    def _printed(self, remainder: int, checks: int) -> str | None:
        value = self.modulus - remainder if self.complement else remainder
        if value in self.instead:
            text = self.instead[value]
        elif self.characters:
            text = self.characters[value % self.modulus]
        else:
            text = str(value % self.modulus).zfill(checks)
        return text if len(text) == checks else None


def luhn(digits: str) -> str:
    """Luhn's check digit: cards, Sweden, Canada, South Africa, SIREN, P.IVA, CIF."""
    return _luhn(digits, 10)


def luhn_36(text: str) -> str:
    """Luhn's check over digits and letters: GSTIN of India."""
    return _luhn(text, 36)


def mod11_10(digits: str) -> str:
    """ISO/IEC 7064 MOD 11,10: USt-IdNr. of Germany, OIB of Croatia."""
    check = 5
    for digit in digits:
        check = ((check or 10) * 2 % 11 + int(digit)) % 10
    return str((11 - (check or 10) * 2 % 11) % 10)


def mod97_10(text: str) -> str:
    """ISO/IEC 7064 MOD 97-10, two digits; letters are 10 to 35: IBAN, btw-id of the Netherlands."""
    number = "".join([str(ALPHANUMERIC.index(char)) for char in text])
    return f"{98 - int(number) * 100 % 97:02d}"


def fr_siret(digits: str) -> str:
    """Two digits of a SIRET, the ninth and the last: Luhn's of the SIREN and of all (INSEE)."""
    siren = digits[:8] + luhn(digits[:8])
    return siren[8] + luhn(siren + digits[8:])


def fr_tva(digits: str) -> str:
    """Three digits of a French VAT number, two before its SIREN and the last (CGI, article 286 ter)."""
    siren = digits + luhn(digits)
    return f"{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren[8]}"


def at_ust(digits: str) -> str:
    """Last digit of an Austrian UID: Luhn's sum of the digits and four (BMF, Konstruktionsregeln der UID)."""
    return str((int(luhn(f"{digits}0")) - 4) % 10)


def au_abn(digits: str) -> str:
    """The two leading digits of an Australian Business Number (Australian Business Register: weights, modulus 89)."""
    total = sum([weight * int(digit) for weight, digit in zip((3, 5, 7, 9, 11, 13, 15, 17, 19), digits, strict=True)])
    return str(11 + (-total - 1) % 89)


def ie_vat(text: str) -> str | None:
    """Check letter of an Irish VAT number of seven digits and, since 2013, a second letter (Revenue)."""
    total = sum([(8 - index) * int(digit) for index, digit in enumerate(text[:7])])
    letters = "WABCDEFGHIJKLMNOPQRSTUV"
    second = letters.find(text[7:] or "W")
    return None if second < 0 else letters[(total + 9 * second) % 23]


def nz_ird(digits: str) -> str | None:
    """Last digit of a New Zealand IRD or GST number of eight digits before it (Inland Revenue): two sets of weights."""
    for weights in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)):
        check = -sum([weight * int(digit) for weight, digit in zip(weights, digits, strict=True)]) % 11
        if check < 10:
            return str(check)
    return None


def br_cnpj(digits: str) -> str:
    """The two last digits of a Brazilian CNPJ (Receita Federal): the second covers the first."""
    for _ in range(2):
        weights = [2 + place % 8 for place in range(len(digits))]
        total = sum([weight * int(digit) for weight, digit in zip(weights, reversed(digits), strict=True)])
        digits += str(-total % 11 % 10)
    return digits[-2:]


def tr_vkn(digits: str) -> str:
    """Last digit of a Turkish tax number (Gelir Idaresi): powers of two, modulus 9, digit by digit."""
    total = 0
    for place, digit in zip(range(9, 0, -1), digits, strict=True):
        if first := (int(digit) + place) % 10:
            total += first * 2**place % 9 or 9
    return str(-total % 10)


def mx_rfc(text: str) -> str:
    """Last character of a Mexican company's RFC (SAT): weights from 12 down, a space before three letters."""
    letters = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ \u00d1"
    total = sum([(13 - index) * letters.index(char) for index, char in enumerate(text.rjust(12))])
    return "0123456789A"[-total % 11]


def kr_brn(digits: str) -> str:
    """Last digit of a Korean business number of nine digits before it (National Tax Service); one counts twice."""
    total = sum([weight * int(digit) for weight, digit in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), digits, strict=True)])
    return str(-(total + int(digits[8]) * 5 // 10) % 10)


def cn_uscc(text: str) -> str:
    """Last character of a Chinese unified social credit code (GB 32100-2015): powers of three, modulus 31."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return letters[-sum([3**place * letters.index(char) for place, char in enumerate(text)]) % 31]


class Algorithm(NamedTuple):
    """A named way to compute check characters.

    Attributes:
        compute: From the covered characters to the check characters.
        checks: Number of check characters.
        covers: How many characters it may cover; empty for any number.
        letters: Whether the covered characters may be letters.
    """

    compute: Callable[[str], str | None]
    checks: int = 1
    covers: tuple[int, ...] = ()
    letters: bool = False


ALGORITHMS: Final[Mapping[str, Algorithm]] = MappingProxyType(
    {
        "luhn": Algorithm(luhn),
        "luhn_36": Algorithm(luhn_36, letters=True),
        "mod11_10": Algorithm(mod11_10),
        "mod97_10": Algorithm(mod97_10, checks=2, letters=True),
        "at_ust": Algorithm(at_ust, covers=(7,)),
        "au_abn": Algorithm(au_abn, checks=2, covers=(9,)),
        "br_cnpj": Algorithm(br_cnpj, checks=2, covers=(12,)),
        "cn_uscc": Algorithm(cn_uscc, covers=(17,), letters=True),
        "fr_siret": Algorithm(fr_siret, checks=2, covers=(12,)),
        "fr_tva": Algorithm(fr_tva, checks=3, covers=(8,)),
        "ie_vat": Algorithm(ie_vat, covers=(7, 8), letters=True),
        "kr_brn": Algorithm(kr_brn, covers=(9,)),
        "mx_rfc": Algorithm(mx_rfc, covers=(11, 12), letters=True),
        "nz_ird": Algorithm(nz_ird, covers=(8,)),
        "tr_vkn": Algorithm(tr_vkn, covers=(9,)),
    }
)


def _luhn(text: str, size: int) -> str:
    total = 0
    for place, char in enumerate(reversed(text)):
        value = ALPHANUMERIC.index(char) * (1 if place % 2 else 2)
        total += value // size + value % size
    return ALPHANUMERIC[-total % size]
