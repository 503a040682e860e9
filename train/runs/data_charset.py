"""The charset of a run, as far as it is that of its initial weights and of the data that it trains on."""

from collections.abc import Iterator
from itertools import chain

from receiptgen.core.bidi import direction_of, mirrored
from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import Charset, UnitKind, build_charset
from receiptgen.recognition.charset_spec import CharsetTerm, parse_charset

from ..data.coverage import looked_rows
from ..data.sources import Table
from ..data.sources.live import LiveTable
from ..data.tables import Fold
from ..recipes.recipe import Recipe

# Samples of an endless data set that are drawn for their characters.
_DRAWN = 2048


def run_charset(recipe: Recipe, weights: Charset | None, fold: Fold) -> Charset:
    """Return the charset that a recipe names.

    Args:
        recipe: Settings of the run.
        weights: Charset of the initial weights, to which others may be added; None without weights.
        fold: How the case of all texts is folded.

    Raises:
        CharsetError: It makes no charset, or adds to that of weights, of which there are none.
        TrainingError: The data has no texts.
        FileError: A file of characters or words can't be read.
        DatasetError: A data set can't be opened.
    """
    spec = parse_charset(recipe.charset)
    if spec.base == "weights" and weights is None:
        raise TrainingError(f"charset {recipe.charset!r}: adds to that of weights in 'init', which names none")
    base = None if spec.base == "none" else weights
    return _with_outside(build_charset(spec, base, lambda kind: data_units(recipe, fold, kind)), recipe)


def agrees(recipe: Recipe, stored: Charset) -> bool:
    """Tell whether the charset of a run's state can be the recipe's; weights and data are not looked at again.

    Files of characters or words may be gone, since the state has what they held.

    Raises:
        ReceiptgenError: As of ``run_charset``.
    """
    spec = parse_charset(recipe.charset)
    named = spec._replace(base="none", terms=tuple(term for term in spec.terms if _can_be_read(term)))
    if not named.terms:
        return True
    known = _with_outside(build_charset(named, None, lambda kind: ()), recipe)
    if named == spec:
        return stored == known
    return stored.kind == known.kind and known.labels.keys() <= stored.labels.keys()


def _can_be_read(term: CharsetTerm) -> bool:
    """Tell whether the units of a term are known without the data."""
    return term.kind != "data" and (term.path is None or term.path.exists())


def _with_outside(chars: Charset, recipe: Recipe) -> Charset:
    return chars.with_outside() if recipe.outside == "learn" else chars


def data_units(recipe: Recipe, fold: Fold, kind: UnitKind) -> list[str]:
    """Return all characters or words of the data sets that a recipe trains on, in the order of their codes.

    Those of endless data sets are of texts that are known one by one, as lines of files, and of 2,048 samples; those of
    data sets in shards of the shards that were fetched when they were opened.

    Raises:
        TrainingError: There are none.
        DatasetError: A data set can't be opened.
    """
    units: set[str] = set()
    for text in chain.from_iterable(_texts(part.data.open(recipe.seed)) for part in recipe.data):
        folded = text.lower() if fold == "lower" else text
        units.update(folded if kind == "characters" else folded.split())
    if not units:
        raise TrainingError(f"charset: the data has no texts whose {kind} could be learnt")
    if kind == "characters" and any(direction_of(char) == "rtl" for char in units):
        # From right to left, brackets are printed as their mirror images.
        units |= set(map(mirrored, units))
    return sorted(units)


def _texts(table: Table) -> Iterator[str]:
    """Yield texts of a data set: all, or those that are known of an endless one."""
    if isinstance(table, LiveTable):
        yield from table.listed_texts()
    for row in range(_DRAWN) if table.size is None else looked_rows(table, table.size):
        yield table.label(row).text
