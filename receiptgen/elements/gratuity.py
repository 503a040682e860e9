"""Lines for a tip that is still to be written."""

from collections.abc import Iterator

from receiptgen.commerce.sale.money import share
from receiptgen.commerce.trade.basket_spec import Percent
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.typography.blocks import Block, Gap, Row, Run


@ELEMENTS.register
class Gratuity(Record):
    """Suggested tips, and lines to fill in for tip, total and signature.

    Attributes:
        percents: Suggested shares in per cent of the subtotal; none for those that are usual in the country. Where it
            has no such custom, nothing is printed.
        blanks: Whether there are lines to fill in.
    """

    percents: tuple[Percent, ...] = ()
    blanks: bool = True

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the suggestions, then the lines to fill in; nothing where a tip has been paid already."""
        receipt, voice = context.receipt, context.voice
        percents = self.percents or receipt.locale.tips
        if receipt.tip or not percents:
            return
        for percent in percents:
            suggestion = share(receipt.subtotal, percent, receipt.locale.currency.quantum)
            label = f"{voice.word('tip', dice.fork('tip'))} {voice.rate(percent)}"
            yield text_row(f"{label} = {voice.amount(suggestion, True)}", "tip.suggestion", "center")
        if self.blanks:
            for key in ("tip", "total", "signature"):
                yield Gap(0.6)
                yield Row(
                    (
                        Run(voice.label(key, dice), "blank.label", columns=14),
                        Run("_" * 18, "blank", columns=0),
                    )
                )
