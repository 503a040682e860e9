"""Font files: what is taken, what is refused, and by which names."""

import string
from itertools import islice
from pathlib import Path

import pytest
from babel.numbers import format_currency, format_decimal
from independent import ASCII, build_font

from receiptgen.core.assets import font_folder
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, FontError
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.typography.coverage import measure_font
from receiptgen.typography.face_choice import draw_faces
from receiptgen.typography.typeface import face, plain


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (format_currency(1234567.5, "EUR", locale="fr_FR"), "1 234 567,50 €"),
        (format_currency(1234.5, "EUR", locale="de_DE"), "1.234,50 €"),
        (format_decimal(1234567, locale="pl_PL"), "1 234 567"),
        (format_currency(1234, "JPY", locale="ja_JP"), "\u00a51,234"),
        ("12\u202f%", "12 %"),
        ("a\u2009b\u2007c\tde", "a b c de"),
        ("Cafe\u0301", "Café"),
        ("co\u00adop\u200b\ufeff", "coop"),
        ("plain", "plain"),
    ],
)
def test_plain_leaves_what_faces_have(printed: str, said: str) -> None:
    assert plain(printed) == said


def test_nothing_drawn_or_labelled_holds_a_character_that_plain_replaces(
    receipts: tuple[Sample, ...], snippets: tuple[Sample, ...]
) -> None:
    for sample in (*receipts, *snippets):
        assert plain(sample.text.replace("\n", "|")) == sample.text.replace("\n", "|")


def test_of_a_font_with_capitals_alone_capitals_are_served_and_small_letters_told(tmp_path: Path) -> None:
    capitals = face(str(build_font(tmp_path / "unicase.ttf", unicase=True)))
    assert capitals.covers(string.ascii_uppercase + string.digits + string.punctuation)
    assert not capitals.chars & set(string.ascii_lowercase)
    assert capitals.alike == dict(zip(string.ascii_lowercase, string.ascii_uppercase, strict=True))
    with pytest.raises(FontError, match=r"draws 'ab' \(a looks like A, b looks like B\): nearest is "):
        next(draw_faces(Weights({capitals.name: 1}), set("ABab"), Dice(0)))
    assert next(draw_faces(Weights({capitals.name: 1}), set("AB12"), Dice(0))) is capitals


def test_a_font_serves_what_it_has_of_ascii(tmp_path: Path) -> None:
    few = face(str(build_font(tmp_path / "few.ttf", ASCII.replace("~", ""), empty="&")))
    assert set(ASCII) - few.chars == set("~&")
    with pytest.raises(FontError, match=r"no font among .*few\.ttf draws '&~': nearest is "):
        next(draw_faces(Weights({few.name: 1}), set("a&~"), Dice(0)))


def test_a_font_that_draws_nothing_is_refused(tmp_path: Path) -> None:
    made = build_font(tmp_path / "hollow.ttf", empty=ASCII)
    with pytest.raises(FontError, match=r"hollow\.ttf: the font draws no character$"):
        face(str(made))


REAL = (font_folder() / "Cousine_400Regular.ttf").read_bytes()
BROKEN = {
    "empty": b"",
    "html": b"<!DOCTYPE html><html><body>404</body></html>",
    "noise": bytes(range(256)) * 20,
    "a tenth": REAL[: len(REAL) // 10],
    "cut short": REAL[: len(REAL) * 9 // 10],
    "scrambled outlines": REAL[:200_000] + b"\xff" * 400 + REAL[200_400:],
    "scrambled advances": REAL[:150_000] + b"\xff" * 400 + REAL[150_400:],
    "woff": b"wOFF" + bytes(100),
}


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_broken_file_is_one_line_of_error(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(BROKEN[fault])
    with pytest.raises(FontError) as caught:
        measure_font(path)
    known = ("not a font that can be read", "the font is damaged or cut off")
    assert str(caught.value) in {f"{path}: {words}" for words in known}


@pytest.mark.parametrize("table", ["cmap", "head", "hmtx", "hhea", "maxp", "loca", "glyf"])
def test_a_font_without_a_table_is_one_line_of_error(table: str, tmp_path: Path) -> None:
    # The table's name is spoilt in the table of contents.
    (tmp_path / "broken.ttf").write_bytes(REAL.replace(table.encode(), b"zzzz", 1))
    with pytest.raises(FontError, match=r"the font is damaged or cut off(; it lacks the table '\w+')?$"):
        measure_font(tmp_path / "broken.ttf")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("arimoo", "unknown font or group 'arimoo'; did you mean 'arimo'?"),
        ("mona", "unknown font or group 'mona'; did you mean 'mono'?"),
        ("nowhere/x.ttf", "nowhere/x.ttf: no such font file"),
    ],
)
def test_an_unknown_face_is_told_with_its_near_miss(name: str, fault: str) -> None:
    with pytest.raises(FontError) as caught:
        face(name)
    assert str(caught.value) == fault


def own_template(tmp_path: Path, fonts: str) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(
        f"extends: taxi\nlocales: {{en_US: 1}}\nprinters:\n  - {{dots: [576], columns: [40], faces: {fonts}}}\n",
        encoding="utf-8",
    )
    return path


def test_a_template_takes_a_font_file_by_its_path(tmp_path: Path) -> None:
    made = build_font(tmp_path / "bars.ttf", ASCII + "£€")
    template = receipt_template(str(own_template(tmp_path, f"{{{made}: 1}}"))).value
    for index in range(3):
        sample = Receipts([template], seed=1).draw(index)
        assert sample.face == str(made)
        assert (sample.page.image < 255).any()


def test_an_unfit_font_file_is_told_with_its_place_in_the_template(tmp_path: Path) -> None:
    made = build_font(tmp_path / "hollow.ttf", empty=ASCII)
    with pytest.raises(ConfigError, match=r"own\.yaml:4:\d+: printers\[0\]\.faces.*hollow\.ttf: .*no character"):
        receipt_template(str(own_template(tmp_path, f"{{{made}: 1}}")))


def test_faces_of_a_users_own_come_by_path_and_are_measured_once(tmp_path: Path) -> None:
    made = build_font(tmp_path / "bars.otf", ASCII)
    assert face(str(made)) is face(str(made))
    assert (face(str(made)).group, face(str(made)).native) == ("own", None)
    assert [f.name for f in islice(draw_faces(Weights({str(made): 1}), set("ab"), Dice(0)), 2)] == [str(made)]
