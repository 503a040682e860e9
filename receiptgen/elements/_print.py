"""Rows that several elements print."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator

from receiptgen.config.printed import PRINTED
from receiptgen.core.bidi import direction_of
from receiptgen.core.distributions import Weights
from receiptgen.elements._values import Phrase
from receiptgen.typography.blocks import PLAIN, Align, Block, Row, Run, Style

Form = Literal["justified", "inline", "tabbed", "right"]

_DRAWN_RULES = ("solid", "double", "dotted")
# A colon that is set apart from its label.
_COLON_APART = " :"


def _rule(pattern: str) -> str:
    if pattern and pattern not in _DRAWN_RULES and (len(pattern) > 1 or not pattern.isprintable() or pattern == " "):
        raise ValueError(
            f"{pattern!r} is not a rule; a rule is one character such as '-', or {', '.join(_DRAWN_RULES)}"
        )
    return pattern


def _rules(weights: Weights) -> Weights:
    for pattern in weights:
        if not _rule(pattern):
            raise ValueError("a rule has a pattern")
    return weights


def _frames(weights: Weights) -> Weights:
    for pattern in _rules(weights):
        if pattern in _DRAWN_RULES[1:]:
            raise ValueError(f"{pattern!r} is not a frame; a frame is of one character such as '*', or solid")
    return weights


FramePatterns = Annotated[Weights, AfterValidator(_frames), PRINTED]
RulePattern = Annotated[str, AfterValidator(_rule), PRINTED]
RulePatterns = Annotated[Weights, AfterValidator(_rules), PRINTED]


def printed(
    phrase: Phrase | str,
    role: str,
    align: Align = "left",
    columns: int | str | None = None,
    item: int = -1,
    style: Style = PLAIN,
    indent: int = 0,
) -> Run:
    """Return a run of a text and the values that it says."""
    if isinstance(phrase, str):
        return Run(phrase, role, align, columns, item, style, indent)
    return Run(phrase.text, role, align, columns, item, style, indent, phrase.values, short=phrase.short)


def text_row(text: Phrase | str, role: str, align: Align = "left", style: Style = PLAIN) -> Row:
    """Return a row of one wrapping text."""
    return Row((printed(text, role, align, style=style),))


Pair = tuple[Phrase | str, Phrase, str]


def pair_rows(pairs: Sequence[Pair], form: Form, style: Style = PLAIN, per_row: int = 1) -> Iterator[Block]:
    """Yield rows of label and value.

    Args:
        pairs: Label (with its colon), value, role of the value.
        form: ``justified``: label left, value right; ``inline``: value after its label; ``tabbed``: values below
            each other; ``right``: labels and values both set to the right.
        style: Print style.
        per_row: Pairs side by side, for ``inline`` and ``tabbed``.
    """
    if form in {"inline", "tabbed"}:
        row_of = _inline if form == "inline" else _tabbed
        for start in range(0, len(pairs), per_row):
            yield row_of(pairs[start : start + per_row], style)
        return
    for label, value, role in pairs:
        name = f"{role}.label"
        if form == "right":
            yield Row((printed(label, name, "right", style=style), printed(value, role, "right", "value", style=style)))
        else:
            yield Row((printed(label, name, style=style), printed(value, role, "right", 0, style=style)))


def _inline(pairs: Sequence[Pair], style: Style) -> Row:
    runs: list[Run] = []
    for index, (label, value, role) in enumerate(pairs):
        if index:
            # The second pair of a row stands at the right edge.
            runs.append(Run("", columns=None))
        runs.append(printed(label, f"{role}.label", columns=0, style=style))
        runs.append(printed(value, role, columns=0 if len(pairs) > 1 else None, style=style))
    return Row(tuple(runs))


def _tabbed(pairs: Sequence[Pair], style: Style) -> Row:
    runs: list[Run] = []
    for index, (label, value, role) in enumerate(pairs):
        name, tab = f"{role}.label", f"label {index}" if index else "label"
        if index:
            runs.append(Run("", columns=None))
        if isinstance(label, str) and label.endswith(_COLON_APART) and direction_of(label) == "ltr":
            # A colon apart stands below those of other rows.
            runs.append(printed(label.removesuffix(_COLON_APART), name, columns=tab, style=style))
            runs.append(printed(":", name, columns=0, style=style))
        else:
            runs.append(printed(label, name, columns=tab, style=style))
        room = None if len(pairs) == 1 else f"value {index}" if index else 0
        runs.append(printed(value, role, columns=room, style=style))
    return Row(tuple(runs))
