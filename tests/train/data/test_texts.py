"""Texts without images, of plain files and of data sets."""

from pathlib import Path

import pytest

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.train.data.texts import open_texts


def texts(spec: str | Path, endless: int = 5) -> list[str]:
    size, rows = open_texts(str(spec), endless, 3)
    found = list(rows)
    assert len(found) == size
    return found


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_a_plain_file_has_a_text_a_line(tmp_path: Path) -> None:
    lines = "\n TOTAL   12.50\n\nCafe\u0301\n"
    assert texts(written(tmp_path / "a.txt", lines)) == ["", "TOTAL 12.50", "", "Café"]
    assert texts(f"text:{written(tmp_path / 'corpus', lines)}") == ["", "TOTAL 12.50", "", "Café"]


def test_lists_of_labels_give_their_texts_alone(tmp_path: Path) -> None:
    for name, line in {"my.txt": "img/a.png\tTOTAL", "gt.txt": "a.png, TOTAL", "b.tsv": "a.png\tTOTAL"}.items():
        written(tmp_path / name, f"{line}\n")
    (tmp_path / "img").mkdir()
    for folder in (tmp_path, tmp_path / "img"):
        (folder / "a.png").write_bytes(b"")
    assert texts(tmp_path / "my.txt") == ["TOTAL"]
    assert texts(tmp_path / "b.tsv") == ["TOTAL"]
    assert texts(f"labels:{tmp_path / 'gt.txt'}") == ["TOTAL"]


def test_a_drawn_set_gives_as_many_as_are_asked_for() -> None:
    found = texts("live:standard:price@clean", 4)
    assert len(found) == 4
    assert all(any(char.isdigit() for char in text) for text in found)
    assert texts("live:standard:price@clean", 2) == found[:2]


def test_what_is_neither_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nothing\.txt: no such file or folder"):
        texts(tmp_path / "nothing.txt")
    with pytest.raises(DatasetError, match=r"its name does not tell what it is; text:\S+corpus if it has one text"):
        texts(written(tmp_path / "corpus", "TOTAL\n"))
    (tmp_path / "latin.txt").write_bytes("é".encode("latin-1"))
    with pytest.raises(FileError, match=r"latin\.txt: is not UTF-8 text"):
        texts(tmp_path / "latin.txt")
