"""From the sum of the goods to what is owed."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from receiptgen.commerce.basket import Receipt, TaxLine
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import Form, Pair, pair_rows
from receiptgen.elements._voice import Voice
from receiptgen.typography.blocks import PLAIN, Block, Style

Part = Literal["subtotal", "discounts", "service", "net", "taxes", "tax", "tip", "total", "rounding", "payable"]


@ELEMENTS.register
class Totals(Record):
    """Subtotal, discounts, service, taxes, tip, total, rounding.

    Attributes:
        show: Parts in printed order; what the receipt lacks (a tip, a rounding) is left out, and what makes up a
            printed ``total`` is never missing above it.
        form: Arrangement of label and amount.
        style: Print style.
        total_style: Print style of the total and of the amount payable.
        zero: Whether a discount, rounding or tax of nothing is printed.
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
        for part in self._parts(context.receipt):
            pairs = list(self._pairs(part, context, dice))
            if part in {"total", "payable"} and self.total_style != self.style:
                yield from pair_rows(waiting, self.form, self.style)
                waiting = []
                yield from pair_rows(pairs, self.form, self.total_style)
            else:
                waiting += pairs
        yield from pair_rows(waiting, self.form, self.style)

    def _parts(self, receipt: Receipt) -> list[Part]:
        """Parts to print: what stands above a total must add up to it, and is added to it only once."""
        exclusive = bool(receipt.tax) and not receipt.inclusive
        if "total" not in self.show:
            return [part for part in self.show if not (exclusive and part in {"taxes", "tax"})]
        taxed: Part = "tax" if "tax" in self.show else "taxes"
        due: dict[Part, object] = {
            "discounts": receipt.discounts, "service": receipt.service, taxed: exclusive, "tip": receipt.tip,
        }  # fmt: skip
        parts = list(self.show)
        position = parts.index("total")
        parts[position:position] = [part for part, owed in due.items() if owed and part not in parts]
        return parts

    def _pairs(self, part: Part, context: ElementContext, dice: Dice) -> Iterator[Pair]:
        receipt, voice = context.receipt, context.voice
        mark = voice.colon.rstrip() if self.form != "justified" or voice.colon == " : " else ""
        if part == "discounts":
            for discount in receipt.discounts:
                share = f" {voice.rate(discount.percent)}" if discount.percent else ""
                yield (
                    voice.say(discount.label) + share + mark,
                    voice.amount(-discount.amount, True),
                    "discount",
                )
        elif part in {"service", "tip"}:
            charge = receipt.service if part == "service" else receipt.tip
            if charge:
                share = f" {voice.rate(charge.percent)}" if charge.percent else ""
                role = "service_charge" if part == "service" else "tip"
                yield voice.say(charge.label) + share + mark, voice.amount(charge.amount, True), role
        elif part == "taxes":
            included = voice.word("tax_included", dice) if receipt.inclusive and dice.chance(0.6) else ""
            for line in receipt.taxes:
                if line.tax or self.zero:
                    yield self._tax_label(line, included, voice) + mark, voice.amount(line.tax, True), "tax"
        elif part == "net":
            yield voice.word("total_before_tax", dice) + mark, voice.amount(receipt.net, True), "net"
        elif part == "payable":
            if receipt.rounding:
                yield voice.word("payable", dice) + mark, voice.amount(receipt.payable, True), "payable"
        else:
            value = getattr(receipt, part)
            if value or part in {"subtotal", "total"} or self.zero:
                yield voice.word(part, dice) + mark, voice.amount(value, True), part

    def _tax_label(self, line: TaxLine, included: str, voice: Voice) -> str:
        name = voice.say(line.name)
        # Some words for "tax included" name the tax already.
        parts = (included, "" if name in included else name, voice.rate(line.percent))
        return " ".join(part for part in parts if part)
