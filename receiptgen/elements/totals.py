"""From the sum of the goods to what is owed."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from receiptgen.commerce.basket import Receipt
from receiptgen.commerce.countries.currencies import places_of
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext, Voice
from receiptgen.elements._print import Form, Pair, pair_rows
from receiptgen.elements._values import Phrase, Values, join
from receiptgen.elements._voice import letters_of
from receiptgen.typography.blocks import PLAIN, Block, Style

# A rate in a label, and its figures.
_PERCENT = re.compile(r"\s*[(@]?\s*[0-9]+([.,][0-9]+)?\s*%\)?|\s*%\s*[0-9]+([.,][0-9]+)?")
_FIGURES = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
Part = Literal[
    "subtotal", "discounts", "service", "net", "taxes", "tax", "gross", "tip", "total", "rounding", "payable"
]


@ELEMENTS.register
class Totals(Record):
    """Subtotal, discounts, service, taxes, tip, total, rounding.

    Attributes:
        show: Parts in printed order; what the receipt lacks (a tip, a rounding) is left out, and what makes up a
            printed ``total`` is never missing above it; ``gross`` is the total before the tip.
        form: Arrangement of label and amount.
        style: Print style.
        total_style: Print style of the total and of the amount payable.
        zero: Whether a tax of nothing is printed, and a rounding of nothing where cash is rounded.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style", "total_looks": "total_style"}
    show: tuple[Part, ...] = (
        "subtotal",
        "discounts",
        "service",
        "taxes",
        "tip",
        "total",
        "rounding",
        "payable",
    )
    form: Form = "justified"
    style: Style = PLAIN
    total_style: Style = Style(bold=True)
    zero: bool = False

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield a row an amount; those printed alike share their columns."""
        waiting: list[Pair] = []
        told: set[str] = set()
        for part in self._parts(context.receipt):
            pairs = list(self._pairs(part, context, dice, told))
            if part in {"total", "payable"} and self.total_style != self.style:
                yield from pair_rows(waiting, self.form, self.style)
                waiting = []
                yield from pair_rows(pairs, self.form, self.total_style)
            else:
                waiting += pairs
            if part == "total":
                waiting += _besides(context, dice)
        yield from pair_rows(waiting, self.form, self.style)

    def _parts(self, receipt: Receipt) -> list[Part]:
        """Parts to print: what stands above a total must add up to it, and is added to it only once."""
        exclusive = bool(receipt.tax) and not receipt.inclusive
        if not {"total", "gross"}.intersection(self.show):
            return [part for part in self.show if not (exclusive and part in {"taxes", "tax"})]
        taxed: Part = "tax" if "tax" in self.show else "taxes"
        due: dict[Part, object] = {"discounts": receipt.discounts, "service": receipt.service, taxed: exclusive}
        parts = list(self.show)
        position = min(parts.index(part) for part in ("total", "gross") if part in parts)
        parts[position:position] = [part for part, owed in due.items() if owed and part not in parts]
        if receipt.tip and "total" in parts and "tip" not in parts:
            parts.insert(parts.index("total"), "tip")
        return parts

    def _pairs(self, part: Part, context: ElementContext, dice: Dice, told: set[str]) -> Iterator[Pair]:
        receipt, voice, values = context.receipt, context.voice, context.values
        mark = voice.colon.rstrip() if self.form != "justified" or voice.colon == " : " else ""
        if part == "discounts":
            for index in range(len(receipt.discounts)):
                said = values.of("discounts", index)
                yield _shared_label(said) + mark, said.taken_off("amount", total=True), "discount"
        elif part in {"service", "tip"}:
            if getattr(receipt, part):
                said = values.of(part)
                label, role = _shared_label(said), "service_charge" if part == "service" else "tip"
                yield label + mark, said.amount("amount", total=True, label=label), role
        elif part == "taxes":
            included = voice.word("tax_included", dice) if receipt.inclusive and dice.chance(0.6) else ""
            for index, line in enumerate(receipt.taxes):
                if line.tax or self.zero:
                    said = values.of("taxes", index)
                    label = _tax_label(said, included)
                    yield label + mark, said.amount("tax", total=True, label=label), "tax"
        elif part == "net":
            word = _another(voice, "total_before_tax", dice, told)
            yield word + mark, values.amount("net", total=True, label=word), "net"
        elif part == "gross":
            word = _another(voice, "amount", dice, told)
            yield word + mark, values.amount("gross", total=True, label=word), "gross"
        elif part == "payable":
            if receipt.rounding:
                word = _another(voice, "payable", dice, told)
                yield word + mark, values.amount("payable", total=True, label=word), "payable"
        elif getattr(receipt, part) or part in {"subtotal", "total"} or (self.zero and _may_be(part, receipt)):
            word = _another(voice, part, dice, told)
            yield word + mark, values.amount(part, total=True, label=word), part


def _may_be(part: Part, receipt: Receipt) -> bool:
    """Tell whether a part of nothing may be printed: a rounding only where cash is rounded."""
    return part != "rounding" or receipt.locale.currency.cash_step is not None


def _another(voice: Voice, key: str, dice: Dice, told: set[str]) -> str:
    """Draw a word for a sum; one that names a sum above already only where the country has no other."""
    word = voice.word(key, dice)
    if letters_of(word) in told:
        word = next((each for each in voice.words_of(key) if letters_of(each) not in told), word)
    told.add(letters_of(word))
    return word


def _besides(context: ElementContext, dice: Dice) -> list[Pair]:
    """Return the total in another currency and the rate, where the country tells them on the day."""
    receipt, voice, locale = context.receipt, context.voice, context.voice.locale
    other = locale.currency.besides
    if other is None or receipt.moment.date() not in other.dates:
        return []
    places = -int(other.rate.as_tuple().exponent)
    told = voice.with_minus(receipt.total, locale.number(abs(other.amount(receipt.total)), places_of(other.code)))
    return [
        (f"{voice.word('total', dice)} {other.code}", Phrase(told), "total.besides"),
        (f"1 {locale.currency.code} =", Phrase(f"{locale.number(other.rate, places)} {other.code}"), "rate.besides"),
    ]


def _shared_label(said: Values) -> Phrase:
    """Return the label of a discount or charge, with its per cent if it has one."""
    return join(" ", [said.words("label"), said.rate("percent") if said.record.percent else Phrase("")])


def _tax_label(said: Values, included: str) -> Phrase:
    name, rate = said.words("name"), said.rate("percent")
    told = _PERCENT.search(included)
    if told and _FIGURES.findall(told[0]) != _FIGURES.findall(rate.text):
        # A word for "tax included" that names another rate would contradict this one.
        included, told = _PERCENT.sub("", included).strip(), None
    # Some words for "tax included" name the tax already, in any case and with points, and some the rate.
    named = letters_of(name.text) in letters_of(included)
    of_name = name.values if name.text in included else ()
    label = Phrase(included, of_name) if named else join(" ", [Phrase(included), name])
    return Phrase(label.text, label.values + rate.values) if told else join(" ", [label, rate])
