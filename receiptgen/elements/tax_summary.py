"""Taxes by rate."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, Literal

from receiptgen.commerce.sale.receipt import TaxLine
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.core.scripts import columns_of
from receiptgen.elements import ELEMENTS, ElementContext, Voice
from receiptgen.elements._print import RulePattern, printed, text_row
from receiptgen.elements._values import Phrase, Values, join
from receiptgen.elements._voice import letters_of
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
# What the codes of a table are: the rates and no more, rates with letters, or neither.
Codes = Literal["rates", "rated", "none"]
# Figures of a rate, and a code of nothing but them and a sign before or after.
_FIGURES = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_ALONE = re.compile(rf"%?\s*({_FIGURES.pattern})\s*%?")


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
        # Some countries' codes are the rates themselves, or say them; a rate is printed once.
        codes = "none" if parted else _codes_of(taxes)
        left_out = {"gross"} if parted else set[str]()
        if codes == "rates" and {"percent", "code_percent"}.intersection(self.columns):
            left_out.add("code")
        if codes == "rated" and {"code", "code_percent"}.intersection(self.columns):
            left_out.add("percent")
        columns = [column for column in self.columns if column not in left_out]
        if not taxes or not columns:
            return
        table = tuple(self._table(columns, parted, codes, context, dice))
        if dice.chance(self.framed):
            yield Frame(table)
        else:
            yield from table

    def _table(
        self, columns: list[Column], parted: bool, codes: Codes, context: ElementContext, dice: Dice
    ) -> Iterator[Block]:
        receipt, voice, values = context.receipt, context.voice, context.values
        if self.heading:
            yield text_row(voice.say(receipt.scheme.summary), "heading", "left", self.style)
        lines = [values.of("taxes", index) for index in range(len(receipt.taxes))]
        cells = [[_cell(column, line, parted, codes) for column in columns] for line in lines]
        widest = [max(columns_of(cell.text) for cell in column) for column in zip(*cells, strict=True)]
        titles = [Phrase(title) for title in _titles([_WORDS[column] for column in columns], widest, voice, dice)]
        yield self._row(titles, ["heading"] * len(columns))
        if self.rules:
            yield Rule(self.rules)
        roles = [f"tax_summary.{column}" for column in columns]
        for row in cells:
            yield self._row(row, roles)
        if self.total and not parted:
            sums = [values.number(column) if column in {"net", "tax", "gross"} else Phrase("") for column in columns]
            if not sums[0].text:
                sums[0] = Phrase(voice.plain_word("total", dice))
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


def _cell(column: Column, line: Values, parted: bool, codes: Codes) -> Phrase:
    code, name = line.text("code"), line.words("name")
    said = join(" ", [code, name]) if parted else code if code.text else name
    rate = line.rate("percent").without("@ ")
    if codes == "rated" and column in {"code", "code_percent"} and _is_rated(code.text, line.record.percent):
        return Phrase(code.text, code.values + rate.values)
    if column == "code":
        return said
    if column == "percent":
        return rate
    if column == "code_percent":
        return rate if codes == "rates" else said + " = " + rate
    return line.number(column)


def _codes_of(taxes: Sequence[TaxLine]) -> Codes:
    """Tell whether the codes of all taxes are ``rates``, as ``%20``, or ``rated``, as ``A 20%``, or neither.

    Beside codes with rates, those of what is exempt may have none.
    """
    if all(_is_rate(tax.code, tax.percent) for tax in taxes):
        return "rates"
    due = [tax for tax in taxes if tax.percent]
    return "rated" if due and all(_is_rated(tax.code, tax.percent) for tax in due) else "none"


def _is_rate(code: str, percent: Decimal) -> bool:
    figures = _ALONE.fullmatch(code)
    return figures is not None and _same(figures[1], percent)


def _is_rated(code: str, percent: Decimal) -> bool:
    return "%" in code and any(_same(figures, percent) for figures in _FIGURES.findall(code))


def _same(figures: str, percent: Decimal) -> bool:
    return Decimal(figures.replace(",", ".")) == percent


def _titles(keys: Sequence[str], widest: Sequence[int], voice: Voice, dice: Dice) -> list[str]:
    """Draw the headings of columns; two that say the same stand side by side only where the country has no other."""
    titles = [voice.heading(key, width, dice) for key, width in zip(keys, widest, strict=True)]
    for index, title in enumerate(titles):
        others = {letters_of(other) for place, other in enumerate(titles) if place != index}
        if letters_of(title) in others:
            another = [word for word in voice.words_of(keys[index]) if letters_of(word) not in others]
            titles[index] = min(another, key=lambda word: max(widest[index] + 2, columns_of(word)), default=title)
    return titles
