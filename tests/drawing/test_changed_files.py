"""Files that change while a process runs, as in a notebook, are read again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from receiptgen import Receipts, Snippets
from receiptgen.core.assets import font_folder
from receiptgen.drawing.profile import profile

SET = "about: x\nlocales: {en_GB: 1}\nfaces: {FACE: 1}\nkinds: {mine: {kind: file, path: words.txt}}\n"


def write(folder: Path, word: str, font: str) -> None:
    (folder / "words.txt").write_text(f"{word}\n")
    shutil.copy(font_folder() / font, folder / "mine.ttf")
    (folder / "base.yaml").write_text(SET.replace("FACE", "mine.ttf"))
    (folder / "set.yaml").write_text("extends: base.yaml\nabout: y\n")


def word_list(folder: Path) -> None:
    (folder / "words.txt").write_text("after\n")


def font(folder: Path) -> None:
    shutil.copy(font_folder() / "CourierPrime_400Regular.ttf", folder / "mine.ttf")


def parent(folder: Path) -> None:
    (folder / "base.yaml").write_text(SET.replace("FACE", "tinos"))


@pytest.mark.parametrize("change", [word_list, font, parent])
def test_a_set_is_drawn_as_its_files_are_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "before", "Arimo_400Regular.ttf")
    before = Snippets(set="set.yaml").draw(0)
    assert Snippets(set="set.yaml").draw(0).image.tobytes() == before.image.tobytes()
    change(tmp_path)
    after = Snippets(set="set.yaml").draw(0)
    assert after.image.tobytes() != before.image.tobytes()
    assert after.text == (tmp_path / "words.txt").read_text().strip()


def test_the_same_name_in_another_folder_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = []
    for about, shop in (("one", "cafe"), ("two", "parking")):
        folder = tmp_path / about
        folder.mkdir()
        (folder / "mine.yaml").write_text(f"extends: {shop}\nprofile: ./look.yaml\n")
        (folder / "look.yaml").write_text(f"about: {about}\n")
        monkeypatch.chdir(folder)
        names.append(Receipts("mine.yaml").draw(0).values["merchant"])
        assert profile("./look.yaml").value.about == about
    assert names[0] != names[1]
