import json
from pathlib import Path

import pytest
import yaml
from command_line import Run

from receiptgen.config.records import schema
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.template import SnippetSet

pytestmark = pytest.mark.smoke

BAD_FAULTS = [
    "bad.yaml:1:1: missing key 'locales'",
    "bad.yaml:2:1: unknown key 'locals'; did you mean 'locales'?",
    "bad.yaml:3:29: basket.lines: range 9..1 ends before it begins",
    "bad.yaml:5:17: elements[1]: unknown kind 'headr'; did you mean 'header'?",
]


def write_bad(path: Path) -> None:
    path.write_text(
        "about: bad\n"
        "locals: {en_US: 1}\n"
        "basket: {shop: cafe, lines: 9..1}\n"
        "printers: [{dots: [384]}]\n"
        "elements: [gap, headr]\n"
    )


def test_draw_of_a_wrong_template_names_all_faults_with_their_places(run: Run, tmp_path: Path) -> None:
    write_bad(tmp_path / "bad.yaml")
    said = run("draw", 1, "--templates", "bad.yaml")
    assert said.code == 1
    assert said.error.splitlines() == [f"receiptgen: {line}" for line in BAD_FAULTS]


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


def test_templates_check_finds_the_packaged_ones_good(run: Run) -> None:
    names = (*packaged_names("templates"), *packaged_names("snippets"))
    said = run("templates", "check", *names)
    assert (said.code, said.error) == (0, "")
    lines = said.out.splitlines()
    assert [line.partition(": ok, ")[0] for line in lines] == list(names)
    assert lines[-1].startswith("standard: ok, snippet set, ")


def test_templates_check_names_the_faults_of_all_files_and_passes_the_good(run: Run, tmp_path: Path) -> None:
    write_bad(tmp_path / "bad.yaml")
    (tmp_path / "good.yaml").write_text("extends: parking\nabout: good\n")
    (tmp_path / "set.yaml").write_text("extends: standard\nkinds: {mine: prise}\n")
    (tmp_path / "torn.yaml").write_text("about: [\n")
    said = run("templates", "check", "bad.yaml", "good.yaml", "set.yaml", "torn.yaml", "none.yaml")
    assert said.code == 1
    assert said.out.startswith("good.yaml: ok, receipt template, 14 locales")
    faults = [line.removeprefix("receiptgen: ") for line in said.error.splitlines()]
    assert faults[:4] == BAD_FAULTS
    assert faults[4].startswith("set.yaml:2:15: kinds.mine: unknown kind 'prise'; did you mean 'price'?")
    assert faults[5].startswith("torn.yaml:")
    assert faults[6:] == ["none.yaml: no such file"]


def test_templates_check_finds_locales_that_no_face_draws(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ocr.yaml").write_text(
        "extends: cafe\nlocales: {en_US: 1, en_GB: 1}\nprinters:\n- {faces: {ocrb: 1}, display: {ocrb: 1}}\n"
    )
    (tmp_path / "set.yaml").write_text("extends: standard\nlocales: {fr_FR: 1}\nfaces: {ocrb: 1}\n")
    said = run("templates", "check", "ocr.yaml", "set.yaml")
    assert said.code == 1
    faults = said.error.splitlines()
    assert any(
        fault.startswith("receiptgen: ocr.yaml:4:3: printers[0]: locale 'en_GB': no font among ocrb draws '£'")
        for fault in faults
    )
    assert any(": locale 'fr_FR': no font among ocrb draws" in fault for fault in faults)


@pytest.mark.parametrize(("what", "key"), [("receipt", "elements"), ("snippets", "kinds")])
def test_templates_schema_is_json_schema_with_extends(run: Run, what: str, key: str) -> None:
    made = json.loads(run("templates", "schema", what).out)
    top = made["$defs"][made["$ref"].rpartition("/")[2]]
    assert {"extends", key} <= top["properties"].keys()
    assert "name" not in top["properties"]
    assert {"required": ["extends"]} in top["anyOf"]
    assert "extends" not in json.dumps(schema(SnippetSet))
