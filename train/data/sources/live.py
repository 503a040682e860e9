"""Synthetic samples generated during training; they are never written to disk."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any

from pydantic import Field

from receiptgen.config.records import Record
from receiptgen.core.dice import key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import DatasetError, ReceiptgenError, UnknownNameError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.core.suggestions import hint
from receiptgen.dataset.plan import image_file
from receiptgen.drawing.checking import folder_of
from receiptgen.drawing.cuts import CUTS, Cuts
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.profile import profile
from receiptgen.drawing.sources import CopiedSource, open_source
from receiptgen.drawing.template import Cut, SnippetLocales, receipt_template, snippet_set
from receiptgen.imaging.channels import grey
from receiptgen.snippets import Enumerable
from receiptgen.typography.typeface import plain

from . import DATASETS, Example, Flaw, RowLabel, Table
from ._mix import BLOCK, Mix
from ._reading import clean_text

_LOG = logging.getLogger(__name__)

LINES = "receipt_line"
# Blocks whose order of kinds a process keeps: those of a table of finite size are read all over.
_KEPT = 512
# More indices than any run reads; those beyond are replacements of flawed samples.
_REGION = 1 << 36


@dataclass
class LiveTable:
    """A table of samples that are drawn when they are read; see ``Table``.

    They are drawn fastest in order, in blocks of ``BLOCK``. Out of it, each sample that is cut out of a receipt needs
    the receipt drawn again, and each copy its sample.

    Attributes:
        source: Name or path of the snippet set; empty for a template.
        template: Name or path of the receipt template; empty for a set.
        profile: Name or path of the profile; empty for that of set or template.
        overrides: What goes before the settings of set and templates: the locales.
        seed: Seed of the samples.
        mix: Order of kinds.
        size: Number of samples; None for endless ones.
        copies: Number of copies of each sample, one after the other, of endless ones only: each is printed, handled and
            captured by itself. 1 for the samples alone.
    """

    source: str
    template: str
    profile: str
    overrides: Overrides
    seed: int
    mix: Mix
    size: int | None = None
    copies: int = 1

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields, without what is loaded."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def _drawers(self) -> dict[int, "_Drawer"]:
        return {}

    def open_source(self, kind: str) -> CopiedSource:
        """Return the source of the samples of a kind."""
        if not self.template:
            # Blocks leave indices out, with which texts that take turns would be left out.
            return open_source(self.source, kind, self.seed, self.profile, self.overrides, in_turn=False)
        template = receipt_template(self.template).value
        cut = Cut(templates=Weights({self.template: 1.0}))
        return Cuts(template.name, LINES, cut, self.seed, self.profile or template.profile, self.overrides)

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
        drawn = [
            known_texts(self.source, kind, self.profile, self.overrides.countries).snippet
            for kind in self.mix.kinds
            if kind in made
        ]
        return (plain(text) for kind in drawn if isinstance(kind, Enumerable) for text in kind.texts())

    def label(self, index: int) -> RowLabel:
        """Draw sample ``index`` for its text; each is a group of its own, with its copies."""
        sample = self.read(index)
        if isinstance(sample, Flaw):
            return RowLabel("", sample.name, sample.name)
        return RowLabel(sample.text, sample.origin or sample.name, sample.name)


class _Drawer:
    """Draws samples in one process, and keeps what it has loaded.

    Args:
        table: The table to draw.
    """

    def __init__(self, table: LiveTable) -> None:
        self._sources = {kind: table.open_source(kind) for kind in table.mix.kinds}
        self._cuts, self._copies = table.mix.cuts, table.copies
        # Nothing is preloaded: where many workers share the styles, each uses few of them.
        self._block = lru_cache(maxsize=_KEPT)(table.mix.block)

    def draw(self, index: int) -> Example | Flaw:
        index, copy = self._original(index) if self._copies > 1 else (index, 0)
        kind, own = self._sample(index)
        origin = image_file(kind, own)
        name = f"{origin}#{copy}" if copy else origin
        try:
            line = self._sources[kind].draw_line(own, copy)
        except ReceiptgenError as error:
            return Flaw(name, str(error))
        # Empty of kind ``blank`` alone, which whoever names it wants to be kept.
        return Example(grey(line.image), clean_text(line.text), kind, name, origin if self._copies > 1 else "")

    def _sample(self, index: int) -> tuple[str, int]:
        """Return kind of a sample, and its index within the kind."""
        block, position = divmod(index, BLOCK)
        return self._block(block)[position]

    def _original(self, index: int) -> tuple[int, int]:
        """Return which sample is shown, and by which of its copies.

        Copies of a snippet come one after the other. Those of a receipt's cuts come receipt by receipt, so that a
        process keeps one page, and two that share the copies of a receipt draw few pages twice.
        """
        run, place = divmod(index, CUTS * self._copies)
        first = run * CUTS
        if self._sample(first)[0] in self._cuts:
            copy, offset = divmod(place, CUTS)
        else:
            offset, copy = divmod(place, self._copies)
        return first + offset, copy


@DATASETS.register
class Live(Record):
    """Samples of a snippet set, or lines of a template's receipts, each generated when it is read.

    Attributes:
        source: Snippet set or receipt template, a packaged name or the path of a YAML file.
        kinds: Kinds of the set with weights; all of them equally if left out. Templates have lines only.
        profile: Profile of printing and capture, a packaged name or a path; empty for that of the source.
        locales: Countries of all samples, packaged names or paths, instead of those of the source: for receipts with
            weights, for texts of other kinds each as likely; none for those of the source.
        count: Number of samples, which come again in each epoch in another order; none for endless ones.
    """

    source: str
    kinds: Weights | None = None
    profile: str = ""
    locales: SnippetLocales | None = None
    count: int | None = Field(default=None, ge=1, le=10**9)

    def open(self, seed: int) -> Table:
        """Load set or template, and the profile.

        Raises:
            FontError: No font draws a text that the set is known to print.
        """
        forget_changed_files()
        room = folder_of(self.source)
        if self.profile:
            profile(self.profile)
        # Not the seed itself, since a set that is drawn to disk with that seed must have other samples.
        key = key_of(seed, "live", self.source, self.profile, *(self.locales or ()))
        overrides = Overrides(locales=self.locales)
        if room == "snippets":
            snippets = snippet_set(self.source).value
            mix = Mix.of(self._weights(snippets.names), snippets.cuts, key)
            for kind in snippets.kinds.keys() & set(mix.kinds):
                # A text that no font draws is told now, not by each of its samples.
                if (known := known_texts(self.source, kind, self.profile, overrides.countries)).left_out:
                    _LOG.warning("%s", known)
            return LiveTable(self.source, "", self.profile, overrides, key, mix, self.count)
        if room == "templates":
            receipt_template(self.source)
            mix = Mix.of(self._weights((LINES,)), {LINES}, key)
            return LiveTable("", self.source, self.profile, overrides, key, mix, self.count)
        raise DatasetError(f"live {self.source!r}: is a profile; name a snippet set or a receipt template")

    def _weights(self, names: tuple[str, ...]) -> Weights:
        for kind in self.kinds or ():
            if kind not in names:
                raise UnknownNameError(f"{self.source!r} has no kind {kind!r}{hint(kind, names, len(names))}")
        return self.kinds or Weights.parse(list(names))
