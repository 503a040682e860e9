"""hOCR 1.2, which viewers and archives read: XHTML with boxes and confidences in titles."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from receiptgen.imaging.boxes import upright_box
from receiptgen.reading.outputs import OUTPUTS
from receiptgen.reading.results import UNSURE, PageText

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" lang="">
<head>
<title></title>
<meta charset="utf-8"/>
<meta name="ocr-system" content="receiptgen"/>
<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word ocrp_wconf"/>
</head>
<body>
"""
_FOOT = "</body>\n</html>\n"


@OUTPUTS.register
class Hocr:
    """An ``ocr_page`` for each page, an ``ocr_line`` for each line, an ``ocrx_word`` for each word."""

    suffix: ClassVar[str] = ".hocr"

    def render(self, pages: Iterable[tuple[str, PageText]], least: float) -> Iterator[str]:
        """Yield the document, one page after the other."""
        yield _HEAD
        for page_number, (name, page) in enumerate(pages, 1):
            title = escape(
                f'image "{name}"; bbox 0 0 {page.width} {page.height}; ppageno {page_number - 1}', quote=True
            )
            yield f'<div class="ocr_page" id="page_{page_number}" title="{title}">\n'
            for line_number, line in enumerate(page.lines, 1):
                key = f"{page_number}_{line_number}"
                yield f'<span class="ocr_line" id="line_{key}" title="{_box(line.quad)}">'
                yield " ".join(
                    f'<span class="ocrx_word" id="word_{key}_{word_number}" title="{_box(word.quad)}; '
                    f'x_wconf {round(100 * word.confidence)}">'
                    f"{escape(word.text if word.confidence >= least else UNSURE)}</span>"
                    for word_number, word in enumerate(line.words, 1)
                )
                yield "</span>\n"
            yield "</div>\n"
        yield _FOOT


def _box(quad: NDArray[np.float64]) -> str:
    return "bbox " + " ".join(map(str, upright_box(quad.ravel().tolist())))
