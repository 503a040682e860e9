"""Who sells, and where."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import text_row
from receiptgen.elements._values import Phrase, join
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
    joined: Share = 0.35

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield a row a part."""
        for part in self.show:
            style = self.name_style if part == "name" else self.style
            for text, role in self._texts(part, context, dice):
                yield text_row(text, role, self.align, style)

    def _texts(self, part: Part, context: ElementContext, dice: Dice) -> Iterator[tuple[Phrase | str, str]]:
        merchant, voice, values = context.receipt.merchant, context.voice, context.values.of("merchant")
        if part in {"tax_ids", "company_ids"}:
            role = f"merchant.{part[:-1]}"
            for index in range(len(getattr(merchant, part))):
                number = values.text(part, index, "number")
                text = values.words(part, index, "label") + voice.colon + number
                # Some set a number in brackets, and a company's without a label: (867388-U)
                bracketed = dice.chance(self.brackets)
                if bracketed and part == "company_ids" and dice.chance(0.7):
                    text = number
                yield ("(" + text + ")" if bracketed else text), role
        elif part == "address":
            texts = [voice.say(line) for line in merchant.address]
            joined = dice.chance(self.joined)
            if joined:
                texts = [text.rstrip(",") for text in texts]
            lines = [values.said(text, text, part, index) for index, text in enumerate(texts)]
            for line in [join(", ", lines)] if joined else lines:
                yield line, "merchant.address"
        elif part in {"phone", "fax"}:
            if getattr(merchant, part):
                number = values.text(part)
                bare = dice.chance(0.25) and part == "phone"
                yield (number if bare else f"{voice.label(part, dice)} " + number), f"merchant.{part}"
        elif getattr(merchant, part):
            yield (values.text(part) if part in {"email", "url"} else values.words(part)), f"merchant.{part}"
