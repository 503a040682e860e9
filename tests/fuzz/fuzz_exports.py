"""Exports of labelling tools and Parquet files by mutation: each is read, or refused in one line."""

import json
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow
from outcome import Outcome
from pyarrow import parquet

from receiptgen.core.errors import ReceiptgenError
from receiptgen.train.data.sources import DATASETS
from receiptgen.writers import encode_png

JUNK: tuple[Any, ...] = (
    None, 1, -1.5, "x", "", [], {}, [1], {"a": 1}, True, 1e300, "a.png", [[1, 2]], [None], {"x": "y"}, float("nan"),
)  # fmt: skip
SIZE = {"original_width": 200, "original_height": 50, "image_rotation": 0}
BOX = {"x": 5.0, "y": 10.0, "width": 40.0, "height": 40.0, "rotation": 0}
POLYGON = {"points": [[55.0, 10.0], [95.0, 20.0], [94.0, 60.0], [54.0, 50.0]]}
RESULT = [
    {"id": "a", "value": BOX, **SIZE}, {"id": "a", "value": {**BOX, "text": ["x"]}, **SIZE},
    {"id": "b", "value": {**POLYGON, "text": "y"}, **SIZE},
]  # fmt: skip
IMAGE = {"id": 7, "file_name": "a.png", "set": "train"}
ANNOTATIONS = [
    {"id": 1, "image_id": 7, "bbox": [1, 1, 50, 20], "text": "x"},
    {"id": 2, "image_id": 7, "mask": [1, 1, 50, 1, 50, 20, 1, 20], "attributes": {"text": "a", "rotation": 3.0}},
    {"id": 3, "image_id": 7, "segmentation": [[1, 1, 50, 1, 50, 20, 1, 20]], "utf8_string": "q", "legibility": "yes"},
]  # fmt: skip
EXPORTS: tuple[tuple[str, Any], ...] = (
    ("labelstudio", [{"data": {"ocr": "/data/upload/0a1b2c3d-a.png"}, "annotations": [{"result": RESULT}]}]),
    ("labelstudio", [{"ocr": "a.png", "bbox": [{**BOX, **SIZE}, {**SIZE, **POLYGON}], "transcription": ["A", "B"]}]),
    ("coco", {"images": [IMAGE], "annotations": ANNOTATIONS}),
    ("coco", {"imgs": {"7": IMAGE}, "anns": {str(each["id"]): each for each in ANNOTATIONS}}),
)  # fmt: skip


def fuzz(cases: int, seed: int) -> Outcome:
    """Read spoilt files."""
    random, outcome = Random(seed), Outcome()
    png = encode_png(np.full((50, 200), 200, np.uint8))
    table = _parquet(png)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.png").write_bytes(png)
        for number in range(cases):
            if random.randrange(4):
                form, document = random.choice(EXPORTS)
                path, content = Path(folder, "export.json"), json.dumps(_spoilt(document, random)).encode()
            else:
                form, path, content = "parquet", Path(folder, "case.parquet"), _flipped(table, random)
            path.write_bytes(content)
            outcome.tried += 1
            if fault := _read(form, path):
                outcome.failures.append(f"case {number} of {form}, seed {seed}: {fault}")
    return outcome


def _parquet(png: bytes) -> bytes:
    rows = [{"image": {"bytes": png, "path": "a.png"}, "text": f"text {number}"} for number in range(4)]
    stream = BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), stream, row_group_size=2)
    return stream.getvalue()


def _flipped(content: bytes, random: Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(random.choice((1, 1, 5, 50))):
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt[: random.randint(0, len(spoilt))] if not random.randrange(4) else spoilt)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every list and object within a document, with each of its keys."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield node, key
        yield from _places(value)


def _spoilt(document: Any, random: Random) -> Any:
    document = deepcopy(document)
    for _ in range(random.choice((1, 1, 2, 3))):
        if places := list(_places(document)):
            node, key = random.choice(places)
            if isinstance(node, dict) and not random.randrange(5):
                del node[key]
            else:
                node[key] = deepcopy(random.choice(JUNK))
    return document


def _read(form: str, path: Path) -> str:
    """Read all rows of a data set; return what went wrong otherwise than it should."""
    try:
        table = DATASETS.get(form).model_validate({"path": path}).open(0)  # type: ignore[attr-defined]
        for index in range(table.size or 0):
            table.read(index)
            table.label(index)
    except ReceiptgenError as error:
        return f"several lines: {error}" if "\n" in str(error) else ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""
