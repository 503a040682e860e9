import json
import shutil
from pathlib import Path

import pytest
from command_line import Run

from receiptgen.core.assets import font_folder

pytestmark = pytest.mark.smoke


def test_fonts_list_tells_group_coverage_and_licence(run: Run) -> None:
    lines = run("fonts", "list", "--group", "ocr").out.splitlines()
    assert lines[0].split() == ["name", "group", "latin-1", "latin-a", "money", "licence"]
    assert [line.split()[:2] for line in lines[1:]] == [["ocrb", "ocr"], ["ocra", "ocr"]]
    assert len(run("fonts", "list").out.splitlines()) > 50


def test_fonts_check_measures_files_and_goes_on_after_a_bad_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.ttf").write_bytes((font_folder() / "OCRA.ttf").read_bytes()[:3000])
    said = run("fonts", "check", "cut.ttf", font_folder() / "OCRA.ttf")
    assert "cut.ttf: not a font that can be read" in said.fault
    assert "OCRA.ttf: ok, 109 characters" in said.out
    assert "fixed pitch" in said.out


def test_fonts_check_says_which_characters_of_a_text_a_face_lacks(run: Run) -> None:
    said = run("fonts", "check", "ocra", "cousine", "--text", "12 €\u202fł")
    assert said.fault == "receiptgen: ocra: can't draw 'ł€'"
    assert said.out == "cousine: ok, draws all of it\n"


def test_fonts_index_rewrites_the_coverage_as_it_is_packaged(run: Run, tmp_path: Path) -> None:
    shutil.copy(font_folder() / "OCRA.ttf", tmp_path)
    assert run("fonts", "index", tmp_path).out == f"{tmp_path / 'coverage.json'}: written\n"
    packaged = json.loads((font_folder() / "coverage.json").read_bytes())
    assert json.loads((tmp_path / "coverage.json").read_bytes()) == {"OCRA.ttf": packaged["OCRA.ttf"]}
