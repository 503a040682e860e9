"""Receipts with boxes of lines, as ICDAR's SROIE task of 2019 publishes them: ``img/006.jpg``, ``box/006.csv``."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from receiptgen.annotations.boxed_pages import boxed_pages, boxed_row, has_boxes, label_rows
from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError
from receiptgen.imaging.boxes import SHORTEST_SIDE, Box

from . import DATASETS, Table
from ._files import Files
from ._reading import NO_TEXT, existing, opening
from ._rows import SMALL_BOX, Row, Rows


@DATASETS.register
class Sroie(Record):
    """Lines cropped from receipts; each is named by receipt and row, such as ``006_0012.png``.

    Attributes:
        path: Folder with ``img`` and ``box``; rows of csv or txt files are ``x0,y0,..,x3,y3,text``.
        margin: Margin of boxes on each side, as a share of their height, but at least a pixel.
    """

    path: DataPath
    margin: float = Field(default=0.08, ge=0, le=2)

    def open(self, seed: int) -> Table:
        """Read all boxes."""
        folder = existing(self.path)
        if not has_boxes(folder):
            raise DatasetError(f"{folder}: holds no img/ with box/")
        with opening(folder):
            rows = Rows(Files(folder), self._rows(folder), SHORTEST_SIDE)
        if not rows.size:
            raise DatasetError(f"{folder}: img/ holds no image")
        return rows

    def _rows(self, folder: Path) -> Iterator[Row]:
        for image, labels in boxed_pages(folder):
            file = image.relative_to(folder).as_posix()
            if labels is None:
                yield Row(file, file, "", fault="has no file in box/")
                continue
            stem = image.relative_to(folder / "img").with_suffix("").as_posix()
            number = f"{int(stem):03d}" if stem.isascii() and stem.isdecimal() else stem
            for index, (position, row) in enumerate(label_rows(labels)):
                where = f"{labels.relative_to(folder).as_posix()}:{position}"
                yield self._row(file, f"{number}_{index:04d}.png", where, row)

    def _row(self, file: str, name: str, where: str, row: str) -> Row:
        try:
            box, text = boxed_row(row)
        except ValueError as error:
            return Row(where, file, "", fault=str(error))
        if not text:
            return Row(name, file, "", fault=NO_TEXT)
        if min(box[2] - box[0], box[3] - box[1]) < SHORTEST_SIDE:
            return Row(name, file, text, fault=SMALL_BOX)
        return Row(name, file, text, box=_grow_box(box, self.margin))


def _grow_box(box: Box, margin: float) -> Box:
    x0, y0, x1, y1 = box
    grow = max(1, round(margin * (y1 - y0)))
    return x0 - grow, y0 - grow, x1 + grow, y1 + grow
