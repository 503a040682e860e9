import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from fontTools.ttLib import TTCollection, TTFont
from independent import build_font

from receiptgen.core.assets import font_folder
from receiptgen.typography.font_files.names import SUFFIXES


@pytest.mark.smoke
def test_fonts_list_tells_group_coverage_and_licence(run: Run) -> None:
    lines = run("fonts", "list", "--group", "ocr").out.splitlines()
    assert lines[0].split() == ["name", "group", "latin-1", "latin-a", "money", "scripts;", "licence"]
    assert [line.split()[:2] for line in lines[1:]] == [["ocrb", "ocr"], ["ocra", "ocr"]]
    assert len(run("fonts", "list").out.splitlines()) > 50


@pytest.mark.smoke
def test_fonts_check_measures_files_and_goes_on_after_a_bad_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.ttf").write_bytes((font_folder() / "OCRA.ttf").read_bytes()[:3000])
    said = run("fonts", "check", "cut.ttf", font_folder() / "OCRA.ttf")
    assert said.fault == "receiptgen: cut.ttf: the font is damaged or cut off"
    assert "OCRA.ttf: ok, 111 characters" in said.out
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


def save_font(path: Path, flavor: str | None = None, symbol: bool = False, without: tuple[str, ...] = ()) -> None:
    font = TTFont(font_folder() / "OCRA.ttf")
    font.flavor = flavor
    if symbol:
        font["cmap"].tables = [table for table in font["cmap"].tables if table.platformID == 3][:1]
        font["cmap"].tables[0].platEncID = 0
    for table in without:
        del font[table]
    font.save(path)


@pytest.mark.smoke
def test_a_collection_holds_fonts_by_number(run: Run, tmp_path: Path) -> None:
    collection = TTCollection()
    collection.fonts = [TTFont(font_folder() / file) for file in ("OCRA.ttf", "Cousine_400Regular.ttf")]
    collection.save(tmp_path / "Both.ttc")
    lines = run("fonts", "check", "Both.ttc", "Both.ttc#0", "Both.ttc#1").out.splitlines()
    assert [line.partition(" characters")[0] for line in lines[:2]] == ["Both.ttc: ok, 111", "Both.ttc#0: ok, 111"]
    assert lines[2].startswith("Both.ttc#1: ok, ")
    assert "of 94 latin-1" in lines[2]
    assert lines[2].partition("ok")[2] != lines[0].partition("ok")[2]
    fault = "Both.ttc: holds 2 fonts, '#0' to '#1'; there is no '#2'"
    assert run("fonts", "check", "Both.ttc#2").fault == f"receiptgen: {fault}"
    text = "about: x\nlocales: en_GB\nfaces: {{Both.ttc#{}: 1}}\nkinds:\n  m: {{kind: price}}\n"
    (tmp_path / "set.yaml").write_text(text.format(1))
    assert run("draw", 2, "--set", "set.yaml", "--quiet").code == 0
    (tmp_path / "bad.yaml").write_text(text.format(2))
    for command in (("templates", "check", "bad.yaml"), ("draw", 2, "--set", "bad.yaml")):
        assert run(*command).fault == f"receiptgen: bad.yaml:3:8: faces: {fault}"


@pytest.mark.smoke
def test_a_woff_font_draws_as_the_font_that_it_packs(run: Run, tmp_path: Path) -> None:
    save_font(tmp_path / "packed.woff", flavor="woff")
    save_font(tmp_path / "plain.ttf")
    packed, plain = run("fonts", "check", "packed.woff", "plain.ttf").out.splitlines()
    assert packed.removeprefix("packed.woff") == plain.removeprefix("plain.ttf")


def test_fonts_check_tells_scripts_what_a_partial_font_serves_and_what_looks_alike(run: Run, tmp_path: Path) -> None:
    build_font(tmp_path / "digits.ttf", "0123456789.")
    build_font(tmp_path / "capitals.ttf", unicase=True)
    digits, capitals, hebrew, cyrillic = run(
        "fonts", "check", "digits.ttf", "capitals.ttf", "heebo", "marck-script"
    ).out.splitlines()
    assert digits == "digits.ttf: ok, 11 characters (.0123456789), fixed pitch, 0.50 em wide"
    assert "without abcdefghijklmnopqrstuvwxyz, " in capitals
    assert "look alike the first is served: A=a B=b C=c" in capitals
    assert ", writes hebrew, " in hebrew
    assert ", writes cyrillic, " in cyrillic
    assert run("fonts", "check", "capitals.ttf", "--text", "Ab").fault == (
        "receiptgen: capitals.ttf: can't draw 'b' (b looks like B)"
    )


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pfb", b"\x80\x01", "a PostScript Type 1 font; save it as .otf"),
        ("a.ttf", b"\x01fcp", "a bitmap font (PCF); name it .pcf"),
        ("a.otf", b"STARTFONT 2.1", "a bitmap font (BDF); name it .bdf"),
        ("a.pcf", b"\x01fcp", "the font is damaged or cut off"),
        ("a.bdf", b"STARTFONT 2.1", "the font is damaged or cut off"),
        ("a.pcf.gz", b"\x1f\x8b\x08", "the font is damaged or cut off"),
        ("a.bdf", b"hello", "not a bitmap font (BDF or PCF)"),
        ("a.fon", b"MZ", "a bitmap font for Windows (FON); save it as .bdf"),
        ("a.eot", bytes(34) + b"LP", "an EOT font; save it as .ttf"),
        ("a.dfont", b"\0\0\1\0\0\0", "a font for the Macintosh (dfont); save it as .ttf"),
        ("a.svg", b"<svg>", "an SVG font; save it as .ttf"),
        ("a.ttf", b"hello", "not a font that can be read"),
        ("a.otf", b"", "not a font that can be read"),
        ("a.ttf", b"\0\1\0\0\0", "the font is damaged or cut off"),
        ("a.txt", b"hello", f"not a font file, which ends with {', '.join(SUFFIXES)}"),
    ],
)
def test_what_is_not_a_font_is_told(run: Run, tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert run("fonts", "check", name).fault == f"receiptgen: {name}: {fault}"


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"symbol": True}, "the font has no Unicode map (a symbol font)"),
        ({"without": ("glyf", "loca")}, "the font has no outlines (a bitmap font)"),
        ({"without": ("hmtx",)}, "the font is damaged or cut off; it lacks the table 'hmtx'"),
    ],
)
def test_what_a_font_lacks_is_told(run: Run, tmp_path: Path, options: dict[str, Any], fault: str) -> None:
    save_font(tmp_path / "odd.ttf", **options)
    assert run("fonts", "check", "odd.ttf").fault == f"receiptgen: odd.ttf: {fault}"


def test_an_index_of_no_fonts_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("fonts", "index", "empty").fault == "receiptgen: empty: has no font files, which end with .ttf or .otf"
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_text_is_looked_for_in_all_fonts_which_are_listed_or_told_in_one_line(run: Run) -> None:
    said = run("fonts", "check", "--text", "₪ שלום")
    names = said.out.split(": ok, draws all of it\n")
    assert {"heebo", "cousine"} <= {*names}
    assert "ocra" not in names
    assert run("fonts", "check", "--text", "தமிழ்").fault.endswith(
        "fonts draws all of 'தமிழ்'; no font is packaged for tamil; name a font file that writes it"
    )
    assert run("fonts", "check", "--text", "กא").fault.endswith("some draw a part of it each")
