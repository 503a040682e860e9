"""Export of weights to the formats of other programs."""

from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from receiptgen.core.errors import WeightsError
from receiptgen.core.registry import Registry
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.model_kind import KindModel

from ..lowering.lowering import Lowering


class Format(Protocol):
    """A file format of other programs.

    Attributes:
        suffix: Suffix of its files, with the dot.
        lowers: Whether it takes a ``Lowering``.
    """

    suffix: ClassVar[str]
    lowers: ClassVar[bool]

    def write(self, model: Model, path: Path, lowering: Lowering | None = None) -> str:
        """Write a file atomically.

        Args:
            model: Model to write.
            path: The file, which is replaced if it exists.
            lowering: Precision of its numbers; None for float32.

        Returns:
            Note for users of the file: its inputs and outputs, and what a lower precision loses.

        Raises:
            WeightsError: The format does not support this network, or a lower precision loses too much.
            FileError: The disk is full, or the path can't be written to.
            MissingExtraError: A package is needed that is not installed.
        """


@runtime_checkable
class KindFormat(Protocol):
    """A format that holds networks of other kinds too."""

    def write_kind(self, model: KindModel, path: Path, lowering: Lowering | None = None) -> str:
        """Write a file atomically, as ``Format.write`` does."""


FORMATS: Registry[Format] = Registry(__name__, "receiptgen.train.export", "export format")


def check_target(path: Path, suffix: str, replace: bool) -> None:
    """Check that a file may be written, before work is spent on it.

    Args:
        path: The file.
        suffix: Suffix that it must have.
        replace: Whether an existing file may be replaced.

    Raises:
        WeightsError: It is a folder, has another suffix, or exists already.
    """
    if path.suffix != suffix:
        raise WeightsError(
            f"{path}: expected a name that ends in {suffix!r}, such as {path.with_suffix(suffix).name!r}"
        )
    if path.is_dir():
        raise WeightsError(f"{path}: is a folder; expected the name of a file")
    if path.exists() and not replace:
        raise WeightsError(f"{path}: exists already; --force replaces it")


def export_model(model: Model, name: str, path: Path, replace: bool = False, lowering: Lowering | None = None) -> str:
    """Write a model in another program's format.

    Args:
        model: Model to write.
        name: Name of the format: ``onnx``, ``torch`` or ``gluon``.
        path: The file.
        replace: Whether an existing file may be replaced.
        lowering: Precision of its numbers; None for float32.

    Returns:
        Note for users of the file: its inputs and outputs, and what a lower precision loses.

    Raises:
        UnknownNameError: There is no such format.
        WeightsError: The format does not support this network or precision, a lower precision loses too much, or the
            file may not be written.
        FileError: The disk is full, or the path can't be written to.
        MissingExtraError: A package is needed that is not installed.
    """
    form = FORMATS.get(name)()
    check_target(path, form.suffix, replace)
    if lowering and not form.lowers:
        raise WeightsError(f"precision {lowering.precision}: {name} has float32 only; --to onnx has others")
    return form.write(model, path, lowering)


def export_kind(
    model: KindModel, name: str, path: Path, replace: bool = False, lowering: Lowering | None = None
) -> str:
    """Write a network that reads no lines in another program's format, which is ONNX alone.

    Args:
        model: Model to write.
        name: Name of the format.
        path: The file.
        replace: Whether an existing file may be replaced.
        lowering: Precision of its numbers; None for float32.

    Returns:
        Note for users of the file: its inputs and outputs, and what a lower precision loses.

    Raises:
        WeightsError: The format takes no such networks, a lower precision loses too much, or the file may not be
            written.
        FileError: The disk is full, or the path can't be written to.
        MissingExtraError: A package is needed that is not installed.
    """
    form = FORMATS.get(name)()
    if not isinstance(form, KindFormat):
        raise WeightsError(f"{name}: holds networks that read lines; {model.kind.noun} is written by --to onnx")
    check_target(path, form.suffix, replace)
    return form.write_kind(model, path, lowering)
