"""Synthetic samples drawn on request, which never lie on a disk and never end."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import chain
from typing import Any

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import DatasetError, ReceiptgenError, UnknownNameError
from receiptgen.core.suggestions import hint
from receiptgen.dataset.plan import image_file
from receiptgen.drawing.checking import folder_of
from receiptgen.drawing.cuts import CUTS, Cuts
from receiptgen.drawing.profile import profile
from receiptgen.drawing.sources import SampleSource, open_source
from receiptgen.drawing.template import Cut, receipt_template, snippet_set

from . import DATASETS, Example, Flaw, Table
from ._reading import NO_TEXT, clean_text

# Consecutive samples among which kinds are portioned out. A worker had best draw whole blocks.
BLOCK = 256
LINES = "receipt_line"
# Indices of which no data set is read to the end; those beyond are somebody else's.
_REGION = 1 << 36
# Of shares, so that portions are counted in whole numbers and no rounding loses a sample.
_WHOLE = 1 << 40
# Multiples of these fall evenly into [0, 1), and their pairs into the square (Weyl's sequences).
_GOLDEN, _SILVER = (round(_WHOLE * step) for step in (0.6180339887498949, 0.41421356237309503))


@dataclass(frozen=True)
class Mix:
    """Which kind each sample is of, and which of its kind.

    In each block kinds have their shares as nearly as whole numbers allow, and over many blocks exactly. Kinds that
    are cut out of receipts come by whole receipts, so that none is drawn for a few of its lines.

    Attributes:
        kinds: Their names.
        shares: Share of each, of ``_WHOLE``.
        cuts: Those that are cut out of receipts.
        key: Of the draws.
    """

    kinds: tuple[str, ...]
    shares: tuple[int, ...]
    cuts: frozenset[str]
    key: int

    @classmethod
    def of(cls, weights: Weights, cuts: Collection[str], key: int) -> "Mix":
        """Mix kinds by weight."""
        kinds = tuple(kind for kind, weight in weights.items() if weight > 0)
        total = sum(weights.values())
        shares = [int(weights[kind] / total * _WHOLE) for kind in kinds]
        largest = shares.index(max(shares))
        shares[largest] += _WHOLE - sum(shares)
        return cls(kinds, tuple(shares), frozenset(cuts) & set(kinds), key)

    @cached_property
    def _parts(self) -> tuple[list[int], list[int]]:
        """Shares with the rest left out: of kinds that are cut, of the others."""
        pairs = list(zip(self.kinds, self.shares, strict=True))
        cut = [share if kind in self.cuts else 0 for kind, share in pairs]
        return cut, [0 if kind in self.cuts else share for kind, share in pairs]

    @cached_property
    def room(self) -> int:
        """Numbers that each kind has in a block: at least as many as it has samples in any.

        A power of 2, so that all samples of a block have the same looks.
        """
        cut, other = self._parts
        receipts = BLOCK // CUTS
        most = CUTS * max(-(-share * receipts // _WHOLE) for share in cut)
        if total := sum(other):
            rest = BLOCK - CUTS * (sum(cut) * receipts // _WHOLE)
            most = max(most, -(-rest * max(other) // total))
        return max(CUTS, 1 << (most - 1).bit_length())

    @cached_property
    def _phases(self) -> tuple[int, int]:
        return key_of(self.key, "cuts") % _WHOLE, key_of(self.key, "kinds") % _WHOLE

    def counts(self, block: int) -> list[int]:
        """Return how many samples of each kind a block has, ``BLOCK`` in all."""
        cut, other = self._parts
        first, second = self._phases
        receipts = _portions(BLOCK // CUTS, cut, _WHOLE, (first + block * _GOLDEN) % _WHOLE)
        rest = BLOCK - CUTS * sum(receipts)
        total = sum(other)
        singles = _portions(rest, other, total, (second + block * _SILVER) % _WHOLE * total // _WHOLE) if total else cut
        return [CUTS * count if share else single for share, count, single in zip(cut, receipts, singles, strict=True)]

    def block(self, block: int) -> list[tuple[str, int]]:
        """Return kind and index of each sample of a block; of each kind the index rises.

        ``CUTS`` samples at a time are either of one receipt or of other kinds, mixed: whoever reads half a block draws
        no receipt for nothing.
        """
        dice = Dice(key_of(self.key, "order", block))
        counts = list(enumerate(self.counts(block)))
        runs = [[place] * CUTS for place, count in counts if self._parts[0][place] for _ in range(count // CUTS)]
        mixed = [place for place, count in counts if not self._parts[0][place] for _ in range(count)]
        dice.shuffle(mixed)
        runs += [mixed[start : start + CUTS] for start in range(0, len(mixed), CUTS)]
        dice.shuffle(runs)
        following = [block * self.room] * len(self.kinds)
        drawn = []
        for place in chain.from_iterable(runs):
            drawn.append((self.kinds[place], following[place]))
            following[place] += 1
        return drawn


def _portions(count: int, shares: list[int], whole: int, phase: int) -> list[int]:
    """Portion out a number by shares: each gets what is due to it, rounded up or down, and over all phases exactly it.

    That is systematic sampling (W. G. Madow and L. H. Madow, 1944).

    Args:
        count: The number.
        shares: Shares of ``whole``.
        whole: What they may add up to.
        phase: 0 to ``whole`` - 1.
    """
    portions, reached = [], phase
    for share in shares:
        before = reached // whole
        reached += count * share
        portions.append(reached // whole - before)
    return portions


@dataclass
class Endless:
    """A table without end; see ``Table``. Samples are drawn soonest in order, in blocks of ``BLOCK``.

    Attributes:
        source: Name or path of the snippet set; empty for a template.
        template: Name or path of the receipt template; empty for a set.
        profile: Name or path of the profile; empty for that of set or template.
        seed: Of the samples.
        mix: Kinds and their shares.
        size: None.
    """

    source: str
    template: str
    profile: str
    seed: int
    mix: Mix
    size: int | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave behind what is loaded."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def _drawers(self) -> dict[int, "_Drawer"]:
        return {}

    def open_source(self, kind: str) -> SampleSource:
        """Return where the samples of a kind come from."""
        if not self.template:
            return open_source(self.source, kind, self.seed, self.profile)
        template = receipt_template(self.template).value
        cut = Cut(templates=Weights({self.template: 1.0}))
        return Cuts(template.name, LINES, cut, self.seed, self.profile or template.profile)

    def read(self, index: int) -> Example | Flaw:
        """Draw sample number ``index``, the same in every process."""
        # Rows from afar, which stand in for others, must not push the receipts in hand out of it.
        region = index // _REGION
        if region not in self._drawers:
            self._drawers[region] = _Drawer(self)
        return self._drawers[region].draw(index)


class _Drawer:
    """What a process keeps while it draws.

    Args:
        table: What it draws.
    """

    def __init__(self, table: Endless) -> None:
        self._mix = table.mix
        self._sources = {kind: table.open_source(kind) for kind in table.mix.kinds}
        self._number = -1
        self._block: list[tuple[str, int]] = []

    def draw(self, index: int) -> Example | Flaw:
        number, place = divmod(index, BLOCK)
        if number != self._number:
            # Nothing is warmed: where many workers share the looks, each uses few of them.
            self._block, self._number = self._mix.block(number), number
        kind, own = self._block[place]
        name = image_file(kind, own)
        try:
            sample = self._sources[kind].draw(own)
        except ReceiptgenError as error:
            return Flaw(name, str(error))
        text = clean_text(sample.text)
        return Example(sample.page.image, text, kind, name) if text else Flaw(name, NO_TEXT)


@DATASETS.register
class Live(Record):
    """Samples of a snippet set, or lines of a template's receipts, each drawn when it is read, none twice.

    Attributes:
        source: Snippet set or receipt template, a packaged name or the path of a YAML file.
        kinds: Kinds of the set with weights; all of them equally if left out. Of a template, lines are drawn.
        profile: How they are printed and captured, a packaged name or a path; empty for what the source says.
    """

    source: str
    kinds: Weights | None = None
    profile: str = ""

    def open(self, seed: int) -> Table:
        """Load set or template, and the profile."""
        room = folder_of(self.source)
        if self.profile:
            profile(self.profile)
        # Not the seed itself: a set that is drawn to disk with that seed must hold other samples.
        key = key_of(seed, "live", self.source, self.profile)
        if room == "snippets":
            snippets = snippet_set(self.source).value
            mix = Mix.of(self._weights(snippets.names), snippets.cuts, key)
            return Endless(self.source, "", self.profile, key, mix)
        if room == "templates":
            receipt_template(self.source)
            return Endless("", self.source, self.profile, key, Mix.of(self._weights((LINES,)), {LINES}, key))
        raise DatasetError(f"live {self.source!r}: is a profile; name a snippet set or a receipt template")

    def _weights(self, known: tuple[str, ...]) -> Weights:
        for kind in self.kinds or ():
            if kind not in known:
                raise UnknownNameError(f"{self.source!r} has no kind {kind!r}{hint(kind, known, len(known))}")
        return self.kinds or Weights.parse(list(known))
