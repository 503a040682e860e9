"""Texts that a template says, checked before the first receipt: any printer that may be drawn has to print them."""

from collections.abc import Iterable

from receiptgen.commerce.countries.locales import locale
from receiptgen.config.printed import printed_texts, records_below
from receiptgen.core.errors import FontError
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.template import ReceiptTemplate
from receiptgen.typography.blocks import PLAIN, Style
from receiptgen.typography.face_choice import missing_fonts, script_fonts
from receiptgen.typography.printer import Printer
from receiptgen.typography.shaping import can_shape, unshaped
from receiptgen.typography.typeface import plain


def check_fixed_texts(template: ReceiptTemplate, profile: Profile) -> None:
    """Check that the printers have fonts for the texts that a template's elements say.

    Args:
        template: The template.
        profile: How it is printed.

    Raises:
        FontError: A printer has no font that draws one of them, or Pillow can't shape them or the countries' words.
    """
    texts = [
        (type(record).__name__.lower(), field, plain(text).replace("{}", ""), getattr(record, "style", PLAIN))
        for record in records_below(template.elements)
        for field, text in printed_texts(record)
        if not text.isascii()  # all fonts draw ASCII
    ]
    _check_shaping(template, [(f"{element}.{field}", text) for element, field, text, _ in texts])
    for leaf in profile.leaves if texts else ():
        for printer in (not template.keep_printers and leaf.printers) or template.printers:
            for element, field, text, style in texts:
                _check(f"{template.name}: {element}.{field}", text, style, printer)


def _check_shaping(template: ReceiptTemplate, texts: Iterable[tuple[str, str]]) -> None:
    """Check that Pillow can shape what a template and its countries say; most installations can, and load none."""
    if can_shape():
        return
    countries = [(f"locale {name!r}", locale(name)) for name, weight in template.locales.items() if weight]
    words = [(place, text) for place, country in countries for words in country.words.values() for text in words]
    for place, text in (*texts, *words):
        if fault := unshaped(text):
            raise FontError(f"{template.name}: {place}: {fault}")


def _check(place: str, text: str, style: Style, printer: Printer) -> None:
    chars = set(text)
    fonts = (*printer.printing_fonts(style), *script_fonts(chars))
    if any(font.covers(chars) for font in fonts):
        return
    lacking = "".join(sorted(chars.difference(*(font.chars for font in fonts)) or chars))
    names = ", ".join(printer.display if style.display else printer.faces)
    help_ = missing_fonts(lacking) or "name another font or group, or another text"
    raise FontError(f"{place}: no font among {names} draws {lacking!r}, as in {text!r}; {help_}")
