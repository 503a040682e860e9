"""``gluon``: MXNet's ``.params`` of the handwriting network ``cnn_bilstm``, read and written.

Names, shapes and the blank as the last label are those of the network of
https://github.com/awslabs/handwritten-text-recognition-for-apache-mxnet, as its ``save_parameters`` writes them.
"""

import re
import string
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.core.files import write_atomic
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.layers import BatchNorm, Recurrent, walk
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import input_shape, parameter_specs, with_head
from receiptgen.recognition.networks.cnn_bilstm import BLOCKS, CHANNELS, CnnBilstm
from receiptgen.recognition.preprocess import Preprocess

from ..lowering.lowering import Lowering
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


class Setup(NamedTuple):
    """How a public network was trained.

    Attributes:
        charset: Its characters in the order of its labels.
        levels: Normalisation of its input.
    """

    charset: Charset
    levels: Levels


# The public networks, known by the number of their labels; the one without a space takes pixels from 0 to 1.
SETUPS = (
    Setup(Charset(string.ascii_letters + string.digits + string.punctuation + " "), Levels()),
    Setup(
        Charset(" !\"#&\\'()*+,-./" + string.digits + ":;?" + string.ascii_uppercase + string.ascii_lowercase), Levels()
    ),
    Setup(Charset(string.ascii_letters + string.digits + string.punctuation), Levels(0.0, 1.0)),
)

# The most steps that a line has within its height, unless one says how high it is: the public network has 12.
_MOST_STEPS = 32
# Heights that are tried where none is told, in pixels, and steps.
_HEIGHTS, _STEPS = range(8, 257, 4), range(1, 17)

_NORM_NAMES = {"scale": "gamma", "shift": "beta", "mean": "running_mean", "variance": "running_var"}
_HEAD = ("decoder.weight", "decoder.bias")
# The order in which Gluon saves blocks.
_ORDER = ("body", "encoders", "decoder", "downsampler")
_FIRST_INPUT = re.compile(r"encoders\.(\d+)\.0\.lstm\._unfused\.0\.l_cell\.i2h_weight")
_LAYER = re.compile(r"encoders\.0\.0\.lstm\._unfused\.(\d+)\.l_cell\.i2h_weight")
_STAGE = re.compile(r"body\.(\d+)\.0\.body\.0\.weight")


# MXNet 1 saves LSTMs as cells; MXNet 2 by the names of its fused layer.
_FUSED = re.compile(r"(?<=\.lstm\.)([lr])(\d+)_([ih]2h_(?:weight|bias))$")
_CELL = r"_unfused.\2.\1_cell.\3"


def _lstm_name(name: str) -> str:
    """Return Gluon's ``_unfused.0.l_cell.i2h_weight`` for ``forward.0.input_weight``."""
    direction, layer, rest = name.split(".")
    source, part = rest.split("_")
    return f"_unfused.{layer}.{'l' if direction == 'forward' else 'r'}_cell.{source[0]}2h_{part}"


def _blocks(network: CnnBilstm) -> Iterator[str]:
    """Yield the names of Gluon's blocks with weights, in the order of ``layers.walk``.

    The downsampler occurs once for each scale after the first, since all scales share it.
    """
    yield from ("body.0", "body.1")
    for stage in range(network.stages):
        for block in range(BLOCKS[stage]):
            path = f"body.{4 + stage}.{block}"
            yield from (f"{path}.body.{layer}" for layer in (0, 1, 3, 4))
            if stage and not block:
                yield from (f"{path}.downsample.{layer}" for layer in (0, 1))
    for scale in range(network.scales):
        if scale:
            yield from (f"downsampler.{layer}" for layer in (0, 1, 3, 4))
        yield f"encoders.{scale}.0.lstm"
    yield "decoder"


def weight_names(network: CnnBilstm, labels: int) -> dict[str, str]:
    """Return Gluon's name of each weight of a ``cnn_bilstm``, by ours."""
    layers = walk(with_head(network, labels), input_shape(network))
    weighted = [(path, layer, own) for path, layer, shape in layers if (own := layer.parameters(shape))]
    names = {}
    for block, (path, layer, own) in zip(_blocks(network), weighted, strict=True):
        for ours in own:
            theirs = _lstm_name(ours) if isinstance(layer, Recurrent) else ours
            names[path + ours] = f"{block}.{_NORM_NAMES[ours] if isinstance(layer, BatchNorm) else theirs}"
    return names


@FORMATS.register
class Gluon:
    """``.params``, which ``load_parameters`` of that network's Gluon block reads; the blank comes last."""

    suffix: ClassVar[str] = ".params"
    lowers: ClassVar[bool] = False

    def write(self, model: Model, path: Path, lowering: Lowering | None = None) -> str:
        """Write a file atomically."""
        network = model.network
        if not isinstance(network, CnnBilstm):
            raise WeightsError(
                f"{path}: only cnn_bilstm exists in Gluon; receiptgen on MXNet reads safetensors themselves"
            )
        arrays: dict[str, NDArray[np.float32]] = {}
        for ours, theirs in weight_names(network, len(model.charset)).items():
            if not np.array_equal(arrays.setdefault(theirs, model.weights[ours]), model.weights[ours]):
                raise WeightsError(
                    f"{path}: {theirs!r} serves all scales in Gluon; in these weights, scales differ in it"
                )
        arrays |= {name: np.roll(arrays[name], -1, axis=0) for name in _HEAD}
        ordered = sorted(arrays, key=lambda name: _ORDER.index(name.partition(".")[0]))
        write_atomic(path, packed_arrays({name: arrays[name] for name in ordered}))
        span = network.paper - network.ink
        return (
            f"lines of {network.height} pixels as (pixel / 255 - {-network.ink / span:.6g}) / {1 / span:.6g};"
            f" labels {model.charset.chars!r}, then the blank"
            f"{'; the character model has no place there' if model.companions.character_model else ''}"
        )


def read_gluon(
    path: Path,
    charset: Charset | None = None,
    blank: Blank = "last",
    levels: Levels | None = None,
    height: int = 0,
    width: int = 0,
) -> Model:
    """Read a checkpoint that ``save_parameters`` of that network wrote; sizes follow from the arrays.

    Args:
        path: The file.
        charset: Its characters in the order of its labels; by default those of one of ``SETUPS``, by their count.
        blank: Position of the blank among the labels.
        levels: Normalisation that it was trained with; by default that of the setup with these characters, else that
            of the public network.
        height: Height of its lines, in pixels; by default the one that fits the inputs of its LSTMs, if one does.
        width: Width of its words, in pixels, which have the height then; 0 for lines of any width.

    Raises:
        WeightsError: The file is missing, damaged, of another network, or has another number of labels; or sizes
            remain open.
    """
    arrays = {_FUSED.sub(_CELL, name): array for name, array in read_arrays(path).items()}
    labels = _labels(arrays, path)
    charset = charset or _alphabet(labels, path)
    if len(charset) != labels:
        raise WeightsError(
            f"{path}: has {labels} labels, the blank included; --charset has {len(charset.chars)} characters"
        )
    usual = next((setup.levels for setup in SETUPS if setup.charset == charset), Levels())
    network = _network(arrays, levels or usual, height, width, path)
    names = weight_names(network, labels)
    expected = {theirs: parameter_specs(network, labels)[ours].shape for ours, theirs in names.items()}
    if network.scales == 1:  # then nothing goes through it
        arrays = {name: array for name, array in arrays.items() if not name.startswith("downsampler.")}
    for name in (*expected, *arrays):
        stored, needed = (arrays[name].shape if name in arrays else "missing"), expected.get(name, "none")
        if stored != needed:
            raise WeightsError(f"{path}: {name!r} is {stored}, cnn_bilstm has {needed}")
    if blank == "last":
        arrays |= {name: np.roll(arrays[name], 1, axis=0) for name in _HEAD}
    weights = {ours: np.array(arrays[theirs], np.float32) for ours, theirs in names.items()}
    preprocess = Preprocess(height=network.height, width=network.width, upright=False, contrast=0)
    return Model(network, charset, preprocess, weights, {"imported": path.name}, "words" if network.width else "lines")


def _labels(arrays: Mapping[str, NDArray[Any]], path: Path) -> int:
    """Return the number of labels, if the file has what tells the sizes of the network."""
    for name in ("encoders.0.0.lstm._unfused.0.l_cell.i2h_weight", "decoder.weight"):
        if name not in arrays or arrays[name].ndim != 2:
            raise WeightsError(f"{path}: has no {name!r}; expected a file that save_parameters of cnn_bilstm wrote")
    return len(arrays["decoder.weight"])


def _alphabet(labels: int, path: Path) -> Charset:
    for charset, _ in SETUPS:
        if len(charset) == labels:
            return charset
    raise WeightsError(f"{path}: has {labels} labels; name their characters in order with --charset")


def _network(arrays: Mapping[str, NDArray[Any]], levels: Levels, height: int, width: int, path: Path) -> CnnBilstm:
    """Return the network whose weights have these shapes."""
    inputs = {int(found[1]): array.shape for name, array in arrays.items() if (found := _FIRST_INPUT.fullmatch(name))}
    stages = {int(found[1]) - 4 for name in arrays if (found := _STAGE.fullmatch(name))}
    for what, numbers, most in (("scales", set(inputs), 3), ("stages of a ResNet", stages, len(BLOCKS))):
        if numbers != set(range(len(numbers))) or not 1 <= len(numbers) <= most:
            raise WeightsError(f"{path}: has {len(numbers)} {what}, cnn_bilstm has 1 to {most}")
    settings = {
        "stages": len(stages),
        "scales": len(inputs),
        "units": inputs[0][0] // 4,
        "layers_of_lstm": sum(_LAYER.fullmatch(name) is not None for name in arrays),
        "paper": (1 - levels.mean) / levels.deviation,
        "ink": -levels.mean / levels.deviation,
    }
    try:
        # The smallest, to know its columns; its height and steps follow from the inputs of the LSTMs.
        smallest = CnnBilstm.parse(settings)
    except ValueError as error:
        raise WeightsError(f"{path}: {error}") from None
    size = _size(smallest, [inputs[scale][1] for scale in range(len(inputs))], height, width, path)
    return CnnBilstm.parse(settings | size)


def _size(network: CnnBilstm, inputs: Sequence[int], height: int, width: int, path: Path) -> dict[str, int]:
    """Return the only size of lines, or of words of a width, that gives the LSTMs of each scale their number of inputs.

    Raises:
        WeightsError: No size fits, or several do.
    """
    channels = [CHANNELS * 2 ** (network.stages - 1), *[CHANNELS] * (network.scales - 1)]
    said = f"its LSTMs have {' and '.join(map(str, inputs))} inputs per step"
    if width:
        rows, columns = network.map_sizes(height), network.map_sizes(width)
        sizes = {prod(shape[:3]) / shape[3] for shape in zip(channels, rows, columns, inputs, strict=True)}
        steps = sizes.pop()
        if sizes or not steps.is_integer() or not steps:
            raise WeightsError(f"{path}: {said}, which no cnn_bilstm of words of {height} x {width} pixels has")
        return {"height": height, "width": width, "steps": int(steps)}
    # Rows of the map times pixels of a step.
    areas = [count * pixels / depth for count, pixels, depth in zip(inputs, network.columns, channels, strict=True)]
    fitting = [
        (high, step)
        for high in ([height] if height else _HEIGHTS)
        for step in _STEPS
        if all(rows * step == area for rows, area in zip(network.map_sizes(high), areas, strict=True))
    ]
    if not fitting:
        lines = f" of lines {height} pixels high" if height else ""
        raise WeightsError(f"{path}: {said}, which no cnn_bilstm{lines} has; words of one width need --width")
    # Where an odd column is lost, as in the public network for words of 30 x 140 pixels, the shapes say something else.
    likely = [(high, step) for high, step in fitting if height or high <= _MOST_STEPS * step]
    if not likely:
        high, step = fitting[0]
        raise WeightsError(
            f"{path}: is a network for words of one width, which --height and --width tell, or for lines {high} pixels "
            f"high with steps of {step}; --height {high} if these are lines"
        )
    if len(likely) > 1:
        *others, last = (str(high) for high, _ in likely)
        raise WeightsError(f"{path}: its lines are {', '.join(others)} or {last} pixels high; --height says which")
    return dict(zip(("height", "step"), likely[0], strict=True))
