"""Formats: what is written is read back by the library it is for, and survives being interrupted anywhere."""

import csv
import errno
import io
import json
import pickle
import re
import resource
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import cv2
import lmdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from samples import NASTY, moved, receipt, snippet
from webdataset import tariterators

from receiptgen.core.errors import DatasetError, MissingExtraError, UnknownNameError
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Sink, State, Writer, encode, encode_png, openers, select
from receiptgen.writers._lines import Lines
from receiptgen.writers._truth import one_line, truth, truth_line
from receiptgen.writers.coco import Coco
from receiptgen.writers.lmdb import Database
from receiptgen.writers.webdataset import Shards

FORMATS = tuple(WRITERS)
SNIPPETS = [snippet(text, index, ("price", "word")[index % 2]) for index, text in enumerate(NASTY)]
RECEIPTS = [receipt(index) for index in range(7)]
Sinks = dict[str, Sink]


def path_of(sample: Sample) -> str:
    return f"{sample.index:06d}/receipt.png" if sample.kind == "receipt" else f"{sample.name}.png"


def feed(writers: tuple[Writer, ...], folder: Path, sinks: Sinks, samples: list[Sample]) -> None:
    for sample in samples:
        encoded = encode(writers, sample, path_of(sample), encode_png(sample.page.image))
        for file, data in encoded.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(data)
        assert encoded.records.keys() == sinks.keys()
        for name, record in encoded.records.items():
            sinks[name].append(record)


def open_all(writers: tuple[Writer, ...], folder: Path, receipts: bool, states: dict[str, State]) -> Sinks:
    return {name: opener(folder, states.get(name)) for name, opener in openers(writers, receipts).items()}


def commit(sinks: Sinks) -> dict[str, State]:
    # Through JSON, as the pipeline keeps them.
    return json.loads(json.dumps({name: sink.commit() for name, sink in sinks.items()}))


def write(folder: Path, *formats: str, samples: list[Sample]) -> dict[str, State]:
    """Write samples with a commit after every two."""
    writers = select(formats)
    folder.mkdir(parents=True, exist_ok=True)
    sinks = open_all(writers, folder, samples[0].kind == "receipt", {})
    for start in range(0, len(samples), 2):
        feed(writers, folder, sinks, samples[start : start + 2])
        states = commit(sinks)
    for sink in sinks.values():
        sink.finish()
    return states


def database(path: Path) -> dict[bytes, bytes]:
    with lmdb.open(str(path), readonly=True, lock=False) as environment, environment.begin() as transaction:
        return dict(transaction.cursor())


def contents(folder: Path) -> dict[str, object]:
    """All files by path; a database by its keys, for its pages depend on its history."""
    found: dict[str, object] = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".mdb"
    }
    if (folder / "lmdb").exists():
        found["lmdb"] = database(folder / "lmdb")
    return found


both = pytest.mark.parametrize("samples", [SNIPPETS, RECEIPTS], ids=["snippets", "receipts"])
every = pytest.mark.parametrize("name", FORMATS)


# Interruption ---------------------------------------------------------------------------------------------


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
    labels = {key: value for key, value in contents(tmp_path / "set").items() if not key.endswith(".png")}
    assert labels == {k: v for k, v in contents(tmp_path / "new").items() if not k.endswith(".png")}


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


@pytest.mark.parametrize("name", ["jsonl", "coco", "webdataset", "lmdb", "doctr"])
def test_a_file_that_lost_records_is_not_continued(name: str, tmp_path: Path) -> None:
    states = write(tmp_path, name, samples=SNIPPETS)
    for path in [*tmp_path.glob("*.*"), *tmp_path.glob("lmdb/data.mdb")]:
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


# Errors ---------------------------------------------------------------------------------------------------


@every
def test_a_folder_that_can_not_be_written_raises_os_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    found = openers(select([name]), False)
    for opener in found.values():
        with pytest.raises(OSError, match="file"):
            opener(tmp_path / "file" / "set", None)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("lmdb", "webdataset", "easyocr")])
def test_a_full_disk_raises_os_error(name: str, tmp_path: Path) -> None:
    writers = select([name])
    for file in openers(writers, False):
        (tmp_path / file).symlink_to("/dev/full")
    sinks = open_all(writers, tmp_path, False, {})
    feed(writers, tmp_path, sinks, SNIPPETS)
    for sink in sinks.values():
        with pytest.raises(OSError, match="No space left") as fault:
            sink.finish()
        assert fault.value.errno == errno.ENOSPC
        assert Path(fault.value.filename).parent == tmp_path
        sink.close()


@pytest.mark.parametrize("name", ["lmdb", "webdataset"])
def test_a_file_that_may_not_grow_raises_os_error(name: str, tmp_path: Path) -> None:
    writers = select([name])
    sinks = open_all(writers, tmp_path, False, {})
    states = commit(sinks)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    feed(writers, tmp_path, sinks, [*SNIPPETS] * 20)
    (sink,) = sinks.values()
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(OSError, match=r"lmdb|shard|File too large"):
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
    with pytest.raises(UnknownNameError, match="unknown format 'parquet'; there are coco, doctr"):
        select(["parquet"])


def test_a_missing_library_is_named_with_its_extra_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "receiptgen.writers.lmdb")
    monkeypatch.delitem(WRITERS._classes, "lmdb", raising=False)
    monkeypatch.setitem(sys.modules, "lmdb", None)
    with pytest.raises(MissingExtraError, match=r"receiptgen\[lmdb\]"):
        select(["lmdb"])


# Encoding -------------------------------------------------------------------------------------------------


@both
@every
def test_encoding_is_pure_and_picklable(name: str, samples: list[Sample]) -> None:
    (writer,) = select([name])
    sample = samples[3]
    png = encode_png(sample.page.image)
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
    sample, png = SNIPPETS[0], encode_png(SNIPPETS[0].page.image)
    assert encode(select(["tsv", "icdar"]), sample, "word/1.png", png).files == {"word/1.png": png}
    assert encode(select(["lmdb", "webdataset"]), sample, "word/1.png", png).files == {}


# PNG ------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 300))))
def test_png_is_read_back_by_pillow_and_opencv(image: np.ndarray) -> None:
    data = encode_png(image)
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.mode == "L"
        assert np.array_equal(np.asarray(opened), image)
    assert np.array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), image)


@pytest.mark.parametrize("noise", [0, 255])
def test_png_of_a_page_is_read_back(noise: int) -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    letters = generator.integers(0, 2, (24, 80), dtype=np.uint8) * 255
    image = np.tile(letters, (40, 7)) ^ generator.integers(0, noise + 1, (960, 560), dtype=np.uint8)
    with Image.open(io.BytesIO(encode_png(image))) as opened:
        assert np.array_equal(np.asarray(opened), image)


def test_png_takes_a_crop_that_is_a_view() -> None:
    image = np.arange(200, dtype=np.uint8).reshape(10, 20)[2:8, 3:15]
    assert np.array_equal(cv2.imdecode(np.frombuffer(encode_png(image), np.uint8), 0), image)


# Truth ----------------------------------------------------------------------------------------------------


def test_truth_of_a_snippet_holds_every_box() -> None:
    found = json.loads(truth_line(snippet(), "price/000012.png"))
    assert found == truth(snippet(), "price/000012.png")
    assert "values" not in found
    assert "effects" not in found
    (line,) = found["lines"]
    assert [word["text"] for word in line["words"]] == ["TOTAL:", "$12.34"]
    assert line["words"][1]["quad"] == [74, 2, 134, 2, 134, 22, 74, 22]
    assert line["words"][1]["chars"][0] == [74, 2, 84, 2, 84, 22, 74, 22]
    assert "item" not in line["words"][0]
    assert found["fields"][0]["line"] == 0


def test_truth_of_a_receipt_ties_fields_to_lines_and_items() -> None:
    found = truth(receipt(), "000012/receipt.png")
    prices = [field for field in found["fields"] if field["role"] == "item.price"]
    assert [(field["text"], field["item"], field["line"]) for field in prices] == [("$1.20", 0, 1), ("$11.14", 1, 2)]
    assert [mark.get("text") for mark in found["marks"]] == [None, "https://example.org/12"]
    assert found["values"]["total"] == "12.34"
    assert found["effects"] == [{"kind": "fade", "share": 0.25}]
    characters = sum(len(word["chars"]) for line in found["lines"] for word in line["words"])
    assert characters == sum(len(word["text"]) for line in found["lines"] for word in line["words"])


def test_truth_of_moved_quads_is_rounded_to_hundredths() -> None:
    assert truth(moved(snippet(), -0.001), "f")["page"][0] == 0.0
    assert truth(moved(snippet(), 1 / 3), "f")["lines"][0]["quad"][:2] == [4.33, 2.33]
    assert b"-0.0" not in truth_line(moved(snippet(), -0.001), "f")


def test_line_breaks_and_tabs_turn_to_spaces_and_nothing_else_does() -> None:
    assert one_line("a\tb\nc\u2028d\x85e") == "a b c d e"
    assert one_line("1\u00a0234,50\u202f€ \\t") == "1\u00a0234,50\u202f€ \\t"


# Reading back, by the libraries themselves ----------------------------------------------------------------


def test_folder_of_snippets_reads_back(tmp_path: Path) -> None:
    write(tmp_path, "folder", samples=SNIPPETS)
    pairs = [line.split(" ", 1) for line in (tmp_path / "sample.txt").read_text("utf-8").splitlines()]
    assert pairs == [[path_of(sample), sample.text] for sample in SNIPPETS]
    records = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_bytes().splitlines()]
    for sample, record in zip(SNIPPETS, records, strict=True):
        assert record["text"] == sample.text
        with Image.open(tmp_path / record["file"]) as image:
            assert np.array_equal(np.asarray(image), sample.page.image)


def test_folder_of_receipts_holds_four_files_each(tmp_path: Path) -> None:
    write(tmp_path, "folder", samples=RECEIPTS)
    folder = tmp_path / "000003"
    assert sorted(path.name for path in folder.iterdir()) == [
        "items.json",
        "receipt.png",
        "text.txt",
        "truth.json",
    ]
    assert folder.joinpath("text.txt").read_text("utf-8") == RECEIPTS[3].text + "\n"
    assert json.loads(folder.joinpath("items.json").read_bytes()) == RECEIPTS[3].values
    assert json.loads(folder.joinpath("truth.json").read_bytes())["file"] == "000003/receipt.png"
    assert not list(tmp_path.glob("*.*"))


@both
def test_jsonl_reads_back(samples: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "jsonl", samples=samples)
    records = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_bytes().splitlines()]
    assert [(record["file"], record["text"]) for record in records] == [(path_of(s), s.text) for s in samples]


def test_tsv_reads_back_with_the_csv_module(tmp_path: Path) -> None:
    write(tmp_path / "s", "tsv", samples=SNIPPETS)
    with (tmp_path / "s/labels.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [(row["file"], row["text"]) for row in rows] == [(path_of(s), s.text) for s in SNIPPETS]
    write(tmp_path / "r", "tsv", samples=[moved(sample) for sample in RECEIPTS])
    with (tmp_path / "r/labels.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    fields = [(path_of(s), field) for s in RECEIPTS for field in s.page.regions.fields]
    assert [(row["file"], row["role"], row["text"]) for row in rows] == [(p, f.role, f.text) for p, f in fields]
    assert rows[1]["item"] == "0"
    assert rows[0]["item"] == ""
    assert rows[0]["x0"] == "4.12"


def test_lmdb_reads_back_as_parseq_does(tmp_path: Path) -> None:
    write(tmp_path, "lmdb", samples=SNIPPETS)
    found = database(tmp_path / "lmdb")
    assert int(found[b"num-samples"].decode()) == len(SNIPPETS)
    for index, sample in enumerate(SNIPPETS, 1):
        assert found[f"label-{index:09d}".encode()].decode() == sample.text
        with Image.open(io.BytesIO(found[f"image-{index:09d}".encode()])) as image:
            assert np.array_equal(np.asarray(image), sample.page.image)


def test_lmdb_of_receipts_holds_a_crop_a_field_clipped_to_the_image(tmp_path: Path) -> None:
    sample = moved(receipt(), -6.5)
    write(tmp_path, "lmdb", samples=[sample])
    found = database(tmp_path / "lmdb")
    fields = sample.page.regions.fields
    assert int(found[b"num-samples"]) == len(fields)
    assert [found[b"label-%09d" % (i + 1)].decode() for i in range(len(fields))] == [f.text for f in fields]
    # The first field's box is -2.5, -4.5, 107.5, 15.5.
    with Image.open(io.BytesIO(found[b"image-000000001"])) as image:
        assert np.array_equal(np.asarray(image), sample.page.image[0:16, 0:108])


def test_lmdb_grows_its_map_when_full(tmp_path: Path) -> None:
    (writer,) = select(["lmdb"])
    sink = Database(tmp_path, None, size=1 << 16)
    for index in range(100):
        sample = snippet("0123456789", index)
        sink.append(writer.encode(sample, "", encode_png(sample.page.image)).records["lmdb"])
        if index % 10 == 9:
            sink.commit()
    sink.finish()
    assert len(database(tmp_path)) == 201
    assert (tmp_path / "data.mdb").stat().st_size > 1 << 16


@both
def test_webdataset_streams_the_shards(samples: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "webdataset", samples=samples)
    # Its own stages rather than WebDataset(urls), which leaves the files it opens to the garbage collector.
    with (tmp_path / "shard-000000.tar").open("rb") as stream:
        members = tariterators.tar_file_expander([{"url": "shard", "stream": stream}])
        found = list(tariterators.group_by_keys(members))
    assert [entry["__key__"] for entry in found] == [sample.name.replace("/", "-") for sample in samples]
    for sample, entry in zip(samples, found, strict=True):
        assert entry["txt"].decode() == sample.text
        assert json.loads(entry["json"])["index"] == sample.index
        assert np.array_equal(cv2.imdecode(np.frombuffer(entry["png"], np.uint8), 0), sample.page.image)


def test_webdataset_turns_to_a_new_shard_and_back_again(tmp_path: Path) -> None:
    (writer,) = select(["webdataset"])
    samples = [snippet(text, index, "shop.name") for index, text in enumerate(NASTY)]
    (records,) = zip(*(writer.encode(s, "", encode_png(s.page.image)).records.values() for s in samples), strict=True)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder, stop in ((whole, 7), (broken, 7)):
        folder.mkdir()
        sink = Shards(folder, None, samples=2)
        for number, record in enumerate(records[:stop]):
            sink.append(record)
            if number == 2:
                state = sink.commit()
        sink.finish()
    assert [path.name for path in sorted(whole.iterdir())] == [f"shard-{n:06d}.tar" for n in range(4)]
    sink = Shards(broken, state, samples=2)
    assert len(list(broken.iterdir())) == 2  # what came later is gone
    for record in records[3:]:
        sink.append(record)
    sink.finish()
    assert contents(broken) == contents(whole)
    with tarfile.open(whole / "shard-000001.tar") as tar:
        assert tar.getnames()[:3] == [f"shop%2Ename-000002.{suffix}" for suffix in ("png", "json", "txt")]
    assert (whole / "shard-000001.tar").stat().st_size % tarfile.RECORDSIZE == 0


def test_webdataset_turns_to_a_new_shard_by_size(tmp_path: Path) -> None:
    sink = Shards(tmp_path, None, size=1500)
    for _ in range(3):
        sink.append(bytes(1024))
    sink.finish()
    assert len(list(tmp_path.iterdir())) == 3


# Reading back, by readers written here after the libraries' documented parsing, as these are not installed --


def test_paddle_snippets_read_back_as_simple_dataset_does(tmp_path: Path) -> None:
    write(tmp_path, "paddle", samples=SNIPPETS)
    lines = (tmp_path / "rec_gt.txt").read_bytes().decode("utf-8").rstrip("\n").split("\n")
    pairs = [line.strip("\n").split("\t") for line in lines]
    assert pairs == [[path_of(sample), sample.text] for sample in SNIPPETS]
    assert all((tmp_path / file).exists() for file, _ in pairs)
    characters = (tmp_path / "dict.txt").read_bytes().decode().rstrip("\n").split("\n")
    assert sorted([*characters, " "]) == sorted(set("".join(NASTY)))


def test_paddle_receipts_read_back_as_detection_labels(tmp_path: Path) -> None:
    write(tmp_path, "paddle", samples=RECEIPTS)
    lines = (tmp_path / "det_gt.txt").read_bytes().decode("utf-8").splitlines()
    for sample, line in zip(RECEIPTS, lines, strict=True):
        file, label = line.split("\t")
        boxes = json.loads(label)
        assert file == path_of(sample)
        assert [box["transcription"] for box in boxes] == [f.text for f in sample.page.regions.fields]
        assert np.array_equal([box["points"] for box in boxes], sample.page.regions.field_quads)


def test_doctr_recognition_reads_back(tmp_path: Path) -> None:
    write(tmp_path, "doctr", samples=SNIPPETS)
    labels = json.loads((tmp_path / "labels.json").read_text("ascii"))
    assert labels == {path_of(sample): sample.text for sample in SNIPPETS}
    assert all((tmp_path / "images" / file).exists() for file in labels)


def test_doctr_detection_reads_back(tmp_path: Path) -> None:
    write(tmp_path, "doctr", samples=RECEIPTS)
    labels = json.loads((tmp_path / "labels.json").read_text("ascii"))
    assert list(labels) == [path_of(sample) for sample in RECEIPTS]
    for sample, (file, label) in zip(RECEIPTS, labels.items(), strict=True):
        polygons = np.asarray(label["polygons"], dtype=np.float32)
        boxes = np.concatenate((polygons.min(axis=1), polygons.max(axis=1)), axis=1)
        assert boxes.shape == (len(sample.page.regions.words), 4)
        assert label["img_dimensions"] == list(sample.page.image.shape)
        assert label["img_hash"] == sha256((tmp_path / "images" / file).read_bytes()).hexdigest()


@both
def test_easyocr_reads_back_as_pandas_splits_it(samples: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "easyocr", samples=samples)
    folder = tmp_path / "easyocr"
    lines = (folder / "labels.csv").read_bytes().decode("utf-8").splitlines()
    rows = [re.split("^([^,]+),", line.strip()) for line in lines]
    assert rows[0] == ["", "filename", "words"]
    if samples is SNIPPETS:
        texts = [sample.text for sample in samples]
    else:
        texts = [field.text for sample in samples for field in sample.page.regions.fields]
    assert [row[2] for row in rows[1:]] == texts
    assert {row[1] for row in rows[1:]} == {path.name for path in folder.glob("*.png")}
    assert not any(path.is_dir() for path in folder.iterdir())


@both
def test_coco_reads_back_as_pycocotools_indexes_it(samples: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "coco", samples=samples)
    document = json.loads((tmp_path / "coco.json").read_bytes())
    images = {image["id"]: image for image in document["images"]}
    categories = {category["id"]: category["name"] for category in document["categories"]}
    annotations = document["annotations"]
    assert list(images) == list(range(1, len(samples) + 1))
    assert [a["id"] for a in annotations] == list(range(1, len(annotations) + 1))
    assert len(set(categories.values())) == len(categories)
    for number, sample in enumerate(samples, 1):
        fields = sample.page.regions.fields
        mine = [a for a in annotations if a["image_id"] == number]
        assert images[number]["file_name"] == path_of(sample)
        assert (images[number]["height"], images[number]["width"]) == sample.page.image.shape
        assert [(categories[a["category_id"]], a["text"]) for a in mine] == [(f.role, f.text) for f in fields]
        for a, quad in zip(mine, sample.page.regions.field_quads, strict=True):
            x, y, width, height = a["bbox"]
            assert a["segmentation"] == [[x, y, x + width, y, x + width, y + height, x, y + height]]
            assert a["segmentation"] == [quad.ravel().tolist()]
            assert (a["area"], a["iscrowd"]) == (width * height, 0)


def test_coco_areas_are_the_quads_own(tmp_path: Path) -> None:
    sample = snippet()
    quads = sample.page.regions.quads.astype(float)
    quads[2] = [[10, 0], [20, 10], [10, 20], [0, 10]]
    page = type(sample.page)(sample.page.image, sample.page.regions.moved(quads))
    turned = Sample("price", 0, 0, page, "t", "clean", "en_US", "f", 28, sample.text)
    (writer,) = select(["coco"])
    sink = Coco(tmp_path, None)
    sink.append(writer.encode(turned, "a.png", b"").records["coco.json"])
    sink.finish()
    (annotation,) = json.loads((tmp_path / "coco.json").read_bytes())["annotations"]
    assert annotation["area"] == 200
    assert annotation["bbox"] == [0, 0, 20, 20]


def test_icdar_snippets_read_back(tmp_path: Path) -> None:
    write(tmp_path, "icdar", samples=SNIPPETS)
    lines = (tmp_path / "gt.txt").read_bytes().decode("utf-8").splitlines()
    for sample, line in zip(SNIPPETS, lines, strict=True):
        file, text = line.split(", ", 1)
        assert file == path_of(sample)
        assert text[0] == text[-1] == '"'
        assert re.sub(r"\\(.)", r"\1", text[1:-1]) == sample.text


def test_icdar_receipts_read_back_as_sroie_does(tmp_path: Path) -> None:
    write(tmp_path, "icdar", samples=RECEIPTS)
    for sample in RECEIPTS:
        lines = (tmp_path / path_of(sample)).with_suffix(".txt").read_bytes().decode("utf-8").splitlines()
        rows = [line.split(",", 8) for line in lines]
        assert [row[8] for row in rows] == [field.text for field in sample.page.regions.fields]
        quads = np.array([row[:8] for row in rows]).astype(int).reshape(-1, 4, 2)
        assert np.array_equal(quads, sample.page.regions.field_quads)
