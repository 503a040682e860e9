"""Checks of a locale beyond loading it: that receipts of every kind are drawn of it, and fonts have its characters."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from receiptgen.commerce.countries.locales import Locale, loaded_locale
from receiptgen.commerce.countries.shelves import catalogue_of
from receiptgen.commerce.trade.fit import unfit
from receiptgen.config.named_files import locate
from receiptgen.core.assets import own_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, ReceiptgenError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.checking import Checked
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import receipt_template
from receiptgen.typography.face_choice import missing_fonts, script_fonts
from receiptgen.typography.typeface import faces, plain


def check_locale(name: str) -> Checked:
    """Load a locale, look for its characters in the packaged fonts, and draw a receipt of every packaged template.

    Args:
        name: A packaged name or a file.
    """
    forget_changed_files()
    try:
        path, country = locate(name, "locales"), loaded_locale(name).value
    except ConfigError as error:
        return Checked("", error.faults)
    except ReceiptgenError as error:
        return Checked("", (str(error),))
    faults = [*_missing_characters(country), *_undrawn(name, country)]
    unwritten = path.read_text(encoding="utf-8").count("# TODO")
    left = f", {unwritten} things still marked TODO" if unwritten else ""
    return Checked(about(country) + left, tuple(f"{path}: {fault}" for fault in dict.fromkeys(faults)))


def about(country: Locale) -> str:
    """Return what a locale is, in one line, with the catalogue where it is not that of the language."""
    catalogue = country.catalogue or catalogue_of(country.language)
    other = "" if catalogue == country.language else f", goods of the catalogue {Path(catalogue).stem!r}"
    return f"{country.country}, {country.currency.code}, {len(country.taxes)} tax schemes{other}"


def _missing_characters(country: Locale) -> Iterator[str]:
    """Yield what characters no packaged font draws, with the first text that holds one."""
    drawn = frozenset().union(*(face.chars for face in faces().values()))
    missing = {char: text for text in _texts(country.model_dump()) for char in plain(text) if char not in drawn}
    drawn = frozenset().union(*(face.chars for face in script_fonts(missing)))
    missing = {char: text for char, text in missing.items() if char not in drawn}
    if missing:
        chars = "".join(sorted(missing))
        help_ = missing_fonts(chars) or "templates need a font of your own"
        yield f"no packaged font draws {chars!r}, as in {missing[chars[0]]!r}; {help_}"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _undrawn(name: str, country: Locale) -> Iterator[str]:
    for template in own_names("templates"):
        one = receipt_template(template).value.model_copy(update={"locales": Weights({name: 1})})
        if fault := unfit(one.basket, country):
            yield f"template {template!r}: {fault}"
            continue
        try:
            draw_receipt(one, Dice(key_of("check", name, template)))
        except ReceiptgenError as error:
            yield f"template {template!r}: {error}"
