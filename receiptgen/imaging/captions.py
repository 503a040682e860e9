"""Fonts for captions on pictures that people look at."""

from functools import lru_cache

from PIL import ImageFont

from receiptgen.core.assets import font_folder

# Files of the packaged fonts.
SANS, MONO = "OpenSans_400Regular.ttf", "DejaVuSansMono.ttf"


@lru_cache(maxsize=64)
def caption_font(size: int, file: str = SANS) -> ImageFont.FreeTypeFont:
    """Return a packaged font for captions, without shaping, so that it draws the same on every machine.

    Args:
        size: Font size in pixels an em.
        file: ``SANS`` or ``MONO``.
    """
    return ImageFont.truetype(str(font_folder() / file), size, layout_engine=ImageFont.Layout.BASIC)
