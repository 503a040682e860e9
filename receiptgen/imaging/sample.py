"""A finished sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Region


class DrawnLine(NamedTuple):
    """What is learnt from a sample of one line.

    Attributes:
        image: Pixels uint8 (H, W), 0 black to 255 white; or RGB (H, W, 3).
        text: Text that a reader should return.
    """

    image: NDArray[np.uint8]
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One finished sample.

    Attributes:
        kind: Name of the snippet in its set, or ``receipt``.
        index: Number of the sample within its kind; the sample is a function of (template, seed, index).
        group: Samples of one group share a receipt and so belong on one side of a split.
        page: Pixels and regions.
        template: Name of the template or snippet set.
        profile: Name of the profile that it was printed, handled and captured by.
        locale: Name of the locale.
        face: Name of the (first) face.
        size: Its size in pixels an em.
        text: Text that a reader should return: the snippet, or the receipt with its columns kept by spaces.
        values: What the receipt says, JSON-ready: its values as they are printed, no others; empty for snippets.
        effects: Effects that the page went through, in order, with their parameters.
        unprinted: Values of the receipt that were drawn and are not printed, JSON-ready.
        printed: For each field of the page, the paths in ``values`` of what it says, as ``items.3.amount``; empty for
            snippets.
        contradictions: Identities that given values break, a line each, where they were printed all the same.
        colors: Colours of ``paper`` and ``ink``, of an ``accent`` and the ``pen`` if there are such, as ``#rrggbb``,
            and what the accent prints as ``accents``; empty for a grey page.
    """

    kind: str
    index: int
    group: int
    page: Page = field(repr=False)
    template: str
    profile: str
    locale: str
    face: str
    size: int
    text: str
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)
    effects: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    unprinted: Mapping[str, Any] = field(default_factory=dict, repr=False)
    printed: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    contradictions: tuple[str, ...] = field(default=(), repr=False)
    colors: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def image(self) -> NDArray[np.uint8]:
        """Pixels uint8 (H, W), 0 black to 255 white; or RGB (H, W, 3) where colour was asked for."""
        return self.page.image

    def where(self, path: str) -> list[Region]:
        """Return the fields that print one of ``values``, by its path, as ``total`` or ``items.3.amount``."""
        fields = zip(self.page.regions.each("fields"), self.printed, strict=False)
        return [region for region, paths in fields if path in paths]

    @property
    def name(self) -> str:
        """Path-like name, unique in its data set: ``price/000012``."""
        return f"{self.kind}/{self.index:06d}"
