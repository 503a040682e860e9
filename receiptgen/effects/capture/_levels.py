"""What effects must know of an image before they can push its levels about."""

import numpy as np

from receiptgen.imaging.channels import grey
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page

# A stride that is not a multiple of usual widths, so that samples do not stand in one column.
_STRIDE = 17
_LARGE = 100_000
# So many words of a large page are looked at.
_WORDS = 48
_BESIDE = 3
# Least number of levels by which ink and paper are taken to differ.
_APART = 24.0


def ink_and_paper(page: Page) -> tuple[float, float]:
    """Estimate the levels of ink and of paper.

    Of a whole receipt, the ink is that of its paler words, so that small print outlives a threshold beside black
    headings; and what lies round the paper is not looked at.

    Returns:
        Two levels, ink first, at least 24 apart.
    """
    image = page.image
    if image.shape[0] * image.shape[1] > _LARGE and page.regions.words:
        ink, paper = _of_words(page)
    else:
        some = grey(image.reshape(1, -1, 3)).ravel()[::_STRIDE] if page.color else image.ravel()[::_STRIDE]
        last = some.size - 1
        dark, bright = last // 20, last - last // 32
        some = np.partition(some, (dark, bright))
        ink, paper = float(some[dark]), float(some[bright])
    return (ink, paper) if paper - ink >= _APART else (max(0.0, paper - 128), max(paper, _APART))


def _of_words(page: Page) -> tuple[float, float]:
    image, quads = page.image, page.regions.word_quads
    boxes = boxes_of_quads(quads[:: max(1, len(quads) // _WORDS)]).astype(int)
    height, width = page.size
    # A dash fills its box: paper is beside it.
    boxes += [-_BESIDE, -_BESIDE, _BESIDE, _BESIDE]
    boxes[:, :2] = boxes[:, :2].clip(0, [width - 1, height - 1])
    boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2] + 1)
    parts = [grey(image[y0:y1, x0:x1]) for x0, y0, x1, y1 in boxes.tolist()]
    darkest = sorted(float(part.min()) for part in parts)
    brightest = sorted(float(part.max()) for part in parts)
    return darkest[len(parts) * 4 // 5], brightest[len(parts) // 2]
