"""Receipts that a reader of fields learns from: set, not drawn, and read with the errors that a reader makes."""

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from receiptgen.config.named_files import named_by
from receiptgen.config.records import Record
from receiptgen.core.assets import own_names, packaged
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Share
from receiptgen.core.errors import TrainingError, UnknownNameError
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.receipt_pages import draw_context, lay_out
from receiptgen.drawing.template import ReceiptTemplate, SnippetLocales, receipt_template

from .labelled_words import LabelledWords
from .misreading import ReadingErrors, draw_errors, read_printed, with_heading
from .other_labels import with_other_labels
from .printed_words import PrintedWord, printed_words
from .random_layouts import RandomLayouts
from .unknown_words import UnknownWords

# Nothing is misread.
_FAULTLESS = ReadingErrors(0, 0, 0, 0, 0, 0, 0, 0, 0)
# Readings that are made of each receipt, since setting it takes most of the time.
_READINGS = 2


def _template(name: str, info: ValidationInfo) -> str:
    return named_by(name, info, "templates", receipt_template)


def _packaged_template(name: str) -> str:
    try:
        packaged("templates", name)
    except UnknownNameError as error:
        raise ValueError(str(error)) from None
    return name


class WordSource(Record):
    """Receipts whose words are learned from.

    Attributes:
        templates: Receipt templates, packaged names or paths; all packaged ones where none is named.
        without: Packaged templates that are left out.
        locales: Countries with weights; those of each template where none is named.
        varied: Share of receipts with the parts of other templates, tables of any columns and other orders.
        unknown: Share of receipts whose words are of no language that is known.
        names: Share of receipts whose names are: of business, streets and goods.
        labels: Share of receipts whose sums and payments are called otherwise than those of the packaged countries.
        headed: Share of receipts above which something else is read, as a picture, a slogan or what is written there.
        misread: Share of receipts that are read with errors.
        weight: Weight of these receipts against those of other sources.
    """

    templates: tuple[Annotated[str, AfterValidator(_template)], ...] = ()
    without: tuple[Annotated[str, AfterValidator(_packaged_template)], ...] = ()
    locales: SnippetLocales | None = None
    varied: Share = 0.5
    unknown: Share = 0.05
    names: Share = 0.5
    labels: Share = 0.35
    headed: Share = 0.3
    misread: Share = 0.85
    weight: float = Field(default=1.0, gt=0, le=1e9)

    def open(self, seed: int) -> "ReadReceipts":
        """Load the templates.

        Raises:
            ReceiptgenError: One can't be drawn in one of the countries.
        """
        names = [name for name in self.templates or own_names("templates") if name not in self.without]
        if not names:
            raise TrainingError("pages: 'without' leaves no template")
        overrides = Overrides(locales=self.locales)
        return ReadReceipts(self, [overrides.of(receipt_template(name).value) for name in names], seed)


class ReadReceipts:
    """Readings of receipts by number; can be pickled.

    Args:
        source: What is drawn.
        templates: Its templates.
        seed: Seed of all.
    """

    def __init__(self, source: WordSource, templates: Sequence[ReceiptTemplate], seed: int) -> None:
        self._source, self._templates, self._seed = source, tuple(templates), seed
        self._last: tuple[int, list[PrintedWord]] | None = None

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_layouts"} | {"_last": None}

    @cached_property
    def _layouts(self) -> RandomLayouts:
        return RandomLayouts(self._templates)

    def draw(self, index: int) -> LabelledWords:
        """Return reading number ``index``, from 0; some that follow each other are of one receipt.

        Raises:
            ReceiptgenError: The receipt can't be set.
        """
        number, copy = divmod(index, _READINGS)
        dice = Dice(key_of(self._seed, "words of receipt", number))
        if self._last is None or self._last[0] != number:
            self._last = (number, self._set(dice))
        printed = self._last[1]
        reading = dice.fork(f"reading {copy}")
        errors = draw_errors(reading) if reading.chance(self._source.misread) else _FAULTLESS
        if reading.chance(self._source.unknown):
            printed = UnknownWords(reading.fork("unknown")).of(printed)
        elif reading.chance(self._source.names):
            printed = UnknownWords(reading.fork("unknown")).of_names(printed)
        if reading.chance(self._source.labels):
            printed = with_other_labels(printed, reading.fork("labels"))
        if reading.chance(self._source.headed):
            printed = with_heading(printed, reading.fork("heading"))
        found = read_printed(printed, errors, reading.fork("errors"))
        if found is None:
            raise TrainingError(f"receipt {number}: nothing of it is read")
        return found

    def _set(self, dice: Dice) -> list[PrintedWord]:
        template = self._templates[dice.integer(0, len(self._templates) - 1)]
        if dice.chance(self._source.varied):
            template = self._layouts.vary(template, dice.fork("layout"))
        context = draw_context(template, dice)
        return printed_words(context.receipt, lay_out(template, context, dice))
