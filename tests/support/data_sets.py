"""Small data sets of every form, and all that is read from one."""

import gzip
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from receiptgen.imaging.geometry import Pixels
from receiptgen.train.data.sources import DATASETS, Example, Flaw, Table
from receiptgen.writers import encode_png


def image(seed: int = 0, height: int = 12, width: int = 40) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)


def png(seed: int = 0) -> bytes:
    return encode_png(image(seed))


def encoded(picture: Image.Image, form: str) -> bytes:
    stream = BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


def opened(name: str, path: Path, **settings_: object) -> Table:
    return DATASETS.get(name).model_validate({"path": path, **settings_}).open(0)  # type: ignore[attr-defined]


def live(source: str = "standard", seed: int = 0, **settings_: object) -> Table:
    return DATASETS.get("live").model_validate({"source": source, **settings_}).open(seed)  # type: ignore[attr-defined]


def everything(table: Table) -> list[Example | Flaw]:
    assert table.size is not None
    rows = [table.read(index) for index in range(table.size)]
    assert [table.label(index).name for index in range(table.size)] == [row.name for row in rows]
    return rows


def examples(table: Table) -> list[Example]:
    read = everything(table)
    assert not [row for row in read if isinstance(row, Flaw)]
    return [row for row in read if isinstance(row, Example)]


def same(one: Example | Flaw, other: Example | Flaw) -> bool:
    if isinstance(one, Flaw) or isinstance(other, Flaw):
        return one == other
    return one[1:] == other[1:] and np.array_equal(one.image, other.image)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def sroie(folder: Path) -> Path:
    page = image(3, 200, 300)
    for name in ("img/006.png", "img/x/12.png", "img/100.png"):
        write(folder / name, encode_png(page))
    write(folder / "img/200.jpg", b"not")
    quad = "10,20,110,20,110,50,10,50"
    rows = [f"{quad},TOTAL, RM 5", "", f"{quad}, ", "1,2,3,4,5,6,7,8", "10,20,12,20,12,50,10,50,x",
            "400,20,500,20,500,50,400,50,x", "0,0,300,0,300,100,0,100,ALL"]  # fmt: skip
    write(folder / "box/006.csv", "\n".join(rows))
    write(folder / "box/x/12.txt", f"{quad},a\n")
    write(folder / "box/200.csv", f"{quad},a\n")
    return folder


def mjsynth(folder: Path, rows: int) -> Path:
    names = [f"./{number // 10}/1/{number}_Word{number}_{number * 7}.jpg" for number in range(rows)]
    content = encoded(Image.fromarray(image()), "JPEG")
    for name in names[:70]:
        write(folder / name, content)
    write(folder / "annotation_train.txt", "\n".join(f"{name} {number * 7}" for number, name in enumerate(names)))
    return folder


IAM = """#--- lines.txt ---
# a01-000u-00 ok 154 19 ...
a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE|to|stop|Mr.
a01-000u-01 err 156 19 395 932 1850 105 nominating
a01-000u-02 ok 157 16
"""


def iam(folder: Path, inside: str = "ascii/") -> Path:
    """Write the lines of a form as IAM is published."""
    write(folder / f"{inside}lines.txt", IAM)
    for line in ("00", "01"):
        write(folder / f"lines/a01/a01-000u/a01-000u-{line}.png", png())
    return folder


def idx_pair(
    folder: Path, images: Pixels, labels: list[int], part: str = "train", packed: bool = False
) -> tuple[Path, Path]:
    """Write images (count, H, W) and their classes as MNIST is published; return both files."""
    made = []
    for kind, magic, content in (
        ("images-idx3", b"\0\0\x08\x03", images), ("labels-idx1", b"\0\0\x08\x01", np.array(labels, np.uint8)),
    ):  # fmt: skip
        head = magic + b"".join(size.to_bytes(4, "big") for size in content.shape)
        stored = head + content.tobytes()
        name = f"{part}-{kind}-ubyte{'.gz' if packed else ''}"
        made.append(write(folder / name, gzip.compress(stored) if packed else stored))
    return made[0], made[1]


def pixel_rows(images: Pixels, labels: list[int]) -> str:
    """Return rows of a class and its pixels."""
    rows = zip(labels, images.reshape(len(images), -1).tolist(), strict=True)
    return "".join(f"{label},{','.join(map(str, pixels))}\n" for label, pixels in rows)
