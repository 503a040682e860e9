"""The weights that a run begins with: drawn, or taken over from other weights as far as they fit."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.assets import packaged_weights
from receiptgen.core.errors import TrainingError, WeightsError
from receiptgen.recognition.charset import BLANK, Charset, charset
from receiptgen.recognition.layers import is_at, parameters_of
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.model_file import Model, load_model
from receiptgen.recognition.networks import Network, initial_weights, input_shape, parameter_specs
from receiptgen.recognition.preprocess import Preprocess, PreprocessSettings

from .recipe import Recipe

NONE = "none"


class Initialization(NamedTuple):
    """What a run begins with.

    Attributes:
        model: Network, charset, preprocessing and weights.
        notes: What was taken over and what was not, in words; empty where nothing was to be taken over.
    """

    model: Model
    notes: tuple[str, ...]


def initialize(recipe: Recipe) -> Initialization:
    """Return what a recipe's run begins with.

    A network with weights for another charset keeps all but the head; of the head, the rows of the characters that
    both have. What is new begins as in a network without weights.

    Raises:
        WeightsError: The file that ``init`` names can't be read.
        TrainingError: Its network is another.
    """
    source = None if recipe.init == NONE else _weights(Path(recipe.init))
    network = recipe.network or (source.network if source else None)
    chars = charset(recipe.charset) if recipe.charset else (source.charset if source else None)
    assert network is not None  # a recipe without both has no init: it is refused as it is read
    assert chars is not None
    base = recipe.preprocess or (source.preprocess if source else PreprocessSettings())
    preprocess = Preprocess(**{**base.model_dump(), "height": network.height})
    weights = initial_weights(network, len(chars), recipe.seed)
    record = {"recipe": recipe.name, "seed": recipe.seed}
    if source is None:
        return Initialization(Model(network, chars, preprocess, weights, record), ())
    if network_settings(source.network) != network_settings(network):
        raise TrainingError(
            f"{recipe.init}: is a {network_settings(source.network)}, the recipe's network a "
            f"{network_settings(network)}; leave 'network' out to go on with that of the weights, or say --init none"
        )
    notes = [f"{recipe.init}: its weights are taken over"]
    head = list(parameter_specs(network, len(chars)))[-2:]
    for name, array in source.weights.items():
        weights[name] = _rows(weights[name], array, source.charset, chars) if name in head else array
    notes += _compared(source.charset, chars)
    return Initialization(
        Model(network, chars, preprocess, weights, {**record, "from": dict(source.record)}), tuple(notes)
    )


def _weights(path: Path) -> Model:
    if not (path.exists() or packaged_weights(str(path))):
        raise WeightsError(f"{path}: no such file; --init names the weights to begin with, or none")
    return load_model(path)


def _rows(fresh: NDArray[np.float32], known: NDArray[np.float32], before: Charset, now: Charset) -> NDArray[np.float32]:
    """Return the rows of the head: those of the blank and of shared characters, else fresh ones."""
    rows = fresh.copy()
    rows[BLANK] = known[BLANK]
    for char, label in now.labels.items():
        if char in before.labels:
            rows[label] = known[before.labels[char]]
    return rows


def _compared(before: Charset, now: Charset) -> list[str]:
    """Say how two charsets differ."""
    new = [char for char in now.chars if char not in before.labels]
    gone = [char for char in before.chars if char not in now.labels]
    shared = len(now.chars) - len(new)
    if not new and not gone:
        return []
    said = [f"charset: {shared} characters are shared"]
    if new:
        said.append(f"{len(new)} are new: {''.join(new)}")
    if gone:
        said.append(f"{len(gone)} are given up: {''.join(gone)}")
    return ["; ".join(said)]


def frozen(network: Network, labels: int, freeze: Sequence[str]) -> tuple[str, ...]:
    """Return the places of weights that stay, as ``layers.within`` takes them; ``body`` is all layers but the head.

    Raises:
        TrainingError: No weight lies there, or none would be left to train.
    """
    names = list(parameter_specs(network, labels))
    layers = network.layers()
    found: list[str] = []
    for place in freeze:
        if place == "body":
            found += map(str, range(len(layers)))
        elif any(is_at(name, [place]) for name in names):
            found.append(place)
        else:
            raise TrainingError(f"freeze: no weight lies at {place!r}; 'receiptgen weights show --names' lists them")
    trained = [name for name, parameter in parameters_of((*layers,), input_shape(network)).items() if parameter.trained]
    if found and all(is_at(name, found) for name in [*trained, *names[-2:]]):
        raise TrainingError("freeze: leaves no weight to train")
    return tuple(found)
