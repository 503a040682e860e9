"""Photos of receipts of one size, to time engines that read them."""

from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from receiptgen.cli import app
from receiptgen.imaging.image_files import IMAGES, read_image

LONGEST = 1000  # pixels of the longer side


def drawn_photos(folder: Path, count: int, source: Path | None = None) -> list[Path]:
    """Write photos whose longer side has ``LONGEST`` pixels, as JPEG, and return their files.

    Args:
        folder: Folder that they are written into.
        count: Number of photos.
        source: Folder of photos, the first of which by name are taken; None for drawn ones, under ``phone_color``.
    """
    if source is None:
        source = folder / "drawn"
        options = ["--kinds", "receipt", "--profile", "phone_color", "--seed", "7", "--workers", "1", "--quiet"]
        app.main(["draw", str(count), *options, "--out", str(source)], standalone_mode=False)
    (folder / "photos").mkdir()
    files = []
    for path in islice((path for path in sorted(source.rglob("*")) if path.suffix.lower() in IMAGES), count):
        image = read_image(str(path))
        if isinstance(image, str):
            raise SystemExit(f"bench: {path}: {image}")
        scale = LONGEST / max(image.shape)
        size = round(image.shape[1] * scale), round(image.shape[0] * scale)
        sized = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC))
        files.append(folder / "photos" / f"{len(files):03d}.jpg")
        cv2.imwrite(str(files[-1]), sized)
    return files
