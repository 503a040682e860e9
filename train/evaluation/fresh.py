"""Synthetic images that weights are evaluated on, whatever other data is at hand."""

from collections.abc import Mapping

from receiptgen.recognition.networks import Reads

# By what the weights read, as ``spec.parse_spec`` takes them.
FRESH: Mapping[Reads, str] = {
    "lines": "live:standard:receipt_text@real",
    "words": "live:standard:receipt_word@real",
    "characters": "live:standard:receipt_char@characters",
}
