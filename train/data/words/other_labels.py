"""Labels that cash registers print beside those of the packaged countries: a total may be called anything."""

from collections.abc import Sequence
from itertools import groupby

from receiptgen.core.dice import Dice
from receiptgen.extraction.labelling.roles import LABEL, ROLE_NUMBERS, ROLES

from .printed_words import PrintedWord

_LABELS = {
    "total": (
        "TOTAL SALES (INCLUSIVE OF GST)", "TOTAL (INCL GST)", "TOTAL PAYABLE", "TOTAL DUE", "NETT TOTAL", "NET TOTAL",
        "TOTAL AMT PAYABLE", "AMOUNT DUE", "BALANCE DUE", "TOTAL INCL. TAX", "GRAND TOTAL", "TOTAL RM", "TOTAL SALES",
        "TO PAY", "TOTAL A PAYER", "SUMME", "ZU ZAHLEN", "TOTAAL", "TOTALE", "SUMA", "TOTAL A PAGAR", "ORDER TOTAL",
        "INVOICE TOTAL", "BILL AMOUNT", "AMT", "TOTAL INC GST", "TOTAL (RM) :", "TOTAL AMOUNT WITH GST @6%",
    ),
    "payable": ("TOTAL ROUNDED", "ROUNDED TOTAL", "TOTAL AFTER ROUNDING", "NET TOTAL ROUNDED", "PAYABLE AMOUNT"),
    "rounding": ("ROUNDING ADJ", "ROUNDING ADJUSTMENT", "ROUND ADJ", "5 CEN ROUNDING", "RND ADJ", "ROUNDING"),
    "subtotal": ("SUB-TOTAL", "SUBTTL", "TOTAL BEFORE GST", "GROSS TOTAL", "GROSS AMT", "SALES TOTAL", "AMOUNT"),
    "net": ("TOTAL EXCL. GST", "TOTAL SALES (EXCLUDING GST)", "TAXABLE AMT", "NET SALES", "AMT BEFORE TAX"),
    "tax": ("TOTAL GST", "GST AMOUNT", "TOTAL TAX", "TTL TAX", "GST @6%", "TAX AMT", "SALES TAX"),
    "change": ("CHANGE DUE", "CASH CHANGE", "CHG", "BALANCE", "RETURN", "CHANGE RM"),
    "tenders.cash": ("CASH TENDERED", "CASH RM", "CASH PAYMENT", "PAID", "CASH RECEIVED", "TENDER", "AMOUNT TENDERED"),
    "tenders.card": ("VISA CARD", "MASTER CARD", "DEBIT", "CREDIT CARD", "MYDEBIT", "AMEX", "EFTPOS", "CARD PAYMENT"),
}  # fmt: skip
# Share of the rows of a page that are called otherwise.
_SHARE = 0.6


def with_other_labels(words: Sequence[PrintedWord], dice: Dice) -> list[PrintedWord]:
    """Return words in which sums and payments have other labels, one of a list for each.

    Args:
        words: What is printed, in reading order.
        dice: Dice of the reading.
    """
    found: list[PrintedWord] = []
    upper = dice.chance(0.6)
    for _, group in groupby(words, key=lambda word: word.row):
        row = list(group)
        role = next((ROLES[word.role] for word in row if ROLES[word.role] in _LABELS), "")
        labels = [word for word in row if word.role == ROLE_NUMBERS[LABEL]]
        if role and labels and row[0] is labels[0] and dice.chance(_SHARE):
            phrases = _LABELS[role]
            phrase = phrases[dice.integer(0, len(phrases) - 1)]
            row = _relabelled(row, phrase if upper else phrase.title())
        found += row
    return found


def _relabelled(row: Sequence[PrintedWord], phrase: str) -> list[PrintedWord]:
    """Return a row with a phrase for the labels it begins with, no wider than there is room before what follows."""
    first = row[0]
    rest = [word for word in row if word.role != ROLE_NUMBERS[LABEL]]
    room = rest[0].left - first.left
    width = min((first.right - first.left) / max(len(first.text), 1), room / (len(phrase) + 1))
    found, left = [], first.left
    for text in phrase.split():
        right = left + width * len(text)
        found.append(first._replace(text=text, left=left, right=right))
        left = right + width
    return [*found, *rest]
