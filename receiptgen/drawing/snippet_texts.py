"""What snippets say: texts that a kind makes up, or texts of receipts."""

from functools import lru_cache
from typing import NamedTuple, Protocol

from receiptgen.commerce.countries.locales import Locale, locale_for
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.drawing.cuts import CUTS, mix_rows, take_turns
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.receipt_pages import draw_blocks, draw_context, preload_goods, rows_of
from receiptgen.drawing.template import Cut, receipt_template, snippet_set
from receiptgen.snippets import Wordless, needs_country, texts_in_turn


class SnippetText(NamedTuple):
    """What a snippet says.

    Attributes:
        text: The text.
        group: Number of its group: texts of one receipt share its number.
        locale: Country that it comes from.
        turn: How often it was drawn before, where texts are drawn in turn; None where by chance.
        room: Number of characters that empty paper has room for; 0 where there is a text.
    """

    text: str
    group: int
    locale: Locale
    turn: int | None = None
    room: int = 0


class TextSource(Protocol):
    """Where the texts of a kind of snippet come from."""

    def preload(self) -> None:
        """Load what the texts are made of."""

    def text(self, index: int, dice: Dice) -> SnippetText:
        """Return the text of snippet number ``index``."""


class GeneratedTexts:
    """Texts that a snippet kind makes up.

    Args:
        name: The set, by name or path.
        kind: One of its kinds.
        profile_name: Profile of all, by name or path.
        countries: Names or paths of the locales; empty for the set's own.
        in_turn: Whether a kind of ``order: each`` draws its texts in turn, or by chance, too.

    Raises:
        FontError: No font draws a text that the kind is known to print.
        TextError: A file of texts can't be read.
    """

    def __init__(
        self, name: str, kind: str, profile_name: str, countries: tuple[str, ...], in_turn: bool = True
    ) -> None:
        self._locales = Weights.parse(countries) if countries else snippet_set(name).value.locales
        self._snippet = known_texts(name, kind, profile_name, countries).snippet
        needed = needs_country(self._snippet)
        self._countries = {name: locale_for(name, needed) for name in self._locales}
        self._in_turn = texts_in_turn(self._snippet) if in_turn else ()
        # Found out once: asking a protocol takes as long as a tenth of a snippet.
        self._wordless = self._snippet if isinstance(self._snippet, Wordless) else None

    def preload(self) -> None:
        """Do nothing: the countries are loaded."""

    def text(self, index: int, dice: Dice) -> SnippetText:
        """Draw a text in one of the locales, or return the one whose turn it is."""
        country = self._countries[dice.weigh(self._locales)]
        if self._in_turn:
            turn, place = divmod(index, len(self._in_turn))
            return SnippetText(self._in_turn[place], index, country, turn)
        if self._wordless:
            return SnippetText("", index, country, room=self._wordless.room(dice))
        return SnippetText(self._snippet.text(dice, country), index, country)


class ReceiptTexts:
    """Texts taken from receipts that are never drawn.

    Args:
        name: The set, by name or path.
        kind: One of its cuts.
        seed: Seed of the data set.
        overrides: What goes before the receipts' templates.
    """

    def __init__(self, name: str, kind: str, seed: int, overrides: Overrides) -> None:
        self._overrides = overrides
        snippets = snippet_set(name).value
        self._cut: Cut = snippets.cuts[kind]
        self._key = (seed, snippets.name, kind, "receipt")
        self._texts = lru_cache(maxsize=1)(self._draw_texts)

    def preload(self) -> None:
        """Load the goods of every country."""
        for name in self._cut.templates:
            preload_goods(self._overrides.of(receipt_template(name).value))

    def text(self, index: int, dice: Dice) -> SnippetText:
        """Return one of the texts of receipt ``index // CUTS``, and that number."""
        number, offset = divmod(index, CUTS)
        texts, country = self._texts(number)
        return SnippetText(texts[offset % len(texts)], number, country)

    def _draw_texts(self, number: int) -> tuple[list[str], Locale]:
        dice = Dice(key_of(*self._key, number))
        template = self._overrides.of(receipt_template(dice.weigh(self._cut.templates)).value)
        context = draw_context(template, dice)
        blocks = draw_blocks(template, context, dice)
        rows = [[run.text for run in row.runs if run.text] for row in rows_of(blocks)]
        whole = [" ".join(texts) for texts in rows if texts]
        fields = [text for texts in rows for text in texts]
        country = context.receipt.locale
        match self._cut.unit:
            case "lines":
                return mix_rows(whole, fields, self._cut.rows, dice), country
            case "words":
                return take_turns(" ".join(fields).split(), str, dice), country
            case "characters":
                return take_turns([char for text in fields for char in text if char != " "], str, dice), country
