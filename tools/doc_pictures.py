"""Draw the pictures of docs/reference/effects.md: each effect's before and after.

With names of effects as arguments, it draws just those.
"""

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from receiptgen.core.dice import Dice, key_of
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import EFFECTS, Effect, apply_effects
from receiptgen.imaging.page import Page
from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.raster import draw_text
from receiptgen.typography.typeface import face

Pixels = NDArray[np.uint8]

FOLDER = Path(__file__).parents[1] / "docs" / "effects"
# The receipt: short, and with the letters and signs that single effects are about.
_TEMPLATE, _SEED, _INDEX = "cafe", 7, 10
_GROUND, _GAP = 214, 10
# Parts of it, x0 y0 x1 y1 in dots, and how much they are enlarged.
_CUTS = {
    "lines": ((10, 245, 270, 432), 1),
    "dots": ((14, 336, 190, 432), 2),
    "large": ((14, 242, 172, 296), 2),
    "sums": ((330, 336, 420, 478), 2),
}
# Pixels of a page as drawn, and the most that one may have after an effect.
_WIDTH, _MOST_WIDTH, _MOST_HEIGHT = 220, 270, 350
_CHOICES, _CHOICE_WIDTH = 4, 132
_LARGEST = 20_000  # bytes, as far as the fewest grays reach that
_GRAYS = (86, 52, 36, 26, 18)
_COLORS = (96, 64, 40, 28, 20)


class Picture(NamedTuple):
    """How one effect is shown.

    Attributes:
        view: The whole page; some lines of it; fewer lines, large letters, or sums, enlarged; pages that differ by
            chance; words by hand instead.
        effect: Its keys, so that it is seen at a glance.
        seed: Seed of its dice.
        before: Effects that happen before, on both sides.
        color: Whether the page is in colour.
    """

    view: Literal["page", "lines", "dots", "large", "sums", "choice", "words"]
    effect: Mapping[str, Any] = {}
    seed: int = 1
    before: Sequence[Mapping[str, Any]] = ()
    color: bool = False


_LAID = ({"kind": "ground", "margin": 0.3, "scenes": "wood", "edge": "straight"},)
_DIM = ({"kind": "levels", "paper": 120, "ink": 10},)
_LIT = ({"kind": "levels", "paper": 230, "ink": 40},)
_SHADED = (*_LIT, {"kind": "shade", "gradient": 0.4, "shadow": 0.5, "softness": 0.1})
_GRAY = ({"kind": "heat", "strength": 0.75}, {"kind": "blur", "sigma": 0.8})
PICTURES: dict[str, Picture] = {
    "cut_tops": Picture("dots", {"share": 1, "depth": 0.25, "strength": 0.1, "stretch": 0}),
    "dead_dots": Picture("dots", {"count": 5, "dead": 0.8, "double": 0.3}),
    "fade": Picture("page", {"bands": 3, "height": 90, "depth": 0.75}),
    "fill": Picture("dots", {"share": 1, "width": 4, "strength": 0.9, "chars": "MWRAEB8"}),
    "heat": Picture("lines", {"strength": 0.5, "rows": 0.2, "columns": 0.4, "grain": 0.15}),
    "hollow": Picture("large", {"strength": 0.3}),
    "pale_letters": Picture("lines", {"share": 0.2, "strength": 0.25}),
    "pins": Picture("dots", {"pitch": 2, "strength": 1, "wear": 0.1, "jitter": 0.3, "double": 0.5}),
    "row_gaps": Picture("dots", {"period": 6, "depth": 0.85, "share": 1}),
    "streaks": Picture("dots", {"period": 40, "depth": 0.8, "height": 3, "feather": 0.6, "satellites": 0.15}),
    "stroke": Picture("dots", {"weight": 0.7}),
    "toner": Picture("dots", {"specks": 0.01, "voids": 0.08, "rough": 0.5}),
    "weak_points": Picture("sums", {"share": 1, "strength": 0.15}),
    "hand": Picture("words", {"slant": 0.2, "lean": 0.1, "size": 0.1, "wander": 0.08, "rise": 0.05, "tremble": 0.03}),
    "joins": Picture("words", {"share": 1, "width": 0.07}, before=({"kind": "spacing", "letters": 0.25},)),
    "pressure": Picture("words", {"weight": 0.1, "uneven": 0.9}),
    "ruled": Picture("words", {"pattern": "squares", "level": 170}),
    "spacing": Picture("words", {"letters": 0.3, "words": 0.8, "uneven": 0.1}),
    "aging": Picture("page", {"level": 225, "bands": 6, "blotches": 10, "edges": 60, "rim": 0.05}),
    "crease": Picture("page", {"count": 2, "depth": 0.4, "width": 2, "lost": 0.8}),
    "crumple": Picture("page", {"size": 90, "soft": 0.4, "shift": 2, "shade": 0.08, "shadow": 0.25}),
    "fold": Picture("page", {"along": 0, "at": 0.45, "shade": 0.25, "reach": 60, "lost": 0.7}),
    "handwriting": Picture("page", {"size": 3, "level": 30, "where": "top"}),
    "label": Picture("page", {"size": 1.8, "texts": "name"}),
    "marker": Picture("page", {"count": 3, "height": 1.5, "strength": 1}, seed=2),
    "pen": Picture("page", {"kinds": {"circle": 1, "tick": 1, "signature": 1}, "count": 3, "width": 4}, seed=3),
    "punch": Picture("page", {"edges": "left", "count": 1, "level": 60, "inset": 45, "radius": 22}),
    "preprint": Picture("page", {"kinds": "emblems", "size": 0.2, "contrast": 0.25}),
    "show_through": Picture("page", {"contrast": 0.22, "blur": 1.6}),
    "stain": Picture("page", {"kinds": "ring", "radius": 85, "opacity": 0.6}, seed=3),
    "stamp": Picture("page", {"frames": "double", "dated": 1, "size": 2.2, "opacity": 0.75, "degrees": 14}),
    "staple": Picture("page", {"wire": 1, "degrees": 20, "y": 0.06, "width": 6}),
    "tape": Picture("page", {"lies": "across", "length": 1.2, "haze": 0.4, "degrees": 5}, seed=3),
    "tear": Picture("page", {"sides": "foot", "left": 0.7, "degrees": 12, "ragged": 20}),
    "wear": Picture("lines", {"share": 0.35, "size": 24, "depth": 0.95, "scratches": 0.6}),
    "blur": Picture("dots", {"sigma": 1.4}),
    "corners": Picture("page", {"share": 1, "size": 0.22, "edges": 1, "width": 9}),
    "curl": Picture("page", {"axis": "rows", "turn": 12, "bend": 20, "end": 25, "ripple": 7, "shade": 0.9}),
    "fax": Picture("dots", {"fine": 0, "lost": 0.03, "noise": 25}),
    "gamma": Picture("dots", {"gamma": 2.2}, before=_GRAY),
    "glare": Picture("page", {"strength": 0.85, "size": 0.35, "x": 0.6, "y": 0.45}),
    "chroma": Picture("dots", {"strength": 30, "size": 4}, before=_DIM, color=True),
    "grip": Picture("page", {"side": "left", "at": 0.6, "reach": 150, "fingers": 2}, seed=4, before=_LAID, color=True),
    "ground": Picture("page", {"margin": 0.3, "scenes": "desk", "edge": "torn", "shadow": 0.5}, seed=4, color=True),
    "jpeg": Picture("dots", {"quality": 8}),
    "levels": Picture("lines", {"paper": 235, "ink": 120}),
    "mottle": Picture("dots", {"size": 9, "depth": 16, "lift": 8}, before=_LIT),
    "motion": Picture("dots", {"length": 6, "degrees": 20}),
    "denoise": Picture("dots", {"levels": 40, "sigma": 1.5}, before=(*_LIT, {"kind": "sensor", "read": 9, "shot": 0})),
    "enhance": Picture("page", {"mode": "grey", "even": 0.95, "gain": 1.5}, before=_SHADED),
    "exposure": Picture("page", {"stops": -1.5, "contrast": 0.4}, before=_LIT),
    "focus": Picture("page", {"sigma": 0.3, "degrees": 90, "at": 0}),
    "frame": Picture("page", {"aspect": "1:1", "fill": 0.9, "y": 0.3, "cut": 1}, before=_LAID, color=True),
    "messenger": Picture("dots", {"longest": 420, "quality": 30, "times": 2}),
    "shadow": Picture("page", {"kinds": "phone", "depth": 0.5, "degrees": 60, "y": 0.4, "softness": 0.01}, before=_LIT),
    "part": Picture("page", {"top": 0.3, "bottom": 0.8}),
    "perspective": Picture("page", {"yaw": 26, "pitch": 18, "roll": 5, "ground": 90}),
    "resample": Picture("dots", {"dpi": 85, "shrink": "area"}),
    "rotate": Picture("page", {"degrees": 6, "ground": 120}),
    "saturation": Picture("page", {"saturation": 2.2}, before=_LAID, color=True),
    "screenshot": Picture("page", {"width": 480, "dark": 1, "side": 20}),
    "sensor": Picture("dots", {"read": 14, "shot": 8, "size": 0}, before=_LIT),
    "shade": Picture("page", {"gradient": 0.2, "bands": 0.04, "vignette": 0.2, "shadow": 0.4, "softness": 0.1}),
    "sharpen": Picture(
        "dots", {"amount": 2.5, "sigma": 1.6}, before=(*_GRAY, {"kind": "levels", "paper": 232, "ink": 80})
    ),
    "sheet": Picture("page", {"whole": 1, "edge": 90, "lid": 255, "paper": 245}),
    "slip": Picture("page", {"bow": 9, "wave": 8, "length": 200, "degrees": 2, "ground": 120}),
    "specks": Picture("lines", {"dark": 0.004, "light": 0.03, "size": 2, "depth": 255}),
    "threshold": Picture("dots", {"level": 0.6, "softness": 0, "noise": 45}, before=_GRAY),
    "white_balance": Picture("page", {"light": "lamp", "adapted": 0.2, "mixed": 0}, before=_LAID, color=True),
    "maybe": Picture("choice", {"of": [{"kind": "stamp", "size": 2.2}, {"kind": "punch", "level": 60}]}, seed=0),
    "one_of": Picture(
        "choice", {"of": [{"kind": "stamp", "size": 2.2}, {"kind": "tape", "lies": "across", "haze": 0.5},
                          {"kind": "ground", "texture": "wood", "margin": 0.1}]},
        seed=5,
    ),
}  # fmt: skip

# What stands side by side in ``profiles.png``, and how high.
PROFILES = ("clean", "thermal", "dot_matrix", "scan_300", "scan_bw", "fax", "a4_low", "phone")
_PROFILE_HEIGHT = 430
# Receipts of ``photographs.jpg``, by template and number, their pixels and the quality of the file.
PHOTOGRAPHS = (("cafe", 1), ("cafe", 4), ("parking", 0), ("restaurant", 2), ("taxi", 2), ("fuel", 3))
_PHOTO_SIZE, _PHOTO_QUALITY = (230, 400), 82


def receipt(color: bool = False) -> Page:
    """Return the receipt as drawn, grey or in colour."""
    return Receipts([receipt_template(_TEMPLATE).value], seed=_SEED, color=color).draw(_INDEX).page


def words() -> Page:
    """Return words in a hand's font."""
    return draw_text(Run("lunch for two"), Atlas(face("coming-soon"), 40), (12, 12, 12, 16))


def made(keys: Mapping[str, Any]) -> Effect:
    """Return an effect from what YAML would say."""
    values = dict(keys)
    model: Any = EFFECTS.get(values.pop("kind"))
    effect: Effect = model.model_validate(values)
    return effect


def picture(name: str) -> Pixels:
    """Draw the picture of one effect, uint8 (H, W) or (H, W, 3)."""
    view, keys, seed, before, color = PICTURES[name]
    clean, _ = apply_effects(map(made, before), words() if view == "words" else receipt(color), Dice(seed))
    effect = made({"kind": name, **keys})
    count = _CHOICES if view == "choice" else 1
    after = [apply_effects([effect], clean, Dice(seed + number))[0] for number in range(count)]
    if view == "choice":
        return _row([_shrunk(page.image, _CHOICE_WIDTH / page.image.shape[1]) for page in after])
    if view == "words":
        return _row([page.image for page in (clean, *after)])
    if view == "page":
        return _row([_whole(page.image, clean.image.shape[1]) for page in (clean, *after)])
    return _row([_cut(page, clean, view) for page in (clean, *after)])


def _cut(page: Page, clean: Page, view: str) -> Pixels:
    """Cut the lines out, also of a page whose resolution has changed."""
    box, zoom = _CUTS[view]
    scale = page.image.shape[0] / clean.image.shape[0]
    x0, y0, x1, y1 = (round(place * scale) for place in box)
    part = page.image[y0:y1, x0:x1]
    size = (box[2] - box[0]) * zoom, (box[3] - box[1]) * zoom
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _whole(image: Pixels, wide: int) -> Pixels:
    """Shrink a page, as far as it fits by as much as the one drawn."""
    height, width = image.shape[:2]
    return _shrunk(image, min(_WIDTH / wide, _MOST_WIDTH / width, _MOST_HEIGHT / height))


def _shrunk(image: Pixels, scale: float) -> Pixels:
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _row(images: Sequence[Pixels]) -> Pixels:
    """Lay images side by side on a gray ground."""
    height = max(image.shape[0] for image in images) + 2 * _GAP
    width = sum(image.shape[1] + _GAP for image in images) + _GAP
    row = np.full((height, width, *images[0].shape[2:]), _GROUND, np.uint8)
    left = _GAP
    for image in images:
        row[_GAP : _GAP + image.shape[0], left : left + image.shape[1]] = image
        left += image.shape[1] + _GAP
    return row


def png(image: Pixels, largest: int = _LARGEST) -> bytes:
    """Return a PNG with as many grays or colours as its size allows."""
    if image.ndim == 3:
        return _colored(image, largest)
    content = b""
    for grays in _GRAYS:
        stream = io.BytesIO()
        # Even steps first: left to choose, Pillow spends its grays on the edges of letters, and shades show bands.
        even = np.rint(np.rint(image * ((grays - 1) / 255)) * (255 / (grays - 1))).astype(np.uint8)
        Image.fromarray(even).quantize(grays, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        content = stream.getvalue()
        if len(content) <= largest:
            break
    return content


def _colored(image: Pixels, largest: int) -> bytes:
    """Return a PNG with as many colours as its size allows."""
    content = b""
    for colors in _COLORS:
        stream = io.BytesIO()
        Image.fromarray(image).quantize(colors, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        content = stream.getvalue()
        if len(content) <= largest:
            break
    return content


def profiles() -> Pixels:
    """Draw one receipt under several profiles, uint8 (H, W)."""
    template, pages = receipt_template(_TEMPLATE).value, []
    for name in PROFILES:
        used = profile(name).value.model_copy(update={"printers": ()})
        page = draw_receipt(template, Dice(key_of(_SEED, template.name, _INDEX)), _INDEX, used).page
        pages.append(_shrunk(page.image, min(_PROFILE_HEIGHT / len(page.image), _WIDTH / page.image.shape[1])))
    return _row(pages)


def photographs() -> bytes:
    """Draw some photographs by phone side by side, a JPEG."""
    wide, high = _PHOTO_SIZE
    pages = [Receipts(name, profile="phone_color", seed=_SEED).draw(index).image for name, index in PHOTOGRAPHS]
    stream = io.BytesIO()
    row = _row([_shrunk(page, min(wide / page.shape[1], high / page.shape[0])) for page in pages])
    Image.fromarray(row).save(stream, "JPEG", quality=_PHOTO_QUALITY)
    return stream.getvalue()


def main(names: Sequence[str]) -> None:
    """Draw some pictures, or all, and delete those of effects that are no more."""
    (FOLDER.parent / "profiles.png").write_bytes(png(profiles(), 160_000))
    (FOLDER.parent / "photographs.jpg").write_bytes(photographs())
    FOLDER.mkdir(exist_ok=True)
    for name in names or PICTURES:
        (FOLDER / f"{name}.png").write_bytes(png(picture(name)))
    for path in FOLDER.glob("*.png"):
        if path.stem not in PICTURES:
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
