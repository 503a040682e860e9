"""The ground that a receipt lies on."""

from pathlib import Path
from typing import Annotated, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, ValidationInfo

from receiptgen.config.paths import beside, note_file
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Spread, Weights, among, between
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.effects._ink import tinted
from receiptgen.effects.capture._backdrop import TEXTURES, outlined, shadowed, texture, touched
from receiptgen.effects.capture._outline import EDGES, is_whole, outline
from receiptgen.imaging.backgrounds import background, background_files, check_backgrounds
from receiptgen.imaging.channels import grey, in_color
from receiptgen.imaging.colors import draw_color
from receiptgen.imaging.geometry import Pixels, Projective
from receiptgen.imaging.noise import OFFSETS
from receiptgen.imaging.page import Page, check_size
from receiptgen.scenery.scenes import SCENES, draw_scene

# Scenes of pages in colour whose grey twin lies on a texture that is not one of them by name; the others are tinted.
_TWINS = {
    "cloth": ("linen", "linen", "checked", "denim"),
    "table": ("worktop", "granite", "marble", "terrazzo", "plastic"),
}
_TINTS = Weights(warm_white=3.0, cool_white=2.0, cream=2.0, grey=2.0, yellowed=1.0, blue=0.5)


class GroundDrawn(NamedTuple):
    """Margins as shares of the shorter side, ground, edge and its depth in pixels, shadow's depth, noise, tint.

    The ground is the name of a texture, a scene or an own image's file; its least width is a share of the height.
    """

    left: float
    top: float
    right: float
    bottom: float
    texture: str
    edge: str
    depth: float
    shadow: float
    offset: int
    color: str = ""
    least_width: float = 0


def _own_images(folder: Path | None, info: ValidationInfo) -> Path | None:
    """Check a folder of images, which samples depend on then."""
    if folder is None:
        return None
    full = beside(folder, info)
    names = background_files(full)
    note_file(full, info)
    check_backgrounds(full, names)
    return full


@EFFECTS.register
class Ground(Record):
    """Lay the page on something: a table, cloth, a scanner's black lid, other papers; all drawn, without any text.

    Paper that was turned or curled before lies there in its own outline; only straight paper can be torn. Pages in
    colour lie on wood, stone, cloth, metal, tables with things on them.

    Attributes:
        margin: Ground that is seen on each side, as a share of the page's shorter side, 0 to 2; each its own.
        least_width: Least width of page and ground as a share of their height, 0 to 2: long paper has more ground at
            its sides, which the frame of a camera shows.
        texture: Ground, by weight: black, white, grey, wood, cloth, table or paper (another sheet peeks in); or one of
            ``scenes``.
        scenes: Ground of pages in colour, by weight: wood, granite, marble, terrazzo, worktop, tiles, concrete, linen,
            checked, denim, leather, metal, plastic, treads (patterned metal), seat (of a car), keys (a keyboard),
            papers (others below it), desk (with things on it) or distance (out of focus). None for what is most like
            the texture, which is the ground of grey pages.
        images: Folder of images, equally likely, instead of both: own photographs of tables and floors. None for none.
        edge: Form of the paper's upper and lower edge, by weight: straight, zigzag (saw teeth) or torn. No tear is
            as deep as the first or last ink.
        depth: Depth of the teeth or the tear in pixels, 0 to 60.
        shadow: Share of light lost in the paper's shadow, 0 to 0.9; with 0 the ground is far behind the paper.
    """

    margin: Annotated[Spread, between(0, 2)] = Spread(0.04, 0.15, 0.4)
    least_width: Annotated[Spread, between(0, 2)] = Spread(0)
    texture: Annotated[Weights, among(*{**TEXTURES, **SCENES})] = Weights(
        black=2.0, white=2.0, grey=2.0, wood=3.0, cloth=1.0, table=3.0, paper=1.0
    )
    scenes: Annotated[Weights, among(*SCENES)] | None = None
    images: Annotated[Path | None, AfterValidator(_own_images)] = None
    edge: Annotated[Weights, among(*EDGES)] = Weights(straight=2.0, zigzag=2.0, torn=1.0)
    depth: Annotated[Spread, between(0, 60)] = Spread(3, 10)
    shadow: Annotated[Spread, between(0, 0.9)] = Spread(0, 0.5)

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        """Draw margins, ground and edge."""
        spread = dice.spread
        margins = (spread(self.margin), spread(self.margin), spread(self.margin), spread(self.margin))
        ground = dice.weigh(self.texture) if self.images is None else dice.choose(background_files(self.images))
        edge = dice.weigh(self.edge)
        drawn = GroundDrawn(*margins, ground, edge, spread(self.depth), spread(self.shadow), dice.integer(0, OFFSETS))
        if self.least_width.ends[1] > 0:
            drawn = drawn._replace(least_width=dice.fork("least width of the ground").spread(self.least_width))
        return (EffectStep(self, drawn),)

    def draw_in_color(self, drawn: GroundDrawn, dice: Dice) -> GroundDrawn:
        """Draw the scene, or the one most like the texture, or that one's tint."""
        if self.images is not None:
            return drawn
        if self.scenes is not None:
            return drawn._replace(texture=dice.weigh(self.scenes))
        if drawn.texture in _TWINS:
            return drawn._replace(texture=dice.choose(_TWINS[drawn.texture]))
        return drawn if drawn.texture in SCENES else drawn._replace(color=draw_color(_TINTS, dice))

    def apply(self, page: Page, drawn: GroundDrawn) -> Page:
        """Draw the ground, the shadow and, within its outline, the page; it is moved, never scaled."""
        high, wide = page.size
        left, top, right, bottom = _sides(drawn, high, wide)
        check_size(high + top + bottom, wide + left + right)
        dice = Dice(drawn.offset)
        corners = outline(page, drawn.edge, drawn.depth, dice) + np.array([left, top])
        size = (high + top + bottom, wide + left + right)
        ground = self._ground(drawn, size, dice.integer(0, OFFSETS), page.color)
        # Scenes are smaller than the page until their shadows are drawn.
        scale = ground.shape[1] / size[1], ground.shape[0] / size[0]
        image = shadowed(ground, corners * scale, drawn.shadow, dice)
        if page.color and drawn.shadow > 0:
            image = touched(image, corners * scale, drawn.shadow, scale[0])
        if image.shape[:2] != size:
            image = np.asarray(cv2.resize(image, size[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
        target = image[top : top + high, left : left + wide]
        _lay(target, page, corners - [left, top])
        return page.moved(Projective.translation(left, top), image)

    def _ground(self, drawn: GroundDrawn, size: tuple[int, int], seed: int, color: bool) -> Pixels:
        """Return the ground by its name, grey or RGB; a scene may be smaller than the size."""
        if self.images is not None:
            image = background(self.images / drawn.texture, size, seed)
        elif drawn.texture in SCENES and (color or drawn.texture not in TEXTURES):
            image = draw_scene(drawn.texture, size, seed)
        else:
            levels = texture(drawn.texture, size, seed)
            return in_color(np.asarray(tinted(levels, drawn.color), np.uint8)) if color else levels
        return image if color else grey(image).copy()


def _sides(drawn: GroundDrawn, high: int, wide: int) -> tuple[int, int, int, int]:
    """Return the pixels of ground left of the page, above, right and below; what its width lacks is halved."""
    left, top, right, bottom = (round(share * min(high, wide)) for share in drawn[:4])
    lacking = max(0, round(drawn.least_width * (high + top + bottom)) - (wide + left + right))
    return left + lacking // 2, top, right + lacking - lacking // 2, bottom


def _lay(target: NDArray[np.uint8], page: Page, corners: NDArray[np.float64]) -> None:
    """Copy the paper onto the ground, softly along its outline (N, 2); only where it has one of its own."""
    if is_whole(page):
        # Between the tears the paper is whole: most of a page is copied as it is.
        high = len(target)
        first = int(np.ceil(corners[corners[:, 1] < high / 2, 1].max(initial=0))) + 1
        last = int(corners[corners[:, 1] > high / 2, 1].min(initial=high)) - 1
        target[first:last] = page.image[first:last]
        parts = [slice(0, first), slice(max(first, last), high)] if first > 1 or last < high - 1 else []
        if not parts:
            target[:] = page.image
    else:
        parts = [slice(0, len(target))]
    for part in parts:
        under, over = target[part], page.image[part]
        mask = np.zeros(under.shape[:2], np.uint8)
        outlined(mask, corners - [0, part.start], 255)
        share = mask.astype(np.float32) / 255
        if page.color:
            under[:] = cv2.blendLinear(np.ascontiguousarray(over), np.ascontiguousarray(under), share, 1 - share)
        else:
            under[:] = np.rint(under + (over - under.astype(np.float32)) * share).astype(np.uint8)
