"""Exports of labelling tools: which tool a file is of, where its images lie, and lines cut out of pages by outlines."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import DatasetError
from receiptgen.imaging.boxes import SHORTEST_SIDE, upright_box
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import LARGEST
from receiptgen.reading.line_images import is_quad

from ._files import Files, path_ends
from ._reading import Stamp, mapped
from ._rows import SMALL_BOX, Row
from ._tree import some_files

UNREADABLE = "is marked as unreadable"
NO_OUTLINE = "expected a box or a polygon, in numbers"
# What ICDAR and those after it write for text that nobody can read.
_UNREADABLE_TEXTS = {"###", "*"}
# JSON files of a folder that may be exports; others hold one for each page.
_LOOKED_AT = 20
# Pixels from a page's corner at which nothing lies.
_FAR = 1e6
# Corners of an outline may be this far from an upright box, in pixels, as rounding puts them.
_UPRIGHT = 1.0
# Share by which width and height of a page of another size may have changed apart, as rounding does.
_SAME_SHAPE = 0.02


def export_of(path: Path) -> str | None:
    """Return the format of a JSON file that a labelling tool wrote, by words in it; raises OSError."""
    content = mapped(Stamp.of(path))

    def has(*keys: str) -> bool:
        return all(content.find(f'"{key}"'.encode()) >= 0 for key in keys)

    match content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]:
        case b"[" if has("original_width") or has("data", "annotations") or has("annotation_id", "annotator"):
            return "labelstudio"
        case b"{" if has("images", "annotations") or has("imgs", "anns"):
            return "coco"
    return None


def find_exports(path: Path, format: str = "") -> list[Path]:
    """Return the exports at a path: it itself, or the uppermost ones of a folder.

    Args:
        path: File or folder.
        format: Their format; empty for any.
    """
    if path.is_file():
        return [path]
    by_folder: dict[str, list[str]] = {}
    for file in sorted(file for file in some_files(path) if file.endswith(".json")):
        by_folder.setdefault(file.rpartition("/")[0], []).append(file)
    by_depth: dict[int, list[Path]] = {}
    for files in by_folder.values():
        found = [
            path / file for file in files[:_LOOKED_AT] if (named := export_of(path / file)) and format in ("", named)
        ]
        by_depth.setdefault(files[0].count("/"), []).extend(found)
    return next((found for _, found in sorted(by_depth.items()) if found), [])


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; raises OSError.

    Raises:
        DatasetError: It is not JSON.
    """
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path}: is not JSON: {error}") from None


def records(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects in a list of JSON, or in an object that has them by id; none for any other value."""
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [each for each in values if isinstance(each, dict)]


def without_query(name: str) -> str:
    """Return a URL without what a server is asked beside its path, such as a signature."""
    return name.partition("?")[0] if "://" in name else name


class ExportFiles(Files):
    """Images that an export names as the tool has them: by URL, by a path on its server, or in a folder of a part.

    They lie beside the export, or in a folder there or beside that of the export, or in one of its ``images``. An
    image that was made smaller or larger since counts in the pixels of the export.

    Args:
        path: The export.

    Attributes:
        sizes: Width and height of images as the export says them, by the names that it gives them.
        places: Where images are looked for, in words.
    """

    def __init__(self, path: Path) -> None:
        folder = path.parent
        around = [folder, folder.parent] if folder.name == "annotations" else [folder]
        inner = [each for base in around for each in _folders_of(base)]
        super().__init__(*around, *inner, *(each for base in around for each in _folders_of(base / "images")))
        self.sizes: dict[str, tuple[int, int]] = {}
        self.places = f"they belong into {' or '.join(map(str, around))}, or a folder there"

    def note_size(self, file: str, width: Any, height: Any) -> None:
        """Note the size of an image where an export says it in numbers."""
        if all(isinstance(side, int | float) and 1 <= side < _FAR for side in (width, height)):
            self.sizes[file] = round(width), round(height)

    def image(self, file: str) -> Pixels | str:
        """Read an image file, in the size that the export says."""
        image = super().image(file)
        size = self.sizes.get(file)
        if isinstance(image, str) or size is None or size == image.shape[::-1]:
            return image
        height, width = image.shape
        across, down = size[0] / width, size[1] / height
        if abs(across / down - 1) > _SAME_SHAPE or size[0] * size[1] > LARGEST:
            return f"is {width} x {height} pixels, {size[0]} x {size[1]} in the export"
        method = cv2.INTER_AREA if width > size[0] else cv2.INTER_LINEAR
        return cv2.resize(image, size, interpolation=method).astype(np.uint8, copy=False)

    def _other_names(self, file: str) -> Iterable[str]:
        """Return the ends of the path; without the digits too that Label Studio puts before what is uploaded."""
        name = unquote(file.partition("?d=")[2] or without_query(file).partition("://")[2] or file).replace("\\", "/")
        ends = path_ends([part for part in PurePosixPath(name).parts if part not in ("/", "..")])
        prefix, dash, uploaded = ends[-1].partition("-") if ends else ("", "", "")
        is_prefix = dash and len(prefix) == 8 and all(char in "0123456789abcdef" for char in prefix)
        return [*ends, uploaded] if is_prefix else ends


def _folders_of(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []


def outlined_row(name: str, file: str, text: str, outline: Sequence[float] | None) -> Row:
    """Return the row of a text with its outline in a page.

    Args:
        name: Name of the row.
        file: Name of the page.
        text: The text.
        outline: Corners of a polygon, x and y one after the other, in pixels; four of them clockwise from the top left
            of the text. None for nothing of the kind.
    """
    if text.strip() in _UNREADABLE_TEXTS:
        return Row(name, file, "", fault=UNREADABLE)
    try:
        points = np.asarray(outline, np.float64).reshape(-1, 2)
        box = upright_box(_bounds(points))
    except (ValueError, TypeError, OverflowError):
        return Row(name, file, text, fault=NO_OUTLINE)
    if min(box[2] - box[0], box[3] - box[1]) < SHORTEST_SIDE:
        return Row(name, file, text, fault=SMALL_BOX)
    quad = _quad_of(points)
    return Row(name, file, text, box=box, quad=() if quad is None else tuple(quad.ravel().tolist()))


def _bounds(points: NDArray[np.float64]) -> list[float]:
    """Return the corners of the upright box round points, clockwise from the top left.

    Raises:
        ValueError: There are too few points, or some are no numbers or lie on no page.
    """
    if len(points) < 3 or not (np.abs(points) < _FAR).all():
        raise ValueError("not an outline")
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return [left, top, right, top, right, bottom, left, bottom]


def _quad_of(points: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the quad by which a line is cut out level; None where its upright box does as well."""
    quad = points if len(points) == 4 else None
    if quad is not None and not is_quad(quad):
        quad = quad[[0, 3, 2, 1]]  # it went the other way round
    if quad is None or not is_quad(quad):
        quad = _level(cv2.boxPoints(cv2.minAreaRect(points.astype(np.float32))).astype(np.float64))
    upright = np.abs(quad - np.reshape(_bounds(points), (4, 2))).max() <= _UPRIGHT
    return None if upright or not is_quad(quad) else quad


def _level(rectangle: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the corners of a rectangle, clockwise, from the one from which its upper edge goes right the most."""
    edges = np.roll(rectangle, -1, axis=0) - rectangle
    rightward = edges[:, 0] / np.maximum(np.linalg.norm(edges, axis=1), 1e-9)
    return np.roll(rectangle, -int(rightward.argmax()), axis=0)
