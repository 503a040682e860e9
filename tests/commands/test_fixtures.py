import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from command_line import Result, Run, files

from receiptgen.core.versions import processor
from receiptgen.typography.typeface import face


@pytest.fixture
def fixtures(run: Run, tmp_path: Path) -> Path:
    assert run("fixtures", 2, "data", "--templates", "parking,cafe", "--seed", 4).out == "data: 2 receipts, 8 files\n"
    return tmp_path / "data"


@pytest.mark.smoke
def test_fixtures_pin_versions_templates_and_hashes(fixtures: Path) -> None:
    pinned = json.loads((fixtures / "fixtures.json").read_bytes())
    assert (pinned["seed"], pinned["count"], list(pinned["templates"])) == (4, 2, ["parking", "cafe"])
    assert {"receiptgen", "numpy", "pillow"} <= pinned["versions"].keys()
    assert sorted(pinned["files"]) == sorted(files(fixtures).keys() - {"fixtures.json"})


@pytest.mark.smoke
def test_fixtures_verify_passes_what_was_written(run: Run, fixtures: Path) -> None:
    assert run("fixtures", "--verify", "data") == Result(0, "data: 8 files unchanged\n", "")


def test_fixtures_verify_names_each_file_that_differs_and_how(run: Run, fixtures: Path) -> None:
    (fixtures / "000000" / "text.txt").unlink()
    (fixtures / "000000" / "items.json").write_text("{}")
    repin(fixtures, "000001/receipt.png", lambda old: cv2.imencode(".png", 255 - decode(old))[1].tobytes())
    repin(fixtures, "000000/receipt.png", lambda old: cv2.imencode(".png", decode(old))[1].tobytes())
    repin(fixtures, "000001/truth.json", lambda old: old.replace(b'"size":', b'"size":1'))
    said = run("fixtures", "--verify", "data")
    assert (said.code, said.out) == (1, "")
    faults = [line.removeprefix("receiptgen: data/") for line in said.error.splitlines()]
    different = "drawn differently by this version"
    assert faults[0] == f"000000/receipt.png: {different}: the same pixels, compressed differently"
    assert faults[1:3] == ["000000/text.txt: missing", "000000/items.json: changed on disk"]
    assert faults[3].startswith(f"000001/receipt.png: {different}: ")
    assert faults[3].endswith(" pixels differ")
    assert faults[4:] == [f"000001/truth.json: {different}: other size"]


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
    assert "data/fixtures.json: template 'mine.yaml' has changed" in run("fixtures", "--verify", "data").fault


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


def test_fixtures_verify_names_a_font_that_has_changed(run: Run, tmp_path: Path) -> None:
    shutil.copy(face("cousine").path, tmp_path / "own.ttf")
    (tmp_path / "with_own_font.yaml").write_text("extends: parking\nabout: mine\nprinters: [{faces: own.ttf}]\n")
    assert run("fixtures", 1, "data", "--templates", "with_own_font.yaml").code == 0
    with (tmp_path / "own.ttf").open("ab") as file:
        file.write(b"\0")
    assert run("fixtures", "--verify", "data").fault == "receiptgen: data/fixtures.json: own.ttf has changed"


def test_fixtures_of_a_version_that_pinned_less_are_verified(run: Run, fixtures: Path) -> None:
    pinned = json.loads((fixtures / "fixtures.json").read_bytes())
    for key in ("versions", "package", "inputs", "processor"):
        del pinned[key]
    (fixtures / "fixtures.json").write_text(json.dumps(pinned))
    assert run("fixtures", "--verify", "data").code == 0


def drawn_without_avx2(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a processor that lacks instructions, as far as OpenCV can tell."""
    command = [sys.executable, "-c", "from receiptgen.cli import main; main()", *arguments]
    environment = {**os.environ, "OPENCV_CPU_DISABLE": "AVX2"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.needs("avx2")
def test_fixtures_verify_tells_another_processor_from_another_drawing(run: Run, tmp_path: Path) -> None:
    # The seed of a page that is turned, which OpenCV does by other instructions with AVX2 than without.
    assert run("fixtures", 1, "data", "--templates", "cafe", "--profile", "phone", "--seed", 7).code == 0
    said = drawn_without_avx2(tmp_path, "fixtures", "--verify", "data")
    assert said.returncode == 1
    cause, *faults = [line.removeprefix("receiptgen: data/") for line in said.stderr.splitlines()]
    assert cause.startswith("fixtures.json: the processor (x86_64 ")
    assert cause.endswith(" has changed")
    assert [fault.partition(":")[0] for fault in faults] == ["000000/receipt.png"]
    assert ": drawn differently on this processor: " in faults[0]


@pytest.mark.needs("avx2")
def test_a_manifest_names_every_processor_that_drew(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "price")
    command = ("draw", "4", "--kinds", "price", "--quiet")
    assert drawn_without_avx2(tmp_path, *command).returncode == 0
    first, second = json.loads((tmp_path / "results_test" / "manifest.json").read_bytes())["processors"]
    assert first == processor()
    assert "AVX2" not in second.split()


@pytest.mark.parametrize(
    ("key", "value"), [("count", 10**9), ("count", 0), ("count", "x"), ("seed", -1), ("seed", True)]
)
def test_an_index_of_fixtures_that_can_not_be_is_one_line(run: Run, tmp_path: Path, key: str, value: object) -> None:
    run("fixtures", 1, "data", "--templates", "parking")
    index = tmp_path / "data" / "fixtures.json"
    index.write_text(json.dumps({**json.loads(index.read_bytes()), key: value}))
    said = run("fixtures", "--verify", "data")
    assert (said.code, said.fault) == (
        1,
        "receiptgen: data/fixtures.json: is damaged; draw the set again into another folder",
    )


def test_fixtures_of_given_values_keep_them_and_are_verified(run: Run, tmp_path: Path) -> None:
    rows = [{"total": "42.17", "locale": "de_DE"}, {"total": "3.00", "locale": "en_GB"}]
    (tmp_path / "bills.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    said = run("fixtures", "--from", "bills.jsonl", "data", "--templates", "cafe")
    assert said.out == "data: 2 receipts, 9 files\n"
    (tmp_path / "bills.jsonl").unlink()
    assert run("fixtures", "--verify", "data").out == "data: 9 files unchanged\n"
    totals = [json.loads((tmp_path / "data" / f"00000{n}" / "items.json").read_bytes())["total"] for n in (0, 1)]
    assert totals == ["42.17", "3.00"]
    assert "holds another set" in run("fixtures", 2, "data", "--templates", "cafe").fault
    values = tmp_path / "data" / "values.jsonl"
    values.write_text(values.read_text().replace("42.17", "42.18"))
    assert "data/values.jsonl: changed on disk" in run("fixtures", "--verify", "data").error


def test_values_that_no_receipt_has_write_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bills.jsonl").write_text('{"items": [{"amount": 3}], "total": 4, "tax": 0}\n{"totl": 3}\n')
    said = run("fixtures", "--from", "bills.jsonl", "data")
    assert said.fault == "receiptgen: bills.jsonl:2: unknown key 'totl'; did you mean 'total'?"
    (tmp_path / "bills.jsonl").write_text('{"items": [{"amount": 3}], "total": 4, "tax": 0}\n')
    assert run("fixtures", "--from", "bills.jsonl", "data").fault.startswith(
        "receiptgen: bills.jsonl:1: items add up to 3"
    )
    assert not (tmp_path / "data").exists()


PACK = """about: mine
cases:
  bare: {about: no total, template: parking, without: [total], seed: 3}
  halves:
    about: two pictures
    template: own.yaml
    values: {total: 12}
    parts: [[{kind: part, top: 0, bottom: 0.6}], [{kind: part, top: 0.4, bottom: 1}]]
"""


def test_a_pack_of_ones_own_is_drawn_case_by_case_and_verified(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(PACK)
    (tmp_path / "own.yaml").write_text("extends: cafe\nabout: x\n")
    assert run("fixtures", "--pack", "mine.yaml", "data").out == "data: 2 cases, 14 files\n"
    names = {name.rpartition("/")[0] for name in files(tmp_path / "data")}
    assert names == {"", "bare", "halves", "halves/1", "halves/2"}
    assert (tmp_path / "data" / "bare" / "about.txt").read_text() == "no total\n"
    assert run("fixtures", "--verify", "data").out == "data: 14 files unchanged\n"
    assert "data: holds another set (pack mine.yaml)" in run("fixtures", 1, "data", "--templates", "cafe").fault
    (tmp_path / "own.yaml").write_text("extends: parking\nabout: x\n")
    said = run("fixtures", "--verify", "data").error
    assert "data/fixtures.json: template 'own.yaml' has changed" in said
    assert "data/halves/1/receipt.png: drawn differently" in said


@pytest.mark.smoke
def test_packs_are_listed_with_their_cases(run: Run) -> None:
    said = run("fixtures", "--pack")
    assert said.out.startswith("edge: ")
    assert "  two_photos " in said.out
    assert "did you mean 'edge'?" in run("fixtures", "--pack", "egde", "data").fault
    assert "say where" in run("fixtures", "--pack", "edge").fault
    assert "--pack says itself what is drawn" in run("fixtures", "--pack", "edge", "data", "--seed", 3).fault
