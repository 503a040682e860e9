"""Whole receipts: from a template, a seed and an index to a sample."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from os import PathLike, fspath

from receiptgen.commerce import basket
from receiptgen.commerce.basket_spec import Contradictions
from receiptgen.commerce.fixed_values import agreed
from receiptgen.commerce.given_country import country_of
from receiptgen.commerce.given_receipt import NOTHING, GivenReceipt
from receiptgen.commerce.locales import locale
from receiptgen.commerce.stock import stock
from receiptgen.core.assets import own_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError, ReceiptgenError, ValuesError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.fixed_texts import check_fixed_texts
from receiptgen.drawing.handwriting import draw_pen, write
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.printed_values import printed_values
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.drawing.unprinted import leave_out
from receiptgen.drawing.value_files import Given, GivenRow, values_of
from receiptgen.effects import apply_effects
from receiptgen.elements import ElementContext, draw_voice
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import PLAIN, Block, Frame, Row, Rule, Run
from receiptgen.typography.layout import Layout, Typesetter
from receiptgen.typography.printer import Printer, Texts, draw_printer
from receiptgen.typography.raster import draw_page
from receiptgen.typography.typeface import plain

# Rows of values that are told to be wrong at once.
_MOST_FAULTS = 20


class Receipts:
    """Synthetic receipts, endless; receipt ``i`` is the same in every process on processors of one kind.

    Iterating yields receipt 0, 1, 2 and so on. Can be pickled, and shared by threads.

    Args:
        templates: Receipt templates: packaged names, paths of YAML files or loaded templates; receipt ``i`` is of
            template ``i % len(templates)``. All packaged ones by default.
        profile: How they are printed, handled and captured: a packaged name or a path; empty for each template's own.
        seed: Seed of the receipts.
        locales: Countries, equally likely: names as ``de_DE``; those of each template by default. This and what follows
            goes before what the templates say.
        dates: Days of payment: ``2025-03-01``, or a range ``2025-01-01..2025-12-31``.
        total: Totals, drawn evenly from a range such as ``5..200``.
        items: Number of lines of goods, as ``1..80``.
        discount: Share of receipts with a coupon or a member's discount.
        tip: Share of receipts with a tip.
        cash: Share of receipts that are paid in cash.
        contradictions: ``print`` prints given values as they are where they contradict each other; ``refuse`` doesn't.
        without: Values that are not printed, as ``total`` or ``merchant.phone``.
        values: Values that receipts are to have, in the structure of ``items.json``: a mapping, a sequence of which
            receipt ``i`` has entry ``i`` and which begins again after the last, or the path of a file of them.

    Raises:
        UnknownNameError: There is no template or profile of that name.
        ConfigError: A file, a setting or values are wrong.
        FontError: No font draws a text that a template says.
    """

    kind = "receipt"

    def __init__(
        self,
        templates: str | PathLike[str] | Sequence[str | PathLike[str] | ReceiptTemplate] = (),
        *,
        profile: str | PathLike[str] = "",
        seed: int = 0,
        locales: str | Sequence[str] = (),
        dates: str | date | None = None,
        total: str | float | Decimal | None = None,
        items: str | int | None = None,
        discount: float | None = None,
        tip: float | None = None,
        cash: float | None = None,
        contradictions: Contradictions | None = None,
        without: str | Sequence[str] = (),
        values: Sequence[Given | GivenRow] | Given | str | PathLike[str] = (),
    ) -> None:
        forget_changed_files()
        overrides = Overrides.read(
            {
                "locales": locales, "dates": dates, "total": total, "items": items, "discount": discount, "tip": tip,
                "cash": cash, "contradictions": contradictions, "without": without,
            }
        )  # fmt: skip
        if isinstance(templates, str | PathLike):
            templates = [templates]
        self._templates = tuple(
            overrides.of(
                template if isinstance(template, ReceiptTemplate) else receipt_template(fspath(template)).value
            )
            for template in templates or own_names("templates")
        )
        self._seed, self._profile, self._values = seed, fspath(profile), values_of(values)
        for template in self._templates:
            check_fixed_texts(template, _profile_of(template, self._profile))

    def preload(self, index: int) -> None:
        """Load the goods of every country."""
        for template in self._templates:
            preload_goods(template)

    def draw(self, index: int) -> Sample:
        """Draw receipt number ``index``, from 0.

        Raises:
            FontError: No font of the template's printers has all of its characters.
            ValuesError: Given values contradict each other, or no receipt has them.
        """
        template = self._templates[index % len(self._templates)]
        dice = Dice(key_of(self._seed, template.name, index))
        profile = _profile_of(template, self._profile)
        if not self._values:
            return draw_receipt(template, dice, index, profile)
        place, given = self._values[index % len(self._values)]
        with _told_at(place):
            return draw_receipt(template, dice, index, profile, given)

    def check_values(self, indices: Iterable[int]) -> None:
        """Find out whether given values can be had, without drawing pages.

        Raises:
            ConfigError: Some can't; a line each.
        """
        faults = []
        for index in indices if self._values else ():
            template = self._templates[index % len(self._templates)]
            place, given = self._values[index % len(self._values)]
            try:
                draw_context(template, Dice(key_of(self._seed, template.name, index)), given)
            except ReceiptgenError as error:
                faults.append(f"{place}: {error}")
            if len(faults) == _MOST_FAULTS:
                break
        if faults:
            raise ConfigError(faults)

    def __iter__(self) -> Iterator[Sample]:
        return map(self.draw, count())


def receipt(
    values: Given | None = None,
    template: str | PathLike[str] | ReceiptTemplate = "cafe",
    *,
    profile: str | PathLike[str] = "",
    seed: int = 0,
    index: int = 0,
    locales: str | Sequence[str] = (),
    dates: str | date | None = None,
    total: str | float | Decimal | None = None,
    items: str | int | None = None,
    discount: float | None = None,
    tip: float | None = None,
    cash: float | None = None,
    contradictions: Contradictions | None = None,
    without: str | Sequence[str] = (),
) -> Sample:
    """Draw one receipt that has given values; what is not given is drawn so that all adds up.

    Args:
        values: Values in the structure of ``items.json``, any of them: ``{"total": "42.17", "currency": "EUR"}``.
        template: Receipt template: a packaged name, the path of a YAML file or a loaded template.
        profile: How it is printed, handled and captured: a packaged name or a path; empty for the template's own.
        seed: Seed of what is drawn.
        index: Number of the receipt.
        locales: As ``Receipts`` takes it, as are all that follow.
        dates: Days of payment.
        total: Totals; one that is to be exact belongs into ``values``.
        items: Number of lines of goods.
        discount: Share of receipts with a coupon or a member's discount.
        tip: Share of receipts with a tip.
        cash: Share of receipts that are paid in cash.
        contradictions: ``print`` prints values as they are where they contradict each other.
        without: Values that are not printed.

    Raises:
        UnknownNameError: There is no template, profile or locale of that name.
        ConfigError: A file, a setting or a value is wrong.
        ValuesError: Values contradict each other, or no receipt has them.
        FontError: No font of the template's printers has all of its characters.
    """
    receipts = Receipts(
        [template], profile=profile, seed=seed, locales=locales, dates=dates, total=total, items=items,
        discount=discount, tip=tip, cash=cash, contradictions=contradictions, without=without, values=values or (),
    )  # fmt: skip
    return receipts.draw(index)


@contextmanager
def _told_at(place: str) -> Iterator[None]:
    """Tell where values stand that no receipt has."""
    try:
        yield
    except ValuesError as error:
        raise ValuesError(f"{place}: {error}") from None


def _profile_of(template: ReceiptTemplate, name: str) -> Profile:
    return load_profile(name or template.profile).value


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
    profile = (profile or load_profile(template.profile).value).draw(dice.fork("profile"))
    context = draw_context(template, dice, given)
    layout = lay_out(template, context, dice, profile.printers)
    page, handwriting = write(draw_page(layout), layout, _pen_of(template, dice), dice.fork("handwriting"))
    effects_dice = dice.fork("effects")
    page, on_print = apply_effects((*template.effects, *profile.printing), page, effects_dice)
    page, on_paper = apply_effects(profile.paper_effects, handwriting.inked(page), effects_dice)
    effects = (*on_print, *handwriting.records, *on_paper)
    settings, said = layout.settings, printed_values(context.receipt, layout, page)
    return Sample(
        "receipt", index, index, page, template.name, profile.name, context.receipt.locale.name, settings.face.name,
        settings.size, layout.text(), said.values, effects, said.unprinted, said.fields,
        context.receipt.contradictions,
    )  # fmt: skip


def draw_context(template: ReceiptTemplate, dice: Dice, given: GivenReceipt = NOTHING) -> ElementContext:
    """Draw the country, what was bought, and how the cash register says it; raises as ``draw_receipt`` does."""
    country = locale(dice.weigh(template.locales))
    given = agreed(template.fixed, given, template.name)
    if given.said:
        country = country_of(given, country, template.locales, dice.fork("given country"))
    receipt = basket.draw(template.basket, dice.fork("basket"), country, given)
    return ElementContext(receipt, draw_voice(country, receipt.scheme, dice.fork("voice")))


def draw_blocks(template: ReceiptTemplate, context: ElementContext, dice: Dice) -> list[Block]:
    """Return what all elements print, top to bottom."""
    blocks: list[Block] = []
    for index, element in enumerate(template.elements):
        printed = _plain_blocks(element.rows(context, dice.fork(f"element {index}")))
        blocks += leave_out(printed, template.without) if template.without else printed
    return blocks


def lay_out(template: ReceiptTemplate, context: ElementContext, dice: Dice, printers: Sequence[Printer] = ()) -> Layout:
    """Set a receipt's rows with one of some printers, or else of the template's."""
    blocks = draw_blocks(template, context, dice)
    texts: Texts = {}
    _gather(blocks, texts)
    printer_dice = dice.fork("printer")
    settings = draw_printer(printers or template.printers, printer_dice).draw(texts, printer_dice)
    runs = [run for row in rows_of(blocks) for run in row.runs]
    settings = settings.with_whole_words(run.text for run in runs if run.style.display)
    by_hand = {char for run in runs if run.by_hand for char in run.text}
    if by_hand:
        pen = draw_pen(_pen_of(template, dice), by_hand, settings.size, dice.fork("pen fonts"))
        settings = settings._replace(pen=pen)
    typesetter = Typesetter(settings, dice.integer(12, 60), dice.integer(16, 90))
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
            block = Row(tuple([_plain_run(run) for run in block.runs]))
        elif isinstance(block, Frame):
            block = Frame(tuple(_plain_blocks(block.rows)))
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
    return run._replace(text=text, values=values)


def _plain_text(text: str) -> str:
    return " ".join(plain(text).split())


def _gather(blocks: Iterable[Block], texts: Texts) -> None:
    """Collect the characters of all texts by style."""
    for block in blocks:
        if isinstance(block, Row):
            for run in block.runs:
                if not run.by_hand:
                    texts.setdefault(run.style, set()).update(run.text)
        elif isinstance(block, Rule) and block.pattern not in {"solid", "double", "dotted"}:
            texts.setdefault(PLAIN, set()).update(block.pattern)
        elif isinstance(block, Frame):
            _gather(block.rows, texts)
