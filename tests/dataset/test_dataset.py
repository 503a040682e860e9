import json
import os
import resource
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from command_line import PATIENCE
from held_runs import held_run
from served import children, ended
from written_trees import assert_same_sets, tree

from receiptgen.core import files as core_files
from receiptgen.core.errors import BusyError, DatasetError, ReceiptgenError
from receiptgen.core.files import lock_folder
from receiptgen.core.versions import drawing_versions, processor, version_of, versions
from receiptgen.dataset import dataset
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.ledger import LEDGER, MANIFEST, read_ledger
from receiptgen.dataset.plan import Plan
from receiptgen.drawing.cuts import CUTS
from receiptgen.drawing.overrides import Overrides
from receiptgen.executors import local
from receiptgen.executors.local import Local
from receiptgen.writers import WRITERS

EVERY = WRITERS.names
SNIPPETS = Plan(snippets="standard", kinds=("price", "date", "receipt_line"), seed=5)
RECEIPTS = Plan(receipts=("cafe", "parking"), seed=5)
# What a killed run draws: long enough to be caught in the middle of it.
LONG = Plan(snippets="standard", kinds=("price", "receipt_line"), seed=5, formats=EVERY)
LONG_COUNT = 384
LONG_COMMAND = [
    "draw",
    str(LONG_COUNT // 2),
    "--kinds",
    ",".join(LONG.kinds),
    "--seed",
    "5",
    "--format",
    ",".join(EVERY),
]
MAIN = "import sys; from receiptgen.cli import main; main(sys.argv[1:])"


def with_(plan: Plan, **changes: object) -> Plan:
    return Plan(**{**{name: getattr(plan, name) for name in Plan.__dataclass_fields__}, **changes})


def fill(folder: Path, plan: Plan, count: int, workers: int = 1) -> dataset.Summary:
    return Dataset(folder, plan).fill(count, Local(workers), lambda done: None)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uninterrupted")
    fill(folder, LONG, LONG_COUNT)
    return folder


@pytest.mark.parametrize("plan", [SNIPPETS, RECEIPTS], ids=["snippets", "receipts"])
@pytest.mark.parametrize("split", [(1.0,), (0.8, 0.1, 0.1)], ids=["whole", "split"])
def test_workers_change_no_byte(tmp_path: Path, plan: Plan, split: tuple[float, ...]) -> None:
    plan = with_(plan, formats=EVERY, split=split)
    count = 20 if plan.receipts else 150
    fill(tmp_path / "one", plan, count, workers=1)
    fill(tmp_path / "two", plan, count, workers=2)
    assert_same_sets(tmp_path / "one", tmp_path / "two")


@pytest.mark.smoke
def test_workers_that_are_spawned_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "get_context", lambda method: get_context("spawn"))
    fill(tmp_path / "one", SNIPPETS, 150, workers=1)
    fill(tmp_path / "two", SNIPPETS, 150, workers=2)
    assert_same_sets(tmp_path / "one", tmp_path / "two")


BLURRED = """
import sys
import cv2, numpy as np
from pathlib import Path
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.executors.local import Local
cv2.setNumThreads(4)
cv2.GaussianBlur(np.zeros((2000, 2000), np.uint8), (0, 0), 2)  # starts OpenCV's threads
folder = Path(sys.argv[1])
Dataset(folder / "out", Plan(receipts=(str(folder / "blurred.yaml"),))).fill(16, Local(2), print)
"""


def test_effects_run_in_forks_of_a_process_whose_opencv_has_threads(tmp_path: Path) -> None:
    template = "extends: parking\neffects: [{kind: blur, sigma: 1}, {kind: rotate, degrees: 2}]\n"
    (tmp_path / "blurred.yaml").write_text(template, encoding="utf-8")
    # Workers that wait for threads left behind would wait for ever.
    subprocess.run(
        [sys.executable, "-c", BLURRED, str(tmp_path)], check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL
    )
    assert len(list((tmp_path / "out").glob("*/receipt.png"))) == 16


def test_a_split_puts_every_sample_in_one_part(tmp_path: Path) -> None:
    summary = fill(tmp_path, with_(RECEIPTS, split=(0.5, 0.5)), 20)
    folders = [path.name for part in ("train", "val") for path in (tmp_path / part).iterdir()]
    assert sorted(folders) == [f"{index:06d}" for index in range(20)]
    assert summary.parts == {"train": 10, "val": 10}


def test_a_receipts_cuts_are_on_one_side_of_a_split(tmp_path: Path) -> None:
    fill(tmp_path, with_(SNIPPETS, kinds=("receipt_line",), split=(0.5, 0.5)), 160)
    parts = {}
    for part in ("train", "val"):
        for path in (tmp_path / part / "receipt_line").iterdir():
            parts.setdefault(int(path.stem) // CUTS, set()).add(part)
    assert all(len(sides) == 1 for sides in parts.values())
    assert set().union(*parts.values()) == {"train", "val"}


@pytest.mark.parametrize("plan", [SNIPPETS, RECEIPTS], ids=["snippets", "receipts"])
def test_a_part_of_a_set_is_drawn_with_the_same_bytes(tmp_path: Path, plan: Plan) -> None:
    plan = with_(plan, formats=("folder", "tsv"))
    fill(tmp_path / "all", plan, 30 * plan.rounds)
    fill(tmp_path / "some", with_(plan, start=20), 10 * plan.rounds)
    whole, some = tree(tmp_path / "all"), tree(tmp_path / "some")
    for name, content in some.items():
        if name.endswith(("labels.jsonl", "labels.tsv", "sample.txt")):
            assert isinstance(content, bytes)
            assert set(content.splitlines()) <= set(whole[name].splitlines())  # type: ignore[attr-defined]
        elif name not in {LEDGER, MANIFEST}:
            assert content == whole[name]
    assert sum(name.endswith(".png") for name in some) == 10 * plan.rounds


@pytest.mark.parametrize("plan", [SNIPPETS, RECEIPTS], ids=["snippets", "receipts"])
def test_a_set_that_grew_equals_one_drawn_at_once(tmp_path: Path, plan: Plan) -> None:
    plan = with_(plan, formats=EVERY, split=(0.7, 0.3))
    for count in (10, 11, 25):
        fill(tmp_path / "grown", plan, count * plan.rounds)
    fill(tmp_path / "at once", plan, 25 * plan.rounds, workers=2)
    assert_same_sets(tmp_path / "grown", tmp_path / "at once")


@pytest.mark.parametrize("plan", [SNIPPETS, RECEIPTS], ids=["snippets", "receipts"])
def test_shards_are_a_function_of_the_plan(tmp_path: Path, plan: Plan) -> None:
    plan = with_(plan, formats=("webdataset", "hf_parquet"), split=(0.9, 0.1), shard=7)
    for count in (3, 7, 10, 14, 24):
        fill(tmp_path / "grown", plan, count)
    fill(tmp_path / "at once", plan, 24, workers=2)
    assert_same_sets(tmp_path / "grown", tmp_path / "at once")
    found = {path.relative_to(tmp_path / "grown").as_posix() for path in (tmp_path / "grown").rglob("*-*")}
    expected = {f"{part}/shard-{shard:06d}.tar" for part in ("train", "val") for shard in range(4)}
    assert {name for name in found if name.endswith(".tar")} == expected
    drawn = []
    for shard in range(4):
        members: list[str] = []
        for part in ("train", "val"):
            with tarfile.open(tmp_path / "grown" / part / f"shard-{shard:06d}.tar") as tar:
                members += [name for name in tar.getnames() if name.endswith(".txt")]
        drawn.append(len(members))
    assert drawn == [7, 7, 7, 3]


def test_the_size_of_shards_is_a_setting_of_sets_that_have_some(tmp_path: Path) -> None:
    shards, loose = with_(SNIPPETS, formats=("webdataset",)), SNIPPETS
    assert shards.fingerprint()["shard"] == 10_000
    assert with_(RECEIPTS, formats=("hf_parquet",)).fingerprint()["shard"] == 200
    assert with_(loose, shard=7).fingerprint() == loose.fingerprint()
    fill(tmp_path, shards, 3)
    Dataset(tmp_path, with_(shards, shard=10_000))
    with pytest.raises(DatasetError, match=r"holds another data set \(shard 10000 instead of 5\)"):
        Dataset(tmp_path, with_(shards, shard=5))


def test_a_weighted_set_mixes_kinds_alike_for_any_workers(tmp_path: Path) -> None:
    plan = with_(SNIPPETS, kinds=("price", "date"), mix={"price": 3.0, "date": 1.0})
    summary = fill(tmp_path / "one", plan, 200)
    fill(tmp_path / "two", plan, 200, workers=2)
    assert_same_sets(tmp_path / "one", tmp_path / "two")
    assert sum(summary.kinds.values()) == 200
    assert 110 < summary.kinds["price"] < 190


def test_a_finished_set_is_left_alone(tmp_path: Path) -> None:
    fill(tmp_path, SNIPPETS, 9)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert fill(tmp_path, SNIPPETS, 9).drawn == 0
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}


def test_versions_are_of_what_is_installed() -> None:
    assert versions("numpy", "no-such-distribution") == {"numpy": np.__version__}
    assert version_of("no-such-distribution") == "unknown"
    assert {"receiptgen", "numpy", "pillow", "faker", "freetype", "zlib"} <= drawing_versions().keys()
    assert any("opencv" in name for name in drawing_versions())


@pytest.mark.smoke
def test_the_manifest_states_versions_hashes_seed_and_totals(tmp_path: Path) -> None:
    fill(tmp_path, with_(SNIPPETS, split=(0.5, 0.5)), 30)
    manifest = json.loads((tmp_path / MANIFEST).read_bytes())
    assert {"receiptgen", "python", "numpy", "pillow", "faker"} <= manifest.keys()
    assert len(manifest["templates"]["standard"]) == 64
    assert (manifest["seed"], manifest["processors"]) == (5, [processor()])
    assert manifest["samples"] == 30
    assert manifest["per_kind"] == {"price": 10, "date": 10, "receipt_line": 10}
    assert sum(manifest["per_part"].values()) == 30


@pytest.mark.parametrize(("moment", "workers"), [(0, 1), (1, 2), (192, 1)])
def test_a_rerun_completes_a_run_that_was_killed(
    tmp_path: Path, uninterrupted: Path, moment: int, workers: int
) -> None:
    folder = tmp_path / "results_test"
    with held_run([*LONG_COMMAND, "--workers", str(workers)], moment, tmp_path) as run:
        run.process.kill()
    assert moment <= Dataset(folder, LONG).done < LONG_COUNT
    assert fill(folder, LONG, LONG_COUNT).samples == LONG_COUNT
    assert_same_sets(folder, uninterrupted)


def test_what_a_kill_left_beyond_the_ledger_is_written_again(tmp_path: Path) -> None:
    plan = with_(SNIPPETS, formats=("folder", "tsv", "doctr", "coco", "webdataset"))
    for name in ("torn", "whole"):
        fill(tmp_path / name, plan, 30)
    ledger = (tmp_path / "torn" / LEDGER).read_bytes()
    fill(tmp_path / "torn", plan, 60)
    fill(tmp_path / "whole", plan, 60)
    # As though the second run had been killed: the old ledger, half an image, half a line, a ledger half written.
    (tmp_path / "torn" / LEDGER).write_bytes(ledger)
    (tmp_path / "torn" / f"{LEDGER}.new").write_bytes(ledger[:99])
    image = tmp_path / "torn" / "price" / "000012.png"
    image.write_bytes(image.read_bytes()[:50])
    labels = tmp_path / "torn" / "labels.jsonl"
    labels.write_bytes(labels.read_bytes()[:-17])
    fill(tmp_path / "torn", plan, 60)
    assert_same_sets(tmp_path / "torn", tmp_path / "whole")


def test_ctrl_c_ends_with_130_and_one_line_and_a_rerun_completes(tmp_path: Path, uninterrupted: Path) -> None:
    folder = tmp_path / "results_test"
    with held_run([*LONG_COMMAND, "--quiet", "--workers", "2"], 100, tmp_path) as run:
        os.killpg(run.process.pid, signal.SIGINT)  # as a terminal does: to the workers, too
        code, out, error = run.end()
    assert (code, out) == (130, "")
    # Click ends the line on which a terminal shows ^C.
    assert error.lstrip() == "receiptgen: stopped; what is done is safe, the same command resumes from there\n"
    fill(folder, LONG, LONG_COUNT)
    assert_same_sets(folder, uninterrupted)


@pytest.mark.needs("process tree")
def test_a_worker_that_is_killed_is_one_line_and_a_rerun_completes(tmp_path: Path) -> None:
    # Twenty chunks, so that some are not yet in the hands of the workers.
    plan, count = Plan(snippets="standard", kinds=("price",), seed=5), 20 * CUTS
    command = ["draw", str(count), "--kinds", "price", "--seed", "5", "--quiet", "--workers", "2"]
    with held_run(command, 1, tmp_path) as run:
        workers = children(run.process.pid)
        os.kill(workers[0], signal.SIGKILL)
        assert ended(workers)
        run.go_on()
        code, out, error = run.end()
    assert (code, out) == (1, "")
    assert error.count("\n") == 1
    assert "a worker was killed" in error
    fill(tmp_path / "results_test", plan, count)
    fill(tmp_path / "whole", plan, count)
    assert_same_sets(tmp_path / "results_test", tmp_path / "whole")


def test_workers_that_cannot_start_end_those_that_have(tmp_path: Path) -> None:
    # Fewer are started on a machine of few cores.
    before = "from receiptgen.commands import _options; _options.cores = lambda: 20"
    command = ["draw", "3000", "--kinds", "price", "--workers", "40"]
    done = subprocess.run(
        [sys.executable, "-c", f"{before}\n{MAIN}", *command], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=PATIENCE, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)),
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "receiptgen: results_test: 40 workers can't be started: too many open files; --workers takes fewer\n"
    )


@pytest.mark.needs("process tree")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    with held_run([*LONG_COMMAND, "--workers", "2"], 1, tmp_path) as run:
        workers = children(run.process.pid)
        run.process.kill()
    assert len(workers) == 2
    assert ended(workers)


def test_a_file_that_may_not_grow_is_one_line_and_a_rerun_completes(tmp_path: Path, uninterrupted: Path) -> None:
    # Databases are sparse and larger than any limit from the start.
    formats = tuple(name for name in EVERY if name != "lmdb")
    command = [*LONG_COMMAND[:-1], ",".join(formats), "--quiet"]
    limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, {resource.RLIM_INFINITY}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{limit}\n{MAIN}", *command, "--workers", "2"], cwd=tmp_path, capture_output=True,
        text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    error = done.stderr
    assert (done.returncode, done.stdout) == (1, "")
    assert error.count("\n") == 1
    assert "file too large" in error
    assert "the same command resumes from there" in error
    folder, plan = tmp_path / "results_test", with_(LONG, formats=formats)
    assert 0 < Dataset(folder, plan).done < LONG_COUNT
    fill(folder, plan, LONG_COUNT)
    drawn, whole = tree(folder), tree(uninterrupted)
    assert [name for name in drawn if drawn[name] != whole[name]] == [LEDGER, MANIFEST]


@pytest.mark.needs("small disk")
def test_a_full_disk_is_one_line_and_a_rerun_completes(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(disk)], check=True)
    try:
        with pytest.raises(DatasetError, match=r"no space left on device; \d+ of 600 samples are safe") as caught:
            fill(disk / "set", SNIPPETS, 600)
        assert "\n" not in str(caught.value)
        done = Dataset(disk / "set", SNIPPETS).done
        assert 0 < done < 600
        subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
        fill(disk / "set", SNIPPETS, 600)
        fill(tmp_path / "whole", SNIPPETS, 600)
        assert_same_sets(disk / "set", tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_files, "_PATIENCE", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_second_run_into_one_folder_is_refused(tmp_path: Path) -> None:
    with lock_folder(tmp_path), pytest.raises(BusyError, match="another run is writing to it"):
        fill(tmp_path, SNIPPETS, 3)
    assert fill(tmp_path, SNIPPETS, 3).samples == 3


def test_a_run_that_waited_goes_on_from_what_the_other_did(tmp_path: Path) -> None:
    late = Dataset(tmp_path, SNIPPETS)
    fill(tmp_path, SNIPPETS, 30)
    assert late.fill(60, Local(1), lambda done: None).drawn == 30
    early = Dataset(tmp_path, SNIPPETS)
    fill(tmp_path, SNIPPETS, 90)
    with pytest.raises(DatasetError, match="holds 90 samples already"):
        early.fill(75, Local(1), lambda done: None)


def test_a_smaller_set_is_refused_and_deletes_nothing(tmp_path: Path) -> None:
    fill(tmp_path, SNIPPETS, 30)
    before = tree(tmp_path)
    with pytest.raises(DatasetError, match=r"holds 30 samples already, more than the 9 asked for"):
        fill(tmp_path, SNIPPETS, 9)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "named"),
    [({"seed": 6}, "seed"), ({"kinds": ("price",)}, "kinds"), ({"formats": ("tsv",)}, "formats"),
     ({"split": (0.5, 0.5)}, "split"), ({"start": 1}, "start"), ({"mix": {"price": 1.0}}, "mix")],
)  # fmt: skip
def test_another_set_in_the_folder_is_refused_and_what_differs_is_named(
    tmp_path: Path, change: dict[str, object], named: str
) -> None:
    fill(tmp_path, SNIPPETS, 3)
    with pytest.raises(DatasetError, match=rf"holds another data set .{named} [^\n]+ instead of "):
        Dataset(tmp_path, with_(SNIPPETS, **change))


def test_a_set_in_grey_is_not_gone_on_with_in_color(tmp_path: Path) -> None:
    fill(tmp_path, SNIPPETS, 3)
    in_color = with_(SNIPPETS, overrides=Overrides(color=True))
    with pytest.raises(DatasetError, match=r"holds another data set \(color no instead of yes\)"):
        Dataset(tmp_path, in_color)


@pytest.mark.parametrize("content", ["[]", "{}", '{"fingerprint": "b16"}'])
def test_a_file_that_only_has_the_name_of_the_ledger_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / LEDGER).write_text(content)
    with pytest.raises(DatasetError, match=f"{LEDGER}: is not a ledger of this version"):
        Dataset(tmp_path, SNIPPETS)


def test_a_template_that_has_changed_since_is_refused(tmp_path: Path) -> None:
    template = tmp_path / "mine.yaml"
    template.write_text("extends: parking\nabout: mine\n")
    fill(tmp_path / "set", with_(RECEIPTS, receipts=(str(template),)), 2)
    template.write_text("extends: parking\nabout: mine, changed\n")
    with pytest.raises(DatasetError, match=r"^template '.*mine\.yaml': changed since "):
        Dataset(tmp_path / "set", with_(RECEIPTS, receipts=(str(template),)))


def _drop_labels(folder: Path) -> None:
    (folder / "labels.jsonl").unlink()


def _cut_labels(folder: Path) -> None:
    labels = folder / "labels.jsonl"
    labels.write_bytes(labels.read_bytes()[:99])


def _tear_ledger(folder: Path) -> None:
    (folder / LEDGER).write_bytes(b'{"recipe": ')


@pytest.mark.parametrize("harm", [_drop_labels, _cut_labels, _tear_ledger])
def test_a_set_that_someone_has_harmed_is_an_error_of_one_line(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    fill(tmp_path, SNIPPETS, 9)
    harm(tmp_path)
    with pytest.raises(DatasetError) as caught:
        fill(tmp_path, SNIPPETS, 30)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_format_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(ReceiptgenError, match="did you mean 'folder'"):
        fill(tmp_path / "set", with_(SNIPPETS, formats=("foldr",)), 3)
    assert not (tmp_path / "set").exists()


def test_a_kill_before_the_manifest_leaves_a_set_that_a_rerun_gives_one(tmp_path: Path) -> None:
    fill(tmp_path, SNIPPETS, 9)
    manifest = (tmp_path / MANIFEST).read_bytes()
    ledger = json.loads((tmp_path / LEDGER).read_bytes())
    (tmp_path / LEDGER).write_text(json.dumps({**ledger, "finished": False}))
    (tmp_path / MANIFEST).unlink()
    assert fill(tmp_path, SNIPPETS, 9).drawn == 0
    assert (tmp_path / MANIFEST).read_bytes() == manifest


def test_the_ledger_remembers_a_larger_goal_that_was_given_up(tmp_path: Path) -> None:
    fill(tmp_path, SNIPPETS, 9)
    ledger = json.loads((tmp_path / LEDGER).read_bytes())
    (tmp_path / LEDGER).write_text(json.dumps({**ledger, "finished": False, "goal": 90}))
    fill(tmp_path, SNIPPETS, 12)
    assert (read_ledger(tmp_path) or {})["goal"] == 90


@pytest.mark.parametrize(
    "change", [{"done": -1}, {"done": 2}, {"goal": 1}, {"kinds": {"price": 5}}, {"parts": {}}, {"goal": True}]
)
def test_counts_of_a_ledger_that_do_not_agree_are_told(tmp_path: Path, change: dict[str, object]) -> None:
    fill(tmp_path, SNIPPETS, 4)
    ledger = tmp_path / LEDGER
    ledger.write_text(json.dumps({**json.loads(ledger.read_bytes()), **change}))
    with pytest.raises(DatasetError, match=r"is damaged; delete .*, or name another --out"):
        fill(tmp_path, SNIPPETS, 6)


@pytest.mark.parametrize("kept", [None, 100])
def test_labels_of_a_finished_set_that_are_gone_or_cut_off_are_told(tmp_path: Path, kept: int | None) -> None:
    plan = with_(SNIPPETS, formats=("folder", "tsv"), split=(0.5, 0.5))
    fill(tmp_path, plan, 6)
    fill(tmp_path, plan, 6)
    labels = tmp_path / "val" / "labels.jsonl"
    content = labels.read_bytes()
    labels.unlink()
    if kept:
        labels.write_bytes(content[:kept])
    with pytest.raises(DatasetError, match=r"labels\.jsonl: is missing or cut off, [\d,]+ bytes were written"):
        fill(tmp_path, plan, 6)
