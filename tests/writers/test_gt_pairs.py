"""The format gt_pairs, found as tesstrain and kraken find pairs."""

from pathlib import Path

import numpy as np
from PIL import Image
from samples import receipt
from written_sets import SNIPPETS, write


def pairs(folder: Path) -> dict[str, tuple[str, Path]]:
    """Return text and image by stem; kraken takes all before the first point of a file's name for its stem."""
    found = {}
    for label in sorted(folder.rglob("*.gt.txt")):
        stem = label.name.removesuffix(".gt.txt")
        found[stem] = label.read_text(encoding="utf-8").strip("\n"), label.with_name(f"{stem}.png")
    return found


def test_every_snippet_is_a_pair(tmp_path: Path) -> None:
    write(tmp_path, "gt_pairs", samples=SNIPPETS)
    found = pairs(tmp_path)
    assert [text for text, _ in found.values()] == [
        sample.text for sample in sorted(SNIPPETS, key=lambda sample: sample.name)
    ]
    with Image.open(found["word-000003"][1]) as image:
        assert np.array_equal(np.asarray(image), SNIPPETS[3].page.image)


def test_every_field_of_a_receipt_is_a_pair(tmp_path: Path) -> None:
    sample = receipt()
    write(tmp_path, "gt_pairs", samples=[sample])
    found = pairs(tmp_path)
    assert [text for text, _ in found.values()] == [field.text for field in sample.page.regions.fields]
    assert all("." not in stem for stem in found)
    with Image.open(found["000012-000"][1]) as image:
        assert image.height == 20
