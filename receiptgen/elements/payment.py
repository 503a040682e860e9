"""How it was paid."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import Form, Pair, pair_rows
from receiptgen.typography.blocks import PLAIN, Block, Style


@ELEMENTS.register
class Payment(Record):
    """Tenders, change and the card's details.

    Attributes:
        form: Arrangement of label and amount.
        style: Print style.
        change_style: Print style of the change.
        card: Share of card payments whose number, approval and terminal are printed.
        zero: Whether change of nothing is printed after a card payment.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style", "change_looks": "change_style"}
    form: Form = "justified"
    style: Style = PLAIN
    change_style: Style = PLAIN
    card: Share = 0.7
    zero: bool = False

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield tenders and change, then the slip of a card."""
        receipt, voice = context.receipt, context.voice
        mark = voice.colon.rstrip() if self.form != "justified" or voice.colon == " : " else ""
        paid: list[Pair] = [
            (voice.say(tender.label) + mark, voice.amount(tender.amount, True), f"tender.{tender.kind}")
            for tender in receipt.tenders
        ]
        yield from pair_rows(paid, self.form, self.style)
        if receipt.change or self.zero or any(tender.kind == "cash" for tender in receipt.tenders):
            change = (voice.word("change", dice) + mark, voice.amount(receipt.change, True), "change")
            yield from pair_rows([change], self.form, self.change_style)
        for tender in receipt.tenders:
            if tender.card and dice.chance(self.card):
                card = tender.card
                slip: list[Pair] = [
                    (voice.label("card_number", dice), card.masked, "card.number"),
                    (voice.label("approval", dice), card.approval, "card.approval"),
                    (voice.label("terminal", dice), card.terminal, "card.terminal"),
                ]
                yield from pair_rows(slip, "inline")
                yield from pair_rows([(voice.say(card.brand), voice.say(card.entry), "card.entry")], "inline")
