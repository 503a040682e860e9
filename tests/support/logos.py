"""Small pictures for the element ``image``; none is anybody's."""

from pathlib import Path

import numpy as np
from PIL import Image

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">'
    '<circle cx="20" cy="20" r="18"/><path d="M50 5 H110 V35 H50 Z" fill="#888"/></svg>'
)


def logo(folder: Path, name: str = "logo.png", size: tuple[int, int] = (40, 100)) -> Path:
    """Write a black ring on white, with paper round it, and return its path."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    away = np.hypot(y - size[0] / 2, x - size[1] / 2)
    radius = min(size) / 2 - 4
    ring = np.where((away < radius) & (away > radius - 6), 0, 255).astype(np.uint8)
    path = folder / name
    Image.fromarray(ring).save(path)
    return path
