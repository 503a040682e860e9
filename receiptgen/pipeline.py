"""From a template, a seed and an index to a sample: the only place that orders the stages."""

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import NamedTuple, Protocol

from receiptgen import basket
from receiptgen.atlas import ASCII, Atlas, Ink, atlas
from receiptgen.catalogue import stock
from receiptgen.dice import Dice, key_of
from receiptgen.effects import run
from receiptgen.elements import Ticket, draw_voice
from receiptgen.errors import FontError, TextError
from receiptgen.geometry import boxes_of_quads
from receiptgen.layout import Layout, Typesetter
from receiptgen.locales import locale
from receiptgen.raster import draw_page, draw_text
from receiptgen.sample import PLAIN, Block, Frame, Page, Row, Rule, Run, Sample, Span
from receiptgen.snippets import Snippet
from receiptgen.template import Cut, ReceiptTemplate, SnippetSet, Texts, fit, receipt_template, snippet_set
from receiptgen.typeface import Face, draw_faces, plain

# So many looks (face, size, ink) serve so many snippets of each kind, then others are drawn: their glyphs are drawn
# once for thousands of snippets, and memory stays flat. Small sets still meet all faces.
LOOKS, LOOKS_SERVE = 96, 2048
# Lines cut out of one receipt before the next is drawn: more would repeat its words, fewer cost more receipts.
CUTS = 32


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
    """

    kind = "receipt"

    def __init__(self, templates: Sequence[ReceiptTemplate], seed: int) -> None:
        self._templates = tuple(templates)
        self._seed = seed

    def warm(self, index: int) -> None:
        """Load the goods of every country."""
        for template in self._templates:
            _warm(template)

    def draw(self, index: int) -> Sample:
        """Draw receipt number ``index``."""
        template = self._templates[index % len(self._templates)]
        return draw_receipt(template, Dice(key_of(self._seed, template.name, index)), index)


class Snippets:
    """Snippets of one kind.

    Args:
        name: The set, by name or path.
        kind: One of its kinds.
        seed: Of the data set.
    """

    def __init__(self, name: str, kind: str, seed: int) -> None:
        self.kind = kind
        self._set = snippet_set(name).value
        self._snippet: Snippet = self._set.kinds[kind]
        self._seed = seed
        self._looks = partial(_looks, name, seed)

    def warm(self, index: int) -> None:
        """Load the countries, and draw the characters of the looks."""
        for name in self._set.locales:
            locale(name)
        for look in self._looks(index // LOOKS_SERVE):
            atlas(*look).prepare(ASCII)

    def draw(self, index: int) -> Sample:
        """Draw snippet number ``index``."""
        made = self._set
        dice = Dice(key_of(self._seed, made.name, self.kind, index))
        dice.locale = locale(dice.weigh(made.locales))
        text = plain(self._snippet.text(dice))
        if not text or text.isspace():
            raise TextError(f"{made.name}: kind {self.kind!r} drew a text of blanks alone; look through its settings")
        glyphs = _choose(self._looks(index // LOOKS_SERVE), made, text, dice)
        left, top, right, bottom = [dice.count(made.margin) for _ in range(4)]
        page = draw_text(Run(text, self.kind), glyphs, (left, top, right, bottom))
        page, effects = run(made.effects, page, dice)
        return Sample(
            self.kind, index, index, page, made.name, dice.locale.name, glyphs.face.name, glyphs.size, text,
            effects=effects,
        )  # fmt: skip


class Cuts:
    """Lines and fields cut out of drawn receipts.

    Args:
        name: The set, by name or path.
        kind: One of its cuts.
        seed: Of the data set.
    """

    def __init__(self, name: str, kind: str, seed: int) -> None:
        self.kind = kind
        self._set = snippet_set(name).value
        self._cut: Cut = self._set.cuts[kind]
        self._seed = seed
        self._receipt = lru_cache(maxsize=1)(self._draw_receipt)

    def warm(self, index: int) -> None:
        """Load the goods of every country, and draw the first receipt."""
        for name in self._cut.templates:
            _warm(receipt_template(name).value)
        self._receipt(index // CUTS)

    def draw(self, index: int) -> Sample:
        """Draw cut number ``index``: one of ``CUTS`` of receipt ``index // CUTS``."""
        number, place = divmod(index, CUTS)
        whole, order = self._receipt(number)
        dice = Dice(key_of(self._seed, self._set.name, self.kind, index))
        span, fields = order[place % len(order)]
        box = _clear_box(whole.page, span, [dice.count(self._cut.margin) for _ in range(4)])
        page = whole.page.crop(box, span, fields)
        return Sample(
            self.kind, index, number, page, whole.template, whole.locale, whole.face, whole.size, span.text,
            effects=whole.effects,
        )  # fmt: skip

    def _draw_receipt(self, number: int) -> tuple[Sample, list[tuple[Span, tuple[int, ...]]]]:
        dice = Dice(key_of(self._seed, self._set.name, self.kind, "receipt", number))
        template = receipt_template(dice.weigh(self._cut.templates)).value
        sample = draw_receipt(template, dice.fork("draw"), number)
        regions = sample.page.regions
        rows = [
            (line, tuple(i for i, f in enumerate(regions.fields) if line.start <= f.start < line.stop))
            for line in regions.lines
        ]
        single = [(field, (place,)) for place, field in enumerate(regions.fields)]
        dice.shuffle(rows)
        dice.shuffle(single)
        whole_rows = min(len(rows), max(CUTS - len(single), round(CUTS * self._cut.rows)))
        order = rows[:whole_rows] + single[: CUTS - whole_rows]
        dice.shuffle(order)
        return sample, order


def _warm(template: ReceiptTemplate) -> None:
    for name in template.locales:
        stock(template.basket.shop, locale(name))


def source(name: str, kind: str, seed: int) -> Source:
    """Return the source of one kind of a snippet set given by name or path."""
    return (Cuts if kind in snippet_set(name).value.cuts else Snippets)(name, kind, seed)


def draw_receipt(template: ReceiptTemplate, dice: Dice, index: int = 0) -> Sample:
    """Draw one receipt.

    Args:
        template: What it is made of.
        dice: Of this receipt; its locale is drawn here.
        index: Its number.

    Raises:
        FontError: No face of the template draws it.
    """
    dice.locale = locale(dice.weigh(template.locales))
    receipt = basket.draw(template.basket, dice.fork("basket"))
    layout = lay_out(template, Ticket(receipt, draw_voice(dice.locale, receipt.scheme, dice.fork("voice"))), dice)
    page, effects = run(template.effects, draw_page(layout), dice)
    setting = layout.setting
    return Sample(
        "receipt", index, index, page, template.name, dice.locale.name, setting.face.name, setting.size,
        layout.text(), receipt.values(), effects,
    )  # fmt: skip


def lay_out(template: ReceiptTemplate, ticket: Ticket, dice: Dice) -> Layout:
    """Set a receipt's rows with one of the template's printers."""
    blocks = [
        block
        for place, element in enumerate(template.elements)
        for block in _plain_blocks(element.rows(ticket, dice.fork(f"element {place}")))
    ]
    texts: Texts = {}
    _gather(blocks, texts)
    drawing = dice.fork("printer")
    setting = template.printer(drawing).draw(texts, drawing)
    typesetter = Typesetter(setting, dice.integer(12, 60), dice.integer(16, 90))
    return typesetter.set(blocks)


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


class Look(NamedTuple):
    """How a snippet is printed."""

    face: Face
    size: int
    ink: Ink


@lru_cache(maxsize=4)
def _looks(name: str, seed: int, number: int) -> tuple[Look, ...]:
    """Draw the looks that serve the snippets from ``number * LOOKS_SERVE`` on."""
    made = snippet_set(name).value
    dice = Dice(key_of(seed, made.name, "looks", number))
    looks = []
    for _ in range(LOOKS):
        face = next(draw_faces(made.faces, set(), dice))
        looks.append(Look(face, fit(face, dice.count(made.size)) or 0, made.draw_ink(dice)))
    return tuple(looks)


def _choose(looks: Sequence[Look], made: SnippetSet, text: str, dice: Dice) -> Atlas:
    """Choose a look that draws a text with no character that looks like another."""
    chars = set(text)
    start = dice.integer(0, len(looks) - 1)
    for place in range(len(looks)):
        look = looks[start - place]
        if look.face.covers(chars):
            glyphs = atlas(*look)
            if glyphs.twins.isdisjoint(chars):
                return glyphs
    # A rare text: any face of the set will do, or the error says what is missing.
    size = dice.count(made.size)
    for face in draw_faces(made.faces, chars, dice):
        glyphs = atlas(face, fit(face, size) or size, made.draw_ink(dice))
        if glyphs.twins.isdisjoint(chars):
            return glyphs
    raise FontError(
        f"no face among {', '.join(made.faces)} draws {text!r} at {size} pixels without two characters looking "
        "alike; name more faces, or larger sizes"
    )


def _clear_box(page: Page, span: Span, margins: list[int]) -> tuple[int, int, int, int]:
    """Return the box of some words with as much margin as holds no ink of anything else."""
    regions = page.regions
    boxes = boxes_of_quads(regions.word_quads)
    own = boxes[span.start : span.stop]
    x0, y0 = (int(v) for v in own[:, :2].min(axis=0))
    x1, y1 = (int(-(-v // 1)) for v in own[:, 2:].max(axis=0))
    left, top, right, bottom = margins
    marks = boxes_of_quads(regions.mark_quads).tolist()
    # An underline and an inverse block go with their text.
    for mark, (a, b, c, d) in zip(regions.marks, marks, strict=True):
        if mark.kind in {"underline", "inverse"} and a < x1 and c > x0 and b < y1 + 4 and d > y0:
            x0, y0, x1, y1 = min(x0, int(a)), min(y0, int(b)), max(x1, int(c)), max(y1, int(d))
    others = [*boxes[: span.start].tolist(), *boxes[span.stop :].tolist(), *marks]
    height, width = page.image.shape
    box = [max(0, x0 - left), max(0, y0 - top), min(width, x1 + right), min(height, y1 + bottom)]
    for a, b, c, d in others:
        if a < box[2] and c > box[0] and b < box[3] and d > box[1]:
            if d <= y0:
                box[1] = max(box[1], int(-(-d // 1)))
            elif b >= y1:
                box[3] = min(box[3], int(b))
            elif c <= x0:
                box[0] = max(box[0], int(-(-c // 1)))
            elif a >= x1:
                box[2] = min(box[2], int(a))
    return box[0], box[1], box[2], box[3]
