"""What names of font files stand for."""

from pathlib import Path

import pytest

from receiptgen.core.errors import FontError
from receiptgen.typography.font_files.names import FontName, font_name, is_font_file


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Shop.ttf", FontName(Path("Shop.ttf"))),
        ("a/Shop.TTC#1", FontName(Path("a/Shop.TTC"), 1)),
        ("Inter.ttf@wght=600", FontName(Path("Inter.ttf"), 0, (("wght", 600.0),))),
        ("In.ttc#2@wght=600,wdth=87.5", FontName(Path("In.ttc"), 2, (("wght", 600.0), ("wdth", 87.5)))),
        ("9x15.pcf.gz", FontName(Path("9x15.pcf.gz"))),
    ],
)
def test_a_name_is_taken_apart_and_put_together(name: str, meant: FontName) -> None:
    assert is_font_file(name)
    assert font_name(name) == meant
    assert str(meant) == name


def test_a_file_that_has_such_a_name_is_meant_itself(tmp_path: Path) -> None:
    path = tmp_path / "odd.ttf#1.ttf"
    path.touch()
    assert font_name(str(path)) == FontName(path)


@pytest.mark.parametrize("name", ["mono", "cousine", "Shop.ttf.txt", "archive.gz", "#1", ".ttf"])
def test_other_names_are_not_those_of_font_files(name: str) -> None:
    assert not is_font_file(name)


@pytest.mark.parametrize("axes", ["", "wght", "wght=", "wght=bold", "weight=600", "wght=600;wdth=80"])
def test_axes_that_are_written_otherwise_are_told(axes: str) -> None:
    with pytest.raises(FontError) as caught:
        font_name(f"Inter.ttf@{axes}")
    assert str(caught.value) == f"Inter.ttf@{axes}: expected axes of a variable font as in '@wght=600,wdth=80'"


def test_an_axis_that_is_named_twice_is_told() -> None:
    with pytest.raises(FontError, match=r"^a\.ttf@wght=1,wght=2: names an axis twice$"):
        font_name("a.ttf@wght=1,wght=2")


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5"])
def test_what_is_no_number_of_a_font_is_told(number: str) -> None:
    with pytest.raises(FontError) as caught:
        font_name(f"Shop.ttc#{number}")
    assert str(caught.value) == f"Shop.ttc#{number}: expected the number of a font in the file after '#', as in '#1'"
