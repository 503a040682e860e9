import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest
from command_line import Result, Run, files

pytestmark = pytest.mark.smoke


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
