"""Fonts of a text's script are asked where no named font draws it; those of a system are found by their files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from font_formats import build_variable
from independent import ASCII, build_font

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import FontError
from receiptgen.core.inputs import InputFile
from receiptgen.dataset.script_fonts import system_fonts
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import snippet_set
from receiptgen.typography.face_choice import draw_faces, missing_fonts, script_faces, script_groups
from receiptgen.typography.font_files import system_fonts as system
from receiptgen.typography.typeface import face, face_groups, found_members, members

HAN, KANA, HANGUL = "\u5408\u8a08", "\u304a\u30a2", "\uac00\ub098"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Put a font into the only folder of fonts that the system has."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setattr(system, "_folders", lambda: iter([folder]))

    def forget() -> None:
        for cached in (system.font_files, found_members, face):
            cached.cache_clear()

    def put(file: str, chars: str) -> Path:
        path = build_font(folder / file, ASCII + chars)
        forget()
        return path

    forget()
    yield put
    monkeypatch.undo()
    forget()


def first(weights: Weights, text: str, language: str = "") -> str:
    return next(draw_faces(weights, set(text), Dice(3), language)).name


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("arabic", "\u0645\u062c\u0645\u0648\u0639 12.50"), ("hebrew", "\u05e1\u05d4\u05db 12.50"),
        ("thai", "\u0e23\u0e27\u0e21 12.50"), ("devanagari", "\u0915\u0941\u0932 12.50"),
    ],
)  # fmt: skip
def test_a_text_that_no_named_font_draws_is_drawn_by_a_packaged_one_of_its_script(group: str, text: str) -> None:
    assert script_groups(text) == [group]
    drawn = {next(draw_faces(Weights({"bitmap": 1}), set(text), Dice(seed))).name for seed in range(30)}
    assert drawn == {member.name for member in face_groups()[group]}
    assert first(Weights({"bitmap": 1}), "12.50") in {member.name for member in face_groups()["bitmap"]}


def test_every_group_of_a_script_has_latin_letters_digits_and_a_bold_font() -> None:
    for group in ("arabic", "hebrew", "thai", "devanagari"):
        assert all(member.covers(ASCII) for member in face_groups()[group])
        assert any(member.bold for member in face_groups()[group])


def test_a_font_of_the_system_is_found_and_named_by_its_file(install: Callable[[str, str], Path]) -> None:
    path = install("vl-gothic-REGULAR.ttf", KANA + HAN)
    found = face("vl-gothic")
    assert (found.path, found.group, found.name) == (path, "japanese", "vl-gothic")
    assert members("japanese") == (found,)
    assert first(Weights({"mono": 1}), KANA + HAN) == "vl-gothic"


def test_chinese_characters_are_those_of_the_language_or_of_the_letters_beside_them(
    install: Callable[[str, str], Path],
) -> None:
    for file in ("VL-Gothic-Regular.ttf", "gbsn00lp.ttf", "NanumGothic.ttf"):
        install(file, KANA + HAN + HANGUL)
    mono = Weights({"mono": 1})
    assert first(mono, HAN) == first(mono, HAN, "zh") == "ar-pl-sungti"
    assert first(mono, HAN, "ja") == first(mono, HAN + KANA) == "vl-gothic"
    assert first(mono, HAN, "ko") == first(mono, HAN + HANGUL) == "nanum-gothic"


def test_a_script_of_which_the_system_has_no_font_is_told_with_the_package_that_has_one(
    install: Callable[[str, str], Path],
) -> None:
    help_ = "no font of the group 'japanese' is on this system; 'apt-get install fonts-vlgothic' brings one, or name a"
    assert script_faces(KANA) == ()
    assert missing_fonts(KANA).startswith(help_)
    assert missing_fonts("\u0e01A\u00e9") == ""
    with pytest.raises(FontError, match=rf"^no font among ocra draws '{KANA}': nearest is 'ocra'; {help_}"):
        first(Weights({"ocra": 1}), KANA)
    with pytest.raises(FontError, match=f"^{help_}"):
        members("japanese")
    with pytest.raises(FontError, match=r"^font 'ipa-gothic' is not on this system; 'apt-get install fonts-vlgothic'"):
        face("ipa-gothic")


def test_a_file_that_can_not_be_read_is_no_font_of_the_system(install: Callable[[str, str], Path]) -> None:
    (install("VL-Gothic-Regular.ttf", KANA).parent / "ipag.ttf").write_bytes(b"damaged")
    install("other.ttf", KANA)
    assert [member.name for member in members("japanese")] == [] or [member.name for member in members("japanese")] == [
        "vl-gothic"
    ]


def test_fonts_that_a_data_set_s_scripts_may_take_are_part_of_it(
    install: Callable[[str, str], Path], tmp_path: Path
) -> None:
    path = install("VL-Gothic-Regular.ttf", KANA)
    (tmp_path / "latin.txt").write_text("abc", encoding="utf-8")
    (tmp_path / "kana.txt").write_text(KANA, encoding="utf-8")
    assert system_fonts([tmp_path / "latin.txt"]) == ()
    assert system_fonts([tmp_path / "latin.txt", tmp_path / "kana.txt"]) == (InputFile.read(path),)


def test_a_font_that_is_named_with_its_axes_is_an_input_by_its_file(tmp_path: Path) -> None:
    font = build_variable(tmp_path / "wide.ttf")
    (tmp_path / "set.yaml").write_text(
        "about: a\nlocales: en_US\nfaces: {'wide.ttf@wght=650': 1}\nkinds:\n  m: {kind: int}\n", encoding="utf-8"
    )
    loaded = snippet_set(str(tmp_path / "set.yaml"))
    assert [file.path for file in loaded.inputs] == [font]
    assert list(loaded.value.faces) == [f"{font}@wght=650"]


def test_a_set_of_digits_alone_draws_numbers_and_refuses_words(tmp_path: Path) -> None:
    build_font(tmp_path / "digits.ttf", "0123456789.-")
    path = tmp_path / "set.yaml"
    path.write_text(
        "about: a\nlocales: en_US\nfaces: digits.ttf\nprofile: ./cut.yaml\n"
        "kinds:\n  m: {kind: int}\n  f: {kind: float}\n  w: {kind: word}\n",
        encoding="utf-8",
    )
    (tmp_path / "cut.yaml").write_text("about: cut\ncrop: {leak: 1}\n", encoding="utf-8")
    for kind in ("m", "f"):
        for index in range(4):
            assert set(open_source(str(path), kind, 1).draw(index).text) <= set("0123456789.-")
    with pytest.raises(FontError, match=r"set\.yaml:8:\d+: kinds\.w: no font of this set draws '"):
        known_texts(str(path), "w")
