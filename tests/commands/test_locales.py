from pathlib import Path

import pytest
from command_line import Run

from receiptgen import Receipts
from receiptgen.commerce.countries.locale_draft import draft
from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names

# Countries whose CLDR data differ: signs on either side, other separators, pairs of digits, no cents, other scripts.
DRAFTS = ("lv_LV", "hi_IN", "ja_JP", "fr_CH", "ar_EG", "ko_KR", "ru_RU", "en_BW", "es_UY", "lt_LT")


@pytest.mark.smoke
def test_locales_list_names_all_with_country_and_currency(run: Run) -> None:
    said = run("locales", "list").out
    assert all(name in said for name in packaged_names("locales"))
    assert "de_DE    Deutschland, EUR" in said


def test_locales_show_prints_a_locale_and_what_it_extends(run: Run, tmp_path: Path) -> None:
    Path("own.yaml").write_text("extends: de_DE\ncountry: Dort\n")
    said = run("locales", "show", "own.yaml").out
    assert said.startswith("# own.yaml (extends de_DE.yaml, below)\nextends: de_DE\ncountry: Dort\n---\n# ")
    assert "MwSt-Aufstellung" in said
    assert run("locales", "show", "de_DD").fault == "receiptgen: unknown locale 'de_DD'; did you mean 'de_DE'?"


def test_a_new_locale_is_checked_and_draws_at_once(run: Run, tmp_path: Path) -> None:
    said = run("locales", "new", "lv_LV", "--from", "de_DE")
    assert said.out == "lv_LV.yaml: 17 things to write, each marked TODO\n"
    text = Path("lv_LV.yaml").read_text(encoding="utf-8")
    assert "country: 'Latvija'" in text
    assert "\n# TODO taxes: " in text
    assert Receipts("cafe", locales="./lv_LV.yaml").draw(0).locale == "lv_LV"
    checked = run("locales", "check", "lv_LV.yaml").out
    assert (
        checked
        == "lv_LV.yaml: ok, Latvija, EUR, 9 tax schemes, goods of the catalogue 'en', 17 things still marked TODO\n"
    )
    assert run("locales", "new", "lv_LV").fault == (
        "receiptgen: lv_LV.yaml: is there already; name another --out, or remove it"
    )


def test_a_new_locale_may_be_laid_over_a_file(run: Run, tmp_path: Path) -> None:
    Path("base").mkdir()
    Path("base/own.yaml").write_text("extends: en_GB\ndomains: [.example]\n")
    run("locales", "new", "en_BW", "--from", "base/own.yaml", "--out", "new/en_BW.yaml")
    assert locale("new/en_BW.yaml").domains == (".example",)


@pytest.mark.parametrize("name", DRAFTS)
def test_every_draft_is_a_sound_locale(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.yaml"
    path.write_text(draft(name, "en_GB"), encoding="utf-8")
    made = locale(str(path))
    assert (made.name, made.language) == (name, name[:2])
    assert made.country != locale("en_GB").country


@pytest.mark.parametrize("name", ["sv", "xx_XX", "Sweden", "sv_SEE"])
def test_what_no_country_is_called_is_refused(run: Run, name: str) -> None:
    assert run("locales", "new", name).fault == (
        f"receiptgen: unknown language and country {name!r}; write them as sv_SE or pt_BR"
    )


def test_locales_check_tells_faults_with_their_places_and_characters_that_no_font_draws(
    run: Run, tmp_path: Path
) -> None:
    Path("bad.yaml").write_text("extends: de_DE\ndecimal: x\n")
    assert run("locales", "check", "bad.yaml").fault.startswith("receiptgen: bad.yaml:2:10: decimal: 'x' is not")
    Path("am.yaml").write_text("extends: en_GB\ncountry: \u12a2\u1275\n", encoding="utf-8")
    fault = run("locales", "check", "am.yaml").fault
    assert fault == (
        "receiptgen: am.yaml: no packaged font draws '\u1275\u12a2', as in '\u12a2\u1275';"
        " no font is packaged for ethiopic; name a font file that writes it"
    )
