"""Synthetic samples generated during training; they are never written to disk."""

import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import DatasetError, ReceiptgenError, UnknownNameError
from receiptgen.core.suggestions import hint
from receiptgen.dataset.plan import image_file
from receiptgen.drawing.checking import folder_of
from receiptgen.drawing.cuts import CUTS, Cuts
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.profile import profile
from receiptgen.drawing.sources import SampleSource, open_source
from receiptgen.drawing.template import Cut, receipt_template, snippet_set
from receiptgen.imaging.colors import grey
from receiptgen.snippets import Enumerable
from receiptgen.typography.typeface import plain

from . import DATASETS, Example, Flaw, RowLabel, Table
from ._reading import clean_text

_LOG = logging.getLogger(__name__)

# Consecutive samples in which kinds have their shares. A worker is fastest if it draws whole blocks.
BLOCK = 256
LINES = "receipt_line"
# Blocks whose order of kinds a process keeps: those of a table of finite size are read all over.
_KEPT = 512
# More indices than any run reads; those beyond are replacements of flawed samples.
_REGION = 1 << 36
# Denominator of shares, so that integers count samples without rounding errors.
_UNIT = 1 << 40
# Multiples of these are evenly distributed in [0, 1), and pairs of them in the square (Weyl sequences).
_GOLDEN, _SILVER = (round(_UNIT * step) for step in (0.6180339887498949, 0.41421356237309503))


@dataclass(frozen=True)
class Mix:
    """The order of kinds: which kind each sample has, and its index within the kind.

    In each block kinds have their shares rounded to integers, and over many blocks exactly. Kinds that
    are cropped from receipts come by whole receipts, so that none is drawn for a few lines only.

    Attributes:
        kinds: Names of the kinds.
        shares: Share of each, in units of 1 / ``_UNIT``.
        cuts: Kinds that are cropped from receipts.
        key: Key of all random draws.
    """

    kinds: tuple[str, ...]
    shares: tuple[int, ...]
    cuts: frozenset[str]
    key: int

    @classmethod
    def of(cls, weights: Weights, cuts: Collection[str], key: int) -> "Mix":
        """Return the mix of kinds by weight."""
        kinds = tuple(kind for kind, weight in weights.items() if weight > 0)
        total = sum(weights.values())
        shares = [int(weights[kind] / total * _UNIT) for kind in kinds]
        largest = shares.index(max(shares))
        shares[largest] += _UNIT - sum(shares)
        return cls(kinds, tuple(shares), frozenset(cuts) & set(kinds), key)

    @cached_property
    def _parts(self) -> tuple[list[int], list[int]]:
        """Shares of the kinds that are cropped from receipts, and of the others; 0 for the rest."""
        pairs = list(zip(self.kinds, self.shares, strict=True))
        cut = [share if kind in self.cuts else 0 for kind, share in pairs]
        return cut, [0 if kind in self.cuts else share for kind, share in pairs]

    @cached_property
    def stride(self) -> int:
        """Indices reserved for each kind in a block: at least as many as it has samples in any block.

        A power of 2, so that all samples of a block share their styles.
        """
        cut, other = self._parts
        receipts = BLOCK // CUTS
        most = CUTS * max(-(-share * receipts // _UNIT) for share in cut)
        if total := sum(other):
            rest = BLOCK - CUTS * (sum(cut) * receipts // _UNIT)
            most = max(most, -(-rest * max(other) // total))
        return max(CUTS, 1 << (most - 1).bit_length())

    @cached_property
    def _phases(self) -> tuple[int, int]:
        return key_of(self.key, "cuts") % _UNIT, key_of(self.key, "kinds") % _UNIT

    def counts(self, block: int) -> list[int]:
        """Return the number of samples of each kind in a block, ``BLOCK`` in all."""
        cut, other = self._parts
        first, second = self._phases
        receipts = _apportion(BLOCK // CUTS, cut, _UNIT, (first + block * _GOLDEN) % _UNIT)
        rest = BLOCK - CUTS * sum(receipts)
        total = sum(other)
        singles = _apportion(rest, other, total, (second + block * _SILVER) % _UNIT * total // _UNIT) if total else cut
        return [CUTS * count if share else single for share, count, single in zip(cut, receipts, singles, strict=True)]

    def block(self, block: int) -> list[tuple[str, int]]:
        """Return kind and index of each sample of a block; the indices of each kind ascend.

        ``CUTS`` samples at a time are either of one receipt or of other kinds, mixed, so that reading half a block
        draws no receipt that is not used.
        """
        dice = Dice(key_of(self.key, "order", block))
        counts = list(enumerate(self.counts(block)))
        runs = [[index] * CUTS for index, count in counts if self._parts[0][index] for _ in range(count // CUTS)]
        mixed = [index for index, count in counts if not self._parts[0][index] for _ in range(count)]
        dice.shuffle(mixed)
        runs += [mixed[start : start + CUTS] for start in range(0, len(mixed), CUTS)]
        dice.shuffle(runs)
        following = [block * self.stride] * len(self.kinds)
        samples = []
        for index in chain.from_iterable(runs):
            samples.append((self.kinds[index], following[index]))
            following[index] += 1
        return samples


def _apportion(count: int, shares: list[int], whole: int, phase: int) -> list[int]:
    """Divide a count by shares, each rounded up or down, and exactly on average over all phases.

    This is systematic sampling (W. G. Madow and L. H. Madow, 1944).

    Args:
        count: Count to divide.
        shares: Shares of ``whole``.
        whole: Largest sum of the shares.
        phase: Offset from 0 to ``whole`` - 1.
    """
    portions, reached = [], phase
    for share in shares:
        before = reached // whole
        reached += count * share
        portions.append(reached // whole - before)
    return portions


@dataclass
class LiveTable:
    """A table of samples that are drawn when they are read; see ``Table``.

    They are drawn fastest in order, in blocks of ``BLOCK``. Out of it, each sample that is cut out of a receipt needs
    the receipt drawn again.

    Attributes:
        source: Name or path of the snippet set; empty for a template.
        template: Name or path of the receipt template; empty for a set.
        profile: Name or path of the profile; empty for that of set or template.
        seed: Seed of the samples.
        mix: Order of kinds.
        size: Number of samples; None for endless ones.
    """

    source: str
    template: str
    profile: str
    seed: int
    mix: Mix
    size: int | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields, without what is loaded."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def _drawers(self) -> dict[int, "_Drawer"]:
        return {}

    def open_source(self, kind: str) -> SampleSource:
        """Return the source of the samples of a kind."""
        if not self.template:
            # Blocks leave indices out, with which texts that take turns would be left out.
            return open_source(self.source, kind, self.seed, self.profile, in_turn=False)
        template = receipt_template(self.template).value
        cut = Cut(templates=Weights({self.template: 1.0}))
        return Cuts(template.name, LINES, cut, self.seed, self.profile or template.profile)

    def read(self, index: int) -> Example | Flaw:
        """Draw sample ``index``, which is the same in every process."""
        # Replacements of flawed samples lie far away and must not evict the receipts that are in use.
        region = index // _REGION
        if region not in self._drawers:
            self._drawers[region] = _Drawer(self)
        return self._drawers[region].draw(index)

    def listed_texts(self) -> Iterator[str]:
        """Yield the texts that are known one by one, as lines of files: few samples hold all their characters."""
        made = snippet_set(self.source).value.kinds.keys() if self.source else ()
        drawn = [known_texts(self.source, kind, self.profile).snippet for kind in self.mix.kinds if kind in made]
        return (plain(text) for kind in drawn if isinstance(kind, Enumerable) for text in kind.texts())

    def label(self, index: int) -> RowLabel:
        """Draw sample ``index`` for its text; each is a group of its own."""
        sample = self.read(index)
        return RowLabel(sample.text if isinstance(sample, Example) else "", sample.name, sample.name)


class _Drawer:
    """Draws samples in one process, and keeps what it has loaded.

    Args:
        table: The table to draw.
    """

    def __init__(self, table: LiveTable) -> None:
        self._sources = {kind: table.open_source(kind) for kind in table.mix.kinds}
        # Nothing is preloaded: where many workers share the styles, each uses few of them.
        self._block = lru_cache(maxsize=_KEPT)(table.mix.block)

    def draw(self, index: int) -> Example | Flaw:
        block, position = divmod(index, BLOCK)
        kind, own = self._block(block)[position]
        name = image_file(kind, own)
        try:
            sample = self._sources[kind].draw(own)
        except ReceiptgenError as error:
            return Flaw(name, str(error))
        # Empty of kind ``blank`` alone, which whoever names it wants to be kept.
        return Example(grey(sample.page.image), clean_text(sample.text), kind, name)


@DATASETS.register
class Live(Record):
    """Samples of a snippet set, or lines of a template's receipts, each generated when it is read.

    Attributes:
        source: Snippet set or receipt template, a packaged name or the path of a YAML file.
        kinds: Kinds of the set with weights; all of them equally if left out. Templates have lines only.
        profile: Profile of printing and capture, a packaged name or a path; empty for that of the source.
        count: Number of samples, which come again in each epoch in another order; none for endless ones.
    """

    source: str
    kinds: Weights | None = None
    profile: str = ""
    count: int | None = Field(default=None, ge=1, le=10**9)

    def open(self, seed: int) -> Table:
        """Load set or template, and the profile.

        Raises:
            FontError: No font draws a text that the set is known to print.
        """
        room = folder_of(self.source)
        if self.profile:
            profile(self.profile)
        # Not the seed itself, since a set that is drawn to disk with that seed must have other samples.
        key = key_of(seed, "live", self.source, self.profile)
        if room == "snippets":
            snippets = snippet_set(self.source).value
            mix = Mix.of(self._weights(snippets.names), snippets.cuts, key)
            for kind in snippets.kinds.keys() & set(mix.kinds):
                # A text that no font draws is told now, not by each of its samples.
                if (known := known_texts(self.source, kind, self.profile)).left_out:
                    _LOG.warning("%s", known)
            return LiveTable(self.source, "", self.profile, key, mix, self.count)
        if room == "templates":
            receipt_template(self.source)
            return LiveTable(
                "", self.source, self.profile, key, Mix.of(self._weights((LINES,)), {LINES}, key), self.count
            )
        raise DatasetError(f"live {self.source!r}: is a profile; name a snippet set or a receipt template")

    def _weights(self, names: tuple[str, ...]) -> Weights:
        for kind in self.kinds or ():
            if kind not in names:
                raise UnknownNameError(f"{self.source!r} has no kind {kind!r}{hint(kind, names, len(names))}")
        return self.kinds or Weights.parse(list(names))
