"""Numbers that a business prints about itself: patterns with check characters, and how they are drawn."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from receiptgen.commerce.countries.check_digits import ALGORITHMS, ALPHANUMERIC, WeightedSum
from receiptgen.commerce.countries.patterns import LETTERS
from receiptgen.config.diagnostics import quote
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.suggestions import hint

DIGITS: Final = "0123456789"
# From one character to another, as ``1-9``.
RANGE: Final = re.compile(r"(\w)-(\w)")
# Draws of a number until it has check characters, which half of them have at least.
TRIES: Final = 100


class Slot(NamedTuple):
    """One character of a pattern.

    Attributes:
        choices: Characters it is drawn from; one is printed as it is.
        check: Whether it is a check character.
        covered: Whether the check covers it.
    """

    choices: str
    check: bool = False
    covered: bool = False


def _known(check: str) -> str:
    if check not in ALGORITHMS:
        raise ValueError(f"unknown check {quote(check)}{hint(check, ALGORITHMS, len(ALGORITHMS))}")
    return check


class IdNumber(Record):
    r"""A number that a business prints about itself.

    Attributes:
        labels: Ways to print its label, without a colon.
        pattern: ``#`` digit, ``@`` capital letter, ``<ACX>`` or ``<1-9>`` one of these characters, ``!`` a check
            character, ``[...]`` the part that the check covers (without brackets all of it; signs and spaces never
            count), ``\#`` the sign itself, anything else as it is.
        check: How the check characters are computed: the name of an algorithm, or a weighted sum.
        shared: Whether what is drawn for it is the same for all such numbers of a business, as where its VAT number
            holds its number in the register.
        shops: Kinds of shop that alone have it, of numbers in ``company_ids``, as ``[pharmacy]`` for a licence to sell
            medicines; empty for all.
    """

    labels: tuple[str, ...] = Field(min_length=1)
    pattern: str
    check: Annotated[str, AfterValidator(_known)] | WeightedSum | None = None
    shared: bool = False
    shops: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "IdNumber":
        got = f"pattern {quote(self.pattern)}"
        checks = sum([slot.check for slot in self.slots])
        if self.check is None and checks:
            raise ValueError(f"{got} has a check character '!' but no key 'check' says how it is computed")
        if self.check is not None:
            if not checks:
                raise ValueError(f"{got} has no check character; write '!' where it stands, or leave out 'check'")
            covered = [slot for slot in self.slots if slot.covered]
            if fault := _misfit(self.check, checks, covered):
                raise ValueError(f"{got} {fault}")
            self.draw(Dice(0))
        return self

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The characters of the pattern.

        Raises:
            ValueError: A bracket lacks its other half.
        """
        return _parse(self.pattern)

    def resembles(self, number: str) -> bool:
        """Tell whether a number has digits, letters and signs where the pattern has them."""
        return len(number) == len(self.slots) and all(
            char in slot.choices or (char.isdigit() and slot.choices.isdigit())
            for char, slot in zip(number, self.slots, strict=True)
        )

    def draw(self, dice: Dice) -> str:
        """Draw a number; each character takes one draw, check characters included, however often it is tried.

        Check characters of shared numbers take none, since they stand elsewhere in each of them.

        Raises:
            ValueError: No number of this pattern has check characters.
        """
        text = self._filled(dice)
        if self.check is None:
            return "".join(text)
        if found := self._checked(text):
            return found
        again = dice.fork("id number")
        for _ in range(TRIES):
            if found := self._checked(self._filled(again)):
                return found
        raise ValueError(f"no number of pattern {quote(self.pattern)} has a check character")

    def _filled(self, dice: Dice) -> list[str]:
        return [
            dice.letters(slot.choices, 1)
            if len(slot.choices) > 1 and not (slot.check and self.shared)
            else slot.choices
            for slot in self.slots
        ]

    def _checked(self, text: list[str]) -> str | None:
        """Put the check characters in, or return None where the number has none."""
        covered = "".join([char for char, slot in zip(text, self.slots, strict=True) if slot.covered])
        if isinstance(self.check, WeightedSum):
            found = self.check.compute(covered, sum([slot.check for slot in self.slots]))
        else:
            found = ALGORITHMS[str(self.check)].compute(covered)
        if found is None:
            return None
        checks = iter(found)
        return "".join([next(checks) if slot.check else char for char, slot in zip(text, self.slots, strict=True)])


def _misfit(check: str | WeightedSum, checks: int, covered: list[Slot]) -> str:
    """Say why a check does not fit the check characters or the covered ones; empty if it fits."""
    known = DIGITS
    if isinstance(check, WeightedSum):
        if len(covered) != len(check.weights):
            return f"has {len(covered)} covered characters for {len(check.weights)} weights"
        if check.share(checks) < 0.5:
            return f"has {checks} '!', too few or too many for what is left of modulus {check.modulus}"
    else:
        algorithm = ALGORITHMS[check]
        known = ALPHANUMERIC if algorithm.letters else DIGITS
        if checks != algorithm.checks:
            return f"has {checks} '!', check {check!r} computes {algorithm.checks}"
        if algorithm.covers and len(covered) not in algorithm.covers:
            wanted = " or ".join(map(str, algorithm.covers))
            return f"has {len(covered)} covered characters, check {check!r} covers {wanted}"
    letter = next((char for slot in covered for char in slot.choices if char not in known), "")
    return f"covers letters such as {letter!r}; put '[' and ']' around what the check covers" if letter else ""


def _parse(pattern: str) -> tuple[Slot, ...]:
    """Split a pattern into its characters; without brackets the check covers them all."""
    slots: list[Slot] = []
    signs = iter(pattern)
    bounded = "[" in pattern.replace("\\[", "")
    inside = not bounded
    for sign in signs:
        if sign == "\\":
            slots.append(Slot(next(signs, "\\")))
        elif sign == ("]" if inside else "[") and bounded:
            inside = not inside
        elif sign in "[]>":
            raise ValueError(
                f"pattern {quote(pattern)}: {sign!r} without its other half; write '\\{sign}' for the sign"
            )
        elif sign == "!":
            slots.append(Slot(DIGITS, check=True))
        else:
            choices = _choices(pattern, signs) if sign == "<" else {"#": DIGITS, "@": LETTERS}.get(sign, sign)
            slots.append(Slot(choices, covered=inside and choices.isalnum()))
    if inside and bounded:
        raise ValueError(f"pattern {quote(pattern)}: '[' is not closed; write ']' after the part that is covered")
    return tuple(slots)


def _choices(pattern: str, signs: Iterator[str]) -> str:
    """Read the characters up to ``>``."""
    choices = ""
    for sign in signs:
        if sign == ">" and choices:
            return RANGE.sub(lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), choices)
        choices += sign
    raise ValueError(f"pattern {quote(pattern)}: '<' is not closed; write '<1-9>' for one of several characters")
