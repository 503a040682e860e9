"""Parquet files with images in them."""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest
from data_sets import everything, examples, image, opened, png, same, write
from pyarrow import parquet

from receiptgen.core.errors import DatasetError
from receiptgen.train.data.sources import Flaw, _parquet
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.spec import parse_spec


def shard(path: Path, rows: list[dict[str, Any]], features: dict[str, Any] | None = None, group: int = 2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pyarrow.Table.from_pylist(rows)
    if features:
        table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, path, row_group_size=group)
    return path


def stored(first: int, count: int) -> list[dict[str, Any]]:
    return [
        {"id": n, "image": {"bytes": png(n), "path": f"{n}.png"}, "text": f"text {n}"}
        for n in range(first, first + count)
    ]


def test_shards_of_a_folder_are_read_by_row_group(tmp_path: Path) -> None:
    shard(tmp_path / "data/train-00000-of-00002.parquet", stored(0, 5))
    shard(tmp_path / "data/train-00001-of-00002.parquet", stored(5, 2))
    shard(tmp_path / "data/test-00000-of-00001.parquet", stored(7, 1))
    assert guess_format(tmp_path) == "parquet"
    table = opened("parquet", tmp_path)
    read = examples(table)
    assert [row.text for row in read] == [f"text {number}" for number in range(7)]
    assert read[5].name == "data/train-00001-of-00002.parquet#0"
    assert all(np.array_equal(row.image, image(number)) for number, row in enumerate(read))
    again = pickle.loads(pickle.dumps(table))
    assert all(same(again.read(index), read[index]) for index in reversed(range(7)))
    assert [row.text for row in examples(parse_spec(f"parquet:{tmp_path}:test").data.open(0))] == ["text 7"]


def test_a_file_is_a_data_set_too(tmp_path: Path) -> None:
    file = shard(tmp_path / "lines.parquet", stored(0, 1))
    assert guess_format(file) == "parquet"
    assert [row.text for row in examples(opened("parquet", file))] == ["text 0"]


def test_few_row_groups_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parquet, "_CACHE_SIZE", 3000)
    rows: Any = opened("parquet", shard(tmp_path / "a.parquet", stored(0, 40), group=1))
    assert len(examples(rows)) == 40
    assert 1 <= len(rows._images._groups) < 10


def test_images_may_be_bytes_or_paths_and_columns_are_named(tmp_path: Path) -> None:
    write(tmp_path / "images/0.png", png(3))
    rows = [{"png": png(4), "where": "images/0.png", "id": "x", "said": "one"}]
    file = shard(tmp_path / "a.parquet", rows)
    (plain,) = examples(opened("parquet", file, text="said"))
    assert np.array_equal(plain.image, image(4))
    (named,) = examples(parse_spec(f"parquet:{file}:text=said+image=where").data.open(0))
    assert (named.text, np.array_equal(named.image, image(3))) == ("one", True)


def test_classes_are_read_by_their_names(tmp_path: Path) -> None:
    rows = [{"image": png(0), "label": number} for number in (1, 0, 7)]
    features = {"label": {"names": ["A", "B"], "_type": "ClassLabel"}}
    one, two, flaw = everything(opened("parquet", shard(tmp_path / "a.parquet", rows, features)))
    assert (one.text, two.text, flaw[1]) == ("B", "A", "no text")


def test_rows_without_text_or_image_are_flaws(tmp_path: Path) -> None:
    rows = [*stored(0, 1), {"image": None, "text": "x"}, {"image": {"bytes": b"no", "path": None}, "text": "x"},
            {"image": {"bytes": None, "path": "gone.png"}, "text": "x"}, {**stored(1, 1)[0], "text": None}]  # fmt: skip
    _, *flaws = everything(opened("parquet", shard(tmp_path / "a.parquet", rows)))
    reasons = [flaw[1] for flaw in flaws]
    assert reasons == ["no image", "not an image that can be read", "no such file", "no text"]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            [{"image": b"x", "words": ["a"]}],
            r"no column 'text' or of a similar name that holds strings, only image \(binary\), words \(list\); name",
        ),
        ([{"image": b"x", "text": 5}], r"that holds strings, only image \(binary\), text \(int64\)"),
        ([{"text": "x", "count": 1}], "has no column 'image' or of a similar name"),
        ([{"image": b"x", "ground_truth": '{"gt_parse": {"total": 1}}'}], "no row has a text"),
    ],
)
def test_a_table_that_is_of_other_things_is_an_error_of_one_line(
    tmp_path: Path, rows: list[dict[str, Any]], fault: str
) -> None:
    with pytest.raises(DatasetError, match=fault) as caught:
        opened("parquet", shard(tmp_path / "a.parquet", rows))
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    content = shard(tmp_path / "a.parquet", stored(0, 4)).read_bytes()
    write(tmp_path / "a.parquet", content[:-100])
    with pytest.raises(DatasetError, match="is not a Parquet file, or damaged or cut off"):
        opened("parquet", tmp_path)
    with pytest.raises(DatasetError, match=r"no column 'said' that can be the text, only id \(int64\), image"):
        opened("parquet", shard(tmp_path / "b.parquet", stored(0, 1)), text="said")


def test_texts_of_several_lines_are_those_of_pages_and_give_no_line(tmp_path: Path) -> None:
    page, line = stored(0, 2)
    file = shard(tmp_path / "a.parquet", [{**page, "text": "CAFE\nTOTAL 5\n"}, line])
    flaw, one = everything(opened("parquet", file))
    assert flaw == Flaw("a.parquet#0", "has 2 lines of text, of an image of one")
    assert one.text == line["text"]
    file = shard(tmp_path / "b.parquet", [{**page, "text": "CAFE\r\nTOTAL 5"}])
    with pytest.raises(DatasetError, match=r"no row can be read; b.parquet#0: has 2 lines of text"):
        opened("parquet", file)


def test_texts_may_be_stored_as_categories(tmp_path: Path) -> None:
    table = pyarrow.Table.from_pylist(stored(0, 3))
    place = table.schema.get_field_index("text")
    parquet.write_table(table.set_column(place, "text", table["text"].dictionary_encode()), tmp_path / "a.parquet")
    assert [row.text for row in examples(opened("parquet", tmp_path))] == table["text"].to_pylist()
