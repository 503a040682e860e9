"""What the forms of YOLO's labels have in common: folders, numbers of classes, and the file that names both."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.sample import Sample
from receiptgen.writers import OWN, Contents
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import stem_of
from receiptgen.writers._roles import CLASS_NUMBERS, CLASSES, class_of


def labelled(folder: str, sample: Sample, file: str, image: ImageFile, places: NDArray[Any]) -> dict[str, bytes]:
    """Return the image of a sample and its labels as files of a folder.

    Args:
        folder: Name of the folder in the part.
        sample: The sample.
        file: Path of its image in the part.
        image: The image file.
        places: (N, K), what places each field, as shares of the image; a row that is not finite is left out.
    """
    stem = stem_of(sample)
    rows = "".join(_rows(sample, places))
    return {f"{folder}/images/{stem}{suffix_of(file)}": image, f"{folder}/labels/{stem}.txt": rows.encode()}


def _rows(sample: Sample, places: NDArray[Any]) -> Iterator[str]:
    for field, place in zip(sample.page.regions.fields, places, strict=True):
        if np.isfinite(place).all():
            yield f"{CLASS_NUMBERS[class_of(field.role)]} {' '.join(f'{share:.6f}' for share in place.tolist())}\n"


def data_file(folder: str, contents: Contents) -> bytes:
    """Return the file that names folders and classes; a set that is not split is its own validation."""
    folders = {part: f"{part}/{folder}/images" if part else f"{folder}/images" for part in contents.samples}
    paths = {"train": folders.get("train", folders.get("")), "val": folders.get("val", folders.get(""))}
    if "test" in folders:
        paths["test"] = folders["test"]
    places = "".join(f"{name}: {path}\n" for name, path in paths.items())
    names = "".join(f"  {number}: {name}\n" for number, name in enumerate(CLASSES))
    return f"# {OWN}, which replaces it\n{places}names:\n{names}".encode()
