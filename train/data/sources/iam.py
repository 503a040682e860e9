"""The IAM Handwriting Database, as the University of Bern publishes it: ``ascii/lines.txt`` and ``lines/``."""

from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import ClassVar, Literal, get_args
from xml.etree import ElementTree

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._files import Files, check_images
from ._reading import existing, opening
from ._rows import Row, Rows

Level = Literal["lines", "words"]
# Spaces before the text of a row: id, status, grey level, components (of a line), x, y, w, h, tag (of a word).
_CELLS = 8
_EXPECTED = "expected a row such as 'a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop'"
_SEGMENTED = "its row says that it is segmented wrongly"
# Parts of the Large Writer Independent Text Line Recognition Task, and the lists of their lines.
_LISTS = {"train": "trainset.txt", "val1": "validationset1.txt", "val2": "validationset2.txt", "test": "testset.txt"}
_TASK = "largeWriterIndependentTextLineRecognitionTask.zip"


@DATASETS.register
class Iam(Record):
    """Lines or words of handwriting.

    Attributes:
        path: Folder with ``ascii/lines.txt``, ``lines.txt`` or ``xml/``, and with ``lines/``; or with those of words.
        level: ``lines`` or ``words``; none for lines, or for words where there are no lines.
        labels: ``ascii`` for lists, in which a space stands before each mark too, or ``xml``; none for lists where
            there are any.
        part: Part of the official split by writers; ``all`` for every row. The lists of parts, ``trainset.txt``,
            ``validationset1.txt``, ``validationset2.txt`` and ``testset.txt``, lie in the folder or in one inside it.
        errors: Whether rows marked ``err`` are kept. In a line, the segmentation of its words is wrong, but its image
            and text are right; the box of a word is wrong, so that ``skip`` may be better.
    """

    groups: ClassVar[str] = "writers or forms"

    path: DataPath
    level: Level | None = None
    labels: Literal["ascii", "xml"] | None = None
    part: Literal["all", "train", "val1", "val2", "test"] = "all"
    errors: Literal["keep", "skip"] = "keep"

    def open(self, seed: int) -> Table:
        """Read the texts.

        Raises:
            DatasetError: There are none, no list of the part, or no images.
        """
        folder = existing(self.path)
        with opening(folder):
            level, labels = self._level_and_labels(folder)
            rows = list(_xml_rows(labels, level) if labels.is_dir() else _ascii_rows(labels, _writers(folder)))
            if self.part != "all":
                listed = _listed(folder, self.part)
                rows = [row for row in rows if not listed.isdisjoint(_ids(row.name))]
            if not rows:
                of_part = "" if self.part == "all" else f" of part {self.part!r}"
                raise DatasetError(f"{labels}: has no rows{of_part}")
            files = Files(folder)
            table = Rows(files, (self._with_file(row, level) for row in rows))
            check_images(files, table.some_files, folder, f"unpack {level}.tgz into {folder / level}")
        return table

    def _level_and_labels(self, folder: Path) -> tuple[Level, Path]:
        """Return the level, of which there are images if possible, and the list of its texts or the folder ``xml``."""
        levels: tuple[Level, ...] = (self.level,) if self.level else get_args(Level)
        forms = [folder / "ascii", folder] if self.labels != "xml" else []
        looked_for = [(level, form / f"{level}.txt") for level in levels for form in forms]
        looked_for += [(level, folder / "xml") for level in levels if self.labels != "ascii"]
        found = [(level, path) for level, path in looked_for if path.exists()]
        if not found:
            names = dict.fromkeys(path.relative_to(folder).as_posix() for _, path in looked_for)
            raise DatasetError(f"{folder}: holds no texts of IAM; looked for {', '.join(names)}")
        return next(((level, path) for level, path in found if (folder / level).is_dir()), found[0])

    def _with_file(self, row: Row, level: Level) -> Row:
        """Return a row, still named by its id, with its image."""
        if row.fault and row.fault != _SEGMENTED:
            return row
        form, number, *_ = row.name.split("-")
        file = f"{level}/{form}/{form}-{number}/{row.name}.png"
        return row._replace(name=file, file=file, fault=row.fault if self.errors == "skip" else "")


def is_iam(folder: Path) -> bool:
    """Tell whether a folder holds texts of IAM."""
    lists = (folder / inside / f"{level}.txt" for inside in ("ascii", ".") for level in get_args(Level))
    return any(path.is_file() for path in lists) or (
        any((folder / level).is_dir() for level in get_args(Level)) and any((folder / "xml").glob("*.xml"))
    )


def _ids(name: str) -> list[str]:
    """Return the ids of the form, the line and the word that a row is named by."""
    parts = name.split("-")
    return ["-".join(parts[:count]) for count in range(2, 1 + len(parts))]


def _listed(folder: Path, part: str) -> set[str]:
    """Return the ids that the list of a part names."""
    name = _LISTS[part]
    places = [folder, *sorted(each for each in folder.iterdir() if each.is_dir())]
    path = next((path for place in places if (path := place / name).is_file()), None)
    if path is None:
        raise DatasetError(f"{folder}: holds no {name}, which lists part {part!r}; unpack {_TASK} into it")
    return set(path.read_text(encoding="utf-8", errors="replace").split())


def _writers(folder: Path) -> Mapping[str, str]:
    """Return the writers of forms by id, as ``forms.txt`` has them where it is."""
    for path in (folder / "ascii" / "forms.txt", folder / "forms.txt"):
        if path.is_file():
            rows = (line.split() for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
            return {row[0]: row[1] for row in rows if len(row) > 1 and not row[0].startswith("#")}
    return {}


def _ascii_rows(path: Path, writers: Mapping[str, str]) -> Iterator[Row]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                yield _ascii_row(line.rstrip("\r\n"), f"{path.name}:{number}", writers)


def _ascii_row(line: str, where: str, writers: Mapping[str, str]) -> Row:
    cells = line.split(" ", _CELLS)
    if len(cells) <= _CELLS or cells[0].count("-") < 2 or cells[1] not in {"ok", "err"}:
        return Row(where, "", "", fault=_EXPECTED)
    form = _ids(cells[0])[0]
    fault = _SEGMENTED if cells[1] == "err" else ""
    # Bars separate the words of a line; no word contains one.
    return Row(cells[0], "", cells[_CELLS].replace("|", " "), fault=fault, group=writers.get(form, form))


def _xml_rows(folder: Path, level: Level) -> Iterator[Row]:
    """Yield the lines or words of all forms."""
    for path in sorted(folder.glob("*.xml")):
        where = f"{folder.name}/{path.name}"
        try:
            form = ElementTree.parse(path).getroot()
        except ElementTree.ParseError as error:
            yield Row(where, "", "", fault=f"is not XML: {error}")
            continue
        writer = form.get("writer-id") or path.stem
        for line in form.iterfind("handwritten-part/line"):
            fault = _SEGMENTED if line.get("segmentation") == "err" else ""
            for element in [line] if level == "lines" else line.iterfind("word"):
                name = element.get("id", "")
                if name.count("-") < 2:
                    yield Row(where, "", "", fault=f"has a {element.tag} without an id such as a01-000u-00")
                    continue
                # Marks are escaped twice: &amp;quot;
                yield Row(name, "", unescape(element.get("text", "")), fault=fault, group=writer)
