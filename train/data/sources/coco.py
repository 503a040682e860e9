"""Pages with boxed texts in a COCO document; see COCO-Text, TextOCR, CVAT, ``receiptgen draw --format coco``."""

from collections.abc import Iterator, Mapping, Sequence
from math import cos, radians, sin
from pathlib import Path
from typing import Any

from receiptgen.config.paths import DataPath
from receiptgen.config.records import Record
from receiptgen.core.errors import DatasetError

from . import DATASETS, Table
from ._exports import UNREADABLE, ExportFiles, find_exports, outlined_row, read_json, records
from ._files import check_images
from ._forms import TEXT_KEYS
from ._reading import BlankRows, existing, opening
from ._rows import Row, Rows
from ._tree import Part, files_of_part, part_of

_TEXT_KEYS = ("utf8_string", *TEXT_KEYS)
_OUTLINES = ("points", "mask", "polygon", "segmentation")


@DATASETS.register
class Coco(Record):
    """Lines or words cut out of pages by the boxes of a COCO document: COCO-Text, TextOCR, exports of CVAT.

    A text is the ``utf8_string`` or ``text`` of an annotation, or an attribute of such a name or alone.

    Attributes:
        path: The document, or a folder that holds it at any depth; images lie beside it or in folders there, or in
            those beside ``annotations``.
        part: Part of the data set, as the document says of images, or as the names of documents have it
            (``validation`` is also ``val``); none for ``train``, or for the only one.
        blank: What becomes of rows whose text is empty: ``skip`` leaves them out, ``keep`` takes them for images of
            nothing, which a reader learns to read as nothing.
    """

    path: DataPath
    part: Part | None = None
    blank: BlankRows = "skip"

    def open(self, seed: int) -> Table:
        """Read the document."""
        path = existing(self.path)
        with opening(path):
            documents = find_exports(path, "coco")
            if not documents:
                raise DatasetError(f"{path}: holds no COCO document, a .json with images and annotations")
            if len(documents) > 1:
                names = files_of_part([document.name for document in documents], self.part, path)
                documents = [document for document in documents if document.name in names]
            if len(documents) > 1:
                raise DatasetError(f"{path}: holds several documents, {documents[0].name} among them; name one")
            document = documents[0]
            images = ExportFiles(document)
            rows = Rows(images, self._rows(document, images), blank=self.blank)
        if self.blank == "skip" and not any(rows.label(index).text for index in range(rows.size or 0)):
            raise DatasetError(
                f"{document}: no annotation has a text; looked for {', '.join(_TEXT_KEYS[:2])}, attributes"
            )
        check_images(images, rows.some_files, document, images.places)
        return rows

    def _rows(self, path: Path, pages: ExportFiles) -> Iterator[Row]:
        """Yield the rows of the images of the part, those of one image together."""
        document = read_json(path)
        images, annotations = (_records(document, *keys) for keys in (("images", "imgs"), ("annotations", "anns")))
        if not images or not annotations:
            raise DatasetError(f"{path}: expected images and annotations, as COCO has them, or imgs and anns")
        # Ids are numbers, or the same as text.
        files = {str(image.get("id")): str(image.get("file_name") or "") for image in images}
        for each in images:
            pages.note_size(str(each.get("file_name") or ""), each.get("width"), each.get("height"))
        parts = {str(image.get("id")): f"{image['set']}." for image in images if image.get("set")}
        if parts:
            kept = set(files_of_part(sorted(set(parts.values())), self.part, path))
            files = {key: file for key, file in files.items() if parts.get(key) in kept}
        elif self.part and not part_of(path.name):
            files_of_part([], self.part, path)
        of_images: dict[str, list[Mapping[str, Any]]] = {key: [] for key in files}
        known = {str(image.get("id")) for image in images}
        for annotation in annotations:
            image = str(annotation.get("image_id"))
            if image in of_images:
                of_images[image].append(annotation)
            elif image not in known:
                yield Row(f"{path.name}#{annotation.get('id')}", "", "", fault="its image is not in the document")
        for key, found in of_images.items():
            # An image without annotations is one on which there is nothing.
            yield from _page_rows(files[key], found) if found else self._blank_rows(files[key])

    def _blank_rows(self, file: str) -> list[Row]:
        return [Row(file, file, "")] if self.blank == "keep" else []


def _records(document: Any, *keys: str) -> list[Mapping[str, Any]]:
    """Return the records under the first of some keys that there is."""
    return records(next((document[key] for key in keys if key in document), None)) if isinstance(document, dict) else []


def _page_rows(file: str, annotations: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for number, annotation in enumerate(annotations, 1):
        name = f"{file}#{annotation.get('id', number)}"
        if annotation.get("legibility") == "illegible":
            yield Row(name, file, "", fault=UNREADABLE)
        else:
            yield outlined_row(name, file, _text_of(annotation), _outline_of(annotation))


def _text_of(annotation: Mapping[str, Any]) -> str:
    """Return the text of an annotation, or else of its attributes."""
    attributes = annotation.get("attributes")
    attributes = attributes if isinstance(attributes, dict) else {}
    for record in (annotation, attributes):
        for key in _TEXT_KEYS:
            if isinstance(text := record.get(key), str):
                return text
    texts = [value for value in attributes.values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else ""


def _outline_of(annotation: Mapping[str, Any]) -> list[float] | None:
    """Return the polygon of an annotation, or else its box, turned as CVAT does by an attribute."""
    for key in _OUTLINES:
        outline = annotation.get(key)
        if isinstance(outline, list) and outline:
            rings = [ring for ring in outline if isinstance(ring, list)]
            return [number for ring in rings for number in ring] if rings else outline
    box = annotation.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(isinstance(each, int | float) for each in box):
        return None
    left, top, width, height = box
    attributes = annotation.get("attributes")
    turn = attributes.get("rotation", 0) if isinstance(attributes, dict) else 0
    angle = radians(turn if isinstance(turn, int | float) else 0)
    centre_x, centre_y = left + width / 2, top + height / 2
    corners = [(-width, -height), (width, -height), (width, height), (-width, height)]
    return [
        coordinate
        for x, y in corners
        for coordinate in (
            centre_x + (x * cos(angle) - y * sin(angle)) / 2,
            centre_y + (x * sin(angle) + y * cos(angle)) / 2,
        )
    ]
