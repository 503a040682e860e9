"""What the card's terminal prints."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from receiptgen.commerce.sale.receipt import Card
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext, Voice
from receiptgen.elements._print import Form, Pair, pair_rows, text_row
from receiptgen.elements._values import Phrase
from receiptgen.typography.blocks import PLAIN, Block, Gap, Rule, Style

# Identifiers of the chip's application by schemes whose cards are named so (EMV book 1; the schemes' public lists).
_APPLICATIONS = {
    "mastercard": "A0000000041010", "maestro": "A0000000043060", "visa": "A0000000031010",
    "amex": "A00000002501", "american": "A00000002501", "girocard": "A0000003591010028001",
    "interac": "A0000002771010", "jcb": "A0000000651010",
}  # fmt: skip
# Labels of the chip's codes, which are the same in all countries, with how many hexadecimal digits each has.
_CODES = {"TVR": 10, "TSI": 4, "ARQC": 16, "IAD": 14}


@ELEMENTS.register
class CardSlip(Record):
    """A terminal's slip of each card: merchant and terminal, the chip's codes, whose copy it is, a line to sign.

    The codes are made up; they are texts with roles, and no values of the receipt. Nothing is printed without a card;
    a wallet has no chip, and nobody signs for it.

    Attributes:
        codes: Most of the chip's codes after the application's (AID), 0 to 4.
        form: Arrangement of label and value.
        style: Print style.
        copy_style: Print style of what says whose copy it is.
        signed: Share of slips with a line to sign.
    """

    codes: Annotated[int, Field(ge=0, le=len(_CODES))] = 3
    form: Form = "inline"
    style: Style = PLAIN
    copy_style: Style = Style(bold=True)
    signed: Share = 0.3

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield the slip of each tender that was a card."""
        voice = context.voice
        for index, tender in enumerate(context.receipt.tenders):
            if tender.card is None:
                continue
            slip, said = dice.fork(f"slip {index}"), context.values.of("tenders", index, "card")
            pairs = self._pairs(voice, tender.card, said.text("terminal"), slip)
            yield Gap(0.5)
            yield text_row(said.words("brand"), "card.brand", "left", self.style)
            yield from pair_rows([*pairs], self.form, self.style)
            if slip.chance(self.signed) and tender.card.masked:
                yield Gap(1.5)
                yield Rule("solid", 1.0)
                yield text_row(voice.word("signature", slip), "footer.signature", "center", self.style)
            yield text_row(voice.word("copy", slip), "footer.copy", "center", self.copy_style)

    def _pairs(self, voice: Voice, card: Card, terminal: Phrase, dice: Dice) -> Iterator[Pair]:
        mark = voice.colon.rstrip()
        yield voice.label("merchant_id", dice), Phrase(dice.digits(dice.choose((8, 10, 15)))), "card.merchant"
        yield voice.label("terminal", dice), terminal, "card.terminal"
        if not card.masked:
            return
        application = next((each for name, each in _APPLICATIONS.items() if name in card.brand.lower()), None)
        if application:
            yield f"AID{mark}", Phrase(application), "card.aid"
        for label in dice.sample([*_CODES], dice.integer(0, self.codes)):
            code = dice.letters("0123456789ABCDEF", _CODES[label])
            yield f"{label}{mark}", Phrase(code), f"card.{label.lower()}"
