"""Lines, words and characters cut out of drawn receipts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeVar

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import TextError
from receiptgen.drawing.cropping import (
    RowSegment,
    clear_box,
    crop_box,
    draw_margins,
    part_neighbours,
    row_segments,
    text_band,
)
from receiptgen.drawing.overrides import NO_OVERRIDES, Overrides
from receiptgen.drawing.profile import Profile, profile
from receiptgen.drawing.receipt_pages import CleanReceipt, draw_clean_receipt, preload_goods
from receiptgen.drawing.template import Cut, ReceiptTemplate, Unit, receipt_template
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import DrawnLine, Sample

T = TypeVar("T")
# Texts taken from one receipt before the next is drawn: more would repeat its words, fewer would need more receipts.
CUTS = 32
# Words and characters of which more is hidden, under a stamp or in a hole, can't be read.
_HIDDEN = 0.5


class _Source(NamedTuple):
    """A receipt, the texts that are cut out of it, and the profile that it was drawn by."""

    receipt: Sample
    segments: list[RowSegment]
    profile: Profile


class Cuts:
    """Lines, words or characters cut out of drawn receipts.

    Args:
        owner: Name of the set, or of the template, that they belong to.
        kind: Name of the kind.
        cut: How they are cut.
        seed: Seed of the data set.
        profile_name: Profile of all receipts, by name or path.
        overrides: What goes before the receipts' templates.
    """

    def __init__(
        self, owner: str, kind: str, cut: Cut, seed: int, profile_name: str, overrides: Overrides = NO_OVERRIDES
    ) -> None:
        self.kind = kind
        self._overrides = overrides
        self._owner, self._cut, self._seed = owner, cut, seed
        self._profile = overrides.of_profile(profile(profile_name).value)
        self._receipt = lru_cache(maxsize=1)(self._draw_receipt)
        self._clean = lru_cache(maxsize=1)(self._draw_clean)

    def preload(self, index: int) -> None:
        """Load the goods of every country, and draw the first receipt."""
        for name in self._cut.templates:
            preload_goods(self._overrides.of(receipt_template(name).value))
        self._receipt(index // CUTS, 0)

    def draw(self, index: int, copy: int = 0) -> Sample:
        """Draw cut number ``index`` or a copy of it: one of ``CUTS`` of receipt ``index // CUTS``.

        Copies are fastest drawn after one another, all cuts of the receipt at a time. What happens to the page may hide
        a text of it or part a row; then the copy that cut was number ``index`` shows another text.
        """
        receipt, (span, fields), box = self._cut_out(index, copy)
        page = receipt.page.crop(box, span, fields)
        return Sample(
            self.kind, index, index // CUTS, page, receipt.template, receipt.profile, receipt.locale, receipt.face,
            receipt.size, span.text, effects=receipt.effects, colors=receipt.colors,
        )  # fmt: skip

    def draw_line(self, index: int, copy: int = 0) -> DrawnLine:
        """Draw image and text of a cut, or of a copy of it."""
        receipt, segment, (x0, y0, x1, y1) = self._cut_out(index, copy)
        return DrawnLine(receipt.page.image[y0:y1, x0:x1], segment.span.text)

    def _cut_out(self, index: int, copy: int) -> tuple[Sample, RowSegment, Box]:
        """Return the receipt of a cut, what is cut out of it, and along which box."""
        number, offset = divmod(index, CUTS)
        receipt, segments, chosen = self._receipt(number, copy)
        dice = Dice(key_of(self._seed, self._owner, self.kind, index))
        if copy:
            dice = dice.fork(f"copy {copy}")
        segment = segments[offset % len(segments)]
        if chosen.crop is None:
            box = clear_box(receipt.page, segment.span, [dice.count(self._cut.margin) for _ in range(4)])
        else:
            band = text_band(receipt.page, segment.span, dice.chance(chosen.crop.tight))
            box = crop_box(receipt.page, band, draw_margins(chosen.crop, dice))
            if self._cut.unit != "lines":
                box = part_neighbours(receipt.page, segment.span, box)
        return receipt, segment, box

    def _draw_setting(self, dice: Dice) -> tuple[ReceiptTemplate, Profile]:
        """Draw what a receipt is made of, and what happens to it."""
        template = self._overrides.of(receipt_template(dice.weigh(self._cut.templates)).value)
        return template, self._profile.draw(dice)

    def _dice(self, number: int) -> Dice:
        return Dice(key_of(self._seed, self._owner, self.kind, "receipt", number))

    def _draw_clean(self, number: int) -> CleanReceipt:
        dice = self._dice(number)
        template, chosen = self._draw_setting(dice)
        return draw_clean_receipt(template, dice.fork("draw"), number, chosen)

    def _draw_receipt(self, number: int, copy: int) -> _Source:
        dice = self._dice(number)
        template, chosen = self._draw_setting(dice)
        receipt = self._clean(number).worn(copy)
        receipt = replace(receipt, page=_with_units(receipt.page, self._cut.unit))
        regions = receipt.page.regions
        seen = _seen(receipt.page)
        fields = [RowSegment(field, (index,)) for index, field in enumerate(regions.fields) if seen[index]]
        if self._cut.unit == "lines":
            rows = [row for row in row_segments(regions) if all(seen[index] for index in row.fields)]
            segments = mix_rows(rows, fields, self._cut.rows, dice)
        else:
            segments = take_turns(fields, lambda segment: segment.span.text, dice)
        if not segments:
            raise TextError(
                f"{self._owner}: kind {self.kind!r}: a receipt of {template.name!r} shows no text to cut out"
            )
        return _Source(receipt, segments, chosen)


def _with_units(page: Page, unit: Unit) -> Page:
    """Return a page whose fields are what is cut out of it."""
    match unit:
        case "lines":
            return page
        case "words":
            return replace(page, regions=page.regions.by_words())
        case "characters":
            return replace(page, regions=page.regions.by_characters())


def _seen(page: Page) -> list[bool]:
    """Tell of each field whether it is on the image and at most half of it is hidden."""
    hidden = page.regions.split(page.hidden()).fields
    return [whole and share <= _HIDDEN for whole, share in zip(page.whole_fields(), hidden, strict=True)]


def mix_rows(rows: list[T], fields: list[T], share: float, dice: Dice) -> list[T]:
    """Draw ``CUTS`` of a receipt's rows and single fields, a share of rows; fewer where it has fewer."""
    dice.shuffle(rows)
    dice.shuffle(fields)
    count = min(len(rows), max(CUTS - len(fields), round(CUTS * share)))
    mixed = rows[:count] + fields[: CUTS - count]
    dice.shuffle(mixed)
    return mixed


def take_turns(units: list[T], text_of: Callable[[T], str], dice: Dice) -> list[T]:
    """Draw ``CUTS`` of a receipt's words or characters, fewer where it has fewer; those of one text take turns."""
    dice.shuffle(units)
    drawn: Counter[str] = Counter()

    def turn(unit: T) -> int:
        drawn[text_of(unit)] += 1
        return drawn[text_of(unit)]

    return sorted(units, key=turn)[:CUTS]
