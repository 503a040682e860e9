"""Texts that are known beforehand are checked before the first sample, by all that draws."""

import shutil
from itertools import islice
from pathlib import Path

import pytest
from command_line import Run
from PIL import features

from receiptgen import Snippets
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import FontError, ReceiptgenError
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import snippet_set
from receiptgen.train.data.sources.live import Live
from receiptgen.typography.typeface import face

# Of two fonts, one draws the sign of the cent, the other a gamma.
APART = "{spleen-12x24: 1, ocrb: 1}"
HEAD = "about: a\nlocales: en_GB\n"


def write(path: Path, kinds: str, faces: str = "cousine", more: str = "") -> str:
    path.write_text(f"{HEAD}faces: {faces}\n{more}kinds:\n{kinds}\n", encoding="utf-8")
    return str(path)


def lines_set(folder: Path, lines: str, settings: str = "", name: str = "set", **others: str) -> str:
    (folder / "words.txt").write_text(lines, encoding="utf-8")
    return write(folder / f"{name}.yaml", f"  m: {{kind: file, path: words.txt{settings}}}", **others)


def fault_of(name: str, kind: str = "m", profile: str = "") -> str:
    with pytest.raises(ReceiptgenError) as caught:
        known_texts(name, kind, profile)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_first_line_that_no_font_draws_is_named_as_editors_count(tmp_path: Path) -> None:
    name = lines_set(tmp_path, "one\r\n\r\n  \ntwo\x0bthree\nfour \U0001f600\nfive\nsix \ua000\n")
    assert fault_of(name) == (
        f"{tmp_path}/words.txt:5: no font of this set draws '\U0001f600', and so on in 1 more lines; name another font "
        "or group, or leave such lines out by 'unknown: skip'"
    )


def test_lines_that_no_font_draws_are_left_out_on_request_and_counted(tmp_path: Path) -> None:
    name = lines_set(tmp_path, "one\ntwo \U0001f600\nthree\n\u200b\n", ", unknown: skip")
    known = known_texts(name, "m")
    assert str(known) == f"{tmp_path}/words.txt: 2 of 4 lines left out, which no font of this set draws"
    assert {sample.text for sample in islice(Snippets(set=name), 60)} == {"one", "three"}


def test_a_file_of_which_nothing_would_be_left_is_refused(tmp_path: Path) -> None:
    name = lines_set(tmp_path, "\ua000\n\ua001\n", ", unknown: skip")
    assert fault_of(name).endswith("words.txt:1: no font of this set draws '\ua000', and so on in 1 more lines; "
                                   "no font is packaged for yi; name a font file that writes it")  # fmt: skip


def test_a_line_that_prints_nothing_is_told(tmp_path: Path) -> None:
    assert "words.txt:2: prints nothing; " in fault_of(lines_set(tmp_path, "one\n\u200b \u200e\nthree\n"))


def test_lines_are_checked_as_they_are_printed(tmp_path: Path) -> None:
    known_texts(lines_set(tmp_path, "Kase\u0301 10\u00a0\u20ac\u00ad\n"), "m")


def test_a_line_needs_one_font_that_draws_all_of_it(tmp_path: Path) -> None:
    name = lines_set(tmp_path, "\u00a21\n\u03931\n\u00a2\u0393\n", faces=APART)
    assert "words.txt:3: no single font of this set draws all of '\u00a2\u0393' apart; " in fault_of(name)


def test_fonts_are_those_of_the_profile_where_it_has_printers(tmp_path: Path) -> None:
    (tmp_path / "ocr.yaml").write_text("about: o\nprinters: [{faces: ocra}]\n")
    (tmp_path / "mono.yaml").write_text("about: m\nprinters: [{faces: cousine}]\n")
    (tmp_path / "both.yaml").write_text("about: b\nmix: {ocr.yaml: 1, mono.yaml: 1}\n")
    name = lines_set(tmp_path, "\u20ac1\n")
    assert "words.txt:1: no font of this set draws '\u20ac'" in fault_of(name, profile=str(tmp_path / "ocr.yaml"))
    known_texts(name, "m", str(tmp_path / "both.yaml"))


def test_what_any_printer_of_a_profile_draws_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "rare.yaml").write_text(
        "about: r\nprinters: [{faces: ocra, weight: 1000000}, {faces: cousine, weight: 0.000001}]\n"
    )
    source = open_source(lines_set(tmp_path, "\u20ac1\n"), "m", 0, str(tmp_path / "rare.yaml"))
    assert {source.draw(index).face for index in range(3)} == {"cousine"}


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("{kind: word, charset: 'ab\ua000'}", "kinds.m: no font of this set draws '\ua000'; "),
        ("{kind: pattern, patterns: {'a(b|\ua000)*': 1}}", "kinds.m: no font of this set draws '\ua000'; "),
        ("{kind: tax, labels: {Tax: 9, '\ua000': 1}}", "kinds.m.labels: no font of this set draws '\ua000'; "),
        ("{kind: price, signs: {$: 9, '\ua000': 1}}", "kinds.m.signs: no font of this set draws '\ua000'; "),
        ("{kind: faker, provider: emoji}", "kinds.m: locale 'en_GB': no font of this set draws "),
    ],
)
def test_settings_that_no_font_draws_are_named_with_their_place(tmp_path: Path, kind: str, fault: str) -> None:
    name = write(tmp_path / "set.yaml", f"  m: {kind}")
    assert fault_of(name).startswith(f"{name}:5:6: {fault}")


@pytest.mark.parametrize(
    "kind", ["{kind: tax, labels: {Tax: 9, '\ua000': 0}}", "{kind: pattern, patterns: '\ua000{0}a'}"]
)
def test_what_is_never_drawn_needs_no_font(tmp_path: Path, kind: str) -> None:
    known_texts(write(tmp_path / "set.yaml", f"  m: {kind}"), "m")


def test_alternatives_of_a_pattern_may_need_different_fonts(tmp_path: Path) -> None:
    known_texts(write(tmp_path / "one.yaml", "  m: {kind: pattern, patterns: '(\u00a2|\u0393)\\d'}", APART), "m")
    both = write(tmp_path / "two.yaml", "  m: {kind: pattern, patterns: '(\u00a2|\u0393)\\d[\u00a2\u0393]'}", APART)
    assert "kinds.m: no single font of this set draws all of " in fault_of(both)


@pytest.mark.parametrize("profile", packaged_names("profiles"))
def test_the_packaged_set_is_drawn_under_every_profile(profile: str) -> None:
    for kind in snippet_set("standard").value.kinds:
        assert known_texts("standard", kind, profile).left_out == 0


def test_check_draw_python_and_training_agree(run: Run, tmp_path: Path) -> None:
    lines_set(tmp_path, "one\ntwo \U0001f600\n", name="agree")
    fault = fault_of("agree.yaml")
    assert run("templates", "check", "agree.yaml").fault == f"receiptgen: {fault}"
    assert run("draw", 9, "--set", "agree.yaml").fault == f"receiptgen: {fault}"
    assert not list(tmp_path.glob("results_test/m"))
    for opened in (lambda: Snippets(set="agree.yaml"), lambda: Live(source="agree.yaml").open(0)):
        with pytest.raises(FontError) as caught:
            opened()
        assert str(caught.value) == fault


def test_lines_left_out_are_told_once_and_stand_in_the_manifest(run: Run, tmp_path: Path) -> None:
    lines_set(tmp_path, "one\ntwo \U0001f600\n", ", unknown: skip", "told")
    told = "words.txt: 1 of 2 lines left out, which no font of this set draws"
    said = run("draw", 9, "--set", "told.yaml", "--workers", 2)
    assert (said.code, said.error.count(told)) == (0, 1)
    assert '"words.txt": 1' in (tmp_path / "results_test" / "manifest.json").read_text()
    assert run("draw", 12, "--set", "told.yaml", "--quiet").error == ""
    assert told in run("templates", "check", "told.yaml").out


def test_a_file_that_changes_is_checked_again(tmp_path: Path) -> None:
    name = lines_set(tmp_path, "one\n")
    known_texts(name, "m")
    (tmp_path / "words.txt").write_text("\ua000\n", encoding="utf-8")
    assert "words.txt:1: no font" in fault_of(name)


def test_a_font_of_ones_own_is_asked_what_it_draws(tmp_path: Path) -> None:
    shutil.copy(face("ocra").path, tmp_path / "own.ttf")
    assert "words.txt:1: no font" in fault_of(lines_set(tmp_path, "\u20ac\n", faces="own.ttf"))


def test_without_raqm_lines_that_need_it_are_refused_by_script_or_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "check", lambda feature: feature != "raqm")
    fault = "hebrew needs Pillow with raqm, which shapes it: pip install --force-reinstall pillow"
    assert fault_of(lines_set(tmp_path, "one\nשלום\n", faces="heebo")) == f"{tmp_path}/words.txt:2: {fault}"
    texts = write(tmp_path / "texts.yaml", "  m: {kind: pattern, patterns: 'שלום #'}", faces="heebo")
    assert fault_of(texts).endswith(f": {fault}")
    name = lines_set(tmp_path, "one\nשלום\n", ", unknown: skip", name="some", faces="heebo")
    assert {sample.text for sample in islice(Snippets(set=name), 9)} == {"one"}
