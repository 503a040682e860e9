"""The formats hf and hf_parquet, and the truth in shards and JSON lines, read by ``datasets``."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_line import Run
from datasets import Features, Image, Json, Value
from hub_datasets import load
from samples import moved, snippet
from written_sets import RECEIPTS, SNIPPETS, both, contents, open_all, path_of, write

from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.writers import PNG, Contents, documents, select
from receiptgen.writers.hf_parquet import Tables, schema_of

STREAM = ".data-%05d.arrow"


def write_split(folder: Path, name: str, samples: list[Sample]) -> None:
    """Write the first three as a part to train on, and each other in turn to validate and to test on."""
    parts = {"train": samples[:3], "val": samples[3::2], "test": samples[4::2]}
    for part, members in parts.items():
        write(folder / part, name, samples=members)
    counts = {part: len(members) for part, members in parts.items()}
    for file, content in documents(select([name]), Contents(samples[0].kind == "receipt", counts)).items():
        (folder / file).write_bytes(content)


@both
@pytest.mark.parametrize("name", ["hf", "hf_parquet"])
def test_datasets_finds_splits_images_and_texts(name: str, samples: list[Sample], tmp_path: Path) -> None:
    write_split(tmp_path / "set", name, samples)
    found = load(tmp_path / "set", tmp_path / "cache")
    assert list(found) == ["train", "validation", "test"]
    assert [row["text"] for row in found["train"]] == [sample.text for sample in samples[:3]]
    assert [row["text"] for row in found["validation"]] == [sample.text for sample in samples[3::2]]
    for row, sample in zip(found["test"], samples[4::2], strict=True):
        assert np.array_equal(np.asarray(row["image"]), sample.page.image)


def test_a_set_that_is_not_split_is_one_to_train_on(run: Run, tmp_path: Path) -> None:
    assert run("draw", 4, "--kinds", "price,date", "--format", "hf,folder").code == 0
    found = load(tmp_path / "results_test", tmp_path / "cache")
    assert list(found) == ["train"]
    labels = [json.loads(line) for line in (tmp_path / "results_test/labels.jsonl").read_bytes().splitlines()]
    assert [(row["kind"], row["text"]) for row in found["train"]] == [
        (label["kind"], label["text"]) for label in labels
    ]


def test_columns_have_one_type_whether_or_not_a_page_was_moved(tmp_path: Path) -> None:
    write(tmp_path / "still", "hf", samples=RECEIPTS[:2])
    write(tmp_path / "moved", "hf", samples=[moved(sample) for sample in RECEIPTS[:2]])
    still, shifted = (load(tmp_path / name, tmp_path / "cache", split="train") for name in ("still", "moved"))
    assert still.features == shifted.features
    assert still[0]["quads"][0][:2] == [4.0, 2.0]
    assert still[0]["words"][:2] == ["CAFÉ", "“LUNA”"]


def test_the_truth_of_a_row_is_as_donut_reads_it(tmp_path: Path) -> None:
    write(tmp_path / "set", "hf", samples=RECEIPTS[:1])
    row = load(tmp_path / "set", tmp_path / "cache", split="train")[0]
    assert json.loads(row["ground_truth"])["gt_parse"]["items"] == [{"name": "# Tea, hot", "price": "1.20"}]


def test_both_forms_have_the_same_rows_and_types(tmp_path: Path) -> None:
    write(tmp_path / "hf", "hf", samples=RECEIPTS)
    write(tmp_path / "parquet", "hf_parquet", samples=RECEIPTS)
    folder = load(tmp_path / "hf", tmp_path / "cache", split="train")
    tables = load("parquet", tmp_path / "cache", data_files=str(tmp_path / "parquet/data-*.parquet"), split="train")
    assert tables.features == folder.features
    assert tables.remove_columns("image")[:] == folder.remove_columns("image")[:]


def test_texts_that_look_like_times_stay_texts(tmp_path: Path) -> None:
    texts = ["2020-12-10", "2021-01-01"]
    write(tmp_path, "hf_parquet", samples=[snippet(text, index, "date") for index, text in enumerate(texts)])
    found = load("parquet", tmp_path / "cache", data_files=str(tmp_path / "data-00000.parquet"), split="train")
    assert found["text"] == texts


def records_of(samples: list[Sample]) -> list[bytes]:
    (writer,) = select(["hf_parquet"])
    return [writer.encode(sample, path_of(sample), PNG.encode(sample.page.image)).records[STREAM] for sample in samples]


def test_tables_turn_to_a_new_file_and_back_again(tmp_path: Path) -> None:
    records = records_of(SNIPPETS)
    for stop in range(1, 7):
        whole, broken = tmp_path / f"whole{stop}", tmp_path / f"broken{stop}"
        for folder in (whole, broken):
            folder.mkdir()
            sink = Tables(folder, None, schema_of(False))
            for number, record in enumerate(records, 1):
                sink.turn_to((number - 1) // 2)
                sink.append(record)
                if folder == broken and number == stop:
                    state = json.loads(json.dumps(sink.commit()))
            sink.commit()
            if folder == whole:
                sink.finish()
            else:  # killed, and the last state was never kept
                sink.close()
        sink = Tables(broken, state, schema_of(False))
        for number, record in enumerate(records[stop:], stop):
            sink.turn_to(number // 2)
            sink.append(record)
        sink.commit()
        sink.finish()
        assert contents(broken) == contents(whole)
        assert len(list(whole.glob(".*.arrow"))) == 1
    assert [pq.read_metadata(whole / f"data-{number:05d}.parquet").num_rows for number in range(4)] == [2, 2, 2, 1]


def test_files_without_rows_are_read_with_the_others(tmp_path: Path) -> None:
    records = records_of(SNIPPETS)
    sink = Tables(tmp_path, None, schema_of(False))
    for number, record in ((1, records[0]), (3, records[1])):
        sink.turn_to(number)
        sink.append(record)
    sink.commit()
    sink.finish()
    assert [pq.read_metadata(path).num_rows for path in sorted(tmp_path.glob("*.parquet"))] == [0, 1, 0, 1]
    found = load("parquet", tmp_path / "cache", data_files=str(tmp_path / "data-*.parquet"), split="train")
    assert found["text"] == [sample.text for sample in SNIPPETS[:2]]


def test_rows_are_grouped_so_that_memory_stays_flat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiptgen.writers.hf_parquet._GROUP", 3)
    write(tmp_path, "hf_parquet", samples=SNIPPETS)
    found = pq.read_metadata(tmp_path / "data-00000.parquet")
    assert [found.row_group(index).num_rows for index in range(found.num_row_groups)] == [3, 3, 1]


def test_a_part_without_samples_is_no_split(tmp_path: Path) -> None:
    for name in ("hf", "hf_parquet"):
        folder = tmp_path / name
        write(folder / "train", name, samples=SNIPPETS)
        sinks = open_all(select([name]), folder / "val", False, {})
        for sink in sinks.values():
            sink.finish()
        for file, content in documents(select([name]), Contents(False, {"train": 7, "val": 0})).items():
            (folder / file).write_bytes(content)
        assert {split: len(rows) for split, rows in load(folder, tmp_path / "cache").items()} == {"train": 7}


@pytest.fixture(scope="module")
def worn() -> list[Sample]:
    """Receipts and snippets that went through several effects each, not all through the same."""
    receipts = Receipts([receipt_template("parking").value], profile="phone", seed=7)
    snippets = open_source("standard", "price", 7, "phone")
    return [*(receipts.draw(index) for index in range(3)), *(snippets.draw(index) for index in range(9))]


def test_json_lines_of_worn_pages_load(worn: list[Sample], tmp_path: Path) -> None:
    for samples in (worn[:3], worn[3:]):
        write(tmp_path / samples[0].kind, "jsonl", samples=samples)
        file = str(tmp_path / samples[0].kind / "labels.jsonl")
        found = load("json", tmp_path / "cache", data_files=file, split="train")
        # Its own JSON reader is not exact to the last bit of a float.
        assert [[effect["effect"] for effect in row["effects"]] for row in found] == [
            [effect["effect"] for effect in sample.effects] for sample in samples
        ]
        assert {type(effect["offset"]) for row in found for effect in row["effects"] if "offset" in effect} == {float}


def test_shards_of_worn_pages_load(worn: list[Sample], tmp_path: Path) -> None:
    types = Features({"png": Image(), "json": Json(), "txt": Value("string")})
    for samples in (worn[:3], worn[3:]):
        write(tmp_path / samples[0].kind, "webdataset", samples=samples)
        file = str(tmp_path / samples[0].kind / "shard-000000.tar")
        found = load("webdataset", tmp_path / "cache", data_files=file, split="train", features=types)
        assert [(row["txt"], row["json"]["index"]) for row in found] == [(each.text, each.index) for each in samples]
        assert np.array_equal(np.asarray(found[0]["png"]), samples[0].page.image)


def test_a_parameter_of_an_effect_has_one_type_in_all_samples(worn: list[Sample], tmp_path: Path) -> None:
    write(tmp_path, "jsonl", samples=worn[3:])
    kinds: dict[tuple[str, str], set[type]] = {}
    for line in (tmp_path / "labels.jsonl").read_bytes().splitlines():
        for effect in json.loads(line)["effects"]:
            for name, value in effect.items():
                kinds.setdefault((effect["effect"], name), set()).add(type(value))
    assert float in kinds["resample", "stretch"]
    assert {key: found for key, found in kinds.items() if len(found) > 1 or int in found} == {}
