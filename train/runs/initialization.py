"""Initial weights of a run: random, or those of a file as far as they fit."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.commerce.countries.letters import ascii_name
from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import TrainingError, WeightsError
from receiptgen.core.scripts import script_of
from receiptgen.recognition.charset import BLANK, Charset
from receiptgen.recognition.layers import is_at, parameters_of
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.model_file import Model, load_model
from receiptgen.recognition.networks import Network, initial_weights, input_shape, parameter_specs
from receiptgen.recognition.preprocess import Preprocess, PreprocessSettings

from ..data.tables import fold_of
from ..loop.models import AnyModel
from ..recipes.recipe import Recipe
from .data_charset import run_charset
from .kept_companions import kept_companions

NONE = "none"
# Characters of a list of words in a note.
_LISTED = 60
# By how much a new letter begins less likely than its base letter, a natural logarithm: what the weights read stays.
_RARER = 4.0


class Initialization(NamedTuple):
    """The initial model of a run.

    Attributes:
        model: Network and weights, and what of charset and preprocessing belongs to them.
        notes: Notes on what was loaded and what was not; empty without ``init``.
    """

    model: AnyModel
    notes: tuple[str, ...]


def initialize(recipe: Recipe) -> Initialization:
    """Return the initial model for a recipe.

    Weights for another charset are used without the head; of the head, the rows of the units that both charsets have.
    The row of a letter that is new is that of its base letter, ``l`` for ``ł``, made less likely. All others are
    initialised at random.

    Raises:
        WeightsError: The file that ``init`` names can't be read.
        TrainingError: Its weights do not fit the recipe's network, or the data has no characters.
        CharsetError: The recipe names no charset.
    """
    source = None if recipe.init == NONE else _weights(Path(recipe.init))
    network = recipe.network or (source.network if source else None)
    assert network is not None  # recipes without network and init are refused when they are read
    fold = recipe.fold or (fold_of(source.record) if source else "none")
    chars = run_charset(recipe, source.charset if source else None, fold)
    base = recipe.preprocess or (source.preprocess if source else PreprocessSettings())
    preprocess = Preprocess(**{**base.values(), "height": network.height, "width": network.width})
    reads = recipe.reads or (source.reads if source else network.reads)
    weights = initial_weights(network, len(chars), recipe.seed)
    record = {"recipe": recipe.name, "seed": recipe.seed, **({} if fold == "none" else {"fold": fold})}
    if source is None:
        return Initialization(Model(network, chars, preprocess, weights, record, reads), ())
    notes = [f"{recipe.init}: its weights are loaded", *_network_notes(recipe.init, source.network, network)]
    head = list(parameter_specs(network, len(chars)))[-2:]
    for name, array in source.weights.items():
        weights[name] = _head_rows(weights[name], array, source.charset, chars) if name in head else array
    for unit in set(chars.units) - set(source.charset.units):
        if (known := source.charset.labels.get(_base_letter(unit))) is not None:
            matrix, bias = (source.weights[name] for name in head)
            weights[head[0]][chars.labels[unit]] = matrix[known]
            weights[head[1]][chars.labels[unit]] = bias[known] - _RARER
    notes += _charset_notes(source.charset, chars)
    record = {**record, "from": dict(source.record)}
    companions, kept = kept_companions(source, chars, fold)
    return Initialization(Model(network, chars, preprocess, weights, record, reads, companions), (*notes, *kept))


def _weights(path: Path) -> Model:
    if not (path.exists() or packaged_weights(str(path))):
        raise WeightsError(f"{path}: no such file; --init names the initial weights, or none")
    return load_model(path)


def _head_rows(
    initial: NDArray[np.float32], loaded: NDArray[np.float32], old: Charset, new: Charset
) -> NDArray[np.float32]:
    """Return the rows of the head: loaded ones for the blank and shared units, else initial ones."""
    rows = initial.copy()
    rows[BLANK] = loaded[BLANK]
    for unit, label in new.labels.items():
        if unit in old.labels:
            rows[label] = loaded[old.labels[unit]]
    return rows


def _base_letter(unit: str) -> str:
    """Return the ASCII letter that a Latin letter looks most like; empty for any other unit."""
    if len(unit) != 1 or script_of(unit) != "latin":
        return ""
    plain = ascii_name(unit)[:1]
    return plain.upper() if unit.isupper() else plain


def _network_notes(name: str, old: Network, new: Network) -> list[str]:
    """Return a note on how the settings of two networks differ, if they do.

    Raises:
        TrainingError: Weights of the one do not fit the other.
    """
    before, now = network_settings(old), network_settings(new)
    shapes = [{name: spec.shape for name, spec in parameter_specs(network, 2).items()} for network in (old, new)]
    if before["kind"] != now["kind"] or shapes[0] != shapes[1]:
        raise TrainingError(
            f"{name}: is a {before}, the recipe's network a {now}; leave 'network' out to use that of the weights, "
            "or pass --init none"
        )
    changed = [f"{key} {now[key]} in place of {before[key]}" for key in now if now[key] != before[key]]
    return [f"network: {', '.join(changed)}; the weights fit, and adapt in training"] if changed else []


def _charset_notes(old: Charset, new: Charset) -> list[str]:
    """Return a note on how two charsets differ, if they do."""
    added = [unit for unit in new.units if unit not in old.labels]
    gone = [unit for unit in old.units if unit not in new.labels]
    shared = len(new.units) - len(added)
    if not added and not gone:
        return []
    parts = [f"charset: {shared:,} {new.kind} are shared"]
    if added:
        parts.append(f"{len(added):,} are new: {_listed(added, new)}")
    if gone:
        parts.append(f"{len(gone):,} are dropped: {_listed(gone, old)}")
    return ["; ".join(parts)]


def _listed(units: Sequence[str], of: Charset) -> str:
    """Return units as a text: all characters, but only the first of many words."""
    text = Charset(units, of.kind).chars
    return text if of.kind == "characters" or len(text) <= _LISTED else f"{text[:_LISTED]} ..."


def frozen_paths(network: Network, labels: int, freeze: Sequence[str]) -> tuple[str, ...]:
    """Return the paths of frozen weights, as ``layers.is_at`` takes them; ``body`` is all layers but the head.

    Raises:
        TrainingError: A path has no weight, or none would be left to train.
    """
    names = list(parameter_specs(network, labels))
    layers = network.layers()
    paths: list[str] = []
    for path in freeze:
        if path == "body":
            paths += map(str, range(len(layers)))
        elif any(is_at(name, [path]) for name in names):
            paths.append(path)
        else:
            raise TrainingError(f"freeze: there is no weight at {path!r}; 'receiptgen weights show --names' lists them")
    trained = [name for name, parameter in parameters_of((*layers,), input_shape(network)).items() if parameter.trained]
    if paths and all(is_at(name, paths) for name in [*trained, *names[-2:]]):
        raise TrainingError("freeze: leaves no weight to train")
    return tuple(paths)
