"""Line crops as a profile draws them, again and again with other numbers, and their measures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from receiptgen.drawing.profile import Profile
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.snippets import ChosenSnippet, SnippetSource
from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fidelity.measures import measure_crops
from receiptgen.fitting.numbers import Floats, FreeKey, free_keys, profile_at
from receiptgen.imaging.geometry import Pixels

# Snippets that receipts' rows and fields are, the texts of line crops.
_SET, _KIND = "standard", "receipt_text"


@lru_cache(maxsize=3)
def _chosen(profile_name: str, seed: int, count: int) -> tuple[SnippetSource, tuple[ChosenSnippet, ...]]:
    """Choose texts and fonts once, which stay the same whatever happens to them."""
    source = SnippetSource(_SET, _KIND, seed, profile_name)
    return source, tuple(source.choose(index) for index in range(count))


@dataclass(frozen=True, slots=True)
class DrawnLines:
    """Line crops of a profile: texts, fonts and dice stay, numbers change.

    Attributes:
        profile_name: The profile, by name or path.
        seed: Seed of the crops.
        count: How many crops are drawn.
    """

    profile_name: str
    seed: int
    count: int

    @property
    def profile(self) -> Profile:
        """The profile as it is written."""
        return load_profile(self.profile_name).value

    @property
    def keys(self) -> tuple[FreeKey, ...]:
        """Its keys with free numbers."""
        return free_keys(self.profile)

    def preload(self) -> None:
        """Choose what is drawn, so that processes that are forked from now on share it."""
        _chosen(self.profile_name, self.seed, self.count)

    def images(self, positions: Floats | None) -> Iterator[LineCrop]:
        """Yield the crops as the profile is written, or with free numbers at positions, (P,), or (N, P) of each."""
        source, chosen = _chosen(self.profile_name, self.seed, self.count)
        for snippet, changed in zip(chosen, self._changed(positions), strict=True):
            # Where the profile is a mix, each snippet keeps the one that was drawn for it.
            page = source.draw_as(snippet, changed or snippet.style.profile)
            yield LineCrop(_grey(page.image), len(snippet.text), str(snippet.drawn.group), str(snippet.number))

    def _changed(self, positions: Floats | None) -> Iterable[Profile | None]:
        """Return the profile of each crop; None for what is written."""
        if positions is None:
            return [None] * self.count
        profile, keys = self.profile, self.keys
        if positions.ndim == 1:
            return [profile_at(profile, keys, positions)] * self.count
        return (profile_at(profile, keys, each) for each in positions)

    def __call__(self, positions: Floats | None) -> Floats:
        """Return the measures of the crops, float64 (count, M)."""
        return measure_crops(list(self.images(positions)))


def _grey(image: Pixels) -> Pixels:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
