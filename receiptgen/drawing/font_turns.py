"""Fonts of texts that are drawn in turn: another one each time that a text comes again."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from receiptgen.core.dice import Dice, key_of
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.snippet_styles import SnippetStyle, every_style, printing_fonts
from receiptgen.drawing.template import SnippetSet


class FontTurns:
    """The order in which the fonts of a set print a text that comes several times.

    Each text has an order of its own, in which heavier fonts tend to come first; after the last, the first comes again.

    Args:
        snippets: The set.
        profile: Profile of all snippets.
        first_styles: Returns the styles that serve the first snippets of the set, in which fonts are by their weights.
        key: What the orders depend on, beside set and text.
    """

    def __init__(
        self, snippets: SnippetSet, profile: Profile, first_styles: Callable[[], Sequence[SnippetStyle]],
        key: tuple[int | str, ...],
    ) -> None:  # fmt: skip
        self._set, self._profile, self._first_styles, self._key = snippets, profile, first_styles, key
        # Styles of fonts that the first styles lack.
        self._rare: dict[str, tuple[SnippetStyle, ...]] = {}

    def choose(self, styles: Sequence[SnippetStyle], text: str, turn: int, dice: Dice) -> SnippetStyle | None:
        """Choose a style for a text, in another font than those of earlier turns as long as the set has more.

        Args:
            styles: Styles to choose from where they have the font.
            text: The text.
            turn: How often the text was drawn before.
            dice: Dice of the sample, which choose among the styles of the font.

        Returns:
            The style; None where no font of the set draws the text.
        """
        chars, able = set(text), 0
        for font in self._order(text):
            if drawable := self._styles_of(font, styles, chars):
                if able == turn:
                    return dice.choose(drawable)
                able += 1
        return self.choose(styles, text, turn % able, dice) if able else None

    def _order(self, text: str) -> Iterator[str]:
        """Yield the names of all fonts, each once."""
        dice = Dice(key_of(*self._key, self._set.name, "fonts", text))
        names = [style.glyphs.face.name for style in self._first_styles()]
        dice.shuffle(names)
        yield from (frequent := dict.fromkeys(names))
        rare = [name for name in self._names if name not in frequent]
        dice.shuffle(rare)
        yield from rare

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(printing_fonts(self._set, self._profile)))

    def _styles_of(self, font: str, styles: Sequence[SnippetStyle], chars: set[str]) -> list[SnippetStyle]:
        """Return the styles that print some characters in a font: of those given, of the first, or any."""
        for known in (styles, self._first_styles()):
            if drawable := [style for style in known if style.glyphs.face.name == font and style.draws(chars)]:
                return drawable
        if font not in self._rare:
            self._rare[font] = tuple(every_style(self._set, self._profile, lambda face: face.name == font))
        return [style for style in self._rare[font] if style.draws(chars)]
