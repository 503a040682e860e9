"""Tasks for Label Studio with predictions to correct: ``labelstudio`` has images, ``tasks.json`` and ``config.xml``.

``config.xml`` is the project's labelling interface: a rectangle with a role, and its text, for each field. With
``LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true`` and ``LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT=PART``, and the folder
``PART/labelstudio`` as the project's local storage, ``tasks.json`` can be imported as it is.
"""

from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from xml.sax.saxutils import quoteattr

import numpy as np

from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener, State
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import stem_of
from receiptgen.writers._lines import Document, lines
from receiptgen.writers._roles import CLASSES, class_of
from receiptgen.writers._truth import compact

_TASKS, _CONFIG = "labelstudio/tasks.json", "labelstudio/config.xml"
# Names that tie results to the tags of the interface.
_IMAGE, _ROLE, _TEXT = "image", "role", "text"


def _config() -> bytes:
    labels = "".join(f"    <Label value={quoteattr(name)}/>\n" for name in CLASSES)
    return (
        f'<View>\n  <Image name="{_IMAGE}" value="$image" zoom="true"/>\n'
        f'  <RectangleLabels name="{_ROLE}" toName="{_IMAGE}" canRotate="true">\n{labels}  </RectangleLabels>\n'
        f'  <TextArea name="{_TEXT}" toName="{_IMAGE}" perRegion="true" required="false" editable="true"/>\n</View>\n'
    ).encode()


def rectangles(sample: Sample) -> list[dict[str, float]]:
    """Return the rectangle of each field as ``x y width height rotation``.

    The first corner and the sides are per cent of the image's width and height, and the rotation is clockwise about
    that corner, 0 to 360 degrees: https://labelstud.io/tags/rectanglelabels. Where perspective left a quad that is no
    rectangle, it has the quad's first corner, and the means of its opposite sides.
    """
    height, width = sample.page.image.shape[:2]
    quads = sample.page.regions.field_quads.astype(np.float64)
    along = (quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3]) / 2
    down = (quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1]) / 2
    turns = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 360
    columns = (
        quads[:, 0, 0] / width * 100,
        quads[:, 0, 1] / height * 100,
        np.hypot(*along.T) / width * 100,
        np.hypot(*down.T) / height * 100,
        turns,
    )
    names = ("x", "y", "width", "height", "rotation")
    return [dict(zip(names, row, strict=True)) for row in np.stack(columns, axis=1).round(4).tolist()]


def _results(sample: Sample) -> list[dict[str, Any]]:
    """Return two results a field, of one id: its rectangle with its role, and its text."""
    height, width = sample.page.image.shape[:2]
    results = []
    for number, (field, place) in enumerate(zip(sample.page.regions.fields, rectangles(sample), strict=True)):
        common = {
            "id": f"field{number}", "to_name": _IMAGE, "original_width": width, "original_height": height,
            "image_rotation": 0,
        }  # fmt: skip
        role = {**place, "rectanglelabels": [class_of(field.role)]}
        results.append({**common, "from_name": _ROLE, "type": "rectanglelabels", "value": role})
        results.append({**common, "from_name": _TEXT, "type": "textarea", "value": {**place, "text": [field.text]}})
    return results


def _open(folder: Path, state: State | None) -> Document:
    return Document(folder / _TASKS, state, b"[", partial(bytes, b"]"))


@WRITERS.register
class Labelstudio:
    """Label Studio's tasks with predictions."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image and task."""
        name = f"labelstudio/{stem_of(sample)}{suffix_of(file)}"
        task = {
            "data": {"image": f"/data/local-files/?d={name}", "kind": sample.kind, "text": sample.text},
            "predictions": [{"model_version": "receiptgen", "score": 1.0, "result": _results(sample)}],
        }
        return Encoded({name: image}, {_TASKS: compact(task).encode(), _CONFIG: b""})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the tasks, and the interface, to which no sample adds."""
        return {_TASKS: _open, **lines(_CONFIG, _config())}
