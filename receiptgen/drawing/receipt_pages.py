"""The page of a receipt: what was bought, the rows that say so, their layout, and what happens to the paper."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from receiptgen.commerce import basket
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.fixed_values import agreed
from receiptgen.commerce.given.given_country import country_of
from receiptgen.commerce.given.given_receipt import NOTHING, GivenReceipt
from receiptgen.commerce.sale.receipt import Receipt
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.commerce.trade.stock import stock
from receiptgen.core.dice import Dice
from receiptgen.drawing.handwriting import Handwriting, draw_pen, write
from receiptgen.drawing.label_rows import inset, kept_beside
from receiptgen.drawing.notices import told_once
from receiptgen.drawing.page_habits import DrawnHabits, kept_whole
from receiptgen.drawing.printed_values import printed_values
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.drawing.unprinted import leave_out
from receiptgen.effects import apply_effects
from receiptgen.elements import Element, ElementContext, draw_voice
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import PLAIN, Block, Frame, Row, Rule, Run
from receiptgen.typography.layout import Layout
from receiptgen.typography.narrow_tables import narrowed
from receiptgen.typography.printer import Printer, Texts, draw_settings
from receiptgen.typography.raster import draw_page
from receiptgen.typography.typeface import plain
from receiptgen.typography.typesetter import Typesetter


def _pen_of(template: ReceiptTemplate, dice: Dice) -> Profile:
    return load_profile(template.pen).value.draw(dice.fork("pen"))


def preload_goods(template: ReceiptTemplate) -> None:
    """Load the goods of every country of a template."""
    for name, weight in template.locales.items():
        if weight:
            stock(template.basket.shop, locale(name), template.basket.goods)


def draw_receipt(
    template: ReceiptTemplate, dice: Dice, index: int = 0, profile: Profile | None = None,
    given: GivenReceipt = NOTHING,
) -> Sample:  # fmt: skip
    """Draw one receipt.

    Args:
        template: What it is made of.
        dice: Dice of this receipt.
        index: Number of the receipt.
        profile: How it is printed, handled and captured; none for the template's own profile.
        given: Values that it is to have.

    Raises:
        FontError: No font of the printers has all of its characters.
        ValuesError: Given values contradict each other, or no receipt has them.
    """
    return draw_clean_receipt(template, dice, index, profile, given).worn()


class CleanReceipt(NamedTuple):
    """A receipt that is set, and to whose page nothing has happened yet.

    Attributes:
        template: What it is made of.
        profile: How it is printed, handled and captured.
        receipt: What was bought, and what is said of it.
        layout: How it is set.
        page: Its page.
        handwriting: What is written on it by hand.
        pen: Profile of the pen.
        dice: Dice of the receipt.
        number: Number of the receipt.
    """

    template: ReceiptTemplate
    profile: Profile
    receipt: Receipt
    layout: Layout
    page: Page
    handwriting: Handwriting
    pen: Profile
    dice: Dice
    number: int

    def worn(self, copy: int = 0) -> Sample:
        """Return the receipt printed, handled and captured.

        Args:
            copy: Number of the copy. All are of the same colours; to each, other things happen.
        """
        template, profile, receipt, layout, page, handwriting, pen, dice, number = self
        effects_dice = dice.fork(f"effects of copy {copy}" if copy else "effects")
        page, on_print = apply_effects((*template.effects, *profile.printing), page, effects_dice)
        colors: Mapping[str, str] = {}
        if printed := profile.draw_colors(dice):
            pictures = [(each.box, each.picture) for each in layout.drawings if each.picture is not None]
            page = printed.print(page, pictures)
            handwriting = handwriting.colored(pen.every_ink, dice.fork("pen colors"))
            colors = {**printed.record, **handwriting.colors}
        inked, day = handwriting.inked(page), receipt.moment.date()
        page, on_paper = apply_effects(profile.paper_effects, inked, effects_dice, receipt.locale, day)
        effects = (*on_print, *handwriting.records, *on_paper)
        settings, said = layout.settings, printed_values(receipt, layout, page)
        return Sample(
            "receipt", number, number, page, template.name, profile.name, receipt.locale.name, settings.face.name,
            settings.size, layout.text(), said.values, effects, said.unprinted, said.fields,
            receipt.contradictions, colors,
        )  # fmt: skip


def draw_clean_receipt(
    template: ReceiptTemplate, dice: Dice, index: int = 0, profile: Profile | None = None,
    given: GivenReceipt = NOTHING,
) -> CleanReceipt:  # fmt: skip
    """Draw a receipt and set it; takes and raises what ``draw_receipt`` does."""
    profile = (profile or load_profile(template.profile).value).draw(dice.fork("profile"))
    context = draw_context(template, dice, given)
    habits = None if profile.habits is None else profile.habits.draw(dice.fork("habits"))
    layout = lay_out(template, context, dice, () if template.keep_printers else profile.printers, habits)
    pen = _pen_of(template, dice)
    page, handwriting = write(draw_page(layout), layout, pen, dice.fork("handwriting"))
    return CleanReceipt(template, profile, context.receipt, layout, page, handwriting, pen, dice, index)


def draw_context(template: ReceiptTemplate, dice: Dice, given: GivenReceipt = NOTHING) -> ElementContext:
    """Draw the country, what was bought, and how the cash register says it; raises as ``draw_receipt`` does."""
    country = locale(dice.weigh(template.locales))
    given = agreed(template.fixed, given, template.name)
    if given.said:
        country = country_of(given, country, template.locales, dice.fork("given country"))
    shop = shop_type(template.basket.shop if given.shop is None else given.shop)
    country = template.voice.spoken(country.served(shop.trade, shop.name))
    receipt = basket.draw(template.basket, dice.fork("basket"), country, given)
    voice = draw_voice(country, receipt.scheme, dice.fork("voice"))
    return ElementContext(receipt, template.voice.applied(voice))


def draw_blocks(
    template: ReceiptTemplate, context: ElementContext, dice: Dice, endings: Sequence[Element] = ()
) -> list[Block]:
    """Return what all elements print, top to bottom, those of the template and then others; a notice is told once."""
    blocks: list[Block] = []
    for index, element in enumerate((*template.elements, *endings)):
        printed = _plain_blocks(element.rows(context, dice.fork(f"element {index}")))
        blocks += leave_out(printed, template.without) if template.without else printed
    return told_once(blocks)


def lay_out(
    template: ReceiptTemplate, context: ElementContext, dice: Dice, printers: Sequence[Printer] = (),
    habits: DrawnHabits | None = None,
) -> Layout:  # fmt: skip
    """Set a receipt's rows with one of some printers, or else of the template's; habits change what it says of them."""
    as_said = blocks = draw_blocks(template, context, dice, habits.endings if habits else ())
    texts: Texts = {}
    if habits:
        as_said = blocks = habits.framed(blocks)
    _gather(blocks, texts)
    if habits:
        blocks = habits.restyled(as_said)
        _gather(blocks, texts)
    printer_dice = dice.fork("printer")
    language = context.receipt.locale.language
    settings = draw_settings(printers or template.printers, texts, printer_dice, template.printers, language)
    if habits:
        settings = habits.settings(settings)
        blocks = habits.with_emblem([*kept_whole(blocks, as_said, settings)], settings)
    blocks = kept_beside(narrowed(blocks, settings), settings)
    if habits and habits.inset:
        blocks = inset(blocks, habits.inset, settings)
    runs = [run for row in rows_of(blocks) for run in row.runs]
    settings = settings.with_whole_words(runs)
    by_hand = {char for run in runs if run.by_hand for char in run.text}
    if by_hand:
        pen = draw_pen(_pen_of(template, dice), by_hand, settings.size, dice.fork("pen fonts"), language)
        settings = settings._replace(pen=pen)
    top, bottom = dice.integer(12, 60), dice.integer(16, 90)
    if habits:
        top, bottom = habits.paper(top, bottom)
    typesetter = Typesetter(settings, top, bottom, context.receipt.locale.direction)
    return typesetter.set(blocks)


def rows_of(blocks: Iterable[Block]) -> Iterator[Row]:
    """Yield all rows, those in frames too."""
    for block in blocks:
        if isinstance(block, Row):
            yield block
        elif isinstance(block, Frame):
            yield from rows_of(block.rows)


def _plain_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Take from all texts what no font draws, and spaces that no word boundary would account for."""
    plain_blocks: list[Block] = []
    for block in blocks:
        if isinstance(block, Row):
            block = block._replace(runs=tuple([_plain_run(run) for run in block.runs]))
        elif isinstance(block, Frame):
            block = block._replace(rows=tuple(_plain_blocks(block.rows)))
        plain_blocks.append(block)
    return plain_blocks


def _plain_run(run: Run) -> Run:
    text = _plain_text(run.text)
    values = run.values
    if text != run.text:
        values = tuple(
            [
                said._replace(value=_plain_text(said.value)) if isinstance(said.value, str) else said
                for said in run.values
            ]
        )
    return run._replace(text=text, values=values, short=_plain_text(run.short) if run.short else "")


def _plain_text(text: str) -> str:
    return " ".join(plain(text).split())


def _gather(blocks: Iterable[Block], texts: Texts) -> None:
    """Collect the characters of all texts by style."""
    for block in blocks:
        if isinstance(block, Row):
            for run in block.runs:
                if not run.by_hand:
                    texts.setdefault(run.style, set()).update(run.text)
            if block.leader:
                texts.setdefault(PLAIN, set()).update(block.leader)
        elif isinstance(block, Rule) and block.pattern not in {"solid", "double", "dotted"}:
            texts.setdefault(PLAIN, set()).update(block.pattern)
        elif isinstance(block, Frame):
            if block.pattern:
                texts.setdefault(PLAIN, set()).update(block.pattern, block.side)
            _gather(block.rows, texts)
