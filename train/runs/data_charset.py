"""The charset of the data that a run trains on."""

from receiptgen.core.bidi import mirrored
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import Charset

from ..data.sources import Table
from ..data.sources.live import LiveTable
from ..data.tables import Fold
from .recipe import Recipe

# What a recipe's key ``charset`` says for all characters of its data.
DATA = "data"
# Samples of an endless data set that are drawn for their characters.
_DRAWN = 2048


def data_charset(recipe: Recipe, fold: Fold) -> Charset:
    """Return all characters of the data sets that a recipe trains on, in the order of their codes.

    Those of endless data sets are the characters of texts that are known one by one, as lines of files, and of the
    first 2,048 samples.

    Raises:
        TrainingError: There are none, or the texts are labels of words.
        DatasetError: A data set can't be opened.
    """
    if recipe.outside == "learn":
        raise TrainingError("outside: learn is for words; a charset of the data's characters lacks none of them")
    chars: set[str] = set()
    for part in recipe.data:
        chars |= _characters(part.data.open(recipe.seed))
    if fold == "lower":
        chars = set("".join(chars).lower())
    if not chars:
        raise TrainingError("charset: the data has no texts whose characters could be learnt")
    found = Charset.learnt(sorted(chars))
    # From right to left, brackets are printed as their mirror images.
    return found if found.order == "logical" else Charset.learnt(sorted(chars | set(map(mirrored, chars))))


def _characters(table: Table) -> set[str]:
    """Return the characters of a data set."""
    chars = table.listed_characters() if isinstance(table, LiveTable) else set()
    for row in range(_DRAWN if table.size is None else table.size):
        chars.update(table.label(row).text)
    return chars
