"""Write configs/words/receipts.txt: what drawn receipts print most, then common English words in capitals.

Words with digits, other marks or letters beyond ASCII are none of it.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from receiptgen.core.assets import packaged_names, word_list
from receiptgen.core.dice import Dice, key_of
from receiptgen.drawing.receipt_pages import draw_blocks, draw_context, rows_of
from receiptgen.drawing.template import receipt_template

FILE = Path(__file__).parents[1] / "configs" / "words" / "receipts.txt"
# Words of the list, and of those that receipts print; receipts drawn of each template; marks before or after words.
_SIZE, _PRINTED, _RECEIPTS, _MARKS = 5000, 2000, 400, ":.,;!?()[]*#%&-/"
_HEAD = """\
# The words that a network is taught to read as wholes: those that drawn receipts print most, as they print them, then
# words of english.txt in capitals. Written by tools/word_list.py.
"""


def printed_words() -> Iterator[str]:
    """Yield the words of drawn receipts, without the marks around them."""
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        for index in range(_RECEIPTS):
            dice = Dice(key_of(0, "words", name, index))
            for row in rows_of(draw_blocks(template, draw_context(template, dice), dice)):
                yield from (word.strip(_MARKS) for run in row.runs for word in run.text.split())


def main() -> None:
    """Write the list."""
    counts = Counter(word for word in printed_words() if len(word) > 1 and word.isascii() and word.isalpha())
    printed = [word for word, _ in counts.most_common(_PRINTED)]
    english = [word for word in map(str.upper, word_list("english")) if word not in printed]
    step = len(english) / (_SIZE - _PRINTED)
    words = printed + [english[int(index * step)] for index in range(_SIZE - _PRINTED)]
    FILE.write_text(_HEAD + "".join(f"{word}\n" for word in words), encoding="utf-8")


if __name__ == "__main__":
    main()
