r"""Image files and ``labels.tsv``, for spreadsheets, pandas and shell scripts.

Snippets: ``file`` and ``text``. Receipts: a row a field, with ``file role item text x0 y0 .. x3 y3``;
``item`` is empty where there is none. Nothing is quoted or escaped (``pandas.read_csv(path, sep="\t",
quoting=3)``): tabs and line breaks never stand in a text.
"""

from typing import ClassVar

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile
from receiptgen.writers._lines import lines
from receiptgen.writers._truth import flat_quads, is_receipt, one_line

_SNIPPETS = b"file\ttext\n"
_RECEIPTS = b"file\trole\titem\ttext\tx0\ty0\tx1\ty1\tx2\ty2\tx3\ty3\n"


@WRITERS.register
class Tsv:
    """Columns between tabs."""

    images: ClassVar[bool] = True
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return a snippet's row, or one row a field."""
        if not is_receipt(sample):
            return Encoded({}, {"labels.tsv": f"{file}\t{one_line(sample.text)}\n".encode()})
        regions = sample.page.regions
        rows = []
        for field, quad in zip(regions.fields, flat_quads(regions.field_quads), strict=True):
            item = field.item if field.item >= 0 else ""
            corners = "\t".join(map(str, quad))
            rows.append(f"{file}\t{field.role}\t{item}\t{one_line(field.text)}\t{corners}\n")
        return Encoded({}, {"labels.tsv": "".join(rows).encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one table."""
        return lines("labels.tsv", _RECEIPTS if receipts else _SNIPPETS)
