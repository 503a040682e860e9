"""The sections of amounts as a template can print them: one total with what makes it up, one payment, one tax table."""

from collections.abc import Sequence, Set
from dataclasses import replace

from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.sections import Section
from receiptgen.drafting.sums import SumRow, Sums
from receiptgen.drafting.wording import plain_label

# Lines by which an amount may stand below its word, and above it where the paper is askew.
_NEXT, _ASKEW = 1.3, 0.9
# Parts that a template prints with the total, of which they are part.
_MAKE_UP = frozenset({"discounts", "service", "taxes", "tax", "tip"})


def joined_sums(rows: Sequence[ReceiptRow], sums: Sums, grid: PageGrid) -> list[ReceiptRow]:
    """Return rows of which a word for a sum and its amount are one, where one stands a little above the other.

    Args:
        rows: Rows of a receipt, from the top.
        sums: Tells rows of amounts apart.
        grid: How characters of the page stand.
    """
    found: list[ReceiptRow] = []
    for row in rows:
        last = found[-1] if found else None
        if last and _are_one(last, row, sums, grid):
            words = sorted((*last.words, *row.words), key=lambda word: (bool(word.amount), word.left))
            found[-1] = ReceiptRow(tuple(words), last.number)
        else:
            found.append(row)
    return found


def _are_one(above: ReceiptRow, below: ReceiptRow, sums: Sums, grid: PageGrid) -> bool:
    lines = (below.middle - above.middle) / grid.distance
    if sums.is_label(above) and sums.is_amount(below):
        return lines < _NEXT
    return sums.is_amount(above) and sums.is_label(below) and lines < _ASKEW


def with_sums(sections: list[Section], titles: Set[str]) -> list[Section]:
    """Return sections of which those of amounts are as a template can print them.

    Args:
        sections: The sections of a receipt, from the top.
        titles: Words that head tables of taxes.
    """
    taxed = _with_tax_total(_with_tax_heads(sections, titles))
    return _with_parts_at_total(_with_total(_with_one_payment(taxed)))


def _with_tax_heads(sections: Sequence[Section], titles: Set[str]) -> list[Section]:
    """Return sections in which rows above a table of taxes, which head it, are part of it."""
    found: list[Section] = []
    for one in sections:
        ruled = found[-1] if one.kind == "tax_summary" and found and found[-1].kind == "rule" else None
        above = found[-2 if ruled else -1] if len(found) > bool(ruled) else None
        if one.kind == "tax_summary" and above and above.kind == "text":
            heads = [row for row in above.rows[-2:] if len(row.cells) > 1 or titles & {*plain_label(row.text).split()}]
            rest = [row for row in above.rows if row not in heads]
            if heads:
                found[-2 if ruled else -1 :] = [replace(above, rows=tuple(rest))] if rest else []
                one = replace(one, heads=tuple(heads))
                one = replace(one, pattern=ruled.pattern, ruled=ruled.rows, marks=ruled.marks) if ruled else one
        found.append(one)
    return found


def _with_tax_total(sections: list[Section]) -> list[Section]:
    """Return sections in which a total right below a table of taxes, and below another total, is its last row."""
    found: list[Section] = []
    for one in sections:
        ruled = len(found) > 1 and found[-1].kind == "rule" and one.kind == "totals" and not found[-1].rows
        last = found[-2 if ruled else -1] if found else None
        above = any(each.kind == "totals" for each in found)
        if one.kind == "totals" and above and last and last.kind == "tax_summary" and not last.sums_up:
            found[-2 if ruled else -1] = replace(last, rows=(*last.rows, one.rows[0]), sums_up=True)
            one = replace(one, rows=one.rows[1:], sums=one.sums[1:])
        if one.kind != "totals" or one.rows:
            found.append(one)
    return found


def _with_total(sections: list[Section]) -> list[Section]:
    """Return sections of which one prints the total, since a receipt has one: after the goods where none was read."""
    if any(one.part == "total" for section in sections for one in section.sums):
        return sections
    whole = {one.part for section in sections for one in section.sums} & {"payable", "gross"}
    payable = [one for section in sections for one in section.sums if one.part == max(whole)] if whole else []
    return [
        replace(
            section,
            sums=tuple(one._replace(part="total", word="total") if one in payable else one for one in section.sums),
        )
        for section in sections
    ]


def _with_parts_at_total(sections: list[Section]) -> list[Section]:
    """Return sections in which what makes up the total stands with it, where other rows part them."""
    place = next((i for i, one in enumerate(sections) if any(each.part == "total" for each in one.sums)), 0)
    early = [each for one in sections[:place] if one.kind == "totals" for each in one.sums if each.part in _MAKE_UP]
    kept = [_without(one, early) for one in sections[:place]]
    whole = [_of_sums(sections[place], (*early, *sections[place].sums))] if early else sections[place : place + 1]
    return [*(one for one in kept if one.kind != "totals" or one.rows), *whole, *sections[place + 1 :]]


def _without(section: Section, sums: Sequence[SumRow]) -> Section:
    if section.kind != "totals":
        return section
    return _of_sums(section, tuple(one for one in section.sums if one not in sums))


def _of_sums(section: Section, sums: tuple[SumRow, ...]) -> Section:
    return replace(section, rows=tuple(one.row for one in sums), sums=sums)


def _with_one_payment(sections: list[Section]) -> list[Section]:
    """Return sections in which the first payment has what is said of it further below, as its change."""
    paid = [one for one in sections if one.kind == "payment"]
    if len(paid) < 2:
        return sections
    said = {one.part for one in paid[0].sums}
    late = [one for one in paid[1:] if not said & {each.part for each in one.sums}]
    whole = paid[0]
    for one in late:
        whole = whole.with_next(one)
    return [whole if one is paid[0] else one for one in sections if one not in late]
