"""The plan of a data set, and the drawing of a part of it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeAlias

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.inputs import InputFile
from receiptgen.core.versions import processor
from receiptgen.dataset.identity import Ingredients
from receiptgen.dataset.kind_order import KindOrder
from receiptgen.dataset.loose_files import write_files
from receiptgen.drawing.cuts import CUTS
from receiptgen.drawing.known_texts import KnownTexts, known_texts
from receiptgen.drawing.overrides import NO_OVERRIDES, Overrides
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import SampleSource, open_source
from receiptgen.drawing.template import receipt_template, snippet_set
from receiptgen.drawing.value_files import GivenRow, read_values
from receiptgen.writers import PNG, ImageFormat, Sharding, Writer, encode, select

_PARTS = {1: ("",), 2: ("train", "val"), 3: ("train", "val", "test")}
# Rows of given values that are tried before the first receipt is drawn.
_CHECKED = 500
# Some 100 MB under the profile `real`, of 10.6 KB a line and 601 KB a receipt as PNG, and less than a minute of work of
# one core.
_SNIPPETS_OF_A_SHARD, _RECEIPTS_OF_A_SHARD = 10_000, 200
# The golden ratio's multiples fall evenly into any split of [0, 1), at every count (Weyl's sequence).
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Plan:
    """Contents of a data set: with the count, all that its bytes depend on.

    Attributes:
        receipts: Names or paths of receipt templates; empty for a set of snippets.
        snippets: Name or path of the snippet set; empty for receipts.
        kinds: Kinds of snippets, which take turns.
        mix: Weights of the kinds, for one mixed set; empty to draw as many of each.
        counts: Number of samples of each kind, none below 1, where they differ; empty otherwise.
        seed: Seed of the data set.
        start: Index of the first sample (of each kind).
        profile: Name or path of the profile; empty for that of each template or of the set.
        formats: Names of the formats.
        split: Shares of train, validation and test; a single 1 for no split.
        overrides: What goes before the settings of each template or of the set.
        values: Path of a file of values that receipts are to have; empty for none.
        image: How images are encoded.
        shard: Positions whose samples share a file, for formats of shards; 0 for 10,000 snippets or 200 receipts.
    """

    receipts: tuple[str, ...] = ()
    snippets: str = ""
    kinds: tuple[str, ...] = ()
    mix: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0
    start: int = 0
    profile: str = ""
    formats: tuple[str, ...] = ("folder",)
    split: tuple[float, ...] = (1.0,)
    overrides: Overrides = NO_OVERRIDES
    values: str = ""
    image: ImageFormat = PNG
    shard: int = 0

    def __getstate__(self) -> dict[str, Any]:
        """Return the fields without what is loaded: a spawned worker loads its own."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Names of the folders of the split; an empty one where there is no split."""
        return _PARTS[len(self.split)]

    @cached_property
    def writers(self) -> tuple[Writer, ...]:
        """Writers, one for each format."""
        return select(self.formats)

    @cached_property
    def sources(self) -> dict[str, SampleSource]:
        """Sources by kind."""
        if self.receipts:
            templates = [self.overrides.of(receipt_template(name).value) for name in self.receipts]
            color = self.overrides.color
            return {"receipt": Receipts(templates, profile=self.profile, seed=self.seed, color=color, values=self.rows)}
        return {kind: open_source(self.snippets, kind, self.seed, self.profile, self.overrides) for kind in self.kinds}

    @cached_property
    def rows(self) -> tuple[GivenRow, ...]:
        """Values that receipts are to have; receipt ``i`` has those of row ``i``, and after the last the first again.

        Raises:
            ConfigError: The file can't be read, or a row is wrong.
        """
        if not self.values:
            return ()
        _ = self.ingredients  # noted before it is read, so that a change meanwhile is seen
        return read_values(Path(self.values))

    def check_values(self, positions: range) -> None:
        """Find out whether the values of some receipts can be had; raises ConfigError with a line for each that can't.

        Those of the first rows only, which takes seconds; others are refused when they are drawn.
        """
        source = self.sources.get("receipt")
        if isinstance(source, Receipts):
            source.check_values([self.start + position for position in positions[:_CHECKED]])

    @cached_property
    def left_out(self) -> tuple[KnownTexts, ...]:
        """Kinds whose files have lines that no font draws, and that are left out.

        Raises:
            FontError: No font draws a text that is not left out.
        """
        kinds = snippet_set(self.snippets).value.kinds if self.snippets else {}
        chosen, countries = {*self.kinds, *self.mix}, self.overrides.countries
        known = [known_texts(self.snippets, kind, self.profile, countries) for kind in kinds if kind in chosen]
        return tuple(each for each in known if each.left_out)

    def preload(self, position: int) -> None:
        """Load what the samples from a position on need, before workers are forked."""
        for source in self.sources.values():
            source.preload(self.locate(position)[1])

    @property
    def has_shards(self) -> bool:
        """Whether a format writes shards."""
        return any(isinstance(writer, Sharding) for writer in self.writers)

    @property
    def shard_size(self) -> int:
        """Number of positions of a shard; the last one may have fewer."""
        return self.shard or (_RECEIPTS_OF_A_SHARD if self.receipts else _SNIPPETS_OF_A_SHARD)

    @property
    def rounds(self) -> int:
        """Number of samples that add one of each kind."""
        return 1 if self.receipts or self.mix else len(self.kinds)

    @property
    def chunk(self) -> int:
        """Number of samples that a worker draws at a time: all cuts of a receipt, so that none is drawn twice."""
        return 8 if self.receipts else CUTS * self.rounds

    @cached_property
    def _order(self) -> KindOrder:
        return KindOrder(("receipt",) if self.receipts else ("",) if self.mix else self.kinds, self.counts)

    def chunks(self, first: int, stop: int) -> list[tuple[int, int]]:
        """Return first and stop of each chunk of some positions; they end at the same ones, wherever a run stopped.

        Each has samples of one shard only.
        """
        if first >= stop:
            return []
        size = self.shard_size
        shards = range((first // size + 1) * size, stop, size)
        edges = {first, *self._order.edges(first, stop, 8 if self.receipts else CUTS), *shards, stop}
        return list(pairwise(sorted(edges)))

    def locate(self, position: int) -> tuple[str, int]:
        """Return kind and index of the sample at a position of the data set."""
        kind, number = self._order.locate(position)
        index = self.start + number
        return (Dice(key_of(self.seed, "kind", index)).weigh(Weights(self.mix)) if self.mix else kind), index

    def part(self, group: int) -> str:
        """Return the part of a group of samples, which share a receipt and stay on one side of the split."""
        if len(self.split) == 1:
            return ""
        point = (Dice(key_of(self.seed, "split")).random() + group * _GOLDEN) % 1.0 * sum(self.split)
        for name, share in zip(self.parts, self.split, strict=True):
            point -= share
            if point < 0:
                return name
        return self.parts[-1]

    @cached_property
    def ingredients(self) -> Ingredients:
        """Files that the samples are made by."""
        others = list(self.overrides.inputs)
        if self.values:
            with suppress(OSError):  # reading its values says what is wrong
                others.append(InputFile.read(Path(self.values)))
        kinds, countries = {*self.kinds, *self.mix}, self.overrides.countries
        return Ingredients(self.receipts, self.snippets, kinds, self.profile, others, countries)

    def fingerprint(self) -> dict[str, Any]:
        """Return what the ledger compares: everything that the bytes depend on, ready for JSON."""
        # Through JSON once, so that tuples compare equal to what the ledger gives back.
        settings = {name: getattr(self, name) for name in _SETTINGS}
        numbers = {"mix": dict(self.mix), "counts": dict(self.counts), "shard": self.has_shards * self.shard_size}
        plan: dict[str, Any] = json.loads(json.dumps({**settings, **numbers, **self.overrides.settings()}))
        said = {name: value for name, value in plan.items() if name not in UNSAID or value != UNSAID[name]}
        return {**self.ingredients.identity(), **said}

    @classmethod
    def files_of(cls, fingerprint: Mapping[str, Any]) -> Self:
        """Return a plan that writes the files of the one with a fingerprint; what receipts say moves none of them.

        Raises:
            KeyError: The fingerprint lacks a setting.
        """
        said = UNSAID | dict(fingerprint)
        plan = cls(**{name: _frozen(said[name]) for name in _SETTINGS if name != "values"})
        return replace(plan, image=ImageFormat(*plan.image))


# Settings that a fingerprint has under their own names; those of the overrides stand beside them.
_SETTINGS = tuple(each.name for each in fields(Plan) if each.name != "overrides")
# What a fingerprint leaves out where it is so, as those of versions that had no such settings.
UNSAID: dict[str, Any] = {
    "image": list(ImageFormat()), "color": False, "counts": {}, "height": None, "width": None, "fit": None,
    "shard": 0,
}  # fmt: skip


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# Chunks have a field of that name.
FileContent: TypeAlias = bytes


class Chunk(NamedTuple):
    """The result of drawing some samples.

    Attributes:
        records: Records by part and sink, in the order of the samples.
        kinds: Number of samples by kind.
        parts: Number of samples by part.
        bytes: Size of the loose files.
        files: Content of the loose files by path in the data set, where they are not written yet.
        processor: Instructions of the processor that drew them, as ``processor`` tells them.
    """

    records: dict[str, dict[str, list[Any]]]
    kinds: dict[str, int]
    parts: dict[str, int]
    bytes: int
    files: dict[str, FileContent]
    processor: str


def image_file(kind: str, index: int, suffix: str = ".png") -> str:
    """Return the path of a sample's image in its part: ``price/000012.png``, ``000012/receipt.png``."""
    return f"{index:06d}/receipt{suffix}" if kind == "receipt" else f"{kind}/{index:06d}{suffix}"


@dataclass(frozen=True)
class ChunkDrawing:
    """The drawing of chunks, which workers do; a task is the first position of a chunk and the one after its last.

    Attributes:
        plan: Contents of the data set.
        folder: Folder that its loose files are written to; None to return them with the chunk.
    """

    plan: Plan
    folder: Path | None

    def __call__(self, bounds: tuple[int, int]) -> Chunk:
        """Draw the samples of a chunk, and write their loose files or keep them."""
        plan, chunk, size = self.plan, Chunk({}, {}, {}, 0, {}, processor()), 0
        for position in range(*bounds):
            kind, index = plan.locate(position)
            sample = plan.sources[kind].draw(index)
            part = plan.part(sample.group)
            image = plan.image.encode(sample.page.image)
            encoded = encode(plan.writers, sample, image_file(kind, index, plan.image.suffix), image)
            for name, content in encoded.files.items():
                chunk.files[f"{part}/{name}" if part else name] = content
                size += len(content)
            sinks = chunk.records.setdefault(part, {})
            for name, record in encoded.records.items():
                sinks.setdefault(name, []).append(record)
            chunk.kinds[kind] = chunk.kinds.get(kind, 0) + 1
            chunk.parts[part] = chunk.parts.get(part, 0) + 1
        if self.folder is not None:
            write_files(self.folder, chunk.files)
            chunk.files.clear()
        return chunk._replace(bytes=size)
