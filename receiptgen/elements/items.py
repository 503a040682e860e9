"""What was bought."""

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import Field

from receiptgen.commerce.basket import Item
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.scripts import columns_of
from receiptgen.elements import ELEMENTS, ElementContext
from receiptgen.elements._print import RulePattern, printed
from receiptgen.elements._values import Phrase, Values, join
from receiptgen.elements._voice import Voice
from receiptgen.typography.blocks import PLAIN, Align, Block, Row, Rule, Run, Style

Column = Literal[
    "number", "date", "code", "name", "quantity", "measure", "unit_price", "quantity_price", "percent", "discount",
    "tax_code", "amount", "amount_code",
]  # fmt: skip

# What a column prints of an item: its values, the item itself, and which of its amounts is to be printed.
_PRINT: dict[Column, Callable[[Values, Item, str], Phrase]] = {
    "number": lambda values, item, price: Phrase(f"{int(values.path[-1]) + 1}"),
    "date": lambda values, item, price: values.date(item.day, "day") if item.day else Phrase(""),
    "code": lambda values, item, price: values.text("code"),
    "name": lambda values, item, price: values.words("name"),
    "quantity": lambda values, item, price: values.quantity("quantity"),
    "measure": lambda values, item, price: values.quantity("quantity") + values.unit("unit"),
    "unit_price": lambda values, item, price: values.unit_price("unit_price"),
    "quantity_price": lambda values, item, price: _product(values, item),
    "percent": lambda values, item, price: (
        values.rate("discount", "percent") if item.discount and item.discount.percent else Phrase("")
    ),
    "discount": lambda values, item, price: values.number("discount", "amount") if item.discount else Phrase(""),
    "amount": lambda values, item, price: values.amount(price),
    "amount_code": lambda values, item, price: join(" ", [values.amount(price), values.text("tax_code")]),
    "tax_code": lambda values, item, price: values.text("tax_code"),
}
_ROLES = {
    "number": "item.number",
    "date": "item.date",
    "code": "item.code",
    "name": "item.name",
    "measure": "item.quantity",
    "quantity": "item.quantity",
    "unit_price": "item.unit_price",
    "quantity_price": "item.quantity_price",
    "percent": "item.discount_percent",
    "discount": "item.discount",
    "tax_code": "item.tax_code",
    "amount": "item.price",
    "amount_code": "item.price",
}
_HEADINGS = {
    "date": "date",
    "code": "code",
    "name": "description",
    "quantity": "quantity",
    "measure": "quantity",
    "unit_price": "unit_price",
    "quantity_price": "quantity",
    "percent": "discount",
    "discount": "discount",
    "tax_code": "tax_code",
    "amount": "amount",
    "amount_code": "amount",
}
_TEXTUAL = {"name", "date", "code", "quantity_price", "number"}


def _product(values: Values, item: Item) -> Phrase:
    product = values.quantity("quantity") + values.unit("unit") + values.voice.times + values.unit_price("unit_price")
    return product + "/" + values.unit("unit") if item.unit else product


@ELEMENTS.register
class Items(Record):
    """The goods as a table; the name takes what the other columns leave, and wraps.

    Attributes:
        first: Columns of an item's first row.
        second: Columns of its second row; empty for none.
        second_when: Whether every item has a second row, or only those not sold singly.
        indent: Columns by which the second row is moved in.
        headings: Whether the columns have headings.
        rules: Pattern of the rules above and below the headings; empty for none.
        notes: Whether modifiers are printed under an item.
        style: Print style of the first row.
        heading_style: Print style of the headings.
    """

    renamed: ClassVar[Mapping[str, str]] = {"looks": "style", "heading_looks": "heading_style"}
    first: tuple[Column, ...] = ("name", "amount")
    second: tuple[Column, ...] = ()
    second_when: Literal["always", "several"] = "always"
    indent: int = Field(default=2, ge=0, le=40)
    headings: bool = False
    rules: RulePattern = ""
    notes: bool = True
    style: Style = PLAIN
    heading_style: Style = PLAIN

    def rows(self, context: ElementContext, dice: Dice) -> Iterator[Block]:
        """Yield headings, then each item with its second row, modifier and discount."""
        items = context.receipt.items
        columns = dict.fromkeys((*self.first, *self.second))
        # A discount in a row of its own is still to be taken off; one in a column has been.
        apart = "discount" not in columns
        values = [context.values.of("items", index) for index in range(len(items))]
        prices = ["gross" if item.discount and apart else "amount" for item in items]
        cells = [
            {column: _PRINT[column](*parts) for column in columns} for parts in zip(values, items, prices, strict=True)
        ]
        if self.headings:
            widest = {column: max(columns_of(texts[column].text) for texts in cells) for column in columns}
            yield from self._headings({c: Phrase(_heading(c, widest[c], context.voice, dice)) for c in columns})
        for index, (item, texts, said) in enumerate(zip(items, cells, values, strict=True)):
            yield self._row(self.first, texts, index, self.style)
            if self.second and (self.second_when == "always" or item.quantity != 1):
                yield self._row(self.second, texts, index, PLAIN, self.indent)
            if item.note and self.notes:
                yield Row((printed(said.words("note"), "item.note", item=index, indent=self.indent),))
            if item.discount and apart:
                label = said.words("discount", "label")
                off = said.taken_off("discount", "amount")
                yield Row(
                    (
                        printed(label, "item.discount.label", item=index, indent=self.indent),
                        printed(off, "item.discount", "right", 0, index),
                    )
                )

    def _headings(self, titles: dict[Column, Phrase]) -> Iterator[Block]:
        if self.rules:
            yield Rule(self.rules)
        yield self._row(self.first, titles, -1, self.heading_style)
        if self.second and self.second_when == "always":
            yield self._row(self.second, titles, -1, self.heading_style, self.indent)
        if self.rules:
            yield Rule(self.rules)

    def _row(
        self, columns: tuple[Column, ...], texts: dict[Column, Phrase], index: int, style: Style, indent: int = 0
    ) -> Row:
        runs = []
        for number, column in enumerate(columns):
            role = _ROLES[column] if index >= 0 else "heading"
            align: Align = "left" if column in _TEXTUAL or (number == 0 and column != "amount") else "right"
            room = None if column == "name" else f"items {columns is self.second} {column}"
            runs.append(printed(texts[column], role, align, room, index, style, indent if number == 0 else 0))
            if number == 0 and "name" not in columns:
                # Without a name to take up the slack, it lies after the first column.
                runs.append(Run("", columns=None))
        return Row(tuple(runs))


def _heading(column: Column, widest: int, voice: Voice, dice: Dice) -> str:
    if column == "number":
        return "#"
    key = _HEADINGS[column]
    return voice.word(key, dice) if column == "name" else voice.heading(key, widest, dice)
