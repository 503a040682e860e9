"""ONNX files in lower precision: half precision, and 8-bit integers."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError

try:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.transformers.float16 import convert_float_to_float16
    from onnxruntime.transformers.onnx_model import OnnxModel
except ImportError:
    raise MissingExtraError("lower precision needs onnxruntime; pip install 'receiptgen[torch,read]'") from None

# Sums of many numbers, which half precision would round.
_WIDE = ["CumSum", "LayerNormalization", "LogSoftmax", "Softmax", "GridSample"]
# Where positions end: what is compared with the width of a line, and where a map is sampled.
_OF_POSITIONS = {"Less": (0, 1), "GridSample": (1,)}
# Layers that become integers.
_LAYERS = ["Conv", "MatMul"]
# Layers and shapes, before which no number is a position.
_NO_POSITION = {"Conv", "MatMul", "Gemm", "Shape"}


def in_half_precision(content: bytes) -> bytes:
    """Return an ONNX file that computes in float16, with the same inputs and outputs.

    Positions stay in float32: from 2,048 pixels on float16 has no odd numbers.
    """
    model = onnx.load_model_from_string(content)
    positions = _nodes_of_positions(model.graph)
    half = convert_float_to_float16(model, keep_io_types=True, op_block_list=_WIDE, node_block_list=positions)
    # Where two nodes in float32 share an input, the converter casts it twice under one name; it casts at the end.
    nodes = list({node.name: node for node in half.graph.node}.values())
    del half.graph.node[:]
    half.graph.node.extend(nodes)
    OnnxModel.graph_topological_sort(half.graph)
    return bytes(half.SerializeToString(deterministic=True))


def _nodes_of_positions(graph: onnx.GraphProto) -> list[str]:
    """Return the names of all nodes that compute positions."""
    makers = {output: node for node in graph.node for output in node.output}
    found: dict[str, None] = {}
    ends = [node for node in graph.node if node.op_type in _OF_POSITIONS]
    open_names = [node.input[index] for node in ends for index in _OF_POSITIONS[node.op_type]]
    while open_names:
        node = makers.get(open_names.pop())
        if node is not None and node.op_type not in _NO_POSITION and node.name not in found:
            found[node.name] = None
            open_names += node.input
    return [*found, *(node.name for node in ends)]


class _Samples(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """Gives onnxruntime the inputs of one sample after the other."""

    def __init__(self, samples: Iterable[Mapping[str, NDArray[np.generic]]]) -> None:
        self._samples = iter(samples)

    def get_next(self) -> dict[str, NDArray[np.generic]] | None:
        """Return the inputs of the next sample, or None after the last."""
        sample = next(self._samples, None)
        return None if sample is None else dict(sample)


def in_integers(content: bytes, samples: Iterable[Mapping[str, NDArray[np.generic]]]) -> bytes:
    """Return an ONNX file whose convolutions and dense layers compute with 8-bit integers, one scale a channel.

    The first and the last of them keep float32, which costs next to nothing: the one sees levels of paper that differ
    little, the other gives the result. Weights have seven bits: sums of products with eight overflow on processors
    without VNNI.

    Args:
        content: The file in float32.
        samples: Inputs by name whose activations set the ranges.
    """
    model = onnx.load_model_from_string(content)
    layers = [node.name for node in model.graph.node if node.op_type in _LAYERS and _weighted(model.graph, node)]
    with TemporaryDirectory() as folder, _quiet():
        path = Path(folder) / "integers.onnx"
        quantize_static(
            model, path, _Samples(samples), quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=True,
            op_types_to_quantize=_LAYERS, nodes_to_quantize=layers[1:-1], activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )  # fmt: skip
        return path.read_bytes()


def _weighted(graph: onnx.GraphProto, node: onnx.NodeProto) -> bool:
    """Tell whether a node multiplies by weights, not by what another computes, as in attention."""
    return node.input[1] in {each.name for each in graph.initializer}


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep onnxruntime's advice on other ways to quantise, which it logs without a logger of its own, to itself."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
