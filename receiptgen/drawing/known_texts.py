"""Texts that a kind is known to print, checked before the first sample: each as a whole needs a font that draws it.

``draw``, training and ``templates check`` open a kind by ``known_texts``, so that they agree.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel

from receiptgen.commerce.countries.locales import locale_for
from receiptgen.config.named_files import locate, position_of
from receiptgen.config.printed import printed_texts
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import FontError, TextError
from receiptgen.core.inputs import cache_of_files
from receiptgen.drawing.profile import Profile, profile
from receiptgen.drawing.snippet_styles import every_style, printing_fonts, upright_fonts
from receiptgen.drawing.template import SnippetSet, snippet_set
from receiptgen.snippets import Composed, Listed, Snippet, needs_country
from receiptgen.snippets._fields import recase
from receiptgen.typography.face_choice import missing_fonts, script_fonts
from receiptgen.typography.shaping import unshaped
from receiptgen.typography.typeface import Face, plain

# Texts of each country that are drawn.
_DRAWS = 5
# Characters that are looked at in one step, to bound memory; a pattern that is found nowhere.
_STEP, _NONE = 1 << 20, re.compile("(?!)")


class KnownTexts(NamedTuple):
    """A kind whose known texts can all be drawn.

    Attributes:
        snippet: The kind, without the lines that can't.
        source: File whose lines were left out.
        left_out: Number of them.
        lines: Number of all lines of the file.
    """

    snippet: Snippet
    source: str = ""
    left_out: int = 0
    lines: int = 0

    def __str__(self) -> str:
        """Say how many lines were left out."""
        return f"{self.source}: {self.left_out:,} of {self.lines:,} lines left out, which no font of this set draws"


def known_texts(name: str, kind: str, profile_name: str = "", countries: tuple[str, ...] = ()) -> KnownTexts:
    """Check the texts that a kind is known to print.

    Args:
        name: The set, by name or path.
        kind: One of its kinds, not of its cuts.
        profile_name: Profile of all snippets, by name or path; empty for the set's own.
        countries: Names or paths of the locales of all snippets; empty for the set's own.

    Raises:
        FontError: No font draws one of them; names line or key, and the characters.
        TextError: A file of lines can't be read.
    """
    loaded = snippet_set(name)
    held = tuple(file.current_digest() for file in loaded.inputs)
    return _checked(name, kind, profile_name or loaded.value.profile, countries, held)


# What the files hold is an argument so that changed ones are checked again.
@cache_of_files(maxsize=256)
def _checked(name: str, kind: str, profile_name: str, countries: tuple[str, ...], held: tuple[str, ...]) -> KnownTexts:
    snippets, chosen = snippet_set(name).value, profile(profile_name).value
    snippet = snippets.kinds[kind]
    if isinstance(snippet, Listed):
        return _checked_lines(snippet, snippets, chosen)
    try:
        known = [*_said(snippet), *_drawn(kind, snippet, Weights.parse(countries) if countries else snippets.locales)]
    except TextError as error:
        raise TextError(f"{_place(name, kind)}{error}") from None
    for where, text in known:
        if fault := unshaped(text):
            raise FontError(f"{_place(name, kind)}{where}: {fault}")
    texts = [text.replace("\n", " ") for _, text in known]
    for index, fault in _undrawable(texts, snippets, chosen).items():
        help_ = _missing(texts[index], snippets, chosen) or "name another font or group, or other texts"
        raise FontError(f"{_place(name, kind)}{known[index][0]}: {fault}; {help_}")
    return KnownTexts(snippet)


def _place(name: str, kind: str) -> str:
    return f"{position_of(locate(name, 'snippets'), 'kinds', kind)}: kinds.{kind}"


def _said(snippet: Snippet) -> Iterator[tuple[str, str]]:
    """Yield the key and the characters of each text that settings say, in each of its cases."""
    if isinstance(snippet, BaseModel):
        cases = [case for case, weight in getattr(snippet, "cases", {"kept": 1}).items() if weight]
        yield from ((f".{name}", recase(text, case)) for name, text in printed_texts(snippet) for case in cases)
    if isinstance(snippet, Composed):
        yield from (("", chars) for chars in snippet.alphabets())


def _drawn(kind: str, snippet: Snippet, locales: Weights) -> Iterator[tuple[str, str]]:
    """Yield some texts of each country, whose own words settings do not say."""
    for name, weight in locales.items():
        dice = Dice(key_of("check", kind, name))
        for _ in range(_DRAWS if weight else 0):
            try:
                yield f": locale {name!r}", snippet.text(dice, locale_for(name, needs_country(snippet)))
            except TextError as error:
                raise TextError(f": locale {name!r}: {error}") from None


def _checked_lines(snippet: Listed, snippets: SnippetSet, chosen: Profile) -> KnownTexts:
    lines = snippet.lines()
    faults = _undrawable(lines, snippets, chosen)
    if not faults:
        return KnownTexts(snippet)
    if snippet.unknown == "skip" and len(faults) < len(lines):
        return KnownTexts(snippet.without(faults), snippet.source, len(faults), len(lines))
    first = min(faults)
    place = f"{snippet.source}:{snippet.line_number(first)}"
    if fault := unshaped(lines[first]):
        raise FontError(f"{place}: {fault}")
    more = f", and so on in {len(faults) - 1:,} more lines" if len(faults) > 1 else ""
    skip = ", or leave such lines out by 'unknown: skip'" if len(faults) < len(lines) else ""
    help_ = _missing(lines[first], snippets, chosen) or "name another font or group"
    raise FontError(f"{place}: {faults[first]}{more}; {help_}{skip}")


def _missing(text: str, snippets: SnippetSet, chosen: Profile) -> str:
    """Say which fonts there are none of for what no font of a set draws of a text; empty if there are."""
    return missing_fonts(set(text).difference(*(font.chars for font in printing_fonts(snippets, chosen).values())))


def _undrawable(texts: Sequence[str], snippets: SnippetSet, chosen: Profile) -> dict[int, str]:
    """Return what is wrong with those of some texts that no font of a set draws, by index, ascending."""
    lines = _Lines(range(len(texts)), unicodedata.normalize("NFC", "\n".join(texts)))
    fonts = {font.name: font for font in script_fonts(lines.alphabet)} | printing_fonts(snippets, chosen)
    upright = upright_fonts(snippets, chosen)
    unknown = lines.lacking(frozenset().union(*(font.chars for font in (*fonts.values(), *upright.values()))))
    blank = {char for char, printed in lines.alphabet.items() if not printed.strip()}
    faults = {
        index: f"no font of this set draws {_listed(unknown & set(text))}" for index, text in lines.holding(unknown)
    }
    faults |= {index: fault for index, text in lines if (fault := snippets.length_fault(text))}
    if unshaped("".join(lines.alphabet)):
        faults |= {index: fault for index, text in lines if (fault := unshaped(text))}
    faults |= {index: "prints nothing" for index, text in lines.holding(blank - {" "}) if blank.issuperset(text)}
    while lines.indices and (fonts or upright):
        # One font draws nearly all lines of nearly all files.
        asked = fonts or upright
        name = max(asked, key=lambda name: len(asked[name].chars & lines.alphabet.keys()))
        lines = _left_by(asked.pop(name), lines, snippets, chosen).without(faults)
    faults |= {index: f"no single font of this set draws all of {_listed(set(text))} apart" for index, text in lines}
    return dict(sorted(faults.items()))


@dataclass(frozen=True)
class _Lines:
    """Some lines of many, joined so that a scan of all their characters is one call.

    Attributes:
        indices: Which they are.
        joined: The lines, with line breaks between them.
    """

    indices: Sequence[int]
    joined: str

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return zip(self.indices, self.joined.split("\n") if self.indices else (), strict=True)

    @cached_property
    def alphabet(self) -> dict[str, str]:
        """All characters, with what is printed for each."""
        seen = np.zeros(0x110000, bool)
        for start in range(0, len(self.joined), _STEP):
            part = self.joined[start : start + _STEP].encode("utf-32-le", "surrogatepass")
            seen[np.frombuffer(part, np.uint32)] = True
        return {char: plain(char) for char in map(chr, np.flatnonzero(seen).tolist()) if char != "\n"}

    def lacking(self, drawn: Collection[str]) -> set[str]:
        """Return the characters for which others are printed than those that a font draws."""
        return {char for char, printed in self.alphabet.items() if not all(each in drawn for each in printed)}

    def holding(self, chars: Collection[str]) -> "_Lines":
        """Return the lines that hold any of some characters."""
        indices: list[int] = []
        rows: list[str] = []
        pattern = re.compile(f"[{re.escape(''.join(sorted(chars)))}]") if chars else _NONE
        row = start = 0
        while match := pattern.search(self.joined, start):
            row += self.joined.count("\n", start, match.start())
            begin, end = self.joined.rfind("\n", 0, match.start()) + 1, self.joined.find("\n", match.end())
            end = len(self.joined) if end < 0 else end
            indices.append(self.indices[row])
            rows.append(self.joined[begin:end])
            row, start = row + 1, end + 1
        return _Lines(indices, "\n".join(rows))

    def without(self, indices: Collection[int]) -> "_Lines":
        """Return all but some lines."""
        left = [(index, text) for index, text in self if index not in indices]
        return _Lines([index for index, _ in left], "\n".join(text for _, text in left))


def _left_by(font: Face, lines: _Lines, snippets: SnippetSet, chosen: Profile) -> _Lines:
    """Return those of some lines that a font draws in none of its styles."""
    others = () if font.name in printing_fonts(snippets, chosen) else (font,)
    for style in every_style(snippets, chosen, lambda face: face.name == font.name, others):
        printed = font.chars & set().union(*lines.alphabet.values())
        style.glyphs.prepare(sorted(printed))
        apart = {char for char in printed if style.glyphs.tells_apart({char})}
        lines = lines.holding(lines.lacking(apart))
        if not lines.indices or apart == printed:
            break
    return lines


def _listed(chars: set[str]) -> str:
    return repr("".join(sorted(chars)))
