"""Every error that a user can cause.

::

    ReceiptgenError
    +-- ConfigError      a YAML file is wrong; carries every fault of it
    +-- UnknownNameError a name that does not exist
    +-- FontError        a font is missing, broken or can't draw a text
    +-- LayoutError      something doesn't fit the paper
    +-- ValuesError      given values of a receipt contradict each other, or can't be had
    +-- TextError        the settings of a snippet leave nothing to print
    +-- DatasetError     a data set or its labels can't be read, written, resumed, verified or cleared
    +-- PageError        an image holds more than a page of text
    +-- FileError        a file or folder can't be read or written
    +-- StorageError     a store of objects can't be reached, read or written
    +-- BusyError        another run is writing to a folder
    +-- AddressError     an address of this machine can't be listened at
    +-- ExecutorError    workers can't be started, or are lost
    +-- ProcessError     a process can't be started, or ends as it starts
    +-- MissingExtraError an optional dependency is not installed
    +-- WeightsError     a weights file is missing, broken or of another format
    +-- NetworkError     the layers of a network don't fit each other
    +-- CharsetError     characters make no charset, or a name is not one of a charset
    +-- LanguageError    texts make no character model or lexicon
    +-- DeviceError      a device that this machine lacks, or that the framework can't use
    +-- TrainingError    a training run can't start, continue or be resumed

``StoppedError`` is not one of them: Ctrl-C raises it in a run that can be resumed, a signal of the host its subclass
``PreemptedError``. A signal that ends a run without more ado raises ``AbortedError``.
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
    """A name that does not exist."""


class FontError(ReceiptgenError):
    """A font is missing, broken or can't draw a text.

    Attributes:
        lacking: Characters that no font draws, where that is the fault.
    """

    lacking = ""


class LayoutError(ReceiptgenError):
    """Something doesn't fit the paper."""


class ValuesError(ReceiptgenError):
    """Given values of a receipt contradict each other, or no receipt has them."""


class TextError(ReceiptgenError):
    """The settings of a snippet leave nothing to print."""


class DatasetError(ReceiptgenError):
    """A data set or its labels can't be read, written, resumed, verified or cleared."""


class PageError(ReceiptgenError):
    """An image holds more than a page of text, and would take too long to read."""


class FileError(ReceiptgenError):
    """A file or folder can't be read or written."""


class StorageError(ReceiptgenError):
    """A store of objects can't be reached, read or written, or its URL is wrong."""


class BusyError(ReceiptgenError):
    """Another run is writing to a folder."""


class AddressError(ReceiptgenError):
    """An address of this machine can't be listened at, such as a port that is taken."""


class ExecutorError(ReceiptgenError):
    """Workers can't be started, or are lost and can't be replaced."""


class ProcessError(ReceiptgenError):
    """A process can't be started, or ends as it starts: the system lacks memory, processes or open files."""


class MissingExtraError(ReceiptgenError):
    """An optional dependency is not installed; the message names the extra."""


class WeightsError(ReceiptgenError):
    """A weights file is missing, broken or of another format."""


class NetworkError(ReceiptgenError):
    """The layers of a network don't fit each other."""


class CharsetError(ReceiptgenError):
    """Characters make no charset, or a name is not one of a charset."""


class LanguageError(ReceiptgenError):
    """Texts make no character model or lexicon."""


class DeviceError(ReceiptgenError):
    """A device that this machine lacks, or that the framework can't use."""


class TrainingError(ReceiptgenError):
    """A training run can't start, continue or be resumed."""


class StoppedError(KeyboardInterrupt):
    """The user has stopped a run that resumes when the same command is given again."""

    exit_code = 130


class PreemptedError(StoppedError):
    """The host has stopped a run, which is to be started again: EX_TEMPFAIL of ``sysexits.h``."""

    exit_code = 75


class AbortedError(KeyboardInterrupt):
    """The host has ended a run at once, before it could save anything; it is to be started again."""

    exit_code = PreemptedError.exit_code
