import json
import os
import pty
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from command_line import COMMAND, Result, Run, files
from PIL import Image

from receiptgen.writers import WRITERS


@pytest.mark.smoke
def test_draw_says_where_how_many_and_how_fast(run: Run) -> None:
    said = run("draw", 2, "--kinds", "price,date")
    assert said.code == 0
    assert said.out.startswith("results_test: 4 snippets, ")
    assert said.out.endswith("/s\n")
    assert run("draw", 2, "--kinds", "price,date").out == "results_test: 4 snippets, complete already\n"


def test_draw_quiet_says_nothing(run: Run, tmp_path: Path) -> None:
    assert run("draw", 2, "--kinds", "price", "--quiet") == Result(0, "", "")
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


@pytest.mark.smoke
def test_draw_with_templates_draws_receipts_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: parking\nabout: mine\n")
    assert run("draw", 2, "--templates", "mine.yaml,cafe").code == 0
    assert not (tmp_path / "results_test").exists()
    truths = [json.loads(path.read_bytes()) for path in sorted(tmp_path.glob("results/*/truth.json"))]
    assert [truth["template"] for truth in truths] == ["mine", "cafe"]


def test_draw_with_counts_draws_as_many_of_each_kind(run: Run, tmp_path: Path) -> None:
    command = ("draw", "--counts", "price=40,date=3,time=9,receipt=1", "--templates", "parking")
    snippets, receipts = json.loads(run(*command, "--workers", 2, "--json").out)
    assert (snippets["kinds"], receipts["kinds"]) == ({"price": 40, "date": 3, "time": 9}, {"receipt": 1})
    assert [len([*(tmp_path / "results_test" / kind).iterdir()]) for kind in ("price", "date", "time")] == [40, 3, 9]
    # Each sample is the one that as many of each would have.
    assert run("draw", 3, "--kinds", "price,date,time", "--out", "even").code == 0
    even = files(tmp_path / "even" / "results_test" / "price")
    assert even.items() <= files(tmp_path / "results_test" / "price").items()
    assert run("clear", "--yes").code == 0
    assert not (tmp_path / "results_test").exists()


def test_counts_are_told_where_they_are_wrong(run: Run) -> None:
    faults = {
        "price=0": "'price=0' is not a number of samples such as price=100",
        "price": "'price' is not a number of samples such as price=100",
        "price=2,price=3": "'price' is named twice",
    }
    for counts, fault in faults.items():
        assert run("draw", "--counts", counts).fault.endswith(fault)
    assert run("draw", 3, "--counts", "price=2").fault.startswith("Error: say how many once")
    assert run("draw", "--counts", "price=2", "--kinds", "date").fault.startswith("Error: --counts names its kinds")
    assert "unknown kind 'pric'" in run("draw", "--counts", "pric=2").fault


def test_draw_with_weights_draws_one_mixed_set(run: Run) -> None:
    [summary] = json.loads(run("draw", 60, "--mix", "price=3,date=1", "--json").out)
    assert summary["samples"] == 60
    assert summary["kinds"]["price"] > summary["kinds"]["date"] > 0


@pytest.mark.smoke
def test_draw_writes_every_format_asked_for(run: Run, tmp_path: Path) -> None:
    assert run("draw", 2, "--kinds", "price", "--format", ",".join(WRITERS)).code == 0
    assert {"labels.jsonl", "labels.tsv", "lmdb", "coco.json"} <= {
        path.name for path in (tmp_path / "results_test").iterdir()
    }


def test_draw_shows_a_bar_on_a_terminal(tmp_path: Path) -> None:
    # A bar is rich's; here only that a terminal gets one, and that the log's end is the plain line.
    ours, theirs = pty.openpty()
    command = [*COMMAND, "draw", "3", "--kinds", "price"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs) as drawing:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the end of a terminal that nobody writes to any more
            while part := os.read(ours, 100_000):
                shown += part
        os.close(ours)
        assert drawing.stdout is not None
        assert drawing.stdout.read().startswith(b"results_test: 3 snippets")
    assert drawing.returncode == 0
    assert b"results_test" in shown
    assert b"3/3" in shown


def test_draw_of_another_set_into_the_folder_is_refused_before_anything_is_drawn(run: Run, tmp_path: Path) -> None:
    run("draw", 2, "--kinds", "receipt", "--templates", "parking")
    before = files(tmp_path)
    said = run("draw", 2, "--kinds", "price,receipt", "--templates", "cafe")
    assert "results: holds another data set (receipts parking instead of cafe)" in said.fault
    assert "receiptgen clear --out results" in said.fault
    assert files(tmp_path) == before


def test_more_workers_than_cores_can_use_are_not_started(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiptgen.commands._options.cores", lambda: 1)
    said = run("draw", 2, "--kinds", "price", "--workers", 40)
    assert said.error == "receiptgen: --workers 40: 2 are started, 2 for each core\n"
    assert said.out.startswith("results_test: 2 snippets")
    assert run("draw", 2, "--kinds", "price", "--workers", 40, "--quiet").error == ""


@pytest.mark.needs("lmdb")
@pytest.mark.parametrize("form", list(WRITERS))
def test_a_folder_whose_name_is_no_text_is_written_to(run: Run, tmp_path: Path, form: str) -> None:
    folder = os.fsdecode(b"a\xff")
    assert run("draw", 2, "--kinds", "price", "--format", form, "--out", folder, "--quiet") == Result(0, "", "")
    assert (tmp_path / folder / "results_test" / "manifest.json").is_file()


def test_draw_in_color_has_the_truth_of_the_grey_set(run: Run, tmp_path: Path) -> None:
    for folder, *color in (("grey",), ("colored", "--color")):
        assert run("draw", 2, "--kinds", "price,receipt", "--templates", "parking", "--out", folder, *color).code == 0
    for path in sorted(tmp_path.glob("grey/**/*.png")):
        with Image.open(path) as grey, Image.open(tmp_path / "colored" / path.relative_to(tmp_path / "grey")) as color:
            assert (grey.mode, color.mode) == ("L", "RGB")
            assert grey.size == color.size
    for name in ("results/000000/items.json", "results/000001/text.txt", "results_test/sample.txt"):
        assert (tmp_path / "grey" / name).read_bytes() == (tmp_path / "colored" / name).read_bytes()


@pytest.mark.smoke
@pytest.mark.parametrize(("image", "suffix"), [("jpeg", ".jpg"), ("webp", ".webp")])
def test_draw_writes_images_of_other_forms_that_resume_and_clear(
    run: Run, tmp_path: Path, image: str, suffix: str
) -> None:
    asked = ["--kinds", "price,receipt", "--templates", "parking", "--format", ",".join(WRITERS), "--image", image]
    assert run("draw", 1, *asked, "--quality", 80).code == 0
    assert run("draw", 2, *asked, "--quality", 80).code == 0
    written = [path for path in tmp_path.rglob("*") if path.suffix in {".png", ".jpg", ".webp"}]
    assert {path.suffix for path in written} == {suffix}
    truth = json.loads((tmp_path / "results" / "000001" / "truth.json").read_bytes())
    assert truth["file"] == f"000001/receipt{suffix}"
    said = run("draw", 3, *asked, "--quality", 70)
    assert (said.code, said.error.count("\n")) == (1, 1)
    assert f"image {image},80 instead of {image},70" in said.error
    assert run("clear", "--yes").code == 0
    assert not list(tmp_path.rglob("*.*"))


def test_draw_tells_that_png_has_no_quality(run: Run) -> None:
    said = run("draw", 1, "--quality", 80)
    assert said.code == 2
    assert "--quality is for jpeg and webp" in said.error


def test_a_set_of_a_version_that_knew_no_colors_goes_on(run: Run, tmp_path: Path) -> None:
    asked = ["--kinds", "price"]
    assert run("draw", 1, *asked).code == 0
    ledger = json.loads((tmp_path / "results_test" / ".receiptgen.json").read_bytes())
    assert not {"color", "image"} & ledger["fingerprint"].keys()
    said = run("draw", 2, *asked, "--color")
    assert "color no instead of yes" in said.error
    assert run("draw", 2, *asked).code == 0


IN_SHARDS = ("draw", "2", "--kinds", "price", "--format", "webdataset")


def test_a_set_in_memory_is_told_to_go_with_the_command(run: Run) -> None:
    said = run(*IN_SHARDS, "--out", "memory://gone")
    assert said.code == 0
    assert "memory://gone/results_test: lies in this process's memory, and is gone when it ends\n" in said.error


def test_a_store_that_takes_nothing_promises_nothing(run: Run) -> None:
    fault = run(*IN_SHARDS, "--out", "file:///dev/null/set").fault
    assert fault.startswith("receiptgen: file:///dev/null/set/results_test/.receiptgen.json: ")
    assert "are safe" not in fault


def test_a_url_that_lost_a_slash_makes_no_folder(run: Run, tmp_path: Path) -> None:
    assert "write s3://bucket/set, or ./s3:/bucket/set for a folder" in run(*IN_SHARDS, "--out", "s3:/bucket/set").fault
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("shares", ["0.75,0.25", "3,1", "75,25"])
def test_shares_of_a_split_are_fractions_or_whole_numbers(run: Run, shares: str) -> None:
    said = run("draw", 40, "--kinds", "price", "--split", shares, "--json")
    assert json.loads(said.out)[0]["parts"] == {"train": 30, "val": 10}


def test_rounded_thirds_are_a_split(run: Run) -> None:
    assert run("draw", 3, "--kinds", "price", "--split", "0.333,0.333,0.333").code == 0
