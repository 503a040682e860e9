"""The public reader, which takes images as paths, bytes, arrays or Pillow images."""

from collections.abc import Sequence
from io import BytesIO
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import FileError
from receiptgen.extraction.fields import ReceiptFields
from receiptgen.finding.finders import USUAL, finder_of
from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import NO_IMAGE, pictures_in, read_pictures
from receiptgen.imaging.pictures import Picture
from receiptgen.imaging.pillow_images import flatten
from receiptgen.reading.page_fields import FIELD_WEIGHTS, field_reader, fields_of
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.pages import read_page, read_papers
from receiptgen.reading.results import PageText
from receiptgen.recognition.opened_model import open_for_reading

if TYPE_CHECKING:
    from PIL.Image import Image

    ImageLike = str | PathLike[str] | bytes | NDArray[np.uint8] | Image


class Reader:
    """Reads receipts and lines of text; loads its weights once.

    An image is a path; the bytes of an image file or PDF; an array uint8 (H, W), black 0, or (H, W, 3) blue, green,
    red as OpenCV reads it; or a Pillow image. Can be shared by threads, and pickled: another process loads the
    weights again.

    Args:
        weights: Packaged weights by name, a safetensors file of a training run, or an ONNX file.
        finder: What finds the text of pages: ``classical``, or weights of a finder as those that read are named.
        beam_width: Beam width of the search for a line's text, 0 for the best path; None for the weights' usual search.
        lexicon: File of expected words, one per line; other words become less likely.
        field_weights: Weights that tell fields, named as those that read; opened when fields are first asked for.

    Raises:
        WeightsError: The weights can't be read.
        MissingExtraError: Nothing is installed that reads them; the message names the extra.
        FileError: The lexicon can't be read.
        LanguageError: The lexicon has no words.
        ValueError: The beam width is below 0 or too large.
    """

    def __init__(
        self, weights: str | PathLike[str] = "receipt", *, finder: str | PathLike[str] = USUAL,
        beam_width: int | None = None, lexicon: str | PathLike[str] | None = None,
        field_weights: str | PathLike[str] = FIELD_WEIGHTS,
    ) -> None:  # fmt: skip
        self._arguments = weights, finder, beam_width, lexicon, field_weights
        model = open_for_reading(Path(weights))
        search = model.search(beam_width, Path(lexicon) if lexicon else None)
        self._pages = PageReader(model, search, finder_of(finder))

    def __getstate__(self) -> tuple[Any, ...]:
        return self._arguments

    def __setstate__(self, arguments: tuple[Any, ...]) -> None:
        weights, finder, beam_width, lexicon, field_weights = arguments
        Reader.__init__(
            self, weights, finder=finder, beam_width=beam_width, lexicon=lexicon, field_weights=field_weights
        )

    def read(self, image: "ImageLike") -> PageText:
        """Find and read all text of a photo or scan of a receipt.

        Args:
            image: Image of the page; of a file with several pages, the first is read.

        Returns:
            Its text; of a PDF with a text layer, that. Of a damaged file what is left is read, and its ``warnings``
            say so.

        Raises:
            FileError: It can't be read, or is not an image.
            PageError: There is more on it than a page of text.
            TypeError: It is not an image as ``Reader`` takes it.
        """
        return read_page(self._pages, gray_picture(image))

    def read_all(self, image: "ImageLike") -> list[PageText]:
        """Find and read all receipts of a photo, each as a page of its own.

        Args:
            image: Image with one receipt or several; of a file with several pages, the first is read.

        Returns:
            The text of each receipt, from left to right and from top to bottom. Corners are those on the image; where
            there are several receipts, ``paper`` has the corners of each. Raises as ``read`` does.
        """
        return read_papers(self._pages, gray_picture(image))

    def fields(self, image: "ImageLike") -> ReceiptFields:
        """Find out what a photo or scan of a receipt says: merchant, date, items, taxes, total.

        Args:
            image: Image of the page, as ``read`` takes it.

        Returns:
            The fields, each with its confidence and its words; all of them None or empty where there is no receipt.
            Raises as ``read`` does, and where the weights for fields can't be read.
        """
        return fields_of(self.read(image), field_reader(Path(self._arguments[4])))

    def read_line(self, image: "ImageLike") -> tuple[str, float]:
        """Read the image of a single line.

        Returns:
            Its text, and the probability that the whole text is right, 0 to 1.

        Raises:
            FileError: It can't be read, is damaged, or is not an image.
            TypeError: It is not an image as ``Reader`` takes it.
        """
        return self.read_lines([image])[0]

    def read_lines(self, images: "Sequence[ImageLike]") -> list[tuple[str, float]]:
        """Read images of one line each, in batches of similar width; returns and raises as ``read_line`` does."""
        if isinstance(images, str | bytes):
            raise TypeError("expected several images; read_line reads one")
        lines = self._pages.read_lines([_whole(image) for image in images])
        return [(line.text, line.confidence) for line in lines]


def _whole(image: "ImageLike") -> Pixels:
    """Return the pixels of an image; raises FileError where some are missing."""
    picture = picture_of(image)
    if picture.damage:
        raise FileError(f"{fspath(image) if isinstance(image, str | PathLike) else 'image'}: {picture.damage}")
    return picture.pixels


def gray_picture(image: "ImageLike") -> Picture:
    """Return an image with grey pixels; takes and raises as ``picture_of`` does."""
    picture = picture_of(image)
    if picture.pixels.ndim == 2:
        return picture
    return picture._replace(pixels=np.asarray(cv2.cvtColor(picture.pixels, cv2.COLOR_BGR2GRAY)))


def picture_of(image: "ImageLike") -> Picture:
    """Return an image as pixels.

    Args:
        image: An image, as ``Reader`` takes it.

    Returns:
        The picture, its pixels uint8 (H, W), black 0, or (H, W, 3) blue, green, red.

    Raises:
        FileError: It can't be read, or is not an image.
        TypeError: It is not an image as ``Reader`` takes it.
    """
    if isinstance(image, np.ndarray):
        if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)) or not image.size:
            raise TypeError(f"expected pixels uint8 (H, W) or (H, W, 3), got {image.dtype} {image.shape}")
        return Picture(image)
    if isinstance(image, bytes):
        name, picture = "image", next(pictures_in(BytesIO(image)))
    elif isinstance(image, str | PathLike):
        name, picture = fspath(image), next(read_pictures(fspath(image)))
    elif hasattr(image, "convert"):
        try:
            return Picture(flatten(image))
        except (OSError, ValueError):  # Pillow decodes lazily, here
            raise FileError(f"image: {NO_IMAGE}") from None
    else:
        raise TypeError(f"expected a path, bytes, an array or a Pillow image, got {type(image).__name__}")
    if isinstance(picture, str):
        raise FileError(f"{name}: {picture}")
    return picture
