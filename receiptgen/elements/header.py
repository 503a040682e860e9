"""Who sells, and where."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.typography.blocks import PLAIN, Align, Block, Style

Part = Literal["name", "legal_name", "branch", "company_ids", "tax_ids", "address", "phone", "fax", "email", "url"]


@ELEMENTS.register
class Header(Record):
    """Name, address and numbers of the business.

    Attributes:
        show: Parts in printed order; what the business lacks is left out.
        align: Alignment of the rows.
        name_style: Print style of the name.
        style: Print style of the rest.
        brackets: Share of receipts with the numbers of the business in brackets.
        joined: Share of receipts with the address on as few rows as will hold it.
    """

    renamed: ClassVar[Mapping[str, str]] = {"name_looks": "name_style", "looks": "style"}
    show: tuple[Part, ...] = ("name", "legal_name", "company_ids", "address", "phone", "tax_ids")
    align: Align = "center"
    name_style: Style = Style(bold=True)
    style: Style = PLAIN
    brackets: Share = 0.2
    joined: Share = 0.2

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield a row a part."""
        for part in self.show:
            style = self.name_style if part == "name" else self.style
            for text, role in self._texts(part, context, dice):
                yield text_row(text, role, self.align, style)

    def _texts(self, part: Part, context: ElementContext, dice: Dice) -> Iterator[tuple[str, str]]:
        merchant, voice = context.receipt.merchant, context.voice
        if part in {"tax_ids", "company_ids"}:
            role = f"merchant.{part[:-1]}"
            for label, number in getattr(merchant, part):
                text = f"{voice.say(label)}{voice.colon}{number}"
                # Some set a number in brackets, and a company's without a label: (867388-U)
                bracketed = dice.chance(self.brackets)
                if bracketed and part == "company_ids" and dice.chance(0.7):
                    text = number
                yield (f"({text})" if bracketed else text), role
        elif part == "address":
            lines = merchant.address
            if dice.chance(self.joined):
                lines = (", ".join(line.rstrip(",") for line in lines),)
            for line in lines:
                yield voice.say(line), "merchant.address"
        elif part in {"phone", "fax"}:
            if number := getattr(merchant, part):
                bare = dice.chance(0.25) and part == "phone"
                yield (number if bare else f"{voice.label(part, dice)} {number}"), f"merchant.{part}"
        elif text := getattr(merchant, part):
            yield (text if part in {"email", "url"} else voice.say(text)), f"merchant.{part}"
