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
        card: Share of card payments whose number, approval and terminal are printed; wallets have no number.
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
        receipt, voice, values = context.receipt, context.voice, context.values
        mark = voice.colon.rstrip() if self.form != "justified" or voice.colon == " : " else ""
        tenders = [values.of("tenders", index) for index in range(len(receipt.tenders))]
        paid: list[Pair] = [
            (label + mark, said.amount("amount", total=True, label=label), f"tender.{tender.kind}")
            for tender, said in zip(receipt.tenders, tenders, strict=True)
            for label in [said.words("label")]
        ]
        yield from pair_rows(paid, self.form, self.style)
        if receipt.change or self.zero or any(tender.kind == "cash" for tender in receipt.tenders):
            label = voice.word("change", dice)
            change = (label + mark, values.amount("change", total=True, label=label), "change")
            yield from pair_rows([change], self.form, self.change_style)
        for tender, said in zip(receipt.tenders, tenders, strict=True):
            if tender.card and dice.chance(self.card):
                card = said.of("card")
                slip: list[Pair] = [
                    (voice.label("card_number", dice), card.text("masked"), "card.number"),
                    (voice.label("approval", dice), card.text("approval"), "card.approval"),
                    (voice.label("terminal", dice), card.text("terminal"), "card.terminal"),
                ]
                # A wallet has no number of a card, and nobody reads one.
                yield from pair_rows(slip if tender.card.masked else slip[1:], "inline")
                if tender.card.entry:
                    yield from pair_rows([(card.words("brand"), card.words("entry"), "card.entry")], "inline")
