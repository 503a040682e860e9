"""Rows fitted to the width of the paper: columns, wrapping, and rows broken where their texts would touch."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from receiptgen.core.bidi import direction_of, visual_order
from receiptgen.core.scripts import clusters
from receiptgen.typography.blocks import Block, Frame, Row, Run, Style
from receiptgen.typography.glyph_atlas import Atlas
from receiptgen.typography.print_settings import PrintSettings

# What moves the texts after it to the right edge.
_SLACK = Run("", align="right")
# Most columns by which a column of a table is set wider than its texts.
_WIDEST_GAP = 10
# Where a line is broken: a separate colon belongs to the word before it, ``AM`` or ``Uhr`` to the time before it, and
# ``@`` to the number after it.
_BREAK = re.compile(r"(?<!@) (?!:)(?!(?<=:[0-9]{2} )[^\W\d_]{1,3}\.?(?: |$))")
# Where one is broken if that leaves too much for a line.
_LAST_BREAK = re.compile(" (?!:)")


def wrap(text: str, width: int, glyphs: Atlas) -> list[str]:
    """Break a text into lines of at most ``width`` pixels, at spaces, or inside a word that is longer than that.

    Arguments and result are in logical order; no cluster is broken.
    """
    if glyphs.measure(text) <= width:
        return [text]
    lines: list[str] = []
    line, inside = "", set[int]()  # numbers of lines that begin inside a word
    for word in _words(text, width, glyphs):
        longer = f"{line} {word}" if line else word
        if glyphs.measure(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while len(stops := [*accumulate(map(len, clusters(word)))]) > 1 and glyphs.measure(word) > width:
            fitting = next((stop for stop in reversed(stops) if glyphs.measure(word[:stop]) <= width), stops[0])
            lines.append(word[:fitting].rstrip())
            word = word[fitting:].lstrip()  # rest of the word
            inside.add(len(lines))
        line = word
    lines.append(line)
    if direction_of(text) == "rtl":
        _keep_order(lines, inside, width, glyphs)
    return lines


def _words(text: str, width: int, glyphs: Atlas) -> Iterator[str]:
    """Yield the parts of a text that stay on a line each; of one that is too long, those that need to."""
    for word in _BREAK.split(text):
        if glyphs.measure(word) > width:
            yield from _LAST_BREAK.split(word)
        else:
            yield word


def _keep_order(lines: list[str], inside: set[int], width: int, glyphs: Atlas) -> None:
    """Take words of the line before along where a part of a text from right to left would be read otherwise alone.

    A number and the bracket after it are a text from left to right unless a letter of the others stands before them.
    """
    for index in sorted({*range(1, len(lines))} - inside, reverse=True):
        words, part = _BREAK.split(lines[index - 1]), lines[index]
        while words[1:] and not _reads_alike(part):
            part = f"{words.pop()} {part}"
        if _reads_alike(part) and glyphs.measure(part) <= width:
            lines[index - 1 : index + 1] = [" ".join(words), part]


def _reads_alike(part: str) -> bool:
    """Tell whether a part of a text from right to left stands alone as it does in the text."""
    return direction_of(part) == "rtl" or visual_order(part, "rtl") == [*range(len(part))]


def _spread_columns(row: Row) -> tuple[str, ...]:
    """Return the names of the columns that may be wider: of texts at their right, and of those with others after."""
    named = [run.columns for run in row.runs[:-1] if isinstance(run.columns, str)]
    last = row.runs[-1]
    return (*named, last.columns) if isinstance(last.columns, str) and last.align == "right" else tuple(named)


def _longest_word(text: str, glyphs: Atlas) -> int:
    return max(glyphs.measure(word) for word in _BREAK.split(text))


def _is_of_label(runs: Sequence[Run]) -> bool:
    """Tell whether a row is a label at the left and its value at the right."""
    return len(runs) == 2 and runs[0].role.endswith(".label") and runs[1].align == "right"


class FittedRun(NamedTuple):
    """A run in a line, by the left and right end of its text in pixels."""

    run: Run
    text: str
    glyphs: Atlas
    x: int
    end: int


class RowFitter:
    """Fits rows, as they are set from left to right; other directions mirror what it returns.

    Args:
        settings: Print settings of the receipt.
        blocks: All blocks of the receipt, whose runs share columns by name.
    """

    def __init__(self, settings: PrintSettings, blocks: Iterable[Block]) -> None:
        self.settings = settings
        self._unit = settings.unit
        self._shared: dict[str, int] = {}
        self._glyphs: dict[tuple[int, bool], tuple[Style, Atlas]] = {}
        rows = self._measure(blocks, settings.width)
        if settings.spread:
            self._spread(rows)

    def glyphs(self, run: Run) -> Atlas:
        """Return the glyphs of a run."""
        # By the object, which is held here: hashing a record takes longer than to look for its atlas.
        key = id(run.style), run.by_hand
        if (found := self._glyphs.get(key)) is None:
            found = self._glyphs[key] = run.style, self.settings.glyphs(run)
        return found[1]

    def fit(self, runs: Sequence[Run], start: int, stop: int) -> list[list[FittedRun]]:
        """Break a row into lines in which texts don't touch."""
        unit = self._unit
        glyphs = [self.glyphs(run) for run in runs]
        natural = [run.indent * unit + g.measure(run.text) for run, g in zip(runs, glyphs, strict=True)]
        width, gap = stop - start, unit if len(runs) > 1 else 0
        flexible = [run.columns is None or size > width for run, size in zip(runs, natural, strict=True)]
        slots = [
            0 if flex else min(self.slot(run, size), width) + (0 if run is runs[-1] and run.align == "left" else gap)
            for run, size, flex in zip(runs, natural, flexible, strict=True)
        ]
        left = width - sum(slots)
        if any(flexible):
            share = left // sum(flexible)
            widest = max(size for size, flex in zip(natural, flexible, strict=True) if flex)
            longest = max(
                _longest_word(run.text, g) for run, g, flex in zip(runs, glyphs, flexible, strict=True) if flex
            )
            if len(runs) > 1 and share < max(longest + gap, min(widest + gap, 12 * unit)):
                return self._break(runs, max(1, flexible.index(True)), start, stop)
            slots = [share if flex else slot for slot, flex in zip(slots, flexible, strict=True)]
        elif left < 0 and len(runs) > 1:
            return self._break(runs, len(runs) - 1, start, stop)
        lines, x = list[list[FittedRun]](), start
        for index, (run, g, slot) in enumerate(zip(runs, glyphs, slots, strict=True)):
            own, begin = natural[index] - run.indent * unit, x + run.indent * unit
            room = slot - run.indent * unit - (unit if flexible[index] and index + 1 < len(runs) else 0)
            wraps = flexible[index] and own > max(room, unit)
            parts = wrap(run.text, max(room, unit), g) if wraps else [run.text]
            # An amount stands after its label, not amid it.
            first = len(lines) - 1 if index and run is runs[-1] and _is_of_label(runs) and len(parts) == 1 else 0
            for line_index, part in enumerate(parts if run.text else (), max(first, 0)):
                size = g.measure(part) if wraps else own
                spare = slot - run.indent * unit - size
                left = begin + max(0, 0 if run.align == "left" else spare // 2 if run.align == "center" else spare)
                if line_index == len(lines):
                    lines.append([])
                lines[line_index].append(FittedRun(run, part, g, left, left + size))
            x += slot
        return [line for line in self._separate(lines) if line]

    def _separate(self, lines: list[list[FittedRun]]) -> Iterable[list[FittedRun]]:
        """Break lines where two texts would be closer than half a column."""
        for line in lines:
            current: list[FittedRun] = []
            for fitted in line:
                if current and fitted.x < current[-1].end + self._unit // 2:
                    yield current
                    current = []
                current.append(fitted)
            yield current

    def slot(self, run: Run, natural: int) -> int:
        """Return the width of a run's columns, at least its natural one, in pixels."""
        if isinstance(run.columns, str):
            return self._shared[run.columns]
        return max((run.columns or 0) * self._unit, natural)

    def _break(self, runs: Sequence[Run], index: int, start: int, stop: int) -> list[list[FittedRun]]:
        """Break a row that is too long in two; the second part stays at the right."""
        rest = runs[index:]
        if rest[-1].align == "right" and all(run.columns is not None for run in rest):
            if len(runs) > 1 and runs[0] == _SLACK:
                # They are too long beside each other: each gets its own lines.
                return [line for run in runs for line in self.fit([run._replace(columns=None)], start, stop)]
            rest = [_SLACK, *rest]
        elif len(rest) > 1 and not rest[0].text:
            # What only moved a pair to the right of another one leaves the pair at the left of a line of its own.
            rest = rest[1:]
        return self.fit(runs[:index], start, stop) + self.fit(rest, start, stop)

    def _measure(self, blocks: Iterable[Block], width: int) -> list[tuple[Row, int]]:
        """Measure the columns that runs share by name; return the rows that have such, and what each has room for."""
        found = list[tuple[Row, int]]()
        for block in blocks:
            if isinstance(block, Frame):
                found += self._measure(block.rows, width - 2 * self._unit)
            elif isinstance(block, Row):
                named = [run for run in block.runs if isinstance(run.columns, str)]
                for run in named:
                    natural = run.indent * self._unit + self.glyphs(run).measure(run.text)
                    self._shared[str(run.columns)] = max(natural, self._shared.get(str(run.columns), 0))
                if named:
                    found.append((block, width))
        return found

    def _spread(self, rows: Iterable[tuple[Row, int]]) -> None:
        """Give a share of the paper that all rows of a table leave to the columns that they share."""
        spare = dict[tuple[str, ...], int]()
        for row, width in rows:
            columns = _spread_columns(row)
            taken = sum([self._taken(run) + self._unit for run in row.runs])
            spare[columns] = min(width - taken, spare.get(columns, width))
        extra = dict[str, int]()
        for columns, left in spare.items():
            if not columns:
                continue
            each = min(max(0, int(left * self.settings.spread) // (len(columns) * self._unit)), _WIDEST_GAP)
            for name in columns:
                # A column of several tables grows by what all of them have room for.
                extra[name] = min(each * self._unit, extra.get(name, each * self._unit))
        for name, wider in extra.items():
            self._shared[name] += wider

    def _taken(self, run: Run) -> int:
        """Return the width that a run needs if it is not to be broken."""
        natural = run.indent * self._unit + self.glyphs(run).measure(run.text)
        return natural if run.columns is None else self.slot(run, natural)
