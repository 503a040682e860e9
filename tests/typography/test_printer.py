"""Which faces and sizes a printer draws."""

import pytest

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import FontError
from receiptgen.typography.blocks import PLAIN
from receiptgen.typography.face_choice import draw_faces, writes_script
from receiptgen.typography.printer import Printer, draw_settings, fit_size
from receiptgen.typography.typeface import face, face_groups


@pytest.mark.parametrize("chars", ["€", "Žť", "₹", "abc"])
def test_only_faces_that_cover_the_text_are_drawn_each_once(chars: str) -> None:
    weights = Weights({"bitmap": 2, "ocr": 3, "mono": 1, "arimo": 1, "handwriting": 0})
    drawn = list(draw_faces(weights, set(chars), Dice(5)))
    able = {f.name for group in ("bitmap", "ocr", "mono") for f in face_groups()[group] if f.covers(chars)}
    able |= {"arimo"} & {name for name in ("arimo",) if face(name).covers(chars)}
    assert sorted(f.name for f in drawn) == sorted(able)


def test_no_face_for_a_text_is_told_with_the_nearest_face_and_what_it_lacks() -> None:
    with pytest.raises(FontError) as caught:
        next(draw_faces(Weights({"ocr": 1, "vt220": 1}), set("12€ ₫"), Dice(1)))
    fault = str(caught.value)
    assert fault.startswith("no font among ocr, vt220 draws '")
    assert "€" in fault
    assert "nearest is 'vt220'" in fault or "nearest is 'ocr" in fault


def test_groups_are_met_by_weight() -> None:
    weights = Weights({"mono": 3, "bitmap": 1})
    groups = [next(draw_faces(weights, set(), Dice(seed))).group for seed in range(400)]
    assert 240 < groups.count("mono") < 360


@pytest.mark.parametrize(("native", "wanted", "size"), [("spleen-12x24", 30, 24), ("spleen-8x16", 30, 32)])
def test_a_bitmap_face_is_drawn_at_multiples_of_its_native_size(native: str, wanted: int, size: int) -> None:
    assert fit_size(face(native), wanted) == size
    assert fit_size(face("cousine"), wanted) == wanted


def test_the_native_cell_of_spleen_fills_the_columns_of_a_till() -> None:
    # 576 dots / 48 columns and 384 dots / 32 columns are both 12: ESC/POS Font A.
    assert fit_size(face("spleen-12x24"), 0, 12) == 24
    assert fit_size(face("spleen-12x24"), 0, 11) is None


def test_every_group_that_printers_default_to_has_faces() -> None:
    assert set(Printer().faces) | set(Printer().display) <= set(face_groups())


def test_where_the_fonts_of_a_printer_lack_a_text_another_printer_has_it() -> None:
    latin, greek = (
        Printer(faces=Weights({group: 1}), display=Weights({"sans": 1})) for group in ("typewriter", "serif")
    )
    for seed in range(5):
        assert draw_settings([latin, greek], {PLAIN: set("ΣΎΝΟΛΟ")}, Dice(seed)).face.group == "serif"
        assert draw_settings([latin], {PLAIN: set("ΣΎΝΟΛΟ")}, Dice(seed), [greek]).face.group == "serif"
    with pytest.raises(FontError, match="no font among typewriter"):
        draw_settings([latin], {PLAIN: set("ΣΎΝΟΛΟ")}, Dice(1), [latin])


@pytest.mark.parametrize(("chars", "name"), [("हिन्दी", "mukta"), ("שלום", "heebo"), ("", "heebo")])
def test_a_proportional_font_of_another_script_keeps_its_widths_on_a_cash_register(chars: str, name: str) -> None:
    register = Printer(columns=(32,), faces=Weights({name: 1}))
    assert next(register.settings({PLAIN: set(chars)}, Dice(1))).pitch is None
    latin = Printer(columns=(32,), faces=Weights({"sans": 1}))
    assert next(latin.settings({PLAIN: set("MEAL 5% ΣΎΝ")}, Dice(1))).pitch == 18


def test_scripts_with_fonts_of_their_own_are_known_by_characters_and_by_font() -> None:
    plain = face("arimo")
    assert all(writes_script(plain, chars) for chars in ("中", "한W", "カ", "বাংলা"))
    assert not any(writes_script(plain, chars) for chars in ("", "Wé", "Ж", "Σ"))
    assert writes_script(face("sarabun"), "W")
