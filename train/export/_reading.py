"""What formats share that hold a whole reader, from bytes to log-probabilities."""

from typing import Any

from receiptgen.recognition.layers import Shape
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.networks import LINE, input_shape, with_head

from ..backends import BACKENDS


def torch_network(model: Model) -> Any:  # no framework is known here
    """Build what PyTorch's exporters follow, from ink (N, 1, height, width) to numbers (N, steps, labels).

    Raises:
        MissingExtraError: PyTorch is not installed.
    """
    BACKENDS.get("pytorch")  # says so where it is not
    from ..backends._reader import network_of

    return network_of(with_head(model.network, len(model.charset)), input_shape(model.network), model.weights)


def example(model: Model) -> Shape:
    """Return the shape of a line that the network takes."""
    return input_shape(model.network, LINE + -LINE % model.network.multiple)


def metadata(model: Model) -> dict[str, str]:
    """Return what such a file says of itself: as weights do, and ``multiple``, of which widths must be."""
    return model.metadata.write() | {"multiple": str(model.network.multiple)}


def signature(model: Model) -> str:
    """Return in words what goes in and comes out."""
    network = model.network
    return (
        f"uint8 (lines, {network.height}, width), black 0, width a multiple of {network.multiple},"
        f" to log-probabilities (lines, steps, {len(model.charset)}), label 0 the blank"
    )
