"""Habits of cash registers that make one page unlike the next: its leading, the styles of its parts, its leaders."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share, Spread, Weights, between, counts
from receiptgen.drawing.label_rows import is_amount_row
from receiptgen.drawing.style_names import KEPT, StylesOrKept, style_of
from receiptgen.elements import Element, Elements
from receiptgen.imaging.emblems import draw_emblem
from receiptgen.typography.blocks import PLAIN, Block, Frame, Graphic, Row, Run, Style
from receiptgen.typography.print_settings import PrintSettings

Part = Literal["name", "header", "title", "items", "total", "amount", "footer", "rest"]
# Sums that are printed large, and what leads the eye from a label to its amount.
_SUMS, _LEADER = ("total", "payable"), "."
# What boxes are made of, and how many dots an emblem is high.
_BOXES, _EMBLEM = Weights({"*": 3, "-": 2, "=": 1, "#": 0.5, "solid": 2}), (56, 176)


class PageHabits(Record):
    """What cash registers make of a page, whatever its template says; drawn once a receipt.

    Attributes:
        leading: Distance of lines, relative to the size of the body, in place of the printer's; none to keep that.
        clear: Least dots between the ink of two lines; at 0, letters of one may touch those of the next.
        head: Paper above the first line in dots, in place of the printer's; none to keep that.
        foot: Paper below the last line in dots, likewise.
        spread: Share of the paper that a table leaves empty by which its columns are set apart.
        inset: Share of the paper between labels and amounts at the right by which labels begin further right; the
            longest tells how much there is.
        styles: Print styles by part, with weights, in place of the template's, which ``kept`` keeps: of the shop's
            ``name``, the rest of its ``header``, the ``title``, the ``items``, the ``total`` with its label, its
            ``amount`` alone, the ``footer``, and the ``rest``: what the template prints plain and no other part
            changes. A row whose words would not fit the paper is left as it was.
        leaders: Share of receipts with dots from labels to amounts at the right.
        framed: Share of receipts whose title or total stands in a box, mostly of characters.
        plaque: Share of receipts with the shop's name in white on a black block as wide as the paper.
        endings: Elements that are printed after those of the template, as slips of cards and coupons are.
        emblem: Share of receipts with a mark without letters above the name, where it is at the top of the receipt.
    """

    leading: Annotated[Spread, between(0.5, 5)] | None = None
    clear: Annotated[Range, counts(0, 20)] = Range(2, 2)
    head: Annotated[Spread, between(0, 2000)] | None = None
    foot: Annotated[Spread, between(0, 2000)] | None = None
    spread: Annotated[Spread, between(0, 1)] = Spread(0.0)
    inset: Annotated[Spread, between(0, 1)] = Spread(0.0)
    styles: dict[Part, StylesOrKept] = Field(default_factory=dict)
    leaders: Share = 0.0
    framed: Share = 0.0
    plaque: Share = 0.0
    endings: Elements = ()
    emblem: Share = 0.0

    def draw(self, dice: Dice) -> "DrawnHabits":
        """Draw the habits of one receipt."""
        names = {part: dice.fork(part).weigh(weights) for part, weights in self.styles.items()}
        return DrawnHabits(
            None if self.leading is None else dice.fork("leading").spread(self.leading),
            dice.fork("clear").count(self.clear),
            None if self.head is None else round(dice.fork("head").spread(self.head)),
            None if self.foot is None else round(dice.fork("foot").spread(self.foot)),
            dice.fork("spread").spread(self.spread),
            dice.fork("inset").spread(self.inset),
            {part: style_of(name) for part, name in names.items() if name != KEPT},
            _LEADER if dice.fork("leaders").chance(self.leaders) else "",
            self._frames(dice.fork("framed")),
            self.endings,
            dice.fork("emblem") if dice.fork("emblem or none").chance(self.emblem) else None,
        )

    def _frames(self, dice: Dice) -> Mapping[str, Frame]:
        frames = {"merchant.name": Frame((), filled=True)} if dice.fork("plaque").chance(self.plaque) else {}
        if dice.chance(self.framed):
            pattern = dice.weigh(_BOXES)
            frames[dice.choose(("title", "total"))] = Frame((), "" if pattern == "solid" else pattern)
        return frames


class DrawnHabits(NamedTuple):
    """Habits of one receipt.

    Attributes:
        leading: Distance of lines relative to the size of the body; None for the printer's.
        clear: Least dots between the ink of two lines.
        head: Dots of paper above the first line; None for what any receipt has.
        foot: Dots of paper below the last line; None likewise.
        spread: Share of what a table leaves empty by which its columns are set apart.
        inset: Share of the paper before amounts by which their labels begin further right.
        styles: Styles of those parts that are not as the template says.
        leader: Character between labels and amounts, or none.
        frames: Frames without rows by the role of what they are round.
        endings: Elements that are printed at the end.
        emblem: Dice of the mark above the name; None for no mark.
    """

    leading: float | None
    clear: int
    head: int | None
    foot: int | None
    spread: float
    inset: float
    styles: Mapping[Part, Style]
    leader: str
    frames: Mapping[str, Frame]
    endings: Sequence[Element]
    emblem: Dice | None

    def settings(self, printed: PrintSettings) -> PrintSettings:
        """Return print settings with this leading and these gaps."""
        leading = printed.leading if self.leading is None else max(1, round(printed.size * self.leading))
        return printed._replace(leading=leading, clear=self.clear, spread=self.spread)

    def paper(self, top: int, bottom: int) -> tuple[int, int]:
        """Return the dots of paper above and below the print, those that are given unless the habit is another."""
        return top if self.head is None else self.head, bottom if self.foot is None else self.foot

    def framed(self, blocks: Iterable[Block]) -> list[Block]:
        """Return blocks with frames round the rows that have one; all others are the same objects."""
        return [self._framed(block) if self.frames and isinstance(block, Row) else block for block in blocks]

    def _framed(self, row: Row) -> Block:
        frame = next((self.frames[run.role] for run in row.runs if run.text and run.role in self.frames), None)
        if frame is None or any(run.by_hand for run in row.runs):
            return row
        if frame.filled:
            row = row._replace(runs=tuple([_inverted(run) for run in row.runs]))
        return frame._replace(rows=(row,))

    def with_emblem(self, blocks: Sequence[Block], settings: PrintSettings) -> list[Block]:
        """Return blocks with a mark above the name, where that is the first row and no image stands above."""
        first = next((place for place, block in enumerate(blocks) if isinstance(block, Row | Frame | Graphic)), None)
        if self.emblem is None or first is None or not _says_name(blocks[first]):
            return [*blocks]
        size = min(self.emblem.integer(*_EMBLEM), settings.width)
        mark = Graphic("emblem", "", draw_emblem(self.emblem, size), largest=1)
        return [*blocks[:first], mark, *blocks[first:]]

    def restyled(self, blocks: Iterable[Block]) -> list[Block]:
        """Return blocks in these styles; one that is not changed is the same object."""
        return [self._block(block) for block in blocks]

    def _block(self, block: Block) -> Block:
        if isinstance(block, Frame):
            return block if block.filled else block._replace(rows=tuple(self.restyled(block.rows)))
        if not isinstance(block, Row):
            return block
        runs = tuple([self._run(run) for run in block.runs])
        leader = self.leader if is_amount_row(block) else block.leader
        changed = leader != block.leader or any(new is not old for new, old in zip(runs, block.runs, strict=True))
        return Row(runs, leader) if changed else block

    def _run(self, run: Run) -> Run:
        if run.by_hand:
            return run
        rest = self.styles.get("rest", PLAIN)
        kept = rest if run.style == PLAIN else run.style
        style = next((self.styles[part] for part in _parts_of(run.role) if part in self.styles), kept)
        if rest.tall and not (style.tall or style.display or style.small):
            # What is to stand out is no lower than the rest.
            style = style.model_copy(update={"tall": True})
        return run if style == run.style else run._replace(style=style)


def _inverted(run: Run) -> Run:
    return run._replace(style=run.style.model_copy(update={"inverse": True, "underline": False}))


def _says_name(block: Block) -> bool:
    rows = block.rows if isinstance(block, Frame) else (block,)
    return any(run.role == "merchant.name" for row in rows if isinstance(row, Row) for run in row.runs)


def kept_whole(changed: Sequence[Block], before: Sequence[Block], settings: PrintSettings) -> Iterator[Block]:
    """Yield changed blocks, or what they were before where a row would be broken that was not.

    Args:
        changed: Blocks in styles that were drawn.
        before: The same blocks in those of the template.
        settings: Print settings of the receipt.
    """
    for new, old in zip(changed, before, strict=True):
        if isinstance(new, Frame) and isinstance(old, Frame):
            yield new._replace(rows=tuple(kept_whole(new.rows, old.rows, settings)))
        elif isinstance(new, Row) and isinstance(old, Row) and new is not old and not _fits(new, settings):
            yield old
        else:
            yield new


def _parts_of(role: str) -> tuple[Part, ...]:
    """Return the parts to which a text belongs, the narrowest first."""
    if role == "merchant.name":
        return ("name",)
    if role in _SUMS:
        return "amount", "total"
    if role.removesuffix(".label") in _SUMS:
        return ("total",)
    places: dict[str, Part] = {"merchant": "header", "title": "title", "item": "items", "footer": "footer"}
    part = places.get(role.partition(".")[0])
    return () if part is None else (part,)


def _fits(row: Row, settings: PrintSettings) -> bool:
    """Tell whether the texts of a row stand beside each other, or each word of its one text on a line."""
    width = settings.width - settings.unit * (len(row.runs) - 1)
    texts = [(settings.glyphs(run), run) for run in row.runs]
    if len(texts) > 1:
        return sum(glyphs.measure(run.text) + run.indent * settings.unit for glyphs, run in texts) <= width
    # Spaced letters of two lines would be read down as well as across.
    return all(
        glyphs.measure(part) <= width
        for glyphs, run in texts
        for part in ([run.text] if run.style.spaced else run.text.split())
    )
