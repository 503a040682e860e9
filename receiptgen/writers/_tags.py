"""Words of a page with their boxes and roles, as LayoutLM and its successors are trained on them."""

from typing import Any, NamedTuple

from receiptgen.imaging.sample import Sample
from receiptgen.writers._layout import page_boxes
from receiptgen.writers._roles import ROLES

OUTSIDE = "O"
# Labels of values, snippets and a template's own lines are outside.
TAGS = (OUTSIDE, *(f"{place}-{role}" for role in ROLES for place in "BI"))
_KNOWN = frozenset(ROLES)


class TaggedWords(NamedTuple):
    """The words of a page in reading order.

    Attributes:
        texts: Their texts.
        boxes: Their boxes ``x0, y0, x1, y1`` on a page of 1000 x 1000.
        tags: One of ``TAGS`` each; a field's first word begins an entity of its role, and the rest are inside.
    """

    texts: list[str]
    boxes: list[list[int]]
    tags: list[str]

    def columns(self) -> dict[str, Any]:
        """Return them under the names of the published sets."""
        return {"words": self.texts, "bboxes": self.boxes, "ner_tags": self.tags}


def tagged_words(sample: Sample) -> TaggedWords:
    """Return the words of a page."""
    regions = sample.page.regions
    tags = [OUTSIDE] * len(regions.words)
    for field in regions.fields:
        if field.role in _KNOWN:
            for index in range(field.start, field.stop):
                tags[index] = f"{'B' if index == field.start else 'I'}-{field.role}"
    return TaggedWords([word.text for word in regions.words], page_boxes(sample, regions.word_quads), tags)
