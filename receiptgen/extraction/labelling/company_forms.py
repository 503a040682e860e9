"""Forms of companies at the end of their names, by which a row is known as the name of one."""

from collections.abc import Sequence

# Without points and in lower case; those that are words of a language as well are left out.
_LISTED = """
    bhd s/b ltd limited inc llc llp gmbh ohg bv sarl sasu srl spa slu lda ltda oy aps kft doo sro pty plc pte corp
    corporation zoo eirl
"""
_FORMS = frozenset(_LISTED.split())
# Forms of two words, by which a word that was misread in one letter is known.
_PAIRS = (("sdn", "bhd"), ("pte", "ltd"), ("pty", "ltd"))
# Forms with a stroke as they are read where a letter looks like a digit.
_STROKES = {"3/b": "s/b", "5/b": "s/b", "s/8": "s/b"}
# Fewest digits of a number of a register.
_REGISTER = 4


def is_register(text: str) -> bool:
    """Tell whether a word is a number of a register and no part of a name, as 99 or 7 may be."""
    return sum(map(str.isdigit, text)) >= _REGISTER


def is_form(text: str) -> bool:
    """Tell whether a word is the form of a company."""
    plain = text.casefold().replace(".", "").strip(",:;-()")
    return _STROKES.get(plain, plain) in _FORMS


def ends_with_form(texts: Sequence[str]) -> bool:
    """Tell whether words end with the form of a company, but for numbers of registers and what is in brackets.

    Args:
        texts: The words of a cell, in reading order.
    """
    words = [text for text in texts if not is_register(text) and not text.startswith("(")]
    return len(words) > 1 and is_form(words[-1])


def with_true_form(texts: Sequence[str]) -> list[str]:
    """Return the words of a name with a form at their end as it is written, if one letter of it was misread.

    Forms of two words are known so, and those with a stroke whose letters look like digits.

    Args:
        texts: The words of a name.
    """
    stroke = _STROKES.get(texts[-1].casefold()) if len(texts) > 1 else None
    if stroke:
        return [*texts[:-1], _in_style(stroke, texts[-1])]
    last = [text.casefold().replace(".", "") for text in texts[-2:]]
    near = [pair for pair in _PAIRS if len(last) == len(pair) and _misread(last, pair) <= 1]
    # Two forms may differ in one letter themselves.
    if len(near) != 1:
        return list(texts)
    return [*texts[:-2], *(_in_style(true, text) for true, text in zip(near[0], texts[-2:], strict=True))]


def _misread(texts: Sequence[str], pair: Sequence[str]) -> int:
    """Return in how many letters words differ from a form; more than one where their lengths do."""
    if any(len(text) != len(true) for text, true in zip(texts, pair, strict=True)):
        return 2
    return sum(one != other for one, other in zip("".join(texts), "".join(pair), strict=True))


def _in_style(form: str, text: str) -> str:
    """Return a form in the capitals, and with the point, of what was read."""
    styled = form.upper() if text.isupper() else form.capitalize() if text[:1].isupper() else form
    return styled + "." * text.endswith(".")
