"""Formats survive being interrupted anywhere, and go on where they stopped."""

import errno
import json
import pickle
import resource
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import snippet
from written_sets import RECEIPTS, SNIPPETS, both, commit, contents, database, feed, open_all, path_of, write

from receiptgen.core.errors import DatasetError, MissingExtraError, UnknownNameError
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.imaging.sample import Sample
from receiptgen.writers import PNG, WRITERS, encode, openers, select
from receiptgen.writers._lines import Lines
from receiptgen.writers.lmdb import Database

FORMATS = tuple(WRITERS)
every = pytest.mark.parametrize("name", FORMATS)


@both
@every
def test_a_killed_run_goes_on_as_though_never_interrupted(name: str, samples: list[Sample], tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    write(whole, name, samples=samples)
    broken.mkdir()
    writers, receipts = select([name]), samples is RECEIPTS
    sinks = open_all(writers, broken, receipts, {})
    feed(writers, broken, sinks, samples[:4])
    states = commit(sinks)
    feed(writers, broken, sinks, samples[4:6])
    commit(sinks)  # these the states don't know
    for sink in sinks.values():
        sink.close()
    for name_, state in states.items():
        if "bytes" in state:
            file = broken / (name_ % state["shard"] if "%" in name_ else name_)
            with file.open("ab") as tail:
                tail.write(b'{"half a rec')
    sinks = open_all(writers, broken, receipts, states)
    feed(writers, broken, sinks, samples[4:])
    for sink in sinks.values():
        sink.finish()
    assert contents(broken) == contents(whole)


@both
@every
def test_a_finished_set_grows_into_what_one_run_writes(name: str, samples: list[Sample], tmp_path: Path) -> None:
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    write(whole, name, samples=samples)
    states = write(grown, name, samples=samples[:3])
    writers = select([name])
    sinks = open_all(writers, grown, samples is RECEIPTS, states)
    feed(writers, grown, sinks, samples[3:])
    for sink in sinks.values():
        sink.finish()
    assert contents(grown) == contents(whole)


@every
def test_a_fresh_start_forgets_an_older_longer_run(name: str, tmp_path: Path) -> None:
    write(tmp_path / "set", name, samples=SNIPPETS)
    write(tmp_path / "set", name, samples=SNIPPETS[:2])
    write(tmp_path / "new", name, samples=SNIPPETS[:2])
    writers = select([name])
    # Files of single samples are written again when their samples are.
    loose = {file for sample in SNIPPETS[2:] for file in encode(writers, sample, path_of(sample), b"").files}
    left = {key: value for key, value in contents(tmp_path / "set").items() if key not in loose}
    assert left == contents(tmp_path / "new")


# What labels an image on which there is nothing, in the file of that name.
BLANK_LABELS = {
    "folder": ("sample.txt", b"blank/000000.png \n"),
    "tsv": ("labels.tsv", b"blank/000000.png\t\n"),
    "paddle": ("rec_gt.txt", b"blank/000000.png\t\n"),
    "easyocr": ("easyocr/labels.csv", b"blank-000000.png,\n"),
    "doctr": ("labels.json", b'"blank/000000.png": ""'),
    "icdar": ("gt.txt", b'blank/000000.png, ""\n'),
    "jsonl": ("labels.jsonl", b'"fields":[]'),
    "coco": ("coco.json", b'"annotations":[\n{"id":1,"image_id":2,'),
    "hf": ("metadata.jsonl", b'"text":""'),
    "donut": ("donut/metadata.jsonl", rb"{\"gt_parse\":{}}"),
    "cord": ("cord/json/blank-000000.json", b'"valid_line":[]'),
    "sroie": ("sroie/box/blank-000000.csv", b""),
    "funsd": ("funsd/annotations/blank-000000.json", b'{"form":[]}\n'),
    "gt_pairs": ("gt_pairs/blank-000000.gt.txt", b"\n"),
    "yolo": ("yolo/labels/blank-000000.txt", b""),
    "yolo_obb": ("yolo_obb/labels/blank-000000.txt", b""),
    "labelstudio": ("labelstudio/tasks.json", b'"result":[]'),
    "webdataset": ("shard-000000.tar", b"blank-000000.txt"),
    "hf_parquet": ("data-00000.parquet", b"blank/000000.png"),
}


@pytest.mark.parametrize("name", sorted({*FORMATS} - {"lmdb"}))
def test_an_image_without_text_has_an_empty_label(name: str, tmp_path: Path) -> None:
    page = Page(np.full((24, 80), 255, np.uint8), Regions.blank(80, 24))
    write(tmp_path, name, samples=[replace(snippet("", 0, "blank"), page=page), snippet("a price", 1)])
    file, label = BLANK_LABELS[name]
    assert label in (tmp_path / file).read_bytes()
    assert label or not (tmp_path / file).read_bytes()


def test_an_image_without_text_has_an_empty_label_in_a_database(tmp_path: Path) -> None:
    page = Page(np.full((24, 80), 255, np.uint8), Regions.blank(80, 24))
    write(tmp_path, "lmdb", samples=[replace(snippet("", 0, "blank"), page=page)])
    assert database(tmp_path / "lmdb")[b"label-000000001"] == b""


@every
def test_an_empty_run_leaves_files_that_grow(name: str, tmp_path: Path) -> None:
    writers = select([name])
    sinks = open_all(writers, tmp_path, False, {})
    states = commit(sinks)
    for sink in sinks.values():
        sink.finish()
    for path in tmp_path.rglob("*.json"):
        json.loads(path.read_bytes())
    sinks = open_all(writers, tmp_path, False, states)
    feed(writers, tmp_path, sinks, SNIPPETS)
    for sink in sinks.values():
        sink.finish()
    write(tmp_path / "whole", name, samples=SNIPPETS)
    whole = contents(tmp_path / "whole")
    assert {key: value for key, value in contents(tmp_path).items() if not key.startswith("whole/")} == whole


@pytest.mark.parametrize("name", ["jsonl", "coco", "webdataset", "lmdb", "doctr", "hf", "hf_parquet"])
def test_a_file_that_lost_records_is_not_continued(name: str, tmp_path: Path) -> None:
    states = write(tmp_path, name, samples=SNIPPETS)
    for path in [*tmp_path.glob("*.*"), *tmp_path.glob(".*.arrow"), *tmp_path.glob("lmdb/data.mdb")]:
        if path.is_file():
            path.unlink()
    with pytest.raises(DatasetError, match="is missing"):
        open_all(select([name]), tmp_path, False, states)


def test_a_file_that_is_too_short_is_not_continued(tmp_path: Path) -> None:
    (tmp_path / "labels.jsonl").write_bytes(b"short")
    with pytest.raises(DatasetError, match="has 5 bytes, but 90 were written"):
        Lines(tmp_path / "labels.jsonl", {"bytes": 90, "records": 2})


def test_a_database_that_lost_records_is_not_continued(tmp_path: Path) -> None:
    write(tmp_path, "lmdb", samples=SNIPPETS[:2])
    with pytest.raises(DatasetError, match="has 2 crops, but 5 were written"):
        Database(tmp_path / "lmdb", {"crops": 5, "records": 5})


@every
def test_a_folder_that_can_not_be_written_raises_os_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    found = openers(select([name]), False)
    for opener in found.values():
        with pytest.raises(OSError, match="file"):
            opener(tmp_path / "file" / "set", None)


@pytest.mark.needs("full device")
@pytest.mark.parametrize(
    "name", [name for name in FORMATS if name not in ("lmdb", "webdataset", "easyocr", "hf_parquet")]
)
def test_a_full_disk_raises_os_error(name: str, tmp_path: Path) -> None:
    writers = select([name])
    for file in openers(writers, False):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).symlink_to("/dev/full")
    sinks = open_all(writers, tmp_path, False, {})
    feed(writers, tmp_path, sinks, SNIPPETS)
    for sink in sinks.values():
        with pytest.raises(OSError, match="No space left") as fault:
            sink.finish()
        assert fault.value.errno == errno.ENOSPC
        assert Path(fault.value.filename).relative_to(tmp_path).as_posix() in sinks
        sink.close()


@pytest.mark.parametrize("name", ["lmdb", "webdataset", "hf_parquet"])
def test_a_file_that_may_not_grow_raises_os_error(name: str, tmp_path: Path) -> None:
    writers = select([name])
    sinks = open_all(writers, tmp_path, False, {})
    states = commit(sinks)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    feed(writers, tmp_path, sinks, [*SNIPPETS] * 20)
    (sink,) = sinks.values()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(OSError, match=r"lmdb|shard|arrow|File too large"):
            sink.commit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    sink.close()
    sinks = open_all(writers, tmp_path, False, states)
    feed(writers, tmp_path, sinks, SNIPPETS)
    for again in sinks.values():
        again.finish()
    write(tmp_path / "whole", name, samples=SNIPPETS)
    found = {key: value for key, value in contents(tmp_path).items() if not key.startswith("whole/")}
    assert found == contents(tmp_path / "whole")


def test_an_unknown_format_is_named_with_its_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown format 'jsnol'; did you mean 'jsonl'"):
        select(["jsnol"])
    with pytest.raises(UnknownNameError, match="unknown format 'photos'; there are coco, cord, doctr"):
        select(["photos"])


def test_a_missing_library_is_named_with_its_extra_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "receiptgen.writers.lmdb")
    monkeypatch.delitem(WRITERS._classes, "lmdb", raising=False)
    monkeypatch.setitem(sys.modules, "lmdb", None)
    with pytest.raises(MissingExtraError, match=r"receiptgen\[lmdb\]"):
        select(["lmdb"])


@both
@every
def test_encoding_is_pure_and_picklable(name: str, samples: list[Sample]) -> None:
    (writer,) = select([name])
    sample = samples[3]
    png = PNG.encode(sample.page.image)
    once, twice = (writer.encode(sample, path_of(sample), png) for _ in range(2))
    assert once == twice == pickle.loads(pickle.dumps(once))
    assert pickle.loads(pickle.dumps(writer)).images is writer.images


@both
def test_all_formats_at_once_share_images_and_label_files(samples: list[Sample], tmp_path: Path) -> None:
    shared = [name for name in FORMATS if name != "doctr"]  # whose labels.json nobody shares
    write(tmp_path / "together", *shared, "jsonl", samples=samples)
    together = contents(tmp_path / "together")
    for name in shared:
        write(tmp_path / name, name, samples=samples)
        assert contents(tmp_path / name).items() <= together.items()
    if samples is SNIPPETS:
        assert together["labels.jsonl"].count(b"\n") == len(samples)


def test_members_with_images_get_them_from_the_run_and_others_none() -> None:
    sample, png = SNIPPETS[0], PNG.encode(SNIPPETS[0].page.image)
    assert encode(select(["tsv", "icdar"]), sample, "word/1.png", png).files == {"word/1.png": png}
    assert encode(select(["lmdb", "webdataset"]), sample, "word/1.png", png).files == {}
