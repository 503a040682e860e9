"""Points, commas, colons and hyphens so weak that they nearly vanish."""

from typing import Annotated, NamedTuple

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, between
from receiptgen.effects import EFFECTS, EffectStep, draw_record
from receiptgen.effects.printing._print import POINTS, box_of, chars_among, weaken
from receiptgen.imaging.noise import chance
from receiptgen.imaging.page import Page


class WeakPointsDrawn(NamedTuple):
    """Share of such characters that are weak, the share of ink these keep, and an offset in the noise."""

    share: float
    strength: float
    offset: int


@EFFECTS.register
class WeakPoints(Record):
    """Print the smallest characters too weakly, each by itself: ``8 70`` is left of 8.70.

    A head that is a little too cold loses single dots first. It takes ink inside the characters' boxes only, so it
    comes before effects that make ink grow.

    Attributes:
        share: Share of these characters on a page that are weak, 0 to 1.
        strength: Share of their ink that is left, 0 to 1.
        chars: Characters in question.
    """

    share: Annotated[Spread, between(0, 1)] = Spread(0, 0.6)
    strength: Annotated[Spread, between(0, 1)] = Spread(0.15, 0.6)
    chars: str = Field(default=POINTS, min_length=1)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw share, strength and an offset in the noise."""
        return (EffectStep(self, draw_record(WeakPointsDrawn, self, dice)),)

    def apply(self, page: Page, drawn: WeakPointsDrawn) -> Page:
        """Take ink from some of the characters; regions stay."""
        found = chars_among(page.regions, self.chars) if drawn.share else []
        if not found:
            return page
        weak = chance((1, len(found)), drawn.offset, drawn.share)[0].tolist()
        if True not in weak:
            return page
        image, quads = page.image.copy(), page.regions.char_quads
        for index, is_weak in zip(found, weak, strict=True):
            if is_weak:
                x0, y0, x1, y1 = box_of(quads[index], image.shape)
                weaken(image[y0:y1, x0:x1], drawn.strength)
        return page.with_image(image)
