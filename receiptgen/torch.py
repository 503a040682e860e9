"""Fresh samples for training loops of your own in PyTorch: lines, words or pages, in any number of processes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count as counting
from os import PathLike, fspath
from typing import Any, Literal, Protocol, TypedDict

import numpy as np

from receiptgen.core.assets import own_names
from receiptgen.core.errors import ConfigError, MissingExtraError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.cuts import CUTS
from receiptgen.drawing.fixed_size import Fit
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.receipt_cuts import ReceiptCuts
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import STANDARD, Snippets
from receiptgen.drawing.template import snippet_set
from receiptgen.imaging.sample import Sample

try:
    import torch
    from torch.utils.data import IterableDataset, get_worker_info
except ModuleNotFoundError:
    raise MissingExtraError("receiptgen.torch needs PyTorch; pip install 'receiptgen[torch]'") from None

__all__ = ["Item", "Stream", "collate", "to_item"]

Names = str | PathLike[str] | Sequence[str | PathLike[str]]
_PAPER = 255


class Item(TypedDict):
    """What a stream yields unless it is given a transform.

    Attributes:
        image: Pixels uint8 (1, H, W), 0 black to 255 white; (3, H, W), red, green and blue, of a sample in colour.
        text: What a reader should return: a line, a word, or a page with its columns kept by spaces.
        kind: Kind of the sample, as ``price``, ``lines`` or ``receipt``.
    """

    image: torch.Tensor
    text: str
    kind: str


def to_item(sample: Sample) -> Item:
    """Return image, text and kind of a sample."""
    pixels = np.atleast_3d(sample.image)
    return {"image": torch.from_numpy(pixels.transpose(2, 0, 1).copy()), "text": sample.text, "kind": sample.kind}


def collate(items: Sequence[Item]) -> dict[str, Any]:
    """Put items of any size into one batch, for ``DataLoader(..., collate_fn=collate)``.

    Returns:
        ``image``, uint8 (N, C, H, W) with white paper to the right of and below smaller images, and with three
        channels where any of them is in colour; ``width`` and
        ``height``, int64 (N,), those of each image in pixels; ``text`` and ``kind``, lists of N.
    """
    sizes = torch.tensor([item["image"].shape[-2:] for item in items])
    height, width = sizes.amax(dim=0).tolist()
    channels = max(len(item["image"]) for item in items)
    batch = torch.full((len(items), channels, height, width), _PAPER, dtype=torch.uint8)
    for place, item in zip(batch, items, strict=True):
        own_height, own_width = item["image"].shape[-2:]
        place[:, :own_height, :own_width] = item["image"]
    return {
        "image": batch, "height": sizes[:, 0], "width": sizes[:, 1],
        "text": [item["text"] for item in items], "kind": [item["kind"] for item in items],
    }  # fmt: skip


class _Source(Protocol):
    def draw(self, index: int) -> Sample:
        """Draw sample number ``index``."""


class Stream(IterableDataset[Any]):
    """Fresh samples, endless or ``count`` of them, for a ``DataLoader`` with any number of workers and ranks.

    Sample ``i`` depends on the seed alone. Each is drawn by one process only: blocks of ``block`` samples are dealt out
    to ranks and their workers in turn, so that together they have the samples ``start``, ``start + 1`` and so on. With
    ``block`` as large as the loader's batch, batches come in the same order too, whatever the number of workers.

    Args:
        unit: ``lines`` or ``words``, cut out of drawn receipts or, if ``kinds`` or ``set`` are given, snippets drawn
            one by one; ``pages`` for whole receipts.
        kinds: Kinds of snippets, as ``["price", "date"]``, which take turns; all of the set by default.
        set: Snippet set: a packaged name or the path of a YAML file.
        templates: Receipt templates, which take turns: packaged names or paths. All packaged ones by default.
        profile: How samples are printed, handled and captured: a packaged name or a path; empty for that of set or
            template.
        locales: Countries, equally likely: names as ``de_DE``; those of set or template by default.
        height: Height of all images of lines and words in pixels; each its own by default.
        width: Width of all of them in pixels.
        fit: How an image comes to the width: ``pad``, ``squeeze`` or ``stretch``.
        color: Whether all samples are in colour; otherwise profiles say so.
        seed: Seed of all samples.
        start: Number of the first sample: where an earlier run of this seed ended, all ranks and workers together.
        count: Number of samples, all ranks and workers together; None for endless ones.
        transform: Makes an item of a ``Sample``; it is called in the worker. ``to_item`` by default.
        block: Consecutive samples that one process draws. By default as few as are drawn fast: one, or all of the
            receipts that they are cut out of.
        rank: Number of this process among those that train, from 0; by default as ``torch.distributed`` has it, or 0.
        world_size: Number of processes that train; goes with ``rank``.

    Raises:
        UnknownNameError: There is no set, kind, template or profile of that name.
        ConfigError: A file or an argument is wrong.
    """

    def __init__(
        self,
        unit: Literal["lines", "words", "pages"] = "lines",
        *,
        kinds: str | Sequence[str] = (),
        set: str | PathLike[str] = "",  # as --set
        templates: Names = (),
        profile: str | PathLike[str] = "",
        locales: str | Sequence[str] = (),
        height: int | None = None,
        width: int | None = None,
        fit: Fit | None = None,
        color: bool = False,
        seed: int = 0,
        start: int = 0,
        count: int | None = None,
        transform: Callable[[Sample], Any] = to_item,
        block: int | None = None,
        rank: int | None = None,
        world_size: int | None = None,
    ) -> None:
        _check(unit, kinds, set, templates, (height, width, fit))
        numbers = {"seed": (seed, 0), "start": (start, 0), "count": (count, 0), "block": (block, 1)}
        _check_numbers(numbers, rank, world_size)
        looks = {"locales": locales, "height": height, "width": width, "fit": fit, "color": color}
        self._source, natural = (
            _snippets(kinds, fspath(set) or STANDARD, fspath(profile), seed, looks)
            if kinds or set
            else _receipts(unit, templates, fspath(profile), seed, looks)
        )
        self._start, self._count, self._block = start, count, block or natural
        self._transform = transform
        self._rank, self._world_size = rank, world_size
        # Items of this process's share that were drawn, and of those, how many a loaded state leaves out.
        self._drawn = self._left_out = 0

    def __iter__(self) -> Iterator[Any]:
        if get_worker_info() is not None:
            import cv2

            # Each core has a worker of its own. Any other number would have a forked one wait for threads it lacks.
            cv2.setNumThreads(0)
        self._drawn, self._left_out = self._left_out, 0
        for index in self._share(self._drawn):
            item = self._transform(self._source.draw(index))
            self._drawn += 1
            yield item
        self._drawn = 0

    def __len__(self) -> int:
        """Return the number of samples of this rank; raises TypeError for an endless stream."""
        if self._count is None:
            raise TypeError("an endless stream has no length; give it a count")
        rank, world_size = self._ranks()
        blocks = -(-self._count // self._block)
        own = len(range(rank, blocks, world_size))
        has_last = blocks > 0 and (blocks - 1) % world_size == rank
        return own * self._block - (blocks * self._block - self._count if has_last else 0)

    def state_dict(self) -> dict[str, int]:
        """Return how far this process is, as torchdata's ``StatefulDataLoader`` asks of each worker."""
        return {"drawn": self._drawn}

    def load_state_dict(self, state: Mapping[str, int]) -> None:
        """Go on from a state, with as many ranks and workers as there were."""
        self._left_out = state["drawn"]

    def __getstate__(self) -> dict[str, Any]:
        """Tell a spawned worker its rank, which it couldn't ask for."""
        rank, world_size = self._ranks()
        return {**self.__dict__, "_rank": rank, "_world_size": world_size}

    def _share(self, left_out: int) -> Iterator[int]:
        """Yield the numbers of the samples of this process, without the first ``left_out`` ones."""
        rank, world_size = self._ranks()
        info = get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        first, step = worker * world_size + rank, workers * world_size
        blocks_left_out, offset = divmod(left_out, self._block)
        for block in counting(first + blocks_left_out * step, step):
            begin = block * self._block
            end = begin + self._block if self._count is None else min(begin + self._block, self._count)
            if end <= begin:
                return
            yield from range(self._start + begin + offset, self._start + end)
            offset = 0

    def _ranks(self) -> tuple[int, int]:
        """Return the number of this process among those that train, and how many they are."""
        if self._rank is not None and self._world_size is not None:
            return self._rank, self._world_size
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            return torch.distributed.get_rank(), torch.distributed.get_world_size()
        return 0, 1


def _check(
    unit: str, kinds: str | Sequence[str], set: str | PathLike[str], templates: Names, size: Sequence[object]
) -> None:
    """Check that arguments go together.

    Raises:
        ConfigError: They don't.
    """
    if unit not in ("lines", "words", "pages"):
        raise ConfigError([f"unit: {unit!r} is not 'lines', 'words' or 'pages'"])
    if (kinds or set) and templates:
        raise ConfigError(["templates: receipts have no kinds of snippets; give either kinds and set or templates"])
    if (kinds or set) and unit != "lines":
        raise ConfigError([f"unit: snippets are drawn one by one, not as {unit}; leave kinds and set out"])
    if unit == "pages" and any(size):
        raise ConfigError(["height: pages keep their size; scale them in a transform"])


def _check_numbers(numbers: Mapping[str, tuple[int | None, int]], rank: int | None, world_size: int | None) -> None:
    """Check numbers against the smallest that are possible.

    Raises:
        ConfigError: One is too small or not whole, or a rank is none.
    """
    for name, (number, least) in numbers.items():
        if number is not None and not isinstance(number, int):
            raise ConfigError([f"{name}: expected a whole number, got {number!r}"])
        if number is not None and number < least:
            raise ConfigError([f"{name}: {number} is below {least}"])
    if (rank is None) != (world_size is None):
        raise ConfigError(["rank: goes with world_size; give both or neither"])
    if rank is not None and world_size is not None and not 0 <= rank < world_size:
        raise ConfigError([f"rank: {rank} is not from 0 to world_size - 1, which is {world_size - 1}"])


def _snippets(
    kinds: str | Sequence[str], set: str, profile: str, seed: int, looks: Mapping[str, Any]
) -> tuple[_Source, int]:
    """Return snippets, and the block in which they are drawn fast: whole receipts where they are taken out of these."""
    snippets = Snippets(kinds, profile=profile, seed=seed, set=set, **looks)
    cut = not snippet_set(set).value.cuts.keys().isdisjoint(snippets.kinds)
    return snippets, CUTS * len(snippets.kinds) if cut else 1


def _receipts(
    unit: Literal["lines", "words", "pages"], templates: Names, profile: str, seed: int, looks: Mapping[str, Any]
) -> tuple[_Source, int]:
    """Return receipts or what is cut out of them, and the block in which they are drawn fast."""
    named = [templates] if isinstance(templates, str | PathLike) else templates
    names = list(dict.fromkeys(fspath(name) for name in named or own_names("templates")))
    if unit == "pages":
        return Receipts(names, profile=profile, seed=seed, locales=looks["locales"], color=looks["color"]), 1
    forget_changed_files()
    return ReceiptCuts(names, unit, profile, seed, Overrides.read(looks)), CUTS
