"""Templates: YAML files that describe a kind of receipt or a set of snippets."""

from collections.abc import Iterable, Iterator
from math import floor
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from receiptgen.commerce.basket import BasketSpec
from receiptgen.commerce.countries.currencies import no_amount
from receiptgen.commerce.countries.locales import is_locale_name, loaded_locale, locale
from receiptgen.commerce.given.fixed_values import FixedValue, conflict
from receiptgen.commerce.sale.value_paths import check_path
from receiptgen.commerce.trade.fit import unfit, unknown_days
from receiptgen.config.diagnostics import MemberError, misfit
from receiptgen.config.named_files import Loaded, is_packaged, is_path, load_named, named_by
from receiptgen.config.paths import beside
from receiptgen.config.records import Member, Record
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share, Weights, counts
from receiptgen.core.inputs import cache_of_files
from receiptgen.core.suggestions import hint
from receiptgen.drawing.fixed_size import Align, Fit, Height, Width
from receiptgen.drawing.profile import ProfileName, profile
from receiptgen.effects import Effects
from receiptgen.elements import Element, Elements, VoiceSpec
from receiptgen.imaging.page import LONGEST_SIDE
from receiptgen.snippets import SNIPPETS, Snippet, needs_country
from receiptgen.typography.ink_style import Ink
from receiptgen.typography.printer import Faces, Printer


def _known_locales(weights: Weights, info: ValidationInfo) -> Weights:
    """Check that the locales exist, and that those of files are sound; their paths count from the YAML file."""
    return Weights({named_by(name, info, "locales", loaded_locale): weight for name, weight in weights.items()})


def _known_or_named(weights: Weights, info: ValidationInfo) -> Weights:
    """Check locales as ``_known_locales`` does, but let those pass that have nothing but a name."""
    names = [name if is_named_alone(name) else named_by(name, info, "locales", loaded_locale) for name in weights]
    return Weights(zip(names, weights.values(), strict=True))


def is_named_alone(name: str) -> bool:
    """Tell whether a name is one as locales have, but no locale is called so."""
    return is_locale_name(name) and name not in packaged_names("locales")


Locales = Annotated[Weights, AfterValidator(_known_locales)]
# Locales of snippets, of which some kinds need no country.
SnippetLocales = Annotated[Weights, AfterValidator(_known_or_named)]


def _located(weights: Weights, info: ValidationInfo) -> Weights:
    """Count the paths of templates from the folder of the YAML file; they are loaded when they are drawn."""
    return Weights({str(beside(Path(name), info)) if is_path(name) else name: weights[name] for name in weights})


def _with_printers(name: str) -> str:
    if not all(leaf.printers for leaf in profile(name).value.leaves):
        raise ValueError(f"profile {name!r} has no printers, whose fonts write; take 'pen' or what extends it")
    return name


PenName = Annotated[ProfileName, AfterValidator(_with_printers)]


# Paths of values that are not printed.
Unprinted = Annotated[tuple[Annotated[str, AfterValidator(check_path)], ...], Field(max_length=100)]


class ReceiptTemplate(Record):
    """A kind of receipt.

    Attributes:
        name: Name of its file.
        about: Description in one line for ``templates list``.
        locales: Countries that it is drawn for: packaged names or paths of YAML files, with weights.
        basket: What is bought, and how it is paid.
        printers: Printers that print it.
        elements: Parts of the receipt, top to bottom.
        voice: Habits of the cash register: form of dates, its words for the total and the like; what it leaves out is
            drawn.
        without: Values that are not printed, whatever the elements show, as ``total``, ``merchant.phone`` or
            ``items.amount``; the texts that say them go with their labels, and rows that say nothing else.
        effects: What happens to the page, in order, before all that the profile does.
        profile: How it is printed, handled and captured, unless the command says otherwise.
        keep_printers: Whether they print it under every profile, also one that has printers of its own.
        pen: Profile of what is written on it by hand, that of a snippet: the fonts and sizes of its printers, for a
            receipt whose print is 24 dots an em, and the effects of its printing.
    """

    name: str = ""
    about: str
    locales: Locales
    basket: BasketSpec
    printers: tuple[Printer, ...] = Field(min_length=1)
    elements: Elements = Field(min_length=1)
    voice: VoiceSpec = VoiceSpec()
    without: Unprinted = ()
    effects: Effects = ()
    profile: ProfileName = "clean"
    keep_printers: bool = False
    pen: PenName = "pen"

    @model_validator(mode="after")
    def _check_goods(self) -> Self:
        self.check_goods()
        return self

    def check_goods(self) -> None:
        """Check that there is something to sell wherever not all is packaged, and so known to fit.

        Raises:
            MemberError: There is nothing in one of the locales.
        """
        packaged = not self.basket.goods and is_packaged(self.basket.shop, "shops")
        for name, weight in self.locales.items():
            known = packaged and is_packaged(name, "locales")
            if weight and not known and (fault := unfit(self.basket, locale(name))):
                key = "goods" if self.basket.goods else "shop"
                raise MemberError([misfit(("basket", key), getattr(self.basket, key), fault)])

    @model_validator(mode="after")
    def _check_total(self) -> Self:
        self.check_total()
        return self

    def check_total(self) -> None:
        """Check that the range of totals has an amount of each country's money: 12.34 is none of yen.

        Raises:
            MemberError: It has none of one of them.
        """
        total = self.basket.total
        if total is None or floor(total.high) >= total.low:
            return  # there is a whole number, which is an amount of any money
        for name in (name for name, weight in self.locales.items() if weight):
            currency = locale(name).currency
            if not currency.steps_within(total):
                raise MemberError([misfit(("basket", "total"), total, no_amount(total, currency))])

    @model_validator(mode="after")
    def _check_dates(self) -> Self:
        self.check_dates()
        return self

    def check_dates(self) -> None:
        """Check that each country knows the taxes, and so the money, of some of the days of payment.

        Raises:
            MemberError: One of them knows other days alone.
        """
        # Countries are loaded where there is something to check alone.
        for name in (name for name, weight in self.locales.items() if weight and self.basket.dates is not None):
            if fault := unknown_days(self.basket, locale(name)):
                raise MemberError([misfit(("basket", "dates"), self.basket.dates, fault)])

    @model_validator(mode="after")
    def _check_fixed(self) -> Self:
        """Check that no value is fixed twice."""
        if found := conflict(self.fixed):
            raise MemberError([misfit((*found[0].place, "value"), found[0].value, found[1])])
        return self

    @property
    def fixed(self) -> tuple[FixedValue, ...]:
        """Values that its elements fix."""
        return tuple(_fixed_values(self.elements, ("elements",)))


def _fixed_values(elements: Iterable[Element], place: tuple[str | int, ...]) -> Iterator[FixedValue]:
    """Yield the values that elements fix, those inside others too."""
    for index, element in enumerate(elements):
        if role := getattr(element, "role", ""):
            yield FixedValue((*place, index), role, getattr(element, "value", ""))
        yield from _fixed_values(getattr(element, "of", ()), (*place, index, "of"))


# What is cut out of a receipt.
Unit = Literal["lines", "words", "characters"]


class Cut(Record):
    """A kind of snippet that comes from drawn receipts: the distribution that an OCR model meets in use.

    Attributes:
        templates: Receipt templates to draw, packaged names or paths of YAML files, with weights.
        unit: ``lines``, which are rows and fields, ``words`` or ``characters``. Of a receipt's words or characters none
            comes again before all others have come, so that rare ones are not rare.
        rows: Share of rows, as far as their fields are no further apart than a line is high; the rest are single
            fields. Data sets of real receipts box them so. Of ``lines`` only.
        pages: Cut the text out of the drawn page, with all effects; otherwise its text alone is taken and printed by
            itself as other snippets are, many times as fast.
        margin: Paper round the ink of a cut in pixels, as far as nothing else is in it; unused where a profile crops.
    """

    templates: Annotated[Weights, AfterValidator(_located)]
    unit: Unit = "lines"
    rows: Share = 0.4
    pages: bool = True
    margin: Annotated[Range, counts(0, 500)] = Range(1, 5)


class SnippetSet(Record):
    """Kinds of snippets and how they are printed.

    Attributes:
        name: Name of its file.
        about: Description in one line for ``templates list``.
        locales: Countries whose dates, phones and the like are drawn: packaged names or paths of YAML files, with
            weights; any such as ``sw_KE`` where no kind needs a country.
        faces: Font groups, packaged fonts or font files, with weights.
        keep_faces: Whether they print it under every profile, also one that has printers of its own.
        size: Font size in pixels an em.
        ink: ``dots`` and ``smooth`` with weights.
        margin: Paper on each side of the ink in pixels.
        kinds: Snippets by the name of their kind.
        cuts: Kinds that come from receipts, by name.
        effects: What happens to each snippet, in order, before all that the profile does.
        profile: How it is printed and captured, unless the command says otherwise.
        height: Height of all images in pixels, to which they are scaled after all effects, quads included; none for
            the height that each has by its font and effects.
        width: Width of all images in pixels; none for the width that each has at that height.
        fit: How an image comes to the width: ``pad`` keeps its shape, adds paper beside a narrow one, and makes one
            that is too wide smaller as a whole, with paper above and below; ``squeeze`` narrows one that is too wide
            instead; ``stretch`` scales all to the width.
        align: Where an image lies that is narrower than the width: ``left``, ``center`` or ``right``.
    """

    name: str = ""
    about: str
    locales: SnippetLocales
    faces: Faces
    keep_faces: bool = False
    size: Annotated[Range, counts(6, 200)] = Range(20, 40)
    ink: Weights = Weights({"smooth": 2, "dots": 1})
    margin: Annotated[Range, counts(0, 500)] = Range(1, 6)
    kinds: dict[str, Annotated[Snippet, Member(SNIPPETS)]] = Field(default_factory=dict)
    cuts: dict[str, Cut] = Field(default_factory=dict)
    effects: Effects = ()
    profile: ProfileName = "clean"
    height: Height | None = None
    width: Width | None = None
    fit: Fit = "pad"
    align: Align = "left"

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        if self.width and not self.height:
            raise MemberError([misfit(("width",), self.width, "needs a height, such as 'height: 32'")])
        for key in ("fit", "align"):
            if key in self.model_fields_set and not self.width:
                raise MemberError([misfit((key,), getattr(self, key), "needs a width, such as 'width: 320'")])
        return self

    @model_validator(mode="after")
    def _check(self) -> "SnippetSet":
        if not self.kinds and not self.cuts:
            raise ValueError("a snippet set needs kinds or cuts")
        if both := self.kinds.keys() & self.cuts.keys():
            raise ValueError(f"{min(both)!r} is among kinds and cuts")
        for name in {*self.kinds, *self.cuts}:
            if not name.replace("_", "").isalnum() or name == "receipt":
                raise ValueError(f"kind {name!r}: a kind is named by letters, digits and _, and not 'receipt'")
        for name in filter(is_named_alone, self.locales):
            if kind := self.kind_of_a_country():
                text = f"unknown locale {name!r}{hint(name, packaged_names('locales'))}; kind {kind!r} needs a country"
                raise MemberError([misfit(("locales",), self.locales, text)])
        if unknown := self.ink.keys() - {"dots", "smooth"}:
            raise ValueError(f"unknown ink {min(unknown)!r}; inks are dots and smooth")
        return self

    def kind_of_a_country(self) -> str:
        """Return a kind whose texts are those of a country; empty where there is none."""
        return next((name for name, kind in self.kinds.items() if needs_country(kind)), next(iter(self.cuts), ""))

    def draw_ink(self, dice: Dice) -> Ink:
        """Draw an ink by weight."""
        return "dots" if dice.weigh(self.ink) == "dots" else "smooth"

    def length_fault(self, text: str) -> str:
        """Tell what is wrong with a text that may be longer than a page in the set's largest size; empty if it fits."""
        if len(text) * self.size.high <= LONGEST_SIDE:
            return ""
        return f"{len(text):,} characters are too many for one line of {int(self.size.high)} pixels an em"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all kinds."""
        return (*self.kinds, *self.cuts)


@cache_of_files(maxsize=256)
def receipt_template(name: str) -> Loaded[ReceiptTemplate]:
    """Load a receipt template by packaged name or path; raises as ``load_named`` does."""
    return load_named(name, "templates", ReceiptTemplate)


@cache_of_files(maxsize=16)
def snippet_set(name: str) -> Loaded[SnippetSet]:
    """Load a snippet set by packaged name or path; raises as ``load_named`` does."""
    return load_named(name, "snippets", SnippetSet)
