import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import pytest
import yaml

from receiptgen.cli import main
from receiptgen.config.records import schema
from receiptgen.core.assets import font_folder, packaged_names
from receiptgen.dataset.dataset import LEDGER
from receiptgen.drawing.template import SnippetSet
from receiptgen.writers import WRITERS

COMMAND = [sys.executable, "-c", "from receiptgen.cli import main; main()"]


class Said(NamedTuple):
    code: int
    out: str
    error: str

    @property
    def fault(self) -> str:
        """The one line of an error; click's usage errors say more above it."""
        lines = self.error.splitlines()
        if self.code == 2:
            assert lines[0].startswith("Usage: receiptgen")
            return lines[-1]
        assert self.code == 1
        assert len(lines) == 1, self.error
        assert lines[0].startswith("receiptgen: ")
        return lines[0]


Run = Callable[..., Said]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*args: object) -> Said:
        capfd.readouterr()
        code = 0
        try:
            main([str(arg) for arg in args])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = Said(code, *capfd.readouterr())
        assert "Traceback" not in said.error
        return said

    return run


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- the program ------------------------------------------------------------------------------------------


def test_help_names_every_command_and_imports_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom receiptgen.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'numpy', 'cv2', 'pydantic', 'PIL', 'faker', 'rich', 'yaml'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in ("clear", "draw", "fidelity", "fixtures", "fonts", "preview", "templates"):
        assert f"  {name} " in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_installed_command_draws_snippets_and_receipts(tmp_path: Path) -> None:
    script = shutil.which("receiptgen", path=Path(sys.executable).parent)
    command = [script] if script else COMMAND
    done = subprocess.run([*command, "draw", "2"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0].startswith("results_test: ")
    assert done.stdout.splitlines()[1].startswith("results: 2 receipts")
    assert len(list(tmp_path.glob("results_test/*/*.png"))) == 2 * len(list(tmp_path.glob("results_test/*/")))
    assert {path.name for path in tmp_path.glob("results/000001/*")} == {
        "receipt.png", "text.txt", "items.json", "truth.json",
    }  # fmt: skip


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out.startswith("receiptgen, version ")


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    assert "No such command 'darw'" in run("darw").fault


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    command = " ".join([sys.executable, "-c", "'from receiptgen.cli import main; main()'", "templates", "schema"])
    done = subprocess.run(["bash", "-c", f"{command} | head -1"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{\n", "")


# -- draw -------------------------------------------------------------------------------------------------


def test_draw_says_where_how_many_and_how_fast(run: Run) -> None:
    said = run("draw", 2, "--kinds", "price,date")
    assert said.code == 0
    assert said.out.startswith("results_test: 4 snippets, ")
    assert said.out.endswith("/s\n")
    assert run("draw", 2, "--kinds", "price,date").out == "results_test: 4 snippets, complete already\n"


def test_draw_quiet_says_nothing(run: Run, tmp_path: Path) -> None:
    assert run("draw", 2, "--kinds", "price", "--quiet") == Said(0, "", "")
    assert (tmp_path / "results_test" / "price" / "000001.png").is_file()


def test_draw_json_sums_up_each_set(run: Run) -> None:
    said = run("draw", 3, "--kinds", "price,receipt", "--templates", "parking", "--split", "0.5,0.5", "--json")
    snippets, receipts = json.loads(said.out)
    assert said.error == ""
    assert (snippets["folder"], snippets["samples"], snippets["drawn"], snippets["kinds"]) == (
        "results_test", 3, 3, {"price": 3},
    )  # fmt: skip
    assert (receipts["folder"], receipts["kinds"]) == ("results", {"receipt": 3})
    assert sum(receipts["parts"].values()) == 3
    assert receipts["bytes"] > 1000


def test_draw_count_is_another_word_for_the_number(run: Run, tmp_path: Path) -> None:
    assert run("draw", "--count", 2, "--start", 5000, "--kinds", "price", "--out", "there").code == 0
    names = sorted(path.name for path in (tmp_path / "there" / "results_test" / "price").iterdir())
    assert names == ["005000.png", "005001.png"]


def test_draw_with_templates_draws_receipts_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: parking\nabout: mine\n")
    assert run("draw", 2, "--templates", "mine.yaml,cafe").code == 0
    assert not (tmp_path / "results_test").exists()
    truths = [json.loads(path.read_bytes()) for path in sorted(tmp_path.glob("results/*/truth.json"))]
    assert [truth["template"] for truth in truths] == ["mine", "cafe"]


def test_draw_with_weights_draws_one_mixed_set(run: Run) -> None:
    [summary] = json.loads(run("draw", 60, "--mix", "price=3,date=1", "--json").out)
    assert summary["samples"] == 60
    assert summary["kinds"]["price"] > summary["kinds"]["date"] > 0


def test_draw_writes_every_format_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("draw", 2, "--kinds", "price", "--format", ",".join(WRITERS)).code == 0
    assert {"labels.jsonl", "labels.tsv", "lmdb", "coco.json"} <= {
        path.name for path in (tmp_path / "results_test").iterdir()
    }


def test_draw_shows_a_bar_on_a_terminal(tmp_path: Path) -> None:
    # A bar is rich's; here only that a terminal gets one, and that the log's end is the plain line.
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "draw", "3", "--kinds", "price"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "results_test" in shown
    assert "3/3" in shown
    assert done.stdout.decode().startswith("results_test: 3 snippets")


WRONG = {
    "neither a number nor --count": (["draw"], 2, "say how many"),
    "both a number and --count": (["draw", 3, "--count", 3], 2, "say how many"),
    "no samples": (["draw", 0], 2, "0 is not in the range"),
    "unknown kind": (["draw", 1, "--kinds", "prise"], 1, "unknown kind 'prise'; did you mean 'price'?"),
    "kind like none": (["draw", 1, "--kinds", "qqqqqq"], 1, "unknown kind 'qqqqqq'; there are word, "),
    "no kinds": (["draw", 1, "--kinds", ","], 2, "expected names, separated by commas"),
    "unknown format": (["draw", 1, "--format", "foldr"], 1, "unknown format 'foldr'; did you mean 'folder'?"),
    "unknown template": (["draw", 1, "--templates", "caffe"], 1, "'caffe'; did you mean 'cafe'?"),
    "no such file": (["draw", 1, "--templates", "no.yaml"], 1, "no.yaml: no such file"),
    "unknown set": (["draw", 1, "--set", "standart"], 1, "'standart'; did you mean 'standard'?"),
    "no split": (["draw", 1, "--split", "lots"], 2, "'lots' is not two or three shares"),
    "negative split": (["draw", 1, "--split", "1,-1"], 2, "'1,-1' is not two or three shares"),
    "split of nothing": (["draw", 1, "--split", "0,0"], 2, "'0,0' is not two or three shares"),
    "split without number": (["draw", 1, "--split", "nan,1"], 2, "'nan,1' is not two or three shares"),
    "unknown weight": (["draw", 1, "--mix", "pryce=1"], 1, "unknown kind 'pryce'; did you mean 'price'?"),
    "weighted receipts": (["draw", 1, "--mix", "price=1,receipt=1"], 1, "unknown kind 'receipt'"),
    "no weight": (["draw", 1, "--mix", "price"], 2, "'price' is not a weight such as price=3"),
    "weights of nothing": (["draw", 1, "--mix", "price=0"], 2, "one of the weights must be above 0"),
    "weights and kinds": (["draw", 1, "--mix", "price=1", "--kinds", "date"], 2, "leave --kinds out"),
    "templates of no receipts": (["draw", 1, "--kinds", "date", "--templates", "cafe"], 2, "are for receipts"),
    "negative seed": (["draw", 1, "--seed", "-1"], 2, "-1 is not in the range"),
    "a file for a folder": (["draw", 1, "--out", "file"], 2, "'file' is a file"),
    "a file above the folder": (["draw", 1, "--out", "file/x"], 1, "not a directory"),
    "a folder that can't be written": (["draw", 1, "--out", "/proc"], 1, "/proc/results_test: "),
    "templates check of nothing": (["templates", "check"], 2, "Missing argument"),
    "templates show of nothing known": (["templates", "show", "caffe"], 1, "'caffe'; did you mean 'cafe'?"),
    "templates schema of what": (["templates", "schema", "reciept"], 2, "'reciept' is not one of"),
    "fonts check of nothing": (["fonts", "check"], 2, "name a font file"),
    "empty font": (["fonts", "check", "empty.ttf"], 1, "empty.ttf: not a font that can be read"),
    "no font at all": (["fonts", "check", "no.ttf"], 1, "no.ttf: no such font file"),
    "unknown face": (["fonts", "check", "cousin"], 1, "'cousin'; did you mean 'cousine'?"),
    "unknown group": (["fonts", "list", "--group", "monno"], 1, "'monno'; did you mean 'mono'?"),
    "index of a file": (["fonts", "index", "file"], 2, "'file' is a file"),
    "preview of nothing": (["preview"], 2, "say what to show"),
    "preview of two things": (["preview", "cafe", "--kinds", "price"], 2, "say what to show"),
    "preview of an unknown template": (["preview", "caffe"], 1, "did you mean 'cafe'?"),
    "preview of an unknown kind": (["preview", "--kinds", "prise"], 1, "did you mean 'price'?"),
    "preview of an unknown locale": (["preview", "cafe", "--locale", "de_DD"], 1, "cafe: has no locale 'de_DD'; did"),
    "preview into nowhere": (["preview", "parking", "--count", 1, "--out", "file/x.png"], 1, "file/x.png: "),
    "fixtures of nothing": (["fixtures"], 2, "say how many and where"),
    "fixtures without folder": (["fixtures", 3], 2, "say how many and where"),
    "fixtures into a file": (["fixtures", 1, "file", "--templates", "parking"], 1, "fixtures.json: can't be written"),
    "fixtures of an unknown template": (["fixtures", 1, "x", "--templates", "caffe"], 1, "did you mean 'cafe'?"),
    "fixtures that aren't there": (["fixtures", "--verify", "nowhere"], 1, "nowhere: has no fixtures.json"),
    "fixtures verified and written": (["fixtures", 3, "--verify", "x"], 2, "--verify takes all"),
    "clear of nothing": (["clear", "--yes"], 1, "no data set in results or results_test; nothing was deleted"),
}  # fmt: skip


@pytest.mark.parametrize(("args", "code", "fault"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_one_line(run: Run, tmp_path: Path, args: list[object], code: int, fault: str) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "empty.ttf").touch()
    said = run(*args)
    assert (said.code, said.out) == (code, "")
    assert fault in said.fault
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.ttf", "file"]


def test_draw_of_another_set_into_the_folder_is_refused_before_anything_is_drawn(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "receipt", "--templates", "parking")
    before = files(tmp_path)
    said = run("draw", 2, "--kinds", "price,receipt", "--templates", "cafe")
    assert "results: holds another data set (other templates, receipts)" in said.fault
    assert files(tmp_path) == before


def test_draw_of_a_wrong_template_names_all_faults_with_their_places(run: Run, tmp_path: Path) -> None:
    write_bad(tmp_path / "bad.yaml")
    said = run("draw", 1, "--templates", "bad.yaml")
    assert said.code == 1
    assert said.error.splitlines() == [f"receiptgen: {line}" for line in BAD_FAULTS]


# -- templates --------------------------------------------------------------------------------------------

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
        fault.startswith("receiptgen: ocr.yaml:4:3: printers[0]: locale 'en_GB': no face among ocrb draws '£'")
        for fault in faults
    )
    assert any(": locale 'fr_FR': no face among ocrb draws" in fault for fault in faults)


@pytest.mark.parametrize(("what", "key"), [("receipt", "elements"), ("snippets", "kinds")])
def test_templates_schema_is_json_schema_with_extends(run: Run, what: str, key: str) -> None:
    made = json.loads(run("templates", "schema", what).out)
    top = made["$defs"][made["$ref"].rpartition("/")[2]]
    assert {"extends", key} <= top["properties"].keys()
    assert "name" not in top["properties"]
    assert {"required": ["extends"]} in top["anyOf"]
    assert "extends" not in json.dumps(schema(SnippetSet))


# -- fonts ------------------------------------------------------------------------------------------------


def test_fonts_list_tells_group_coverage_and_licence(run: Run) -> None:
    lines = run("fonts", "list", "--group", "ocr").out.splitlines()
    assert lines[0].split() == ["name", "group", "latin-1", "latin-a", "money", "licence"]
    assert [line.split()[:2] for line in lines[1:]] == [["ocrb", "ocr"], ["ocra", "ocr"]]
    assert len(run("fonts", "list").out.splitlines()) > 50


def test_fonts_check_measures_files_and_goes_on_after_a_bad_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cut.ttf").write_bytes((font_folder() / "OCRA.ttf").read_bytes()[:3000])
    said = run("fonts", "check", "cut.ttf", font_folder() / "OCRA.ttf")
    assert "cut.ttf: not a font that can be read" in said.fault
    assert "OCRA.ttf: ok, 109 characters" in said.out
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


# -- preview ----------------------------------------------------------------------------------------------


def test_preview_draws_a_sheet_of_receipts(run: Run, tmp_path: Path) -> None:
    said = run("preview", "parking", "cafe", "--count", 2, "--columns", 2, "--width", 800)
    image = cv2.imread(str(tmp_path / "preview.png"))
    assert image is not None
    assert image.shape[1] == 800
    assert said.out == f"preview.png: 800 x {image.shape[0]} pixels\n"


def test_preview_draws_a_sheet_of_snippets(run: Run, tmp_path: Path) -> None:
    assert run("preview", "--kinds", "all", "--count", 2, "--out", "all.png").code == 0
    assert run("preview", "--kinds", "price", "--count", 2, "--out", "price.png").code == 0
    every, price = cv2.imread(str(tmp_path / "all.png")), cv2.imread(str(tmp_path / "price.png"))
    assert every is not None
    assert price is not None
    assert every.shape[0] > 5 * price.shape[0]


def test_preview_lays_boxes_over_the_pixels_in_colour(run: Run, tmp_path: Path) -> None:
    args = ["preview", "--kinds", "price", "--count", 3]
    run(*args, "--out", "plain.png")
    run(*args, "--boxes", "--out", "boxes.png")
    plain, boxed = (cv2.imread(str(tmp_path / name)).astype(int) for name in ("plain.png", "boxes.png"))
    assert abs(plain[..., 0] - plain[..., 2]).max() < 20
    assert abs(boxed[..., 0] - boxed[..., 2]).max() > 100


def test_preview_of_a_locale_shows_its_samples_of_the_same_seed(run: Run, tmp_path: Path) -> None:
    assert run("preview", "parking", "--locale", "de_DE", "--count", 2, "--out", "de.png").code == 0
    assert run("preview", "--kinds", "date", "--locale", "de_DE", "--count", 2, "--out", "date.png").code == 0


# -- fixtures ---------------------------------------------------------------------------------------------


@pytest.fixture
def fixtures(run: Run, tmp_path: Path) -> Path:
    assert run("fixtures", 2, "data", "--templates", "parking,cafe", "--seed", 4).out == "data: 2 receipts, 8 files\n"
    return tmp_path / "data"


def test_fixtures_pin_versions_templates_and_hashes(fixtures: Path) -> None:
    pinned = json.loads((fixtures / "fixtures.json").read_bytes())
    assert (pinned["seed"], pinned["count"], list(pinned["templates"])) == (4, 2, ["parking", "cafe"])
    assert {"receiptgen", "numpy", "pillow"} <= pinned.keys()
    assert sorted(pinned["files"]) == sorted(files(fixtures).keys() - {"fixtures.json"})


def test_fixtures_verify_passes_what_was_written(run: Run, fixtures: Path) -> None:
    assert run("fixtures", "--verify", "data") == Said(0, "data: 8 files as drawn\n", "")


def test_fixtures_verify_names_each_file_that_differs_and_how(run: Run, fixtures: Path) -> None:
    (fixtures / "000000" / "text.txt").unlink()
    (fixtures / "000000" / "items.json").write_text("{}")
    repin(fixtures, "000001/receipt.png", lambda old: cv2.imencode(".png", 255 - decode(old))[1].tobytes())
    repin(fixtures, "000000/receipt.png", lambda old: cv2.imencode(".png", decode(old))[1].tobytes())
    repin(fixtures, "000001/truth.json", lambda old: old.replace(b'"size":', b'"size":1'))
    said = run("fixtures", "--verify", "data")
    assert (said.code, said.out) == (1, "")
    faults = [line.removeprefix("receiptgen: data/") for line in said.error.splitlines()]
    assert faults[0] == ("000000/receipt.png: drawn otherwise by this version: the same pixels, otherwise compressed")
    assert faults[1:3] == ["000000/text.txt: missing", "000000/items.json: changed on the disk"]
    assert faults[3].startswith("000001/receipt.png: drawn otherwise by this version: ")
    assert faults[3].endswith(" pixels differ")
    assert faults[4:] == ["000001/truth.json: drawn otherwise by this version: other size"]


def decode(png: bytes) -> "cv2.typing.MatLike":
    import numpy as np

    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return image


def repin(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change a file and its hash, as though another version had drawn it."""
    from hashlib import sha256

    content = change((folder / name).read_bytes())
    (folder / name).write_bytes(content)
    pinned = json.loads((folder / "fixtures.json").read_bytes())
    pinned["files"][name] = sha256(content).hexdigest()
    (folder / "fixtures.json").write_text(json.dumps(pinned))


def test_fixtures_verify_names_a_template_that_has_changed(run: Run, tmp_path: Path) -> None:
    template = tmp_path / "mine.yaml"
    template.write_text("extends: parking\nabout: mine\n")
    assert run("fixtures", 1, "data", "--templates", "mine.yaml").code == 0
    template.write_text("extends: parking\nabout: mine, changed\n")
    from receiptgen.drawing.template import receipt_template

    receipt_template.cache_clear()
    assert "data/fixtures.json: template 'mine.yaml' is another now" in run("fixtures", "--verify", "data").fault


@pytest.mark.parametrize(
    "other",
    [
        (2, "--templates", "cafe", "--seed", 4),
        (2, "--templates", "parking,cafe"),
        (1, "--templates", "parking,cafe", "--seed", 4),
    ],
    ids=["other templates", "other seed", "fewer"],
)
def test_fixtures_refuse_to_overwrite_another_set(run: Run, fixtures: Path, other: tuple[object, ...]) -> None:
    before = files(fixtures)
    said = run("fixtures", other[0], "data", *other[1:])
    assert "data: holds another set (2 receipts, seed 4, templates parking,cafe, profile of each)" in said.fault
    assert files(fixtures) == before


def test_fixtures_refuse_to_overwrite_what_they_did_not_write(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "000000").mkdir(parents=True)
    assert "data/000000: exists, but data has no fixtures.json" in run("fixtures", 1, "data").fault
    run("draw", 1, "--kinds", "receipt", "--templates", "parking")
    assert "holds a data set of 'receiptgen draw'" in run("fixtures", 1, "results").fault


def test_fixtures_grow_and_keep_what_is_there(run: Run, fixtures: Path) -> None:
    before = files(fixtures)
    assert run("fixtures", 3, "data", "--templates", "parking,cafe", "--seed", 4).code == 0
    after = files(fixtures)
    assert len(after) == len(before) + 4
    assert all(after[name] == content for name, content in before.items() if name != "fixtures.json")


# -- clear ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("split", ["", "0.5,0.5"])
def test_clear_deletes_all_that_draw_wrote_in_every_format(run: Run, tmp_path: Path, split: str) -> None:
    args = ["--split", split] if split else []
    kinds = ["--kinds", "price,receipt_line,receipt", "--templates", "cafe,parking"]
    assert run("draw", 4, *kinds, "--format", ",".join(WRITERS), *args).code == 0
    for folder in ("results", "results_test"):
        (tmp_path / folder / "README.md").write_text("kept by git")
    said = run("clear", "--yes")
    assert said.code == 0
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["results", "results_test"]
    assert sorted(files(tmp_path)) == ["results/README.md", "results_test/README.md"]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_dir()) == ["results", "results_test"]


def test_clear_leaves_and_names_what_no_run_wrote(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "price")
    folder = tmp_path / "results_test"
    (folder / "price" / "000077.png").write_text("mine")
    (folder / "notes.txt").write_text("mine")
    said = run("clear", "--yes")
    assert said.out.splitlines()[1:] == [
        "results_test/notes.txt: left, no run wrote it",
        "results_test/price/000077.png: left, no run wrote it",
    ]
    assert sorted(files(folder)) == ["notes.txt", "price/000077.png"]


def test_clear_deletes_what_a_killed_run_drew_beyond_its_ledger(run: Run, tmp_path: Path) -> None:
    run("draw", 40, "--kinds", "price")
    ledger = tmp_path / "results_test" / LEDGER
    state = json.loads(ledger.read_bytes())
    ledger.write_text(json.dumps({**state, "done": 16, "finished": False, "sinks": {}}))
    assert run("clear", "--yes").code == 0
    assert files(tmp_path) == {}


@pytest.mark.parametrize("made", ["results", "results_test"])
def test_clear_refuses_a_folder_without_ledger_and_deletes_nothing(run: Run, tmp_path: Path, made: str) -> None:
    run("draw", 1, "--kinds", "price,receipt", "--templates", "parking")
    (tmp_path / made / LEDGER).unlink()
    before = files(tmp_path)
    assert f"{made}: has no {LEDGER}" in run("clear", "--yes").fault
    assert files(tmp_path) == before


@pytest.mark.parametrize("ledger", ["[]", "{}", '{"recipe": {"kinds": ["../.."]}, "goal": 3}', "torn {"])
def test_clear_refuses_a_ledger_that_it_can_not_read(run: Run, tmp_path: Path, ledger: str) -> None:
    run("draw", 1, "--kinds", "price")
    (tmp_path / "results_test" / LEDGER).write_text(ledger)
    before = files(tmp_path)
    assert f"results_test/{LEDGER}" in run("clear", "--yes").fault
    assert files(tmp_path) == before


def test_clear_follows_no_link_out_of_the_folder(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "price,date")
    folder = tmp_path / "results_test"
    (folder / "price").rename(tmp_path / "elsewhere")
    (folder / "price").symlink_to(tmp_path / "elsewhere")
    (folder / "date" / "000001.png").unlink()
    (folder / "date" / "000001.png").symlink_to(tmp_path / "elsewhere" / "000001.png")
    said = run("clear", "--yes")
    assert sorted(files(tmp_path / "elsewhere")) == ["000000.png", "000001.png"]
    assert said.out.splitlines()[1:] == [
        "results_test/date/000001.png: left, no run wrote it",
        "results_test/price: left, no run wrote it",
    ]


def test_clear_asks_and_without_a_terminal_wants_yes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("draw", 1, "--kinds", "price")
    before = files(tmp_path)
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        assert "there is no terminal to ask at; say --yes to delete results_test" in run("clear").fault
    assert files(tmp_path) == before


@pytest.mark.parametrize(("answer", "left"), [("n", True), ("y", False)])
def test_clear_does_as_it_is_answered_on_a_terminal(run: Run, tmp_path: Path, answer: str, left: bool) -> None:
    run("draw", 1, "--kinds", "price")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "clear"], cwd=tmp_path, stdin=theirs, stderr=subprocess.PIPE, text=True
    ) as process:
        os.write(ours, f"{answer}\n".encode())
        _, asked = process.communicate(timeout=30)
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0
    assert "Delete results_test (1 samples)?" in asked
    assert bool(files(tmp_path)) == left


def test_clear_of_what_another_run_is_filling_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from receiptgen.core import files as locks

    monkeypatch.setattr(locks, "_PATIENCE", 0.05)
    run("draw", 1, "--kinds", "price")
    before = files(tmp_path)
    with locks.lock_folder(tmp_path / "results_test"):
        assert "results_test: another run is writing to it" in run("clear", "--yes").fault
    assert files(tmp_path) == before
