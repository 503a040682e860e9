"""Formats of other programs that weights can be written in."""

from pathlib import Path
from typing import ClassVar, Protocol

from receiptgen.core.errors import WeightsError
from receiptgen.core.registry import Registry
from receiptgen.recognition.model_file import Model


class Format(Protocol):
    """A kind of file that other programs read.

    Attributes:
        suffix: What its files' names end in, the dot included.
    """

    suffix: ClassVar[str]

    def write(self, model: Model, path: Path) -> str:
        """Write a file aside, then put it in its place.

        Args:
            model: What to write.
            path: Replaced if it is there.

        Returns:
            What a user of the file must know, in words.

        Raises:
            WeightsError: The format has no room for such a network.
            FileError: The disk is full, or the place can't be written to.
            MissingExtraError: Writing needs a package that is not installed.
        """


FORMATS: Registry[Format] = Registry(__name__, "receiptgen.train.export", "export format")


def check_place(path: Path, suffix: str, replace: bool) -> None:
    """See to it that a file may be written, before work is spent on it.

    Args:
        path: Where.
        suffix: What its name must end in.
        replace: Whether a file that is there may be replaced.

    Raises:
        WeightsError: It is a folder, has another suffix, or is there already.
    """
    if path.suffix != suffix:
        raise WeightsError(f"{path}: expected a name that ends in {suffix!r}, as {path.with_suffix(suffix).name!r}")
    if path.is_dir():
        raise WeightsError(f"{path}: is a folder; expected a file's name")
    if path.exists() and not replace:
        raise WeightsError(f"{path}: is there already; --force replaces it")


def export(model: Model, name: str, path: Path, replace: bool = False) -> str:
    """Write a model for another program.

    Args:
        model: What to write.
        name: Of the format: ``onnx``, ``torch`` or ``gluon``.
        path: Where.
        replace: Whether a file that is there may be replaced.

    Returns:
        What a user of the file must know, in words.

    Raises:
        UnknownNameError: There is no such format.
        WeightsError: The format has no room for such a network, or the file may not be written.
        FileError: The disk is full, or the place can't be written to.
        MissingExtraError: Writing needs a package that is not installed.
    """
    form = FORMATS.get(name)()
    check_place(path, form.suffix, replace)
    return form.write(model, path)
