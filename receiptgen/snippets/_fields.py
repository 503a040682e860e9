"""Types of fields that several kinds share; each checks its values when a template is loaded."""

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator

from receiptgen.commerce.countries.letters import USUAL, lower, title, upper
from receiptgen.config.printed import PRINTED
from receiptgen.core.distributions import Range, Weights, among, counts

# Whitespace that no text may hold: anything but single ordinary spaces.
_WILD = re.compile(r"\s\s|[^\S ]")
_CASES: dict[str, Callable[[str, Mapping[str, str]], str]] = {
    "upper": upper,
    "lower": lower,
    "title": title,
    "kept": lambda text, _: text,
}


def recase(text: str, case: str, capitals: Mapping[str, str] = USUAL) -> str:
    """Print a text in ``upper``, ``lower`` or ``title`` case, or as it is (``kept``); see ``Locale.capitals``."""
    return _CASES[case](text, capitals)


def placeholders(*known: str) -> AfterValidator:
    """Return a check that the weighed forms hold only these ``{placeholders}``, and at least one."""

    def check(forms: Weights) -> Weights:
        for form in forms:
            try:
                parts = list(Formatter().parse(form))
            except ValueError as error:
                raise ValueError(f"form {form!r}: {str(error).lower()}") from None
            names = [name for _, name, _, _ in parts if name is not None]
            for _, name, spec, conversion in parts:
                if name is not None and (name not in known or spec or conversion):
                    raise ValueError(f"form {form!r}: placeholders are {', '.join(f'{{{n}}}' for n in known)}")
            if not names:
                raise ValueError(f"form {form!r} has no placeholder; it takes {{{known[0]}}}")
        return forms

    return AfterValidator(check)


def _inner(weights: Weights) -> Weights:
    for text in weights:
        if _WILD.search(text):
            raise ValueError(f"{text!r} holds whitespace other than single spaces")
    return weights


def _outer(weights: Weights) -> Weights:
    for text in _inner(weights):
        if text != text.strip():
            raise ValueError(f"{text!r} begins or ends with a space")
    return weights


def _filled(weights: Weights) -> Weights:
    if "" in weights:
        raise ValueError("an empty text can't be weighed; give it some characters")
    return weights


# Characters or words of a text.
Length = Annotated[Range, counts(1, 500)]
# Pieces, or a house number.
Number = Annotated[Range, counts(1, 99_999)]
# Weighed texts, without spaces at their ends and not empty.
Texts = Annotated[Weights, AfterValidator(_outer), AfterValidator(_filled), PRINTED]
# As Texts, but one may be empty.
Signs = Annotated[Weights, AfterValidator(_outer), PRINTED]
# What stands between two texts; may begin and end with a space.
Joints = Annotated[Weights, AfterValidator(_inner), PRINTED]
Cases = Annotated[Weights, among(*_CASES)]
Sides = Annotated[Weights, among("left", "right", "locale")]
