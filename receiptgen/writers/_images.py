"""Image files of samples: PNG, which keeps every pixel, JPEG and WebP."""

from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import LayoutError
from receiptgen.writers._png import encode_png

ImageName = Literal["png", "jpeg", "webp"]
IMAGE_NAMES: tuple[ImageName, ...] = ("png", "jpeg", "webp")
# Quality where none is said, and the one at which WebP keeps every pixel.
QUALITY, _LOSSLESS = 90, 100
_SUFFIXES = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}
# Pixels a side that a format can hold: 65,535 of JPEG, less what libjpeg keeps for itself; 14 bits of WebP.
_LONGEST = {"jpeg": 65_500, "webp": 16_383}


class ImageFormat(NamedTuple):
    """How images are encoded.

    Attributes:
        name: ``png``, ``jpeg`` or ``webp``.
        quality: 1 to 100, of JPEG and WebP; at 100, WebP keeps every pixel.
    """

    name: ImageName = "png"
    quality: int = QUALITY

    @property
    def suffix(self) -> str:
        """End of the names of its files, as ``.png``."""
        return _SUFFIXES[self.name]

    def encode(self, image: NDArray[np.uint8]) -> "ImageFile":
        """Encode an image.

        Args:
            image: uint8 (H, W) or RGB (H, W, 3), neither side 0.

        Raises:
            LayoutError: The format can't hold an image as large.
        """
        if self.name == "png":
            return ImageFile(encode_png(image), self)
        if max(image.shape[:2]) > _LONGEST[self.name]:
            height, width = image.shape[:2]
            raise LayoutError(
                f"an image of {width:,} x {height:,} pixels is too large for {self.name}: the limit is "
                f"{_LONGEST[self.name]:,} a side; write png, or print fewer lines"
            )
        if self.name == "jpeg":
            options = (cv2.IMWRITE_JPEG_QUALITY, self.quality)
        else:
            # OpenCV means lossless by whatever is above 100.
            options = (cv2.IMWRITE_WEBP_QUALITY, 101 if self.quality == _LOSSLESS else self.quality)
        # OpenCV has blue first.
        pixels = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        return ImageFile(cv2.imencode(self.suffix, pixels, options)[1].tobytes(), self)


PNG = ImageFormat()


class ImageFile(bytes):
    """The bytes of an image file.

    Attributes:
        format: How it was encoded, so that parts of the image can be written alike.
    """

    format: ImageFormat

    def __new__(cls, content: bytes, format: ImageFormat) -> "ImageFile":  # as the attribute
        """Wrap the content of a file."""
        file = super().__new__(cls, content)
        file.format = format
        return file

    def __getnewargs__(self) -> tuple[bytes, ImageFormat]:  # type: ignore[override]  # bytes have no format
        """Return what a copy in another process is made of."""
        return bytes(self), self.format


def suffix_of(file: str) -> str:
    """Return the end of a file's name, as ``.png``."""
    return file[file.rindex(".") :]
