"""Image files and ``labels.jsonl``: the whole truth of a sample a line, snippets and receipts alike.

For pandas, polars or ``datasets`` (``load_dataset("json", data_files="labels.jsonl")``), and for any script.
"""

from typing import ClassVar

from receiptgen.annotations.truth import LABELS_FILE
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import lines
from receiptgen.writers._truth import truth_line


@WRITERS.register
class Jsonl:
    """One JSON object a line."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return the truth as a line."""
        return Encoded({}, {LABELS_FILE: truth_line(sample, file)})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one label file."""
        return lines(LABELS_FILE)
