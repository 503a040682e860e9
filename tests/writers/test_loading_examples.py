"""What docs/reference/formats.md shows to load a format with its library works."""

import re
from pathlib import Path

import pytest
from command_line import Run
from hub_datasets import library

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "formats.md"


def example(name: str) -> str:
    """Return the Python code of a format's section."""
    section = re.search(rf"\n\*\*{name}\*\*.*?(?=\n\*\*\w|\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert section
    return re.findall(r"```python\n(.*?)```", section[0], re.DOTALL)[-1]


@pytest.fixture
def drawn(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Draw receipts in a folder of which a part is ``PART`` and the whole ``FOLDER``."""
    formats = "hf,cord,funsd,gt_pairs,webdataset,jsonl,folder"
    ran = run("draw", 6, "--kinds", "receipt", "--templates", "parking", "--profile", "phone", "--format", formats)
    assert ran.code == 0
    monkeypatch.chdir(tmp_path)
    for name in ("FOLDER", "PART"):
        (tmp_path / name).symlink_to(tmp_path / "results")
    monkeypatch.setattr(library().config, "HF_DATASETS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "results"


def test_examples_load_what_was_drawn(drawn: Path) -> None:
    found: dict[str, dict[str, object]] = {}
    for name in ("hf", "cord", "funsd", "gt_pairs", "webdataset", "folder, jsonl"):
        found[name] = {}
        exec(compile(example(name), f"{PAGE}: {name}", "exec"), found[name])
    assert found["hf"]["text"]
    assert found["cord"]["menu"]
    assert len(found["funsd"]["numbers"]) == len(found["funsd"]["page"]["words"])  # type: ignore[arg-type, index]
    assert all(path.is_file() for pair in found["gt_pairs"]["pairs"].items() for path in pair)  # type: ignore[attr-defined]
    for name in ("webdataset", "folder, jsonl"):
        assert len(found[name]["samples"]["train"]) == 6  # type: ignore[arg-type, index]


def test_the_types_of_json_lines_are_those_of_all_keys() -> None:
    truth = (PAGE.parent / "truth.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \|", truth.partition("A word has")[0], re.MULTILINE)
    names = re.search(r"names = \((.*?)\n\)", example("folder, jsonl"), re.DOTALL)
    assert names
    assert set(re.findall(r"\w+", names[1])) == set(re.findall(r"`(\w+)`", " ".join(rows)))
