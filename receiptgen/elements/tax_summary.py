"""Taxes by rate."""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.core.scripts import columns_of
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import RulePattern, printed, text_row
from receiptgen.elements._values import Phrase, Values, join
from receiptgen.typography.blocks import PLAIN, Block, Frame, Row, Rule, Style

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
        """Yield heading, column headings, a row a tax; nothing where no tax is due or no column says anything."""
        taxes = context.receipt.taxes
        # Parts of one rate (CGST and SGST) share their net: a gross amount would say nothing.
        parted = len({line.rate for line in taxes}) < len(taxes)
        columns = [column for column in self.columns if not (parted and column == "gross")]
        if not taxes or not columns:
            return
        table = tuple(self._table(columns, parted, context, dice))
        if dice.chance(self.framed):
            yield Frame(table)
        else:
            yield from table

    def _table(self, columns: list[Column], parted: bool, context: ElementContext, dice: Dice) -> Iterator[Block]:
        receipt, voice, values = context.receipt, context.voice, context.values
        if self.heading:
            yield text_row(voice.say(receipt.scheme.summary), "heading", "left", self.style)
        lines = [values.of("taxes", index) for index in range(len(receipt.taxes))]
        cells = [[_cell(column, line, parted) for column in columns] for line in lines]
        widest = [max(columns_of(cell.text) for cell in column) for column in zip(*cells, strict=True)]
        titles = [Phrase(voice.heading(_WORDS[c], width, dice)) for c, width in zip(columns, widest, strict=True)]
        yield self._row(titles, ["heading"] * len(columns))
        if self.rules:
            yield Rule(self.rules)
        roles = [f"tax_summary.{column}" for column in columns]
        for row in cells:
            yield self._row(row, roles)
        if self.total and not parted:
            sums = [values.number(column) if column in {"net", "tax", "gross"} else Phrase("") for column in columns]
            if not sums[0].text:
                sums[0] = Phrase(voice.word("total", dice))
            yield self._row(sums, roles)

    def _row(self, texts: list[Phrase], roles: list[str]) -> Row:
        """The first column at the left, the others at the right below each other."""
        style = self.style
        runs = [printed(texts[0], roles[0], "left", None, style=style)]
        runs += [
            printed(text, role, "right", f"tax {index}", style=style)
            for index, (text, role) in enumerate(zip(texts[1:], roles[1:], strict=True))
        ]
        return Row(tuple(runs))


def _cell(column: Column, line: Values, parted: bool) -> Phrase:
    code, name = line.text("code"), line.words("name")
    said = join(" ", [code, name]) if parted else code if code.text else name
    rate = line.rate("percent").without("@ ")
    if column == "code":
        return said
    if column == "percent":
        return rate
    if column == "code_percent":
        # Some countries' codes are the rates themselves.
        return rate if code.text.endswith("%") else said + " = " + rate
    return line.number(column)
