import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import COMMAND, Run

# -- the program ------------------------------------------------------------------------------------------


@pytest.mark.smoke
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


@pytest.mark.smoke
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


@pytest.mark.smoke
def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out.startswith("receiptgen, version ")


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    assert "No such command 'darw'; did you mean 'draw'?" in run("darw").fault


def test_a_reader_that_has_gone_is_no_error(tmp_path: Path) -> None:
    command = " ".join([sys.executable, "-c", "'from receiptgen.cli import main; main()'", "templates", "schema"])
    done = subprocess.run(["bash", "-c", f"{command} | head -1"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{\n", "")


# A name of a file that is not UTF-8.
NO_TEXT = os.fsdecode(b"a\xff")
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
    "split of more than all": (["draw", 1, "--split", "0.5,0.6"], 2, "'0.5,0.6' adds up to 1.1; shares add up to 1"),
    "split of less than all": (["draw", 1, "--split", "1,0.1,0.8"], 2, "adds up to 1.9; shares add up to 1"),
    "total of no yen": (["draw", 1, "--total", "12.34", "--templates", "cafe", "--locales", "de_DE,ja_JP"], 1,
                        "cafe: basket.total: 12.34 holds no amount of JPY, which has no decimal places"),
    "unknown weight": (["draw", 1, "--mix", "pryce=1"], 1, "unknown kind 'pryce'; did you mean 'price'?"),
    "weighted receipts": (["draw", 1, "--mix", "price=1,receipt=1"], 2, "or take --counts receipt=100,price=100"),
    "preview of receipts as a kind": (["preview", "--kinds", "receipt"], 1, "kind 'receipt' is whole receipts"),
    "no weight": (["draw", 1, "--mix", "price"], 2, "'price' is not a weight such as price=3"),
    "weights of nothing": (["draw", 1, "--mix", "price=0"], 2, "one of the weights must be above 0"),
    "weights and kinds": (["draw", 1, "--mix", "price=1", "--kinds", "date"], 2, "leave --kinds out"),
    "resume and settings": (["train", "--resume", "--learning-rate", 0.1], 2, "leave --learning-rate out"),
    "templates of no receipts": (["draw", 1, "--kinds", "date", "--templates", "cafe"], 2, "are for receipts"),
    "negative seed": (["draw", 1, "--seed", "-1"], 2, "-1 is not in the range"),
    "a huge number": (["draw", "9" * 23], 2, "is not in the range 1<=x<=1000000000000"),
    "a huge start": (["draw", 3, "--start", "9" * 351], 2, "is not in the range 0<=x<=1000000000000"),
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
    "preview of an unknown locale": (["preview", "cafe", "--locales", "de_DD"], 1, "locales: unknown locale 'de_DD'"),
    "an unknown locale": (["draw", 1, "--locales", "de_DE,de_DD"], 1, "unknown locale 'de_DD'; did you mean 'de_DE'"),
    "days that are none": (["draw", 1, "--dates", "2025"], 2, "'2025' is not a day or a range of days such as 2025-01"),
    "days in reverse": (["draw", 1, "--dates", "2025-02-01..2025-01-01"], 2, "ends before it begins"),
    "too many items": (["draw", 1, "--items", "1..1000"], 2, "expected whole numbers from 1 to 400, got 1..1000"),
    "a total that is none": (["draw", 1, "--total", "abc"], 2, "'abc' is not a number or a range such as 2..5"),
    "a share above 1": (["draw", 1, "--tip", "2"], 2, "Invalid value for '--tip': expected at most 1.0, got '2'"),
    "preview into nowhere": (["preview", "parking", "--count", 1, "--out", "file/x.png"], 1, "file/x.png: "),
    "fixtures of nothing": (["fixtures"], 2, "say how many and where"),
    "fixtures without folder": (["fixtures", 3], 2, "say how many and where"),
    "fixtures into a file": (["fixtures", 1, "file", "--templates", "parking"], 1, "fixtures.json: can't be written"),
    "fixtures of an unknown template": (["fixtures", 1, "x", "--templates", "caffe"], 1, "did you mean 'cafe'?"),
    "fixtures that aren't there": (["fixtures", "--verify", "nowhere"], 1, "nowhere: has no fixtures.json"),
    "fixtures verified and written": (["fixtures", 3, "--verify", "x"], 2, "--verify takes all"),
    "a name that no system takes": (["fidelity", "x" * 300, "x"], 1, "xxx: file name too long"),
    "a locale that is no text": (["draw", 1, "--locales", f"{NO_TEXT}.yaml"], 1, "a\\xff.yaml: no such file"),
    "a confidence that is not a number": (["read", "x", "--min-confidence", "0x1"], 2, "'0x1' is not a number"),
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


@pytest.mark.needs("full device")
@pytest.mark.parametrize("args", [["--help"], ["draw", "1", "--kinds", "price"], ["templates", "list"]])
def test_output_that_cannot_be_written_is_one_line(args: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, *args], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (1, "receiptgen: the output can't be written: no space left on device\n")


@pytest.mark.parametrize("closed", ["1", "2"])
def test_closed_streams_stop_nothing(closed: str, tmp_path: Path) -> None:
    command = shlex.join([*COMMAND, "draw", "2", "--kinds", "price"])
    assert subprocess.run(["sh", "-c", f"{command} {closed}>&-"], cwd=tmp_path, check=False).returncode == 0
    assert len(list(tmp_path.glob("results_test/price/*.png"))) == 2


@pytest.mark.parametrize("args", [["--data", NO_TEXT], ["--recipe", "quick", "--out", NO_TEXT]])
def test_a_run_takes_no_name_that_is_not_text(args: list[str], tmp_path: Path) -> None:
    done = subprocess.run([*COMMAND, "train", *args], cwd=tmp_path, capture_output=True, text=True, check=False)
    fault = "receiptgen: a\\udcff: a run takes no name that isn't UTF-8; rename it\n"
    assert (done.returncode, done.stderr) == (1, fault)
    assert not list(tmp_path.iterdir())
