"""The columns of a table of samples: of one type each, whatever the sample."""

from typing import Any

from receiptgen.imaging.sample import Sample
from receiptgen.writers._layout import float_quads
from receiptgen.writers._parse import ground_truth
from receiptgen.writers._tags import tagged_words
from receiptgen.writers._truth import is_receipt

# Type and meaning by name; a type in brackets is that of a list's members.
_COMMON = {
    "text": ("string", "what an OCR model should read"),
    "kind": ("string", "kind of snippet, or `receipt`"),
    "index": ("int64", "number of the sample within its kind"),
    "group": ("int64", "number that samples of one receipt share"),
    "template": ("string", "template or snippet set that drew it"),
    "profile": ("string", "profile of printing and capture"),
    "locale": ("string", "country"),
    "face": ("string", "font"),
    "size": ("int64", "size of the font, pixels per em"),
    "width": ("int64", "width of the image, pixels"),
    "height": ("int64", "height of the image, pixels"),
}
_RECEIPTS = {
    "ground_truth": ("string", "JSON with `gt_parse`, all that is printed, as Donut reads it"),
    "words": ("[string]", "words in reading order"),
    "bboxes": ("[[int64]]", "their boxes x0, y0, x1, y1 on a page of 1000 x 1000, as LayoutLM reads them"),
    "ner_tags": ("[string]", "their roles: `B-total`, `I-item.name`, `O`"),
    "quads": ("[[float64]]", "their corners x0, y0, .., x3, y3 in pixels, clockwise from the text's top left"),
}


def types(receipts: bool) -> dict[str, str]:
    """Return the type of each column after the image."""
    return {name: kind for name, (kind, _) in _described(receipts).items()}


def meanings(receipts: bool) -> dict[str, str]:
    """Return what each column holds, the image first."""
    return {"image": "the image", **{name: meaning for name, (_, meaning) in _described(receipts).items()}}


def _described(receipts: bool) -> dict[str, tuple[str, str]]:
    return {**_COMMON, **_RECEIPTS} if receipts else _COMMON


def row(sample: Sample) -> dict[str, Any]:
    """Return a sample's values by column."""
    height, width = sample.page.size
    common = {name: getattr(sample, name) for name in _COMMON if name not in {"width", "height"}}
    common |= {"width": width, "height": height}
    if not is_receipt(sample):
        return common
    quads = float_quads(sample.page.regions.word_quads)
    return {**common, "ground_truth": ground_truth(sample), **tagged_words(sample).columns(), "quads": quads}
