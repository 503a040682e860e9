"""What is written is read back by the library it is for."""

import csv
import io
import json
import re
import tarfile
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from samples import NASTY, moved, receipt, snippet
from webdataset import tariterators
from written_sets import RECEIPTS, SNIPPETS, both, contents, database, path_of, write

from receiptgen.imaging.sample import Sample
from receiptgen.writers import PNG, ImageFile, select
from receiptgen.writers.coco import Coco
from receiptgen.writers.lmdb import Database
from receiptgen.writers.webdataset import Shards


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
        sink.append(writer.encode(sample, "a.png", PNG.encode(sample.page.image)).records["lmdb"])
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
    (records,) = zip(
        *(writer.encode(s, "a.png", PNG.encode(s.page.image)).records.values() for s in samples), strict=True
    )
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    for folder, stop in ((whole, 7), (broken, 7)):
        folder.mkdir()
        sink = Shards(folder, None)
        for number, record in enumerate(records[:stop]):
            sink.turn_to(number // 2)
            sink.append(record)
            if number == 2:
                state = sink.commit()
        sink.finish()
    assert [path.name for path in sorted(whole.iterdir())] == [f"shard-{n:06d}.tar" for n in range(4)]
    sink = Shards(broken, state)
    assert len(list(broken.iterdir())) == 2  # what came later is gone
    for number, record in enumerate(records[3:], 3):
        sink.turn_to(number // 2)
        sink.append(record)
    sink.finish()
    assert contents(broken) == contents(whole)
    with tarfile.open(whole / "shard-000001.tar") as tar:
        assert tar.getnames()[:3] == [f"shop%2Ename-000002.{suffix}" for suffix in ("png", "json", "txt")]
    assert (whole / "shard-000001.tar").stat().st_size % tarfile.RECORDSIZE == 0


def test_shards_without_samples_are_empty_archives(tmp_path: Path) -> None:
    sink = Shards(tmp_path, None)
    sink.turn_to(2)
    sink.append(bytes(1024))
    sink.turn_to(2)
    sink.finish()
    members = []
    for number in range(3):
        with (tmp_path / f"shard-{number:06d}.tar").open("rb") as stream:
            files = tariterators.tar_file_expander([{"url": "shard", "stream": stream}])
            members.append(list(tariterators.group_by_keys(files)))
    assert members[:2] == [[], []]
    assert (tmp_path / "shard-000002.tar").stat().st_size == tarfile.RECORDSIZE


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
    sink.append(writer.encode(turned, "a.png", ImageFile(b"", PNG)).records["coco.json"])
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
