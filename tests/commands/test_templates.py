import json
import os
from pathlib import Path

import pytest
import yaml
from command_line import Run

from receiptgen.config.json_schema import schema
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.template import SnippetSet

BAD_FAULTS = [
    "bad.yaml:1:1: missing key 'locales'",
    "bad.yaml:2:1: unknown key 'locals'; did you mean 'locales'?",
    "bad.yaml:3:29: basket.items: range 9..1 ends before it begins",
    "bad.yaml:5:17: elements[1]: unknown kind 'headr'; did you mean 'header'?",
]


def write_bad(path: Path) -> None:
    path.write_text(
        "about: bad\n"
        "locals: {en_US: 1}\n"
        "basket: {shop: cafe, items: 9..1}\n"
        "printers: [{dots: [384]}]\n"
        "elements: [gap, headr]\n"
    )


def test_draw_of_a_wrong_template_names_all_faults_with_their_places(run: Run, tmp_path: Path) -> None:
    write_bad(tmp_path / "bad.yaml")
    said = run("draw", 1, "--templates", "bad.yaml")
    assert said.code == 1
    assert said.error.splitlines() == [f"receiptgen: {line}" for line in BAD_FAULTS]


@pytest.mark.smoke
def test_templates_list_names_each_with_its_line(run: Run) -> None:
    said = run("templates", "list")
    for name in (*packaged_names("templates"), *packaged_names("snippets")):
        assert f"\n  {name} " in said.out
    assert "14 locales   Cafe - " in said.out


def test_templates_show_prints_a_file_and_what_it_extends(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: cafe\nabout: mine\n")
    own, base = yaml.safe_load_all(run("templates", "show", "mine.yaml").out)
    assert own == {"extends": "cafe", "about": "mine"}
    assert base["basket"]["shop"] == "cafe"
    assert "(extends cafe.yaml, below)" in run("templates", "show", "mine.yaml").out
    assert "receipt_line" in run("templates", "show", "standard").out


@pytest.mark.smoke
def test_templates_check_finds_the_packaged_ones_good(run: Run) -> None:
    names = (*packaged_names("templates"), *packaged_names("snippets"))
    said = run("templates", "check", *names)
    assert (said.code, said.error) == (0, "")
    lines = said.out.splitlines()
    assert [line.partition(": ok, ")[0] for line in lines] == list(names)
    assert any(line.startswith("standard: ok, snippet set, ") for line in lines)


def test_templates_check_names_the_faults_of_all_files_and_passes_the_good(run: Run, tmp_path: Path) -> None:
    write_bad(tmp_path / "bad.yaml")
    (tmp_path / "good.yaml").write_text("extends: parking\nabout: good\n")
    (tmp_path / "prise.yaml").write_text("extends: standard\nkinds: {mine: prise}\n")
    (tmp_path / "torn.yaml").write_text("about: [\n")
    said = run("templates", "check", "bad.yaml", "good.yaml", "prise.yaml", "torn.yaml", "none.yaml")
    assert said.code == 1
    assert said.out.startswith("good.yaml: ok, receipt template, 14 locales")
    faults = [line.removeprefix("receiptgen: ") for line in said.error.splitlines()]
    assert faults[:4] == BAD_FAULTS
    assert faults[4].startswith("prise.yaml:2:15: kinds.mine: unknown kind 'prise'; did you mean 'price'?")
    assert faults[5].startswith("torn.yaml:")
    assert faults[6:] == ["none.yaml: no such file"]


def test_templates_check_finds_locales_that_no_face_draws(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ocr.yaml").write_text(
        "extends: cafe\nlocales: {en_US: 1, en_GB: 1}\nprinters:\n- {faces: {ocrb: 1}, display: {ocrb: 1}}\n"
    )
    (tmp_path / "french.yaml").write_text("extends: standard\nlocales: {fr_FR: 1}\nfaces: {ocrb: 1}\n")
    said = run("templates", "check", "ocr.yaml", "french.yaml")
    assert said.code == 1
    faults = said.error.splitlines()
    assert any(
        fault.startswith("receiptgen: ocr.yaml:4:3: printers[0]: locale 'en_GB': no font among ocrb draws '£'")
        for fault in faults
    )
    assert any(": locale 'fr_FR': no font of this set draws " in fault for fault in faults)


def test_a_character_that_no_font_draws_is_told_with_its_line_of_the_goods(run: Run, tmp_path: Path) -> None:
    (tmp_path / "g.csv").write_text("name,price\nTea,4\nCake \U0001f600,3\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text("extends: cafe\nlocales: en_GB\nbasket: {goods: g.csv, items: 5..9}\n")
    said = run("templates", "check", "mine.yaml")
    assert "; '\U0001f600' stands in g.csv:3\n" in said.error


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("folder.yaml", "folder.yaml: is a folder, not a file"),
        ("pipe.yaml", "pipe.yaml: is not a regular file"),
        ("binary.yaml", "binary.yaml:1:2: byte 0xff is not UTF-8; save the file as UTF-8"),
        ("one.yaml", "two.yaml: extends: 'one.yaml' leads back to where it began"),
    ],
)
def test_what_can_not_be_shown_is_one_line(run: Run, tmp_path: Path, name: str, fault: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"a\xff")
    (tmp_path / "one.yaml").write_text("extends: two.yaml\n")
    (tmp_path / "two.yaml").write_text("extends: one.yaml\n")
    assert run("templates", "show", name).fault == f"receiptgen: {fault}"


@pytest.mark.smoke
@pytest.mark.parametrize(("what", "key"), [("receipt", "elements"), ("snippets", "kinds")])
def test_templates_schema_is_json_schema_with_extends(run: Run, what: str, key: str) -> None:
    made = json.loads(run("templates", "schema", what).out)
    top = made["$defs"][made["$ref"].rpartition("/")[2]]
    assert {"extends", key} <= top["properties"].keys()
    assert "name" not in top["properties"]
    assert {"required": ["extends"]} in top["anyOf"]
    assert "extends" not in json.dumps(schema(SnippetSet))


# What no page can be drawn from, by the fault that both commands tell.
BOUNDLESS = {
    "extends: cafe\nbasket: {items: 1e9}\n": "2:17: basket.items: expected whole numbers from 1 to 400",
    "extends: cafe\nprinters: [{columns: [-3]}]\n": "2:23: printers[0].columns[0]: expected at least 8",
    "extends: cafe\nprinters: [{weight: 0}]\n": "2:21: printers[0].weight: expected more than 0",
    "extends: cafe\nelements: [{kind: gap, lines: 1e99}]\n": "2:31: elements[0].lines: expected numbers from 0 to 100",
    "extends: cafe\nprinters: [{dots: [384], size: 200, leading: 5}]\nbasket: {items: 400}\n": "too large",
    "extends: cafe\nprinters: [{dots: [5000], size: 30}]\n"
    "elements: [{kind: gap, lines: 80}, logo]\neffects: [{kind: resample, dpi: 1200}]\n": "too large",
    "extends: cafe\neffects: [" + "blur, " * 101 + "]\n": "2:10: effects: expected 100 items or fewer, got 101",
    "extends: cafe\neffects: [" + "{kind: maybe, of: [blur, blur]}, " * 40 + "]\n": "effects: expected 100 effects",
    f"extends: cafe\nelements: [{{kind: text, lines: [{'w' * 1001}]}}]\n": "expected 1000 characters or fewer",
}


@pytest.mark.parametrize(("text", "fault"), BOUNDLESS.items(), ids=range(len(BOUNDLESS)))
def test_check_and_draw_tell_the_same_of_what_has_no_bounds(run: Run, tmp_path: Path, text: str, fault: str) -> None:
    name = f"{tmp_path.name}.yaml"  # templates are kept in memory by name
    (tmp_path / name).write_text(text)
    checked = run("templates", "check", name)
    drawn = run("draw", 1, "--templates", name)
    assert (checked.code, drawn.code) == (1, 1)
    assert fault in checked.error.splitlines()[0]
    assert fault in drawn.error
    assert len(drawn.error.splitlines()) == 1


def test_of_many_faults_fifty_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text("extends: cafe\nbasket:\n" + "".join(f"  key{n}: 1\n" for n in range(70)))
    said = run("templates", "check", "many.yaml").error.splitlines()
    assert len(said) == 51
    assert said[-1] == "receiptgen: many.yaml: and 20 more"


def test_a_long_value_is_cut_in_a_message(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text(f"extends: cafe\nelements: [{'x' * 5000}]\n{'k' * 1000}: 1\n")
    first, second = run("templates", "check", "long.yaml").error.splitlines()
    assert first.startswith(f"receiptgen: long.yaml:2:12: elements[0]: unknown kind '{'x' * 57}...'")
    assert second.startswith("receiptgen: long.yaml:3:1: unknown key '")
    assert max(len(first), len(second)) < 800


def test_a_line_that_is_too_long_for_a_page_is_told_before_the_first_sample(run: Run, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("abc\n" * 300 + "W" * 3000 + "\n")
    (tmp_path / "lines.yaml").write_text(
        "about: x\nlocales: en_GB\nfaces: {mono: 1}\nkinds: {f: {kind: file, path: lines.txt}}\n"
    )
    checked, drawn = run("templates", "check", "lines.yaml"), run("draw", 5, "--set", "lines.yaml")
    assert checked.error == drawn.error
    assert "lines.txt:301: 3,000 characters are too many for one line of 40 pixels an em; " in drawn.error
    assert not (tmp_path / "results_test").exists()


def test_a_profile_may_name_keys_that_templates_have_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "narrow.yaml").write_text("about: x\nprinters: [{dots: [384], size: 20, faces: mono}]\n")
    assert run("templates", "check", "narrow.yaml").out == "narrow.yaml: ok, profile, 0 effects\n"
