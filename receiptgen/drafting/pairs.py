"""Rows of labels and values, as ``Date: 01/02/2018   Time: 12:30``."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.rows import ReceiptRow, RowWord, text_of
from receiptgen.drafting.wording import EDGES, Wording
from receiptgen.elements import Form

# Roles of words that are values of fields, with the fields' names.
ROLES = {"number": "receipt_no", "invoice": "invoice_no", "date": "date", "time": "time"}
# Fields that are known by their labels alone, with the words that the labels are.
LABELS = (
    "receipt_no", "invoice_no", "cashier", "server", "till", "table", "guests", "date", "time", "order", "room", "pump",
    "driver", "plate",
)  # fmt: skip
# Fields whose value is a moment, and so is told by its form.
MOMENTS = {"date", "time", "datetime"}
# Digits of a label at most, and words of a value that is known by its label: more are a sentence, as
# ``Order stamps at the counter or by phone``.
_DIGITS, _MOST = 2, 4
# Fields that count, and those whose values are numbers.
_COUNTS, _NUMBERED = frozenset({"guests", "pump"}), frozenset({"receipt_no", "invoice_no", "order", "room", "plate"})
# Digits of a count at most.
_COUNTED = 3
# Spaces between a label and a value that are more than a gap between words, and characters of an edge.
_FAR, _EDGE = 2.5, 2.5
# Characters by which labels at the right are off the left edge, and off their amounts at most.
_INSET = 8.0


class Pair(NamedTuple):
    """A label and its value.

    Attributes:
        key: Name of the field.
        label: Words of the label; none where it has none.
        value: Words of the value; none where the paper leaves it out.
    """

    key: str
    label: tuple[RowWord, ...]
    value: tuple[RowWord, ...]

    @property
    def label_text(self) -> str:
        """The label without its colon."""
        return text_of(self.label).strip(EDGES)


def pairs_of(row: ReceiptRow, wording: Wording) -> tuple[list[Pair], list[RowWord]]:
    """Return the pairs of label and value of a row, and its words that belong to none."""
    pairs: list[Pair] = []
    pending: list[RowWord] = []
    rest: list[RowWord] = []
    words = [part for word in row.words for part in _halves(word)]
    while words:
        role = ROLES.get(words[0].role, "")
        if not role:
            pending.append(words.pop(0))
            continue
        value = [words.pop(0)]
        while words and ROLES.get(words[0].role, "") == role:
            value.append(words.pop(0))
        if role == "time" and pairs and pairs[-1].key == "date" and not _letters(pending):
            pairs[-1] = Pair("datetime", pairs[-1].label, (*pairs[-1].value, *value))
        else:
            others, label = _labelled(pending, wording, rest)
            pairs += others
            label = _of_last_cell(label, rest)
            if sum(map(str.isdigit, text_of(label))) > _DIGITS or not any(map(str.isalpha, text_of(label))):
                # A number without a label, which is none of what follows.
                rest, label = [*rest, *label], []
            pairs.append(Pair(role, tuple(label), tuple(value)))
        pending = []
    others, label = _labelled(pending, wording, rest)
    return _with_moment([*pairs, *others]), [*rest, *label]


def _with_moment(pairs: list[Pair]) -> list[Pair]:
    """Return pairs of which a date and a time without labels are one: they stand in one row of the paper."""
    bare = [pair for pair in pairs if pair.key in {"date", "time"} and not pair.label]
    if {pair.key for pair in bare} != {"date", "time"}:
        return pairs
    moment = Pair("datetime", (), tuple(word for pair in bare for word in pair.value))
    return [moment if pair is bare[0] else pair for pair in pairs if pair is bare[0] or pair not in bare]


def _of_last_cell(words: list[RowWord], rest: list[RowWord]) -> list[RowWord]:
    """Return the words before a value that are its label: those of one cell, with signs behind it.

    Args:
        words: Words between one value and the next.
        rest: Takes the others.
    """
    cells = [word.cell for word in words if word.text.strip(EDGES)]
    start = next((index for index, word in enumerate(words) if word.cell == cells[-1]), 0) if cells else 0
    rest += words[:start]
    return words[start:]


def _halves(word: RowWord) -> list[RowWord]:
    """Return a word in two where its first half is a label, as ``No:`` in ``No:0042``."""
    label, colon, value = word.text.partition(":")
    if not value or not any(map(str.isalpha, label)) or "/" in value[:2]:
        return [word]
    middle = word.left + (word.right - word.left) * (len(label) + 1) / len(word.text)
    return [replace(word, text=label + colon, right=middle, role=""), replace(word, text=value, left=middle)]


def _letters(words: Sequence[RowWord]) -> str:
    return "".join(char for word in words for char in word.text if char.isalnum())


def _labelled(words: list[RowWord], wording: Wording, rest: list[RowWord]) -> tuple[list[Pair], list[RowWord]]:
    """Return pairs that are known by their labels, and the words after them, which may be the label of what follows.

    Args:
        words: Words of no known role.
        wording: Words of the country.
        rest: Takes the words before the first label, and those of labels without values beside others.
    """
    starts = [index for index in range(len(words)) if _begins(words, index)]
    found = [(index, *wording.longest(_plain(words[index:]), LABELS)) for index in starts]
    known: list[tuple[int, str, int]] = []
    for index, key, count in found:
        # What follows a label is its value, as ``USER`` after ``Cashier``, which is a label elsewhere.
        begun = known and not _plain_value(words[known[-1][0] + known[-1][2] : index])
        if key and key not in MOMENTS and not begun:
            known.append((index, key, count))
    pairs, others = [], words[: known[0][0]] if known else []
    for place, (index, key, count) in enumerate(known):
        end = known[place + 1][0] if place + 1 < len(known) else len(words)
        if _ends_label(words[index:end], count):
            # The label has a word more than is known, as ``Invoice number:``.
            count += 1
        value = _plain_value(words[index + count : end])
        # Words before a value of known role are its label, as far as they stand in its cell.
        if value and _fits(key, value) and len([word for word in value if word.cell == value[0].cell]) <= _MOST:
            pairs.append(Pair(key, tuple(words[index : index + count]), tuple(value)))
        else:
            others += words[index:end]
    if not pairs:
        return [], words
    rest += others
    last = pairs[-1].value
    label = [word for word in last if word.cell != last[0].cell]
    if label:
        pairs[-1] = pairs[-1]._replace(value=tuple(word for word in last if word.cell == last[0].cell))
    return pairs, label


def _ends_label(words: Sequence[RowWord], count: int) -> bool:
    """Tell whether the word after a label, which has ``count`` words, belongs to it: its colon stands there."""
    if len(words) < count + 2 or words[count - 1].text.endswith(":"):
        return False
    return words[count].text.endswith(":") and words[count].cell == words[count - 1].cell


def _fits(key: str, value: Sequence[RowWord]) -> bool:
    """Tell whether words may be the value of a field: a number where it is one, and no label of another."""
    value = [word for word in value if word.cell == value[0].cell]
    text = text_of(value).strip(EDGES)
    digits = sum(map(str.isdigit, text))
    if key in _COUNTS:
        return 0 < digits <= _COUNTED and not any(map(str.isalpha, text))
    return not value or (not value[-1].text.endswith(":") and (digits > 0 or key not in _NUMBERED))


def _plain_value(words: Sequence[RowWord]) -> list[RowWord]:
    """Return words without those that are nothing but signs."""
    return [word for word in words if word.text.strip(EDGES)]


def _begins(words: Sequence[RowWord], index: int) -> bool:
    """Tell whether a label may begin at a word: it begins its cell, or follows a value after a wide gap."""
    return index == 0 or words[index].cell != words[index - 1].cell


def _plain(words: Sequence[RowWord]) -> list[str]:
    """Return the texts of words up to the first that ends with a colon."""
    texts = []
    for word in words:
        texts.append(word.text)
        if word.text.endswith(":"):
            break
    return texts


def form_of(pairs: Sequence[Pair], grid: PageGrid) -> Form:
    """Tell how labels and values of rows of one pair each are arranged."""
    spread = [pair for pair in pairs if pair.label and pair.value]
    gaps = [(pair.value[0].left - pair.label[-1].right) / grid.pitch for pair in spread]
    if not gaps or max(gaps) < _FAR:
        return "inline"
    ends = [(grid.right - pair.value[-1].right) / grid.pitch for pair in spread]
    starts = [pair.value[0].left / grid.pitch for pair in spread]
    if max(starts) - min(starts) < _EDGE and len(spread) > 1:
        return "tabbed"
    if max(ends) < _EDGE:
        left = (spread[0].label[0].left - grid.left) / grid.pitch
        return "justified" if left < _EDGE else "right"
    return "tabbed"


def form_of_sums(rows: Sequence[ReceiptRow], grid: PageGrid) -> Form:
    """Tell how labels and amounts of rows are arranged: amounts stand below each other by their right edges."""
    parted = [
        (row.words[0], row.words[-2], row.words[-1]) for row in rows if len(row.words) > 1 and row.words[-1].amount
    ]
    if not parted:
        return "justified"
    gaps = [(amount.left - last.right) / grid.pitch for _, last, amount in parted]
    starts = [(first.left - grid.left) / grid.pitch for first, _, _ in parted]
    if max(gaps) < _FAR:
        return "inline" if max(starts) < _EDGE else "right"
    return "right" if min(starts) > _INSET and max(gaps) < _INSET else "justified"
