"""Taxes by rate."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from receiptgen.commerce.basket import TaxLine
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import RulePattern, text_row
from receiptgen.elements._voice import Voice
from receiptgen.typography.blocks import PLAIN, Block, Frame, Row, Rule, Run, Style

Column = Literal["code", "percent", "code_percent", "net", "tax", "gross"]
_WORDS = {
    "code": "tax_code",
    "percent": "rate",
    "code_percent": "rate",
    "net": "net",
    "tax": "tax",
    "gross": "gross",
}


@ELEMENTS.register
class TaxSummary(Record):
    """A table with a row for each part of each rate.

    Attributes:
        columns: Columns that it shows.
        heading: Whether it has a heading of its own.
        total: Whether a last row sums it up.
        framed: Share of receipts on which a rectangle is drawn round it.
        rules: Pattern of the rule under the column headings; empty for none.
        style: Print style.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style"}
    columns: tuple[Column, ...] = ("code", "percent", "net", "tax")
    heading: bool = True
    total: bool = False
    framed: Share = 0.0
    rules: RulePattern = ""
    style: Style = PLAIN

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield heading, column headings, a row a tax; nothing where no tax is due."""
        if not context.receipt.taxes:
            return
        table = tuple(self._table(context, dice))
        if dice.chance(self.framed):
            yield Frame(table)
        else:
            yield from table

    def _table(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        receipt, voice = context.receipt, context.voice
        if self.heading:
            yield text_row(voice.say(receipt.tax_summary), "heading", "left", self.style)
        # Parts of one rate (CGST and SGST) share their net: a gross amount would say nothing.
        parted = len({line.rate for line in receipt.taxes}) < len(receipt.taxes)
        columns = [column for column in self.columns if not (parted and column == "gross")]
        cells = [[_cell(column, line, voice, parted) for column in columns] for line in receipt.taxes]
        widest = [max(map(len, column)) for column in zip(*cells, strict=True)]
        titles = [voice.heading(_WORDS[c], width, dice) for c, width in zip(columns, widest, strict=True)]
        yield self._row(titles, ["heading"] * len(columns))
        if self.rules:
            yield Rule(self.rules)
        roles = [f"tax_summary.{column}" for column in columns]
        for row in cells:
            yield self._row(row, roles)
        if self.total and not parted:
            sums = {"net": receipt.net, "tax": receipt.tax, "gross": receipt.net + receipt.tax}
            texts = [voice.locale.number(sums[column]) if column in sums else "" for column in columns]
            texts[0] = texts[0] or voice.word("total", dice)
            yield self._row(texts, roles)

    def _row(self, texts: list[str], roles: list[str]) -> Row:
        """The first column at the left, the others at the right below each other."""
        style = self.style
        runs = [Run(texts[0], roles[0], "left", None, style=style)]
        runs += [
            Run(text, role, "right", f"tax {index}", style=style)
            for index, (text, role) in enumerate(zip(texts[1:], roles[1:], strict=True))
        ]
        return Row(tuple(runs))


def _cell(column: Column, line: TaxLine, voice: Voice, parted: bool) -> str:
    name = voice.say(line.name)
    code = f"{line.code} {name}".strip() if parted else line.code or name
    rate = voice.rate(line.percent).removeprefix("@ ")
    if column == "code":
        return code
    if column == "percent":
        return rate
    if column == "code_percent":
        return f"{code} = {rate}"
    return voice.locale.number(getattr(line, column))
