"""What of a page no element of its draft prints, word by word."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from receiptgen.drafting.element_draft import ElementDraft
from receiptgen.drafting.rows import ReceiptRow, text_of
from receiptgen.drafting.sections import UNREADABLE, LeftOut, Mark, Section

# Why words of a section are not printed where other words of it are, by its kind.
_WHY = {
    "text": "of the business that was read, or too long for a text",
    "fields": "beside the fields, an amount or hardly readable",
    "items": "among the goods, and in none of their columns",
    "totals": "beside the totals, printed above already, or a label that is doubtful or too many for one word",
    "payment": "beside the payment, printed above already, or a label that is doubtful or too many for one word",
    "tax_summary": "a second table of taxes",
    "counts": "beside the number of pieces, or a second one",
    "saved": "beside what was saved, or a second one",
    "rule": "rules where no element prints them",
}
_ELSE = "rules where no element prints them"
_MARKS = {
    "rule": "lines at the edge of the paper or where no element prints them",
    "code": "codes beside another",
}


def unprinted(
    rows: Sequence[ReceiptRow], marks: Sequence[Mark], sections: Sequence[Section], left_out: Sequence[LeftOut],
    elements: Sequence[ElementDraft], signs: frozenset[int],
) -> list[str]:  # fmt: skip
    """Return all that was read and is not printed, in a line for each reason.

    Args:
        rows: All rows of the page.
        marks: Rules and codes that were seen on it.
        sections: What parts of the rows are taken for.
        left_out: Rows that are none.
        elements: The elements of the template.
        signs: Indices of signs of the currency that are printed where their amounts are.
    """
    words = frozenset[int]().union(*(element.words for element in elements))
    reasons = {word.index: why for row, why in _reasons(sections, left_out) for word in row.words}
    found: dict[str, list[str]] = {}
    for row in rows:
        for why, texts in _missing(row, _with_signs(row, words, signs), reasons):
            found.setdefault(why, []).append(f"row {row.number} {' '.join(map(quoted, texts))}")
    drawn = frozenset[Mark]().union(*(element.marks for element in elements))
    for mark in marks:
        if mark not in drawn:
            found.setdefault(_MARKS[mark.kind], []).append(f"below row {mark.below}" if mark.below else "at the top")
    told = {why: "; ".join(texts) for why, texts in found.items()}
    return [
        f"could not be read: {text}" if why == UNREADABLE else f"not drafted, {why}: {text}"
        for why, text in told.items()
    ]


def _reasons(sections: Sequence[Section], left_out: Sequence[LeftOut]) -> Iterator[tuple[ReceiptRow, str]]:
    yield from left_out
    for section in sections:
        for row in (*section.rows, *section.heads, *section.ruled):
            yield row, _WHY[section.kind]


def _with_signs(row: ReceiptRow, printed: frozenset[int], signs: frozenset[int]) -> frozenset[int]:
    """Return the words of a row that are printed, with the signs between them: colons, the currency."""
    own = {word.index for word in row.words} & printed
    if not own:
        return frozenset()
    joined = {word.index for word in row.words if word.index in signs or not any(map(str.isalnum, word.text))}
    return frozenset(own | joined)


def _missing(row: ReceiptRow, printed: frozenset[int], reasons: Mapping[int, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the words of a row that are not printed, each run of them a text, by reason."""
    told = groupby(row.words, key=lambda word: "" if word.index in printed else reasons.get(word.index, _ELSE))
    runs = [(why, text_of(words)) for why, words in told if why]
    for why in dict.fromkeys(why for why, _ in runs):
        yield why, [text for other, text in runs if other == why]


def quoted(text: str) -> str:
    """Return a text of one line between quotation marks."""
    return f"'{' '.join(text.split())}'"
