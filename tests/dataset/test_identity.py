"""What a data set depends on is part of it: a run that finds another is refused, and says what changed."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from receiptgen.core import versions
from receiptgen.core.errors import DatasetError
from receiptgen.core.inputs import InputFile
from receiptgen.core.versions import DRAWING_PARTS
from receiptgen.dataset import identity
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.identity import Ingredients, shown_setting
from receiptgen.dataset.ledger import LEDGER, MANIFEST
from receiptgen.dataset.plan import Plan
from receiptgen.executors.local import Local
from receiptgen.typography.typeface import face

SET = """\
about: All that a set can name
locales: en_GB
faces: {sub/own.ttf: 1}
profile: sub/own_profile.yaml
kinds:
  m: {kind: file, path: text.txt}
cuts:
  cut: {templates: {sub/own_template.yaml: 1}, pages: false}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a set, and files of every sort that it may name."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "set.yaml").write_text(SET)
    (tmp_path / "text.txt").write_text("one\ntwo\n")
    shutil.copy(face("cousine").path, tmp_path / "sub" / "own.ttf")
    shutil.copy(face("cousine-bold").path, tmp_path / "sub" / "body.ttf")
    (tmp_path / "sub" / "own_profile.yaml").write_text("about: own\nprinters: [{faces: {body.ttf: 1}}]\n")
    (tmp_path / "sub" / "own_template.yaml").write_text("extends: parking\nabout: own\n")
    return tmp_path


def plan_of(folder: Path) -> Plan:
    return Plan(snippets=str(folder / "set.yaml"), kinds=("m", "cut"))


def fill(folder: Path, count: int, report: Callable[[int], None] = lambda done: None) -> None:
    Dataset(folder / "out", plan_of(folder)).fill(count, Local(1), report)


def test_all_files_that_a_set_its_profile_and_its_templates_name_are_known(folder: Path) -> None:
    found = Ingredients((), str(folder / "set.yaml"), ["m", "cut"], "").identity()
    names = {Path(path).relative_to(folder).as_posix() for path in found["inputs"]}
    assert names == {"text.txt", "sub/own.ttf", "sub/body.ttf"}
    assert {Path(path).name for path in found["templates"]} == {"set.yaml", "own_template.yaml"}
    assert {Path(path).name for path in found["profiles"]} == {"own_profile.yaml"}


def test_templates_of_cuts_that_are_not_drawn_and_profiles_that_are_replaced_count_for_nothing(folder: Path) -> None:
    found = Ingredients((), str(folder / "set.yaml"), ["m"], "clean").identity()
    assert {Path(path).name for path in found["templates"]} == {"set.yaml"}
    assert list(found["profiles"]) == ["clean"]
    assert {Path(path).name for path in found["inputs"]} == {"text.txt", "own.ttf"}


@pytest.mark.parametrize("name", ["text.txt", "sub/own.ttf", "sub/body.ttf"])
def test_a_file_that_has_changed_is_named_and_nothing_is_drawn(folder: Path, name: str) -> None:
    fill(folder, 4)
    ledger = (folder / "out" / LEDGER).read_bytes()
    with (folder / name).open("ab") as file:
        file.write(b"three\n")
    with pytest.raises(DatasetError) as caught:
        fill(folder, 8)
    assert str(caught.value) == (
        f"{folder / name}: changed since {folder / 'out'} was begun; name another --out, or remove this data set with "
        f"'receiptgen clear --out {folder / 'out'}'"
    )
    assert (folder / "out" / LEDGER).read_bytes() == ledger


def test_a_file_that_was_only_touched_is_the_same(folder: Path) -> None:
    fill(folder, 4)
    (folder / "text.txt").write_text("one\ntwo\n")
    fill(folder, 8)
    assert json.loads((folder / "out" / MANIFEST).read_bytes())["samples"] == 8


def test_samples_of_a_file_that_changes_while_they_are_drawn_do_not_enter_the_ledger(folder: Path) -> None:
    plan = Plan(snippets=str(folder / "set.yaml"), kinds=("m",))
    data = Dataset(folder / "out", plan)

    def change(done: int) -> None:
        (folder / "text.txt").write_text("other\n")

    with pytest.raises(DatasetError, match=rf"text.txt: changed while .* was drawn, of which {plan.chunk} samples"):
        data.fill(3 * plan.chunk, Local(1), change)
    assert json.loads((folder / "out" / LEDGER).read_bytes())["done"] == plan.chunk
    (folder / "text.txt").write_text("one\ntwo\n")
    assert Dataset(folder / "out", plan).fill(3 * plan.chunk, Local(1), lambda done: None).drawn == 2 * plan.chunk


def test_another_version_of_a_library_is_named_with_both(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, 4)
    found = versions.drawing_versions()
    monkeypatch.setattr(identity, "drawing_versions", lambda: {**found, "numpy": "9.9"})
    with pytest.raises(DatasetError, match=rf"^numpy \({found['numpy']}, now 9.9\): changed since "):
        fill(folder, 8)


def test_other_code_or_data_of_the_package_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(folder, 4)
    monkeypatch.setattr(identity, "package_digest", lambda: "other")
    with pytest.raises(DatasetError, match=r"^code or data of receiptgen: changed since "):
        fill(folder, 8)


def test_a_ledger_that_notes_less_is_refused_in_one_line_and_can_be_cleared(run: Run, tmp_path: Path) -> None:
    run("draw", 3, "--kinds", "price")
    path = tmp_path / "results_test" / LEDGER
    ledger = json.loads(path.read_bytes())
    for key in ("versions", "package", "inputs"):
        del ledger["fingerprint"][key]
    path.write_text(json.dumps({**ledger, "fingerprint": {"version": "0.1.0", **ledger["fingerprint"]}}))
    fault = run("draw", 6, "--kinds", "price").fault
    assert "results_test: was begun by a version that did not note all that its bytes depend on; name another" in fault
    assert run("clear", "--yes").code == 0
    assert not (tmp_path / "results_test").exists()


def test_a_folder_is_identified_by_names_and_bytes_of_its_files(tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    (pictures / "sub").mkdir(parents=True)
    (pictures / "sub" / "a").write_bytes(b"1")
    before = InputFile.read(pictures)
    assert before.current_digest() == before.digest
    (pictures / "sub" / "a").rename(pictures / "sub" / "b")
    assert before.current_digest() not in {before.digest, ""}
    shutil.rmtree(pictures)
    assert before.current_digest() == ""


PARTS = """
import sys
from receiptgen.cli import main
try:
    main(["draw", "2", "--out", sys.argv[1], "--profile", "real", "--workers", "1", "--quiet"])
finally:
    print(*sorted({name.split(".")[1] for name in sys.modules if name.startswith("receiptgen.")}))
"""


def test_the_digest_of_the_package_is_of_all_that_drawing_imports(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARTS, str(tmp_path)]
    imported = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split()
    assert {"drawing", "typography"} <= set(imported)
    # The rest is the command line, and where samples are drawn and put, which changes none.
    assert set(imported) - set(DRAWING_PARTS) <= {"cli", "commands", "executors", "storage"}


def test_a_setting_of_zero_is_shown_as_one_and_only_what_is_missing_as_none() -> None:
    values = [0, 0.0, "", None, [], {}, False, 5, ["a", "b"]]
    assert [shown_setting(value) for value in values] == ["0", "0.0", "none", "none", "", "none", "no", "5", "a,b"]
