"""Grey pixels as RGB and RGB pixels as grey."""

import cv2
import numpy as np
from PIL import Image

from receiptgen.imaging.geometry import Pixels


def in_color(image: Pixels) -> Pixels:
    """Return a grey image (H, W) as RGB (H, W, 3); one that is RGB as it is."""
    return image if image.ndim == 3 else np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2RGB), np.uint8)


def grey(image: Pixels) -> Pixels:
    """Return an RGB image (H, W, 3) as grey (H, W), just as image files in colour are read; a grey one as it is."""
    return image if image.ndim == 2 else np.asarray(Image.fromarray(image).convert("L"), np.uint8)
