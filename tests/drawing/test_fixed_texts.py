"""Texts that a template says are checked before the first receipt, also those that few receipts have."""

from pathlib import Path

import pytest
from command_line import Run
from PIL import features

from receiptgen import Receipts
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import FontError

RARE = "[{kind: maybe, share: 0.001, of: [{kind: one_of, of: [{kind: text, lines: ['\ua000 1']}, heading]}]}]"
FAULT = "draws '\ua000', as in '\ua000 1'; no font is packaged for yi; name a font file that writes it"


def test_a_text_that_few_receipts_have_and_no_font_draws_is_told_first(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rare_text.yaml").write_text(f"extends: parking\nabout: a\nelements: {RARE}\n", encoding="utf-8")
    for command in (("templates", "check", "rare_text.yaml"), ("draw", 3, "--templates", "rare_text.yaml")):
        fault = run(*command).fault
        assert fault.startswith("receiptgen: rare_text: text.lines: no font among ")
        assert fault.endswith(FAULT)
    assert not list(tmp_path.glob("results/0*"))


def test_every_printer_that_may_be_drawn_has_to_print_it(tmp_path: Path) -> None:
    path = tmp_path / "printers.yaml"
    text = "elements: [{kind: text, lines: ['\u20ac 1']}]\n"
    printers = "printers: [{faces: cousine, display: cousine}, {faces: ocra, display: cousine, weight: 0.000001}]\n"
    path.write_text(f"extends: parking\nabout: a\n{printers}{text}", encoding="utf-8")
    with pytest.raises(
        FontError, match=r"^printers: text\.lines: no font among ocra draws '\u20ac', as in '\u20ac 1'; "
    ):
        Receipts(path)


@pytest.mark.parametrize("profile", packaged_names("profiles"))
def test_packaged_templates_say_what_every_profile_prints(profile: str) -> None:
    assert Receipts(profile=profile).kind == "receipt"


def test_without_raqm_countries_and_texts_that_need_it_are_refused_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    locale, template = tmp_path / "country.yaml", tmp_path / "shalom.yaml"
    locale.write_text("extends: en_US\nwords: {total: [TOTAL, סה״כ]}\n", encoding="utf-8")
    rare = RARE.replace("\ua000 1", "שלום")
    template.write_text(
        f"extends: parking\nabout: a\nprinters: [{{faces: heebo}}]\nelements: {rare}\n", encoding="utf-8"
    )
    monkeypatch.setattr(features, "check", lambda feature: feature != "raqm")
    with pytest.raises(FontError, match=r"^parking: locale '.*country.yaml': hebrew needs Pillow with raqm, .* pip "):
        Receipts("parking", locales=str(locale))
    with pytest.raises(FontError, match=r"^shalom: text\.lines: hebrew needs Pillow with raqm"):
        Receipts(template)
    assert Receipts("parking", locales="de_DE").draw(0).text
