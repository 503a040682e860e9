"""Every error that a user can cause.

::

    ReceiptgenError
    +-- ConfigError      a YAML file is wrong; carries every fault of it
    +-- UnknownNameError a name that no room, template or locale bears
    +-- FontError        a face is missing, broken or can't draw a text
    +-- LayoutError      something doesn't fit the paper
    +-- TextError        a snippet's settings leave nothing to say
    +-- DatasetError     a data set or its labels can't be read, written, resumed, verified or cleared
    +-- FileError        a file or folder can't be read or written
    +-- BusyError        another run is writing to a folder
    +-- AddressError     an address of this machine can't be listened at
    +-- MissingExtraError an optional dependency is not installed
    +-- WeightsError     a file of weights is missing, broken or of another make
    +-- NetworkError     the layers of a network don't fit each other
    +-- CharsetError     characters make no charset, or a name is not one of a charset
    +-- LanguageError    texts make no character model or lexicon
    +-- DeviceError      a device that this machine lacks, or that the framework can't use
    +-- TrainingError    a training run can't start, go on or be resumed

``StoppedError`` is none of them: it is what Ctrl-C raises in a run that can go on.
"""

from collections.abc import Sequence


class ReceiptgenError(Exception):
    """A fault outside our code; the command line prints it as one line and exits with ``exit_code``."""

    exit_code = 1


class ConfigError(ReceiptgenError):
    """A configuration file is wrong.

    Attributes:
        faults: One ``file:line:col: path: fault; help`` line each, in file order.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))

    def __reduce__(self) -> tuple[type["ConfigError"], tuple[tuple[str, ...]]]:
        return (type(self), (self.faults,))


class UnknownNameError(ReceiptgenError):
    """A name that nothing bears."""


class FontError(ReceiptgenError):
    """A face is missing, broken or can't draw a text."""


class LayoutError(ReceiptgenError):
    """Something doesn't fit the paper."""


class TextError(ReceiptgenError):
    """A snippet's settings leave nothing to say."""


class DatasetError(ReceiptgenError):
    """A data set or its labels can't be read, written, resumed, verified or cleared."""


class FileError(ReceiptgenError):
    """A file or folder can't be read or written."""


class BusyError(ReceiptgenError):
    """Another run is writing to a folder."""


class AddressError(ReceiptgenError):
    """An address of this machine can't be listened at, such as a port that is taken."""


class MissingExtraError(ReceiptgenError):
    """An optional dependency is not installed; the message names the extra."""


class WeightsError(ReceiptgenError):
    """A file of weights is missing, broken or of another make."""


class NetworkError(ReceiptgenError):
    """The layers of a network don't fit each other."""


class CharsetError(ReceiptgenError):
    """Characters make no charset, or a name is not one of a charset."""


class LanguageError(ReceiptgenError):
    """Texts make no character model or lexicon."""


class DeviceError(ReceiptgenError):
    """A device that this machine lacks, or that the framework can't use."""


class TrainingError(ReceiptgenError):
    """A training run can't start, go on or be resumed."""


class StoppedError(KeyboardInterrupt):
    """The user has stopped a run that goes on from there when the same command is given again."""
