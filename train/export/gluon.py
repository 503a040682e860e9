"""``gluon``: MXNet's ``.params`` of the handwriting network ``cnn_bilstm``, read and written.

Names, shapes and the blank as the last label are those of the network of
https://github.com/awslabs/handwritten-text-recognition-for-apache-mxnet, as its ``save_parameters`` writes them.
"""

import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.layers import BatchNorm, Layers, Recurrent, Shape, walk
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import input_shape, parameter_specs, with_head
from receiptgen.recognition.networks.cnn_bilstm import CnnBilstm
from receiptgen.recognition.preprocess import Preprocess

from . import FORMATS
from ._ndarrays import packed_arrays, read_arrays

Blank = Literal["last", "first"]


class Levels(NamedTuple):
    """Normalisation of the input: (pixel / 255 - mean) / deviation.

    Attributes:
        mean: Mean of the pixels that a network was trained with, black 0 and white 1; by default the public network's.
        deviation: Standard deviation of those pixels.
    """

    mean: float = 0.942532484060557
    deviation: float = 0.15926149044640417


# The charsets that such networks are known to have been trained with, in the order of their labels.
ALPHABETS = tuple(
    Charset(chars)
    for chars in (
        string.ascii_letters + string.digits + string.punctuation + " ",
        " !\"#&\\'()*+,-./" + string.digits + ":;?" + string.ascii_uppercase + string.ascii_lowercase,
    )
)

# The most steps that a line has within its height, unless one says how high it is: the public network has 12.
_MOST_STEPS = 32

# The blocks with weights, in the order of ``layers.walk``.
_BLOCKS = (
    "body.0", "body.1",
    *(f"body.4.{block}.body.{layer}" for block in range(3) for layer in (0, 1, 3, 4)),
    "encoders.0.0.lstm",
    *(f"downsampler.{layer}" for layer in (0, 1, 3, 4)),
    "encoders.1.0.lstm",
    "decoder",
)  # fmt: skip
_NORM_NAMES = {"scale": "gamma", "shift": "beta", "mean": "running_mean", "variance": "running_var"}
_HEAD = ("decoder.weight", "decoder.bias")
# The order in which Gluon saves blocks.
_ORDER = ("body", "encoders", "decoder", "downsampler")


# MXNet 1 saves LSTMs as cells; MXNet 2 by the names of its fused layer.
_FUSED = re.compile(r"(?<=\.lstm\.)([lr])(\d+)_([ih]2h_(?:weight|bias))$")
_CELL = r"_unfused.\2.\1_cell.\3"


def _lstm_name(name: str) -> str:
    """Return Gluon's ``_unfused.0.l_cell.i2h_weight`` for ``forward.0.input_weight``."""
    direction, layer, rest = name.split(".")
    source, part = rest.split("_")
    return f"_unfused.{layer}.{'l' if direction == 'forward' else 'r'}_cell.{source[0]}2h_{part}"


def weight_names(layers: Layers, input: Shape) -> Iterator[tuple[str, str]]:
    """Yield the names of all weights of a ``cnn_bilstm``, Gluon's and ours."""
    blocks = [(path, layer, layer.parameters(shape)) for path, layer, shape in walk(layers, input)]
    for block, (path, layer, parameters) in zip(_BLOCKS, [block for block in blocks if block[2]], strict=True):
        for ours in parameters:
            theirs = _lstm_name(ours) if isinstance(layer, Recurrent) else ours
            yield f"{block}.{_NORM_NAMES[ours] if isinstance(layer, BatchNorm) else theirs}", path + ours


@FORMATS.register
class Gluon:
    """``.params``, which ``load_parameters`` of that network's Gluon block reads; the blank comes last."""

    suffix: ClassVar[str] = ".params"

    def write(self, model: Model, path: Path) -> str:
        """Write a file atomically."""
        network = model.network
        if not isinstance(network, CnnBilstm):
            raise WeightsError(
                f"{path}: only cnn_bilstm exists in Gluon; receiptgen on MXNet reads safetensors themselves"
            )
        labels = len(model.charset)
        arrays = {
            theirs: model.weights[ours]
            for theirs, ours in weight_names(with_head(network, labels), input_shape(network))
        }
        arrays |= {name: np.roll(arrays[name], -1, axis=0) for name in _HEAD}
        ordered = sorted(arrays, key=lambda name: _ORDER.index(name.partition(".")[0]))
        write_atomic(path, packed_arrays({name: arrays[name] for name in ordered}))
        span = network.paper - network.ink
        return (
            f"lines of {network.height} pixels as (pixel / 255 - {-network.ink / span:.6g}) / {1 / span:.6g};"
            f" labels {model.charset.chars!r}, then the blank"
        )


def read_gluon(
    path: Path, charset: Charset | None = None, blank: Blank = "last", levels: Levels | None = None, height: int = 0
) -> Model:
    """Read a checkpoint that ``save_parameters`` of that network wrote; sizes follow from the arrays.

    Args:
        path: The file.
        charset: Its characters in the order of its labels; by default one of ``ALPHABETS``, by their count.
        blank: Position of the blank among the labels.
        levels: Normalisation that it was trained with; by default that of the public network.
        height: Height of its lines, in pixels; by default the one that fits the inputs of its LSTMs, with steps of 4
            pixels where the file leaves that open.

    Raises:
        WeightsError: The file is missing, damaged, of another network, or has another number of labels.
    """
    arrays = {_FUSED.sub(_CELL, name): array for name, array in read_arrays(path).items()}
    network = _network(arrays, levels or Levels(), height, path)
    labels = len(arrays["decoder.weight"])
    charset = charset or _alphabet(labels, path)
    if len(charset) != labels:
        raise WeightsError(
            f"{path}: has {labels} labels, the blank included; --charset has {len(charset.chars)} characters"
        )
    table = dict(weight_names(with_head(network, labels), input_shape(network)))
    expected = {theirs: parameter_specs(network, labels)[ours].shape for theirs, ours in table.items()}
    for name in (*expected, *arrays):
        stored, needed = (arrays[name].shape if name in arrays else "missing"), expected.get(name, "none")
        if stored != needed:
            raise WeightsError(f"{path}: {name!r} is {stored}, cnn_bilstm has {needed}")
    if blank == "last":
        arrays |= {name: np.roll(arrays[name], 1, axis=0) for name in _HEAD}
    weights = {ours: np.array(arrays[theirs], np.float32) for theirs, ours in table.items()}
    preprocess = Preprocess(height=network.height, upright=False, contrast=0)
    return Model(network, charset, preprocess, weights, {"imported": path.name})


def _alphabet(labels: int, path: Path) -> Charset:
    for alphabet in ALPHABETS:
        if len(alphabet) == labels:
            return alphabet
    raise WeightsError(f"{path}: has {labels} labels; name their characters in order with --charset")


def _network(arrays: Mapping[str, NDArray[Any]], levels: Levels, height: int, path: Path) -> CnnBilstm:
    """Return the network whose weights have these shapes."""
    names = (*(f"encoders.{scale}.0.lstm._unfused.0.l_cell.i2h_weight" for scale in range(2)), "decoder.weight")
    for name in names:
        if arrays[name].ndim != 2 if name in arrays else True:
            raise WeightsError(f"{path}: has no {name!r}; expected a file that save_parameters of cnn_bilstm wrote")
    rows, step = _rows(arrays[names[0]].shape[1], arrays[names[1]].shape[1], height, path)
    return CnnBilstm(
        height=height or 4 * rows,
        units=arrays[names[0]].shape[0] // 4,
        layers_of_lstm=len(
            [name for name in arrays if re.fullmatch(r"encoders\.0\.0\.lstm\._unfused\.\d+\.l_cell\.i2h_weight", name)]
        ),
        step=step,
        paper=(1 - levels.mean) / levels.deviation,
        ink=-levels.mean / levels.deviation,
    )


def _rows(wide: int, wider: int, height: int, path: Path) -> tuple[int, int]:
    """Return the rows of the map and the pixels per step, given the inputs of each scale's LSTM.

    The first scale has 64 channels and 4 pixels per column, the second half the rows, rounded down, and 8 pixels.
    """
    area, half = wide * 4 / 64, wider * 8 / 64  # rows times pixels of a step
    # An odd row is lost between the scales, which determines the step; without one, any step would fit.
    step: float = area / -(-height // 4) if height else (area - 2 * half or 4.0)
    rows = area / step
    if not (1 <= step <= 16 and step.is_integer() and rows.is_integer() and rows // 2 * step == half):
        lines = f" of lines {height} pixels high" if height else ""
        raise WeightsError(f"{path}: its LSTMs have {wide} and {wider} inputs per step, which no cnn_bilstm{lines} has")
    # Where an odd column is lost, as in the public network for words of 30 x 140 pixels, the shapes say something else.
    if not height and 4 * rows > _MOST_STEPS * step:
        raise WeightsError(
            f"{path}: is a network for words of one width, or for lines {4 * rows:.0f} pixels high with steps of "
            f"{step:.0f}; only lines of any width can be read; --height {4 * rows:.0f} if these are lines"
        )
    return int(rows), int(step)
