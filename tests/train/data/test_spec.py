"""Data sets as the command line names them."""

from pathlib import Path
from typing import Any

import pytest
from data_sets import iam, mjsynth, write

from receiptgen.core.errors import DatasetError
from receiptgen.train.data.sources import DataSource
from receiptgen.train.data.spec import data_title, parse_spec


def settings(text: str) -> dict[str, Any]:
    data: Any = parse_spec(text).data
    return {key: value for key, value in data.model_dump(exclude_unset=True).items() if key != "path"}


def path(data: DataSource) -> str:
    return str(data.path)  # type: ignore[attr-defined]


def test_words_after_a_path_set_the_keys_that_take_them() -> None:
    assert settings("iam:somewhere:words+val1") == {"level": "words", "part": "val1"}
    assert settings("2.5*mjsynth:somewhere:val") == {"part": "val"}
    assert parse_spec("2.5*mjsynth:somewhere:val").weight == 2.5
    assert settings("idx:a/b:test+transposed=true+classes=A-Z/:") == {
        "part": "test", "transposed": True, "classes": "A-Z/:",
    }  # fmt: skip
    assert settings("sroie:somewhere:margin=0.2") == {"margin": 0.2}


@pytest.mark.parametrize("named", [r"C:\data\iam", "C:/data/iam", "/data/a:b/c", "lines.txt"])
def test_a_path_with_colons_is_a_path(named: str) -> None:
    assert path(parse_spec(f"iam:{named}").data) == named
    assert path(parse_spec(f"iam:{named}:words").data) == named
    assert settings(f"iam:{named}:words") == {"level": "words"}


def test_a_path_that_exists_is_never_split(tmp_path: Path) -> None:
    folder = iam(tmp_path / "iam:words")
    assert path(parse_spec(f"iam:{folder}").data) == str(folder)
    assert settings(f"iam:{folder}:lines") == {"level": "lines"}
    assert settings(f"{folder}") == {}


def test_settings_follow_a_path_whose_form_is_detected_too(tmp_path: Path) -> None:
    iam(tmp_path / "iam")
    assert settings(f"{tmp_path}/iam:lines+skip") == {"level": "lines", "errors": "skip"}
    assert settings(f"{mjsynth(tmp_path / 'mj', 3)}:all") == {"part": "all"}


@pytest.mark.parametrize(
    ("spec", "fault"),
    [
        ("iam:{}:wrods", "unknown setting 'wrods'; did you mean 'words'"),
        ("iam:{}:levl=words", "unknown setting 'levl=words'; "),
        ("iam:{}:level=pages", "level: 'pages' is not 'lines' or 'words'"),
        ("sroie:{}:margin=wide", "margin: expected a number, got 'wide'"),
        ("idx:{}:classes=Z-A", "classes: the range Z-A is empty; write A-Z"),
        ("iam:{}:path=x", "unknown setting 'path=x'"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, spec: str, fault: str) -> None:
    with pytest.raises(DatasetError, match=fault) as caught:
        parse_spec(spec.format(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_path_that_is_not_there_is_told_without_its_settings(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone: no such file or folder"):
        parse_spec(f"iam:{tmp_path}/gone:words").data.open(0)
    with pytest.raises(DatasetError, match=r"a:b\.tsv: no such file or folder"):
        parse_spec(f"labels:{tmp_path}/a:b.tsv").data.open(0)


@pytest.mark.parametrize(
    "spec", ["iam:a/b:words+val1", "mjsynth:a:val", "idx:a:classes=A-Z+transposed=True", "labels:x"]
)
def test_a_title_is_what_the_command_line_says(spec: str) -> None:
    assert data_title(parse_spec(spec).data) == spec
    assert data_title(parse_spec("live:standard:price@scan").data) == "live:standard"


def test_a_file_beside_is_read_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "labels.tsv", "a.png\tx\n")
    monkeypatch.chdir(tmp_path)
    assert path(parse_spec("labels:labels.tsv").data) == "labels.tsv"
