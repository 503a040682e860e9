"""Which text of an image stands on which receipt."""

from collections.abc import Sequence

from receiptgen.reading.legible_page import ReadCell, is_clear, letters

# Letters and digits of a paper beside a larger one that is a receipt of its own, at least; the grain of a ground that
# looks like paper is read as two or three.
_FEWEST = 12
# Their share of what the largest has, which a small ticket beside another one exceeds.
_SHARE = 0.2


def receipts_apart(texts: Sequence[ReadCell]) -> list[list[ReadCell]]:
    """Return the texts of each receipt.

    Paper with a few letters beside a receipt is ground or a part of it that was cut off: what is surely text there is
    counted to the largest receipt, and the rest is left out.

    Args:
        texts: The texts of an image.

    Returns:
        Those of each receipt, in the order of their papers; none where nothing was read.
    """
    papers: dict[int, list[ReadCell]] = {}
    for text in sorted(texts, key=lambda text: text.cell.paper):
        papers.setdefault(text.cell.paper, []).append(text)
    amounts = {paper: sum(len(letters(text.spelling)) for text in members) for paper, members in papers.items()}
    if not papers:
        return []
    largest = max(amounts, key=amounts.__getitem__)
    fewest = min(_FEWEST, _SHARE * amounts[largest])
    for paper in [paper for paper, amount in amounts.items() if amount < fewest]:
        papers[largest] += [text for text in papers.pop(paper) if is_clear(text.spelling)]
    return list(papers.values())
