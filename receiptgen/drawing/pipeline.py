"""From a template, a seed and an index to a sample: the only place that orders the stages."""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from math import ceil
from typing import TYPE_CHECKING, Protocol, TypeVar

from receiptgen.commerce import basket
from receiptgen.commerce.catalogue import stock
from receiptgen.commerce.locales import locale
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import TextError
from receiptgen.drawing import snippet_styles as looks
from receiptgen.drawing.cropping import FLAT, Margins, band_of, clear_box, draw_margins, frame, stretches
from receiptgen.drawing.profile import Crop, Profile, profile
from receiptgen.drawing.snippet_styles import LOOKS_SERVE, Look
from receiptgen.drawing.template import Cut, ReceiptTemplate, receipt_template, snippet_set
from receiptgen.effects import run
from receiptgen.elements import Ticket, draw_voice
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page, Span
from receiptgen.imaging.sample import PLAIN, Block, Frame, Row, Rule, Run, Sample
from receiptgen.typography.glyph_atlas import ASCII, Atlas
from receiptgen.typography.layout import Layout, Typesetter
from receiptgen.typography.printer import Printer, Texts, draw_printer
from receiptgen.typography.raster import Tip, draw_page, draw_text
from receiptgen.typography.typeface import plain

if TYPE_CHECKING:
    from receiptgen.commerce.locales import Locale

T = TypeVar("T")
# Texts taken from one receipt before the next is drawn: more would repeat its words, fewer cost more receipts.
CUTS = 32
# Dots of paper beyond a crop, so that its edge is as if the paper went on; and by how much more, against its width,
# where there are neighbours: they come into the box of a sloping row at its corners.
_SLACK, _SLOPE = 3, 0.04


class Source(Protocol):
    """Where the samples of one kind come from.

    Attributes:
        kind: Name of the kind, or ``receipt``.
    """

    kind: str

    def warm(self, index: int) -> None:
        """Load what the samples from ``index`` on are made of: memory is flat from then on, and forks share it."""

    def draw(self, index: int) -> Sample:
        """Draw the sample of that number."""


class Receipts:
    """Whole receipts of some templates.

    Args:
        templates: The templates; receipt ``i`` is of template ``i % len(templates)``.
        seed: Of the data set.
        profile_name: Profile of all, by name or path; empty for each template's own.
    """

    kind = "receipt"

    def __init__(self, templates: Sequence[ReceiptTemplate], seed: int, profile_name: str = "") -> None:
        self._templates = tuple(templates)
        self._seed = seed
        self._profile = profile_name

    def warm(self, index: int) -> None:
        """Load the goods of every country."""
        for template in self._templates:
            _warm(template)

    def draw(self, index: int) -> Sample:
        """Draw receipt number ``index``."""
        template = self._templates[index % len(self._templates)]
        dice = Dice(key_of(self._seed, template.name, index))
        return draw_receipt(template, dice, index, profile(self._profile or template.profile).value)


class Words(Protocol):
    """Where the texts of a kind of snippet come from."""

    def warm(self) -> None:
        """Load what the texts are made of."""

    def text(self, index: int, dice: Dice) -> tuple[str, int]:
        """Return the text of snippet number ``index``, and its group: texts of a receipt bear its number."""


class Spoken:
    """Texts that a snippet kind makes up.

    Args:
        name: The set, by name or path.
        kind: One of its kinds.
    """

    def __init__(self, name: str, kind: str) -> None:
        made = snippet_set(name).value
        self._locales, self._snippet = made.locales, made.kinds[kind]

    def warm(self) -> None:
        """Load the countries."""
        for name in self._locales:
            locale(name)

    def text(self, index: int, dice: Dice) -> tuple[str, int]:
        """Draw a text in one of the locales."""
        dice.locale = locale(dice.weigh(self._locales))
        return self._snippet.text(dice), index


class Quoted:
    """Texts taken from receipts that are never drawn.

    Args:
        name: The set, by name or path.
        kind: One of its cuts.
        seed: Of the data set.
    """

    def __init__(self, name: str, kind: str, seed: int) -> None:
        made = snippet_set(name).value
        self._cut: Cut = made.cuts[kind]
        self._key = (seed, made.name, kind, "receipt")
        self._texts = lru_cache(maxsize=1)(self._draw_texts)

    def warm(self) -> None:
        """Load the goods of every country."""
        for name in self._cut.templates:
            _warm(receipt_template(name).value)

    def text(self, index: int, dice: Dice) -> tuple[str, int]:
        """Return one of the texts of receipt ``index // CUTS``, and that number."""
        number, place = divmod(index, CUTS)
        texts, dice.locale = self._texts(number)
        return texts[place % len(texts)], number

    def _draw_texts(self, number: int) -> tuple[list[str], "Locale"]:
        dice = Dice(key_of(*self._key, number))
        template = receipt_template(dice.weigh(self._cut.templates)).value
        blocks = _draw_blocks(template, _draw_ticket(template, dice), dice)
        rows = [[run_.text for run_ in row.runs if run_.text] for row in _rows(blocks)]
        whole = [" ".join(texts) for texts in rows if texts]
        single = [text for texts in rows for text in texts]
        return _mixed(whole, single, self._cut.rows, dice), dice.locale


class Snippets:
    """Snippets of one kind, each printed by itself.

    Args:
        name: The set, by name or path.
        kind: One of its kinds.
        seed: Of the data set.
        profile_name: Profile of all, by name or path; empty for the set's own.
    """

    def __init__(self, name: str, kind: str, seed: int, profile_name: str = "") -> None:
        self.kind = kind
        self._set = snippet_set(name).value
        self._words: Words = Quoted(name, kind, seed) if kind in self._set.cuts else Spoken(name, kind)
        self._seed = seed
        self._looks = partial(looks.looks, name, profile_name or self._set.profile, seed)

    def warm(self, index: int) -> None:
        """Load the texts' makings, and draw the characters of the looks."""
        self._words.warm()
        looks.warm(self._looks(index // LOOKS_SERVE))

    def draw(self, index: int) -> Sample:
        """Draw snippet number ``index``."""
        made = self._set
        dice = Dice(key_of(self._seed, made.name, self.kind, index))
        text, group = self._words.text(index, dice)
        text = plain(text)
        if not text or text.isspace():
            raise TextError(f"{made.name}: kind {self.kind!r} drew a text of blanks alone; look through its settings")
        look = looks.choose(self._looks(index // LOOKS_SERVE), made, text, dice)
        used, glyphs, run_ = look.profile, look.glyphs, Run(text, self.kind, style=look.style)
        if not glyphs:
            glyphs.prepare(ASCII)  # a look that nobody warmed: all at once costs less than one by one
        if used.crop is None:
            left, top, right, bottom = [dice.count(made.margin) for _ in range(4)]
            page = draw_text(run_, glyphs, (left, top, right, bottom))
        else:
            margins = draw_margins(used.crop, dice)
            page = _draw_among_neighbours(run_, look, glyphs, used.crop, margins, dice)
        page, effects = run((*made.effects, *used.line_effects), page, dice)
        if used.crop is not None:
            # Until here the page's quad is what people box.
            ((x0, y0, x1, y1),) = boxes_of_quads(page.regions.quads[:1]).tolist()
            page = page.window(frame(page, (x0, y0, x1, y1), margins))
        return Sample(
            self.kind, index, group, page, made.name, used.name, dice.locale.name, glyphs.face.name,
            glyphs.size, text, effects=effects,
        )  # fmt: skip


def _draw_among_neighbours(run_: Run, look: Look, glyphs: Atlas, crop: Crop, margins: Margins, dice: Dice) -> Page:
    """Ink a text with neighbours, and as much paper round it as the crop will leave and a little more."""
    size = look.setting.size
    left, top, right, bottom = (_SLACK + max(0, ceil(1.3 * share * size)) for share in margins)
    tips: list[Tip] = []
    if not run_.style.inverse:
        width = glyphs.measure(run_.text) + left + right
        tips = [tip for side in (-1, 1) if (tip := look.draw_tip(width, side, dice))]
        if tips:
            top, bottom = top + round(_SLOPE * width), bottom + round(_SLOPE * width)
    return draw_text(run_, glyphs, (left, top, right, bottom), tips, FLAT if dice.chance(crop.tight) else 1.0)


class Cuts:
    """Lines and fields cut out of drawn receipts.

    Args:
        owner: Name of the set, or of whatever else asks for them.
        kind: What they are called there.
        cut: How they are cut.
        seed: Of the data set.
        profile_name: Profile of all receipts, by name or path.
    """

    def __init__(self, owner: str, kind: str, cut: Cut, seed: int, profile_name: str) -> None:
        self.kind = kind
        self._owner, self._cut, self._seed = owner, cut, seed
        self._profile = profile(profile_name).value
        self._receipt = lru_cache(maxsize=1)(self._draw_receipt)

    def warm(self, index: int) -> None:
        """Load the goods of every country, and draw the first receipt."""
        for name in self._cut.templates:
            _warm(receipt_template(name).value)
        self._receipt(index // CUTS)

    def draw(self, index: int) -> Sample:
        """Draw cut number ``index``: one of ``CUTS`` of receipt ``index // CUTS``."""
        number, place = divmod(index, CUTS)
        whole, texts, used = self._receipt(number)
        dice = Dice(key_of(self._seed, self._owner, self.kind, index))
        span, fields = texts[place % len(texts)]
        if used.crop is None:
            box = clear_box(whole.page, span, [dice.count(self._cut.margin) for _ in range(4)])
        else:
            band = band_of(whole.page, span, dice.chance(used.crop.tight))
            box = frame(whole.page, band, draw_margins(used.crop, dice))
        page = whole.page.crop(box, span, fields)
        return Sample(
            self.kind, index, number, page, whole.template, whole.profile, whole.locale, whole.face, whole.size,
            span.text, effects=whole.effects,
        )  # fmt: skip

    def _draw_receipt(self, number: int) -> tuple[Sample, list[tuple[Span, tuple[int, ...]]], Profile]:
        dice = Dice(key_of(self._seed, self._owner, self.kind, "receipt", number))
        template = receipt_template(dice.weigh(self._cut.templates)).value
        used = self._profile.draw(dice)
        sample = draw_receipt(template, dice.fork("draw"), number, used)
        regions = sample.page.regions
        rows = stretches(regions)
        single: list[tuple[Span, tuple[int, ...]]] = [(field, (place,)) for place, field in enumerate(regions.fields)]
        return sample, _mixed(rows, single, self._cut.rows, dice), used


def _mixed(rows: list[T], single: list[T], share: float, dice: Dice) -> list[T]:
    """Draw ``CUTS`` of a receipt's rows and single fields, a share of rows; fewer where it has fewer."""
    dice.shuffle(rows)
    dice.shuffle(single)
    whole = min(len(rows), max(CUTS - len(single), round(CUTS * share)))
    mixed = rows[:whole] + single[: CUTS - whole]
    dice.shuffle(mixed)
    return mixed


def _warm(template: ReceiptTemplate) -> None:
    for name in template.locales:
        stock(template.basket.shop, locale(name))


def source(name: str, kind: str, seed: int, profile_name: str = "") -> Source:
    """Return the source of one kind of a snippet set given by name or path."""
    made = snippet_set(name).value
    cut = made.cuts.get(kind)
    if cut and cut.pages:
        return Cuts(made.name, kind, cut, seed, profile_name or made.profile)
    return Snippets(name, kind, seed, profile_name)


def draw_receipt(template: ReceiptTemplate, dice: Dice, index: int = 0, used: Profile | None = None) -> Sample:
    """Draw one receipt.

    Args:
        template: What it is made of.
        dice: Of this receipt; its locale is drawn here.
        index: Its number.
        used: How it is printed, handled and captured; none for the template's own profile.

    Raises:
        FontError: No face of the printers draws it.
    """
    used = (used or profile(template.profile).value).draw(dice.fork("profile"))
    ticket = _draw_ticket(template, dice)
    layout = lay_out(template, ticket, dice, used.printers)
    page, effects = run((*template.effects, *used.page_effects), draw_page(layout), dice.fork("effects"))
    setting = layout.setting
    return Sample(
        "receipt", index, index, page, template.name, used.name, dice.locale.name, setting.face.name, setting.size,
        layout.text(), ticket.receipt.values(), effects,
    )  # fmt: skip


def _draw_ticket(template: ReceiptTemplate, dice: Dice) -> Ticket:
    dice.locale = locale(dice.weigh(template.locales))
    receipt = basket.draw(template.basket, dice.fork("basket"))
    return Ticket(receipt, draw_voice(dice.locale, receipt.scheme, dice.fork("voice")))


def _draw_blocks(template: ReceiptTemplate, ticket: Ticket, dice: Dice) -> list[Block]:
    return [
        block
        for place, element in enumerate(template.elements)
        for block in _plain_blocks(element.rows(ticket, dice.fork(f"element {place}")))
    ]


def lay_out(template: ReceiptTemplate, ticket: Ticket, dice: Dice, printers: Sequence[Printer] = ()) -> Layout:
    """Set a receipt's rows with one of some printers, or else of the template's."""
    blocks = _draw_blocks(template, ticket, dice)
    texts: Texts = {}
    _gather(blocks, texts)
    drawing = dice.fork("printer")
    setting = draw_printer(printers or template.printers, drawing).draw(texts, drawing)
    typesetter = Typesetter(setting, dice.integer(12, 60), dice.integer(16, 90))
    return typesetter.set(blocks)


def _rows(blocks: Iterable[Block]) -> Iterable[Row]:
    for block in blocks:
        if isinstance(block, Row):
            yield block
        elif isinstance(block, Frame):
            yield from _rows(block.rows)


def _plain_blocks(blocks: Iterable[Block]) -> list[Block]:
    """Take from all texts what no face draws, and spaces that no word boundary would account for."""
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Row):
            block = Row(tuple([run._replace(text=" ".join(plain(run.text).split())) for run in block.runs]))
        elif isinstance(block, Frame):
            block = Frame(tuple(_plain_blocks(block.rows)))
        made.append(block)
    return made


def _gather(blocks: Iterable[Block], texts: Texts) -> None:
    """Collect the characters of all texts by style."""
    for block in blocks:
        if isinstance(block, Row):
            for run_ in block.runs:
                texts.setdefault(run_.style, set()).update(run_.text)
        elif isinstance(block, Rule) and block.pattern not in {"solid", "double", "dotted"}:
            texts.setdefault(PLAIN, set()).update(block.pattern)
        elif isinstance(block, Frame):
            _gather(block.rows, texts)
