"""Pages as FUNSD has forms (Jaume et al. 2019), and as LayoutLM and its successors are trained on them.

``funsd/images`` and ``funsd/annotations``: ``000012.json`` has ``form``, an entry a field with ``id text box label
words linking``; a value is an ``answer`` that its label, a ``question``, is linked to, names of shops and titles are a
``header``, all else is ``other``. ``role`` is ours. ``funsd/layoutlm.jsonl`` has for each page ``id image words bboxes
ner_tags``, boxes of 0 to 1000, roles as ``B-total`` and ``I-item.name``; ``funsd/labels.txt`` lists all tags, a line
each, in one order in every set.
"""

from typing import Any, ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import stem_of, whole_boxes
from receiptgen.writers._lines import lines
from receiptgen.writers._roles import ROLES, is_label
from receiptgen.writers._tags import TAGS, tagged_words
from receiptgen.writers._truth import compact

_LAYOUTLM, _LABELS = "funsd/layoutlm.jsonl", "funsd/labels.txt"
_HEADERS = ("merchant.name", "merchant.legal_name", "title", "heading")


def _links(sample: Sample) -> list[list[list[int]]]:
    """Return for each field the pairs of label and value that it is one of.

    A label belongs to the next field that says its value, in its line or the one below; that of a group, such as the
    customer, to the group's first field. What wraps of a label stands after the value and belongs to it too.
    """
    fields = sample.page.regions.fields
    links: list[list[list[int]]] = [[] for _ in fields]
    waiting: dict[str, int] = {}

    def link(label: int, value: int) -> None:
        for end in (label, value):
            links[end].append([label, value])

    for number, field in enumerate(fields):
        if is_label(field.role):
            role = field.role.removesuffix(".label")
            beside = [fields[place].role if 0 <= place < len(fields) else "" for place in (number - 1, number + 1)]
            if links[number - 1] and beside[0] == role != beside[1]:
                link(number, number - 1)
            else:
                waiting[role] = number
        else:
            group = field.role.partition(".")[0]
            said = field.role if field.role in waiting or group in ROLES else group
            if said in waiting:
                link(waiting.pop(said), number)
    return links


def _form(sample: Sample) -> list[dict[str, Any]]:
    regions = sample.page.regions
    boxes, word_boxes = whole_boxes(sample, regions.field_quads), whole_boxes(sample, regions.word_quads)
    form: list[dict[str, Any]] = []
    for number, (field, box, links) in enumerate(zip(regions.fields, boxes, _links(sample), strict=True)):
        if is_label(field.role):
            label = "question"
        elif links:
            label = "answer"
        else:
            label = "header" if field.role in _HEADERS else "other"
        words = [
            {"text": regions.words[index].text, "box": word_boxes[index]} for index in range(field.start, field.stop)
        ]
        form.append({"id": number, "text": field.text, "box": box, "label": label, "words": words})
        form[-1] |= {"linking": links, "role": field.role}
    return form


@WRITERS.register
class Funsd:
    """FUNSD's forms and LayoutLM's words."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image, form and row."""
        stem = stem_of(sample)
        name = f"images/{stem}{suffix_of(file)}"
        files = {
            f"funsd/{name}": image,
            f"funsd/annotations/{stem}.json": f"{compact({'form': _form(sample)})}\n".encode(),
        }
        row = compact({"id": stem, "image": name, **tagged_words(sample).columns()})
        return Encoded(files, {_LAYOUTLM: f"{row}\n".encode(), _LABELS: b""})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the table of words, and the list of tags, to which no sample adds."""
        return {**lines(_LAYOUTLM), **lines(_LABELS, "".join(f"{tag}\n" for tag in TAGS).encode())}
