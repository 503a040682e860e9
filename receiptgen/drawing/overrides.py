"""What a command or a program says of all receipts instead of what each template says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr, ValidationError

from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.trade.basket_spec import Contradictions, ItemCount, TotalRange
from receiptgen.commerce.trade.fit import unknown_days
from receiptgen.config.diagnostics import MemberError, describe, details_of
from receiptgen.config.paths import INPUTS
from receiptgen.config.records import Record
from receiptgen.core.assets import packaged_names
from receiptgen.core.days import Days
from receiptgen.core.distributions import Share, Weights
from receiptgen.core.errors import ConfigError
from receiptgen.core.files import readable
from receiptgen.core.inputs import InputFile
from receiptgen.core.suggestions import hint
from receiptgen.drawing.fixed_size import Fit, FixedSize, Height, Width
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.template import ReceiptTemplate, SnippetLocales, SnippetSet, Unprinted, is_named_alone

# Overrides that are keys of ``basket``, under the same names.
_OF_BASKET = ("dates", "total", "items", "discount", "tip", "cash", "contradictions")


class Overrides(Record):
    """Settings that go before those of each template; what is None stays as the template has it.

    Attributes:
        locales: Countries, with weights.
        dates: Days of payment.
        total: Totals.
        items: Number of lines of goods.
        discount: Share of receipts with a discount on the whole.
        tip: Share of receipts with a tip.
        cash: Share of receipts that are paid in cash.
        contradictions: What becomes of given values that contradict each other.
        without: Values that are not printed, beside those that the template leaves out.
        height: Height of all images of snippets in pixels.
        width: Width of all images of snippets in pixels.
        fit: How they come to the width.
        color: Whether all pages are in colour; False for what profiles say.
    """

    locales: SnippetLocales | None = None
    dates: Days | None = None
    total: TotalRange | None = None
    items: ItemCount | None = None
    discount: Share | None = None
    tip: Share | None = None
    cash: Share | None = None
    contradictions: Contradictions | None = None
    without: Unprinted = ()
    height: Height | None = None
    width: Width | None = None
    fit: Fit | None = None
    color: bool = False
    _inputs: tuple[InputFile, ...] = PrivateAttr(default=())

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "Overrides":
        """Read settings as options and arguments say them; those that are None or empty are not said.

        Raises:
            ConfigError: One is wrong; each fault names its setting.
        """
        said = {name: value for name, value in settings.items() if value not in (None, (), "", [])}
        if isinstance(without := said.get("without"), str):
            said["without"] = (without,)
        inputs: dict[Path, InputFile] = {}
        try:
            overrides = cls.model_validate(said, context={INPUTS: inputs})
        except ValidationError as error:
            faults = {str(detail["loc"][0]): describe(detail) for detail in reversed(details_of(error))}
            raise ConfigError([f"{name}: {fault}" for name, fault in faults.items()]) from None
        except UnicodeEncodeError as error:  # a fault that names a file, of bytes that pydantic can't take for text
            raise ConfigError([readable(error.object)]) from None
        overrides._inputs = tuple(inputs.values())
        return overrides

    def of(self, template: ReceiptTemplate) -> ReceiptTemplate:
        """Return a template with these settings in place of its own.

        Raises:
            ConfigError: Receipts can't be drawn of one of the locales, what the template sells is not sold there, its
                file knows other days alone, or no amount of its money is among the totals.
        """
        basket = {name: value for name in _OF_BASKET if (value := getattr(self, name)) is not None}
        changes: dict[str, Any] = {}
        if basket:
            changes["basket"] = template.basket.model_copy(update=basket)
        if self.locales is not None:
            if unknown := next(filter(is_named_alone, self.locales), ""):
                known = packaged_names("locales")
                raise ConfigError([f"locales: unknown locale {unknown!r}{hint(unknown, known)}"])
            changes["locales"] = self.locales
        if self.without:
            changes["without"] = (*template.without, *self.without)
        changed = template.model_copy(update=changes) if changes else template
        if self.dates is not None and self.locales is None:
            changed = _of_known_days(changed)
        try:
            if self.locales is not None:
                changed.check_goods()
            if self.locales is not None or self.total is not None:
                changed.check_total()
            if self.locales is not None or self.dates is not None:
                changed.check_dates()
        except MemberError as error:
            raise ConfigError([f"{template.name}: {error}"]) from None
        return changed

    def size_of(self, snippets: SnippetSet | None = None) -> FixedSize | None:
        """Return the size of all images, with these settings in place of those of a set; none for their own sizes.

        Raises:
            ConfigError: There is a width but no height, or a fit but no width.
        """
        own = snippets or FixedSize(0)
        height, width = self.height or own.height, self.width or own.width
        if self.width and not height:
            raise ConfigError([f"width: {self.width} needs a height, such as 32"])
        if self.fit and not width:
            raise ConfigError([f"fit: {self.fit!r} needs a width, such as 320"])
        return FixedSize(height, width, self.fit or own.fit, own.align) if height else None

    def of_profile(self, profile: Profile) -> Profile:
        """Return a profile with these settings in place of its own."""
        return profile.colored if self.color else profile

    @property
    def countries(self) -> tuple[str, ...]:
        """Names or paths of the locales, which are equally likely; empty for those of each template or set."""
        return tuple(self.locales or ())

    @property
    def inputs(self) -> tuple[InputFile, ...]:
        """Files that are named, as those of locales."""
        return self._inputs

    def settings(self) -> dict[str, Any]:
        """Return all settings, ready for JSON; None where a template keeps its own."""
        return {name: _plain(getattr(self, name)) for name in type(self).model_fields}


# Nothing is said.
NO_OVERRIDES = Overrides()


def _plain(value: object) -> object:
    if isinstance(value, Weights | tuple):
        return list(value) or None
    return value if value is None or isinstance(value, float | int | str) else str(value)


def _of_known_days(template: ReceiptTemplate) -> ReceiptTemplate:
    """Return a template with those of its countries alone that know days of payment; as it is where none does."""
    weighted = {name: weight for name, weight in template.locales.items() if weight}
    known = {name: weight for name, weight in weighted.items() if not unknown_days(template.basket, locale(name))}
    return template.model_copy(update={"locales": Weights(known)}) if known and known != weighted else template
