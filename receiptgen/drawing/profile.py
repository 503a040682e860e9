"""Profiles: YAML files that describe how receipts are printed, handled and captured."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ValidationInfo, model_validator

from receiptgen.config.diagnostics import MemberError, misfit
from receiptgen.config.named_files import Loaded, is_path, load_named
from receiptgen.config.paths import beside
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Spread, Weights, between
from receiptgen.core.errors import ReceiptgenError
from receiptgen.core.inputs import on_forgetting
from receiptgen.drawing.page_habits import PageHabits
from receiptgen.drawing.print_colors import (
    ACCENTS,
    PAPERS,
    AccentWeights,
    InkWeights,
    PrintColors,
    illegible,
    usual_inks,
)
from receiptgen.drawing.style_names import StyleWeights, style_of
from receiptgen.effects import Effects
from receiptgen.imaging.colors import ColorWeights
from receiptgen.typography.blocks import Style
from receiptgen.typography.printer import Printer

Margin = Annotated[Spread, between(-0.5, 3)]

# Key of the validation context: the files of the profiles that are being loaded, outermost first.
_LOADING = "profiles"


def _known_profile(name: str, info: ValidationInfo) -> str:
    """Check that a profile exists and is sound; the path of a file counts from the YAML file."""
    full = str(beside(Path(name), info)) if is_path(name) else name
    chain: tuple[Path, ...] = (info.context or {}).get(_LOADING, ())
    if _file(full) in chain:
        raise ValueError(f"profile {name!r} mixes itself")
    try:
        _load(full, chain)
    except ReceiptgenError as error:
        raise ValueError(str(error)) from error
    return full


# A packaged profile, or the path of one's own.
ProfileName = Annotated[str, AfterValidator(_known_profile)]


def _known_mix(mix: Weights | None, info: ValidationInfo) -> Weights | None:
    return mix and Weights({_known_profile(name, info): weight for name, weight in mix.items()})


class CropMargins(Record):
    """How much paper people leave round a text that they box: shares of the box's height, below 0 where they cut ink.

    Attributes:
        left: Distance from the left edge of the box to the ink.
        top: Distance from the upper edge to the ink, or to the top of a digit.
        right: Distance from the ink to the right edge.
        bottom: Distance from the ink, or the foot of a digit, to the lower edge.
        leak: Share of snippets on either side of which, above and below, a neighbour stands near enough to leak in.
        leading: Distance from line to line of such neighbours, relative to the size of the font.
        rules: Share of these neighbours that are rules.
        tight: Share of texts lower than their row, such as a colon, that are boxed as high as they are, and not as high
            as the row. Flat ones, a dash or a point, never are.
    """

    left: Margin = Spread(0.03, 0.08, 0.12, 0.17, 0.26)
    top: Margin = Spread(0.0, 0.06, 0.10, 0.14, 0.20)
    right: Margin = Spread(0.0, 0.05, 0.09, 0.14, 0.25)
    bottom: Margin = Spread(-0.04, 0.0, 0.05, 0.09, 0.15)
    leak: Share = 0.3
    leading: Annotated[Spread, between(0.8, 3)] = Spread(1.0, 1.3)
    rules: Share = 0.2
    tight: Share = 0.5


class Profile(Record):
    """How receipts are printed, handled and captured.

    Attributes:
        name: Name of its file.
        about: Description in one line for ``templates list``.
        mix: Other profiles with weights, one of which is drawn for each receipt or snippet; all other keys then replace
            theirs.
        printers: Printers that print, instead of the template's and of the set's fonts; none to keep those.
        styles: Styles in which these printers print snippets: ``plain``, ``bold``, ``tall+wide``, ... with weights.
        habits: What cash registers make of a whole page, of receipts alone: leading, styles of parts, leaders; none for
            what the template says.
        printing: Effects on the printer's dots, of receipts and snippets.
        handling: Effects on the paper, of receipts alone.
        placing: Effects of where the paper lies and how it is seen, of receipts alone.
        line: Effects of snippets alone, where handling and placing leave their traces on a single line.
        capture: Effects of scanner or camera, and of the file, of receipts and snippets.
        crop: How snippets are boxed; none for the set's margins in clean paper.
        color: Whether pages are in colour rather than grey; ``--color`` makes those of any profile so.
        papers: Colours of the paper of pages in colour, with weights: names or ``#rrggbb``.
        inks: Colours of their ink, likewise; a ribbon of two inks is written ``black+red``. None for what usually
            prints so: ribbons where there is ``pins``, toner, pens where a ``hand`` writes, otherwise thermal paper.
        accents: What the second ink of such a ribbon prints, with weights: the ``total``, what is ``negative``, the
            ``heading`` or some ``rows``.
    """

    name: str = ""
    about: str
    mix: Annotated[Weights | None, AfterValidator(_known_mix)] = None
    printers: tuple[Printer, ...] = ()
    styles: StyleWeights = Weights({"plain": 1.0})
    habits: PageHabits | None = None
    printing: Effects = ()
    handling: Effects = ()
    placing: Effects = ()
    line: Effects = ()
    capture: Effects = ()
    crop: CropMargins | None = None
    color: bool = False
    papers: ColorWeights = PAPERS
    inks: InkWeights | None = None
    accents: AccentWeights = ACCENTS

    @model_validator(mode="after")
    def _check_inks(self) -> Self:
        """Check that each ink can be read on each paper: the truth says of no text that it is too pale."""
        if fault := illegible(self.papers, self.every_ink):
            key = "papers" if self.inks is None else "inks"
            raise MemberError([misfit((key,), getattr(self, key), fault)])
        return self

    @cached_property
    def members(self) -> dict[str, "Profile"]:
        """The profiles of the mix by name, with what the mix says of all."""
        own = {key: getattr(self, key) for key in self.model_fields_set - {"name", "about", "mix"}}
        return {name: profile(name).value.with_fields(own) for name in self.mix or ()}

    def with_capture(self, effects: Effects) -> "Profile":
        """Return the profile with effects after all others."""
        return self.with_fields({"capture": (*self.capture, *effects)}) if effects else self

    @cached_property
    def colored(self) -> "Profile":
        """The profile whose pages are in colour."""
        return self if self.color else self.with_fields({"color": True})

    def draw_colors(self, dice: Dice) -> PrintColors | None:
        """Draw paper and ink of one receipt or snippet; None where it is grey, for which no dice are thrown."""
        if not self.color:
            return None
        return PrintColors.draw(self.papers, self.every_ink, self.accents, dice.fork("print colors"))

    @cached_property
    def every_ink(self) -> InkWeights:
        """Inks of pages in colour, with weights."""
        return self.inks or usual_inks(self.printing)

    def with_fields(self, fields: Mapping[str, Any]) -> "Profile":
        """Return the profile with other values of some fields, which are taken as they are."""
        # Not a copy, which would keep what the properties of this one have cached.
        return self.model_construct(_fields_set=self.model_fields_set | fields.keys(), **(dict(self) | dict(fields)))

    def draw(self, dice: Dice) -> "Profile":
        """Draw the profile of one receipt or snippet: itself, or one of the mix."""
        return self if self.mix is None else self.members[dice.weigh(self.mix)].draw(dice)

    @cached_property
    def leaves(self) -> tuple["Profile", ...]:
        """The profiles one of which is drawn: itself, or those of the mix, and of theirs."""
        if self.mix is None:
            return (self,)
        return tuple(leaf for name, weight in self.mix.items() if weight for leaf in self.members[name].leaves)

    def draw_style(self, dice: Dice) -> Style:
        """Draw the style in which a snippet is printed."""
        return style_of(dice.weigh(self.styles))

    @cached_property
    def every_style(self) -> tuple[Style, ...]:
        """All styles in which a snippet may be printed."""
        return tuple(style_of(name) for name, weight in self.styles.items() if weight)

    @cached_property
    def page_effects(self) -> Effects:
        """What happens to a receipt, in order."""
        return (*self.printing, *self.paper_effects)

    @cached_property
    def paper_effects(self) -> Effects:
        """What happens to a receipt once it is printed, in order."""
        return (*self.handling, *self.placing, *self.capture)

    @cached_property
    def line_effects(self) -> Effects:
        """What happens to a snippet, in order."""
        return (*self.printing, *self.line_paper_effects)

    @cached_property
    def line_paper_effects(self) -> Effects:
        """What happens to a snippet once it is printed, in order."""
        return (*self.line, *self.capture)


def profile(name: str) -> Loaded[Profile]:
    """Load a profile by packaged name or path, once a process; raises as ``load_named`` does."""
    return _load(name, ())


# A profile that could be loaded mixes itself nowhere, whatever mixes it: so the chain is not part of the key.
_LOADED: dict[str, Loaded[Profile]] = {}
on_forgetting(_LOADED.clear)


def _load(name: str, chain: tuple[Path, ...]) -> Loaded[Profile]:
    """Load a profile that the last file of a chain mixes, the one before that, and so on."""
    if (known := _LOADED.get(name)) is not None:
        return known
    # Two threads may both come here; the first to end decides what both return.
    return _LOADED.setdefault(name, load_named(name, "profiles", Profile, {_LOADING: (*chain, _file(name))}))


def _file(name: str) -> Path:
    # Not ``Path.resolve``, which fails where links lead in a circle.
    return Path(os.path.realpath(name)) if is_path(name) else Path(name)


def profiles(names: Iterable[str]) -> dict[str, Loaded[Profile]]:
    """Return some profiles, and all that they mix, by name."""
    found = {}
    for name in sorted(names):
        found[name] = loaded = profile(name)
        found |= profiles(loaded.value.mix or ())
    return found
