"""What ``read`` makes of pages: their text, or the fields of their receipts; and where it goes."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import click

if TYPE_CHECKING:
    from receiptgen.extraction.fields import ReceiptFields
    from receiptgen.reading.field_outputs import FieldOutput
    from receiptgen.reading.outputs import Output
    from receiptgen.reading.results import PageText

    Pages = Iterable[tuple[Path, PageText]]

Parts = Iterable[str | bytes]
# What is known of a page: its text, or its truth.
Known = TypeVar("Known")
KnownToIt = TypeVar("KnownToIt", contravariant=True)


class Rendering(Protocol[KnownToIt]):
    """Turns pages into files."""

    @property
    def suffix(self) -> str:
        """Suffix of the file of all pages, with the dot."""

    def files(self, pages: Iterable[tuple[Path, KnownToIt]], whole: bool) -> Mapping[str, Parts]:
        """Return the parts of files with all pages by their suffixes, first that of all pages.

        Args:
            pages: Pages with their names; each is taken when those before it are rendered.
            whole: Whether files beside are wanted, too.
        """


@dataclass(frozen=True)
class TextRendering:
    """Renders the text of pages.

    Attributes:
        output: The format.
        least: Least confidence of words.
    """

    output: "Output"
    least: float

    @property
    def suffix(self) -> str:
        """Suffix of its files, with the dot."""
        return self.output.suffix

    def files(self, pages: "Pages", whole: bool) -> Mapping[str, Parts]:
        """Return the parts of the file."""
        return {self.suffix: self.output.render(((path.as_posix(), page) for path, page in pages), self.least)}


@dataclass(frozen=True)
class FieldRendering(Generic[Known]):
    """Renders the fields of receipts.

    Attributes:
        output: The format.
        fields_of: Tells the fields of a page.
    """

    output: "FieldOutput"
    fields_of: "Callable[[Path, Known], ReceiptFields]"

    @property
    def suffix(self) -> str:
        """Suffix of its files, with the dot."""
        return self.output.suffix

    def files(self, pages: Iterable[tuple[Path, Known]], whole: bool) -> Mapping[str, Parts]:
        """Return the parts of the file, and of those beside."""
        receipts: Iterable[tuple[str, ReceiptFields]] = (
            (path.as_posix(), self.fields_of(path, known)) for path, known in pages
        )
        if not (whole and self.output.beside):
            return {self.suffix: self.output.render(receipts)}
        receipts = list(receipts)
        beside = {suffix: render(receipts) for suffix, render in self.output.beside.items()}
        return {self.suffix: self.output.render(receipts), **beside}


def open_rendering(
    form: str, least: float, fields: bool, field_weights: Path | None, tell: Callable[[Path, str], None], out: bool
) -> "Rendering[PageText]":
    """Return the rendering that options of ``read`` ask for.

    Args:
        form: Name of the format.
        least: Least confidence of words.
        fields: Whether fields are to be rendered rather than text.
        field_weights: Weights that tell fields; None for the packaged ones.
        tell: Told of pages on which no receipt is.
        out: Whether it goes into files.
    """
    if not fields:
        from receiptgen.reading.outputs import OUTPUTS

        return TextRendering(OUTPUTS.get(form)(), least)
    from receiptgen.reading.page_fields import FIELD_WEIGHTS, field_reader, fields_of

    output, reader = _field_output(form, out), field_reader(field_weights or FIELD_WEIGHTS)

    def read(path: Path, page: "PageText") -> "ReceiptFields":
        found = fields_of(page, reader)
        if page.rows and next(found.each(), None) is None:
            tell(path, "no receipt: its text says nothing that a receipt does")
        return found

    return FieldRendering(output, read)


def hand_on_truth(folders: Iterable[Path], form: str, out: Path | None) -> None:
    """Print or write what drawn receipts say, as their fields are when they are read.

    Args:
        folders: Folders that ``draw`` has written receipts into, or above them.
        form: Name of the format of fields.
        out: File for all, or an existing folder for a file each; None for the terminal.

    Raises:
        DatasetError: A folder holds no drawn receipts.
    """
    from receiptgen.annotations.true_receipts import DrawnTruth, true_receipts
    from receiptgen.core.errors import DatasetError
    from receiptgen.extraction.true_fields import true_fields

    found: list[tuple[Path, DrawnTruth]] = []
    for folder in folders:
        for receipt in true_receipts(folder):
            if not isinstance(receipt.truth, DrawnTruth):
                raise DatasetError(f"{folder}: has labels of other kinds; --truth tells what 'draw' has written")
            found.append((receipt.image, receipt.truth))
    hand_on_pages(found, FieldRendering(_field_output(form, bool(out)), lambda _, truth: true_fields(truth)), out)


def _field_output(form: str, out: bool) -> "FieldOutput":
    from receiptgen.reading.field_outputs import FIELD_OUTPUTS

    output = FIELD_OUTPUTS.get(form)()
    if not (output.is_text or out):
        raise click.UsageError(f"--format {form} is no text to print; say --out receipts{output.suffix}")
    return output


def hand_on_pages(pages: Iterable[tuple[Path, Known]], rendering: Rendering[Known], out: Path | None) -> None:
    """Print pages, or write them into a file or, each by itself, into a folder; without pages no file is written."""
    if out is None or not out.is_dir():
        pages = iter(pages)
        first = next(pages, None)
        if first is None and out:
            return
        pages = chain([first] if first else [], pages)
        # Beside a device or a pipe there is no place for a second file.
        for suffix, parts in rendering.files(pages, whole=out is not None and _is_regular(out)).items():
            hand_on(parts, out and (out if suffix == rendering.suffix else out.with_suffix(suffix)))
        return
    place = Places(out)
    for path, page in pages:
        for suffix, parts in rendering.files([(path, page)], whole=True).items():
            hand_on(parts, place.of(path, suffix))


def _is_regular(out: Path) -> bool:
    """Tell whether a file is one on a disk, or will be."""
    return out.is_file() or not out.exists()


def hand_on(parts: Parts, out: Path | None) -> None:
    """Print what is rendered as it comes, or write it to a file."""
    from receiptgen.core.files import write_atomic

    if out is None:
        for part in parts:
            click.echo(part, nl=False)
    else:
        write_atomic(out, content_of(parts))


def content_of(parts: Parts) -> bytes:
    """Return the content of a file."""
    return b"".join(part if isinstance(part, bytes) else part.encode(errors="surrogateescape") for part in parts)


class Places:
    """Where what belongs to an image is written: one file for all, or a file each in a folder.

    Args:
        target: The file, or the folder if it is there.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._taken: Counter[str] = Counter()

    def of(self, source: Path, suffix: str) -> Path:
        """Return the file for an image; of images of one name in several folders, all but the first are numbered."""
        if not self._target.is_dir():
            return self._target
        name = f"{source.name}{suffix}"
        self._taken[name] += 1
        times = self._taken[name]
        return self._target / (name if times == 1 else f"{source.name}-{times}{suffix}")
