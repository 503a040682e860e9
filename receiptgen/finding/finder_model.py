"""Finders opened to find text on pages, and what kind of network they are."""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.finding.network import MAPS, MULTIPLE, PER_VALUE, FinderNetwork
from receiptgen.imaging.geometry import Pixels
from receiptgen.recognition.layers import Shape
from receiptgen.recognition.model_kind import KindMetadata, ModelKind
from receiptgen.recognition.opened_kind import OpenedKind, open_kind

# Its pages may have any sides that are multiples of ``MULTIPLE``.
FINDER = ModelKind(
    name="finder",
    reads="pages",
    network=FinderNetwork,
    example=Shape(1, 3 * MULTIPLE, 2 * MULTIPLE),
    noun="a finder",
    lacks="find nothing on pages",
    axes={"pages": {0: "N", 1: "H", 2: "W"}, "maps": {0: "N", 2: "rows", 3: "columns"}},
    signature=f"uint8 (pages, H, W), black 0, sides multiples of {MULTIPLE}, to maps (pages, {len(MAPS)}, "
    f"H/{PER_VALUE}, W/{PER_VALUE}): {', '.join(MAPS)}",
)


class FinderMaps(NamedTuple):
    """What a finder says of a page, each map float32 (ceil(H / 2), ceil(W / 2)) for a page (H, W).

    Attributes:
        band: Probability that a value lies in the core of a cell: a strip 0.48 letters high along the middle of each
            run of words without a wide gap, 0 to 1.
        region: Probability that it lies in the cell itself, at its full height, 0 to 1.
        height: Height of its letters, ascender to descender, in pixels of the page.
        across: Part along x of the unit vector of the reading direction, -1 to 1.
        down: Part along y, -1 to 1.
        paper: Probability that it is paper of the receipt, 0 to 1.
    """

    band: NDArray[np.float32]
    region: NDArray[np.float32]
    height: NDArray[np.float32]
    across: NDArray[np.float32]
    down: NDArray[np.float32]
    paper: NDArray[np.float32]


class OpenedFinder:
    """A finder ready to find text on pages; threads may share it.

    Args:
        opened: Its network, from pages uint8 (N, H, W) to maps float32 (N, ``len(MAPS)``, H / 2, W / 2).
    """

    def __init__(self, opened: OpenedKind) -> None:
        self._opened = opened

    @property
    def metadata(self) -> KindMetadata:
        """Metadata of its file."""
        return self._opened.metadata

    @property
    def description(self) -> str:
        """What runs it and on which device, in words."""
        return self._opened.description

    def maps(self, image: Pixels) -> FinderMaps:
        """Return the maps of a page.

        Args:
            image: Page uint8 (H, W) of any size, 0 black to 255 white.

        Raises:
            WeightsError: The network can't be run, or is not that of its metadata.
        """
        height, width = image.shape
        # Its last rows and columns again: an edge of another colour would look like that of the paper.
        padded = cv2.copyMakeBorder(image, 0, -height % MULTIPLE, 0, -width % MULTIPLE, cv2.BORDER_REPLICATE)
        maps = self._opened.infer({"pages": np.ascontiguousarray(padded, np.uint8)[None]})
        if maps.shape != (1, len(MAPS), padded.shape[0] // PER_VALUE, padded.shape[1] // PER_VALUE):
            raise WeightsError(f"{self._opened.path}: is damaged, or its metadata are of another network")
        rows, columns = -(-height // PER_VALUE), -(-width // PER_VALUE)
        return FinderMaps(*maps[0, :, :rows, :columns])


def open_finder(weights: Path, backend: str = "auto", devices: str = "cpu") -> OpenedFinder:
    """Open a finder, as ``open_kind`` does.

    Args:
        weights: A file, or the name of packaged weights.
        backend: ``auto`` or ``torch``, for safetensors.
        devices: ``auto``, ``cpu``, or the index of a GPU, for safetensors.

    Raises:
        WeightsError: There is no such file, it can't be read, or is not of a finder.
        MissingExtraError: Nothing is installed that runs it.
    """
    return OpenedFinder(open_kind(FINDER, weights, backend, devices))
