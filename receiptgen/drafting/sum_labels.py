"""Labels of sums: which part each speaks for, and how it is printed."""

from collections.abc import Sequence

from receiptgen.commerce.countries.words import WORDS
from receiptgen.drafting.rows import RowWord
from receiptgen.drafting.wording import Wording, plain_label

# What parts and words are of one sort: a label that is of one sort stands before no amount of another.
_SORTS: dict[str, str] = {
    **dict.fromkeys(("total", "payable", "subtotal", "gross", "net", "total_before_tax"), "total"),
    **dict.fromkeys(("discounts", "discount", "coupon", "member_discount"), "discounts"),
    **dict.fromkeys(("tax", "taxes"), "tax"), **dict.fromkeys(("service", "service_charge"), "service"),
    **{word: word for word in ("items_sold", "you_saved", "rounding", "tip", "change", "cash", "card", "voucher")},
}  # fmt: skip
# Words that head columns: what sums share with these tells nothing of them.
_COLUMNS = frozenset({"amount", "price", "unit_price", "quantity", "item", "description"})
# Sorts that are no total, whatever their labels call them.
_NO_TOTALS = frozenset({"discounts", "you_saved"})
# Confidence of a label that is printed as it was read where no word of the country is like it, and where one is.
_CLEAR, _CERTAIN = 0.9, 0.95


class SumLabels:
    """Tells what labels of sums say.

    Args:
        wording: Words of the country.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def agrees(self, part: str, label: str) -> bool:
        """Tell whether a label may stand before a part, by its words; one that says nothing known may."""
        told, total = self._told(label)
        if not told or _SORTS[part] in told:
            return True
        return total and _SORTS[part] == "total" and not told & _NO_TOTALS

    def only(self, label: str) -> str:
        """Return the one sort that a label speaks for; empty where it speaks for several or for none."""
        told, _ = self._told(label)
        return next(iter(told)) if len(told) == 1 else ""

    def _told(self, label: str) -> tuple[frozenset[str], bool]:
        """Return the sorts that a label speaks for, and whether it has a word of totals besides."""
        keys = [key for key in _SORTS if key in WORDS]
        if exact := {*self._wording.labels.get(plain_label(label), ())}.intersection(keys):
            return frozenset(_SORTS[key] for key in exact), False
        each = [
            {_SORTS[key] for key in known.intersection(keys)}
            for word in plain_label(label).split()
            if not (known := self._wording.keys_of_word(word)) & _COLUMNS
        ]
        # Words of totals stand before anything: ``Total Savings``.
        others = [sorts for sorts in each if sorts and "total" not in sorts]
        whole = any("total" in sorts for sorts in each)
        return frozenset[str]().union(*(others or each)), whole and bool(others)

    def like(self, text: str, words: Sequence[RowWord], part: str = "") -> str:
        """Return the country's word that a misread label is; the label itself where it is like none.

        Args:
            text: The label.
            words: Its words.
            part: Part of a sum whose labels alone are meant; empty for any.
        """
        keys = [key for key in _SORTS if key in WORDS and (not part or _SORTS[key] == _SORTS.get(part))]
        nearest = "" if self._is_known(text) else self._wording.nearest(text, keys)
        # As many words that are read for certain are another label of the shop, as ``Nett Total``.
        certain = len(nearest.split()) == len(text.split()) and _confidence(words) >= _CERTAIN
        return text if certain or not nearest else nearest

    def printed(self, text: str, words: Sequence[RowWord], part: str) -> str:
        """Return a label as it is printed; empty for one that is no word of the country and hardly readable.

        Args:
            text: The label.
            words: Its words, at least one where it is no word of the country.
            part: Part of a sum that it stands before.
        """
        label = self.like(text, words, part)
        return label if not words or self._is_known(label) or _confidence(words) >= _CLEAR else ""

    def _is_known(self, label: str) -> bool:
        return not label or bool(self._wording.key_of(label, [*WORDS]))


def _confidence(words: Sequence[RowWord]) -> float:
    return sum(word.confidence for word in words) / max(len(words), 1)
