"""Receipts by number, and one receipt of given values: the public ways to draw them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from os import PathLike, fspath

from receiptgen.commerce.trade.basket_spec import Contradictions
from receiptgen.core.assets import own_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError, ReceiptgenError, ValuesError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.fixed_texts import check_fixed_texts
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.receipt_pages import draw_context, draw_receipt, preload_goods
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.drawing.value_files import Given, GivenRow, values_of
from receiptgen.imaging.sample import Sample

# Rows of values that are told to be wrong at once.
_MOST_FAULTS = 20


class Receipts:
    """Synthetic receipts, endless; receipt ``i`` is the same in every process on processors of one kind.

    Iterating yields receipt 0, 1, 2 and so on. Can be pickled, and shared by threads.

    Args:
        templates: Receipt templates: packaged names, paths of YAML files or loaded templates; receipt ``i`` is of
            template ``i % len(templates)``. All packaged ones by default.
        profile: How they are printed, handled and captured: a packaged name, a path or a loaded profile; empty for each
            template's own.
        seed: Seed of the receipts.
        locales: Countries, equally likely: names as ``de_DE``; those of each template by default. This and what follows
            goes before what the templates say.
        dates: Days of payment: ``2025-03-01``, or a range ``2025-01-01..2025-12-31``.
        total: Totals, drawn evenly from a range such as ``5..200``.
        items: Number of lines of goods, as ``1..80``.
        discount: Share of receipts with a coupon or a member's discount.
        tip: Share of receipts with a tip.
        cash: Share of receipts that are paid in cash.
        contradictions: ``print`` prints given values as they are where they contradict each other; ``refuse`` doesn't.
        without: Values that are not printed, as ``total`` or ``merchant.phone``.
        color: Whether all pages are in colour; otherwise profiles say so.
        values: Values that receipts are to have, in the structure of ``items.json``: a mapping, a sequence of which
            receipt ``i`` has entry ``i`` and which begins again after the last, or the path of a file of them.

    Raises:
        UnknownNameError: There is no template or profile of that name.
        ConfigError: A file, a setting or values are wrong.
        FontError: No font draws a text that a template says.
    """

    kind = "receipt"

    def __init__(
        self,
        templates: str | PathLike[str] | Sequence[str | PathLike[str] | ReceiptTemplate] = (),
        *,
        profile: str | PathLike[str] | Profile = "",
        seed: int = 0,
        locales: str | Sequence[str] = (),
        dates: str | date | None = None,
        total: str | float | Decimal | None = None,
        items: str | int | None = None,
        discount: float | None = None,
        tip: float | None = None,
        cash: float | None = None,
        contradictions: Contradictions | None = None,
        without: str | Sequence[str] = (),
        color: bool = False,
        values: Sequence[Given | GivenRow] | Given | str | PathLike[str] = (),
    ) -> None:
        forget_changed_files()
        self._overrides = overrides = Overrides.read(
            {
                "locales": locales, "dates": dates, "total": total, "items": items, "discount": discount, "tip": tip,
                "cash": cash, "contradictions": contradictions, "without": without, "color": color,
            }
        )  # fmt: skip
        if isinstance(templates, str | PathLike):
            templates = [templates]
        self._templates = tuple(
            overrides.of(
                template if isinstance(template, ReceiptTemplate) else receipt_template(fspath(template)).value
            )
            for template in templates or own_names("templates")
        )
        self._seed, self._values = seed, values_of(values)
        self._profile = profile if isinstance(profile, Profile) else fspath(profile)
        for template in self._templates:
            check_fixed_texts(template, self._profile_of(template))

    def preload(self, index: int) -> None:
        """Load the goods of every country."""
        for template in self._templates:
            preload_goods(template)

    def draw(self, index: int) -> Sample:
        """Draw receipt number ``index``, from 0.

        Raises:
            FontError: No font of the template's printers has all of its characters.
            ValuesError: Given values contradict each other, or no receipt has them.
        """
        template = self._templates[index % len(self._templates)]
        dice = Dice(key_of(self._seed, template.name, index))
        profile = self._profile_of(template)
        if not self._values:
            return draw_receipt(template, dice, index, profile)
        place, given = self._values[index % len(self._values)]
        with _told_at(place):
            return draw_receipt(template, dice, index, profile, given)

    def check_values(self, indices: Iterable[int]) -> None:
        """Find out whether given values can be had, without drawing pages.

        Raises:
            ConfigError: Some can't; a line each.
        """
        faults: dict[str, None] = {}  # each once, though several receipts have a row
        for index in indices if self._values else ():
            template = self._templates[index % len(self._templates)]
            place, given = self._values[index % len(self._values)]
            try:
                draw_context(template, Dice(key_of(self._seed, template.name, index)), given)
            except ReceiptgenError as error:
                faults[f"{place}: {error}"] = None
            if len(faults) == _MOST_FAULTS:
                break
        if faults:
            raise ConfigError([*faults])

    def _profile_of(self, template: ReceiptTemplate) -> Profile:
        if isinstance(self._profile, Profile):
            return self._overrides.of_profile(self._profile)
        return self._overrides.of_profile(load_profile(self._profile or template.profile).value)

    def __iter__(self) -> Iterator[Sample]:
        return map(self.draw, count())


def receipt(
    values: Given | None = None,
    template: str | PathLike[str] | ReceiptTemplate = "cafe",
    *,
    profile: str | PathLike[str] = "",
    seed: int = 0,
    index: int = 0,
    locales: str | Sequence[str] = (),
    dates: str | date | None = None,
    total: str | float | Decimal | None = None,
    items: str | int | None = None,
    discount: float | None = None,
    tip: float | None = None,
    cash: float | None = None,
    contradictions: Contradictions | None = None,
    without: str | Sequence[str] = (),
    color: bool = False,
) -> Sample:
    """Draw one receipt that has given values; what is not given is drawn so that all adds up.

    Args:
        values: Values in the structure of ``items.json``, any of them: ``{"total": "42.17", "currency": "EUR"}``.
        template: Receipt template: a packaged name, the path of a YAML file or a loaded template.
        profile: How it is printed, handled and captured: a packaged name or a path; empty for the template's own.
        seed: Seed of what is drawn.
        index: Number of the receipt.
        locales: As ``Receipts`` takes it, as are all that follow.
        dates: Days of payment.
        total: Totals; one that is to be exact belongs into ``values``.
        items: Number of lines of goods.
        discount: Share of receipts with a coupon or a member's discount.
        tip: Share of receipts with a tip.
        cash: Share of receipts that are paid in cash.
        contradictions: ``print`` prints values as they are where they contradict each other.
        without: Values that are not printed.
        color: Whether the page is in colour; otherwise the profile says so.

    Raises:
        UnknownNameError: There is no template, profile or locale of that name.
        ConfigError: A file, a setting or a value is wrong.
        ValuesError: Values contradict each other, or no receipt has them.
        FontError: No font of the template's printers has all of its characters.
    """
    receipts = Receipts(
        [template], profile=profile, seed=seed, locales=locales, dates=dates, total=total, items=items,
        discount=discount, tip=tip, cash=cash, contradictions=contradictions, without=without, color=color,
        values=values or (),
    )  # fmt: skip
    return receipts.draw(index)


@contextmanager
def _told_at(place: str) -> Iterator[None]:
    """Tell where values stand that no receipt has."""
    try:
        yield
    except ValuesError as error:
        raise ValuesError(f"{place}: {error}") from None
