"""Groups of layers that several networks are made of."""

from receiptgen.recognition.layers import Activation, BatchNorm, Conv, Layers, Pair


def conv(filters: int, kernel: Pair = (3, 3), stride: Pair = (1, 1)) -> Layers:
    """Return a convolution, its normalisation and a ReLU."""
    return (Conv(filters, kernel, stride), BatchNorm(), Activation())
