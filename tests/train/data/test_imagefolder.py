"""Folders as ``datasets`` loads them: lists below, parts, and folders that are texts."""

import json
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from data_sets import everything, examples, image, opened, png, write
from pyarrow import parquet

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.spec import parse_spec

ROWS = [{"file_name": "0.png", "text": "one"}, {"file_name": "more/1.png", "text": "two"}]


def part(folder: Path, form: str = "jsonl", rows: list[dict[str, str]] = ROWS) -> Path:
    if form == "jsonl":
        write(folder / "metadata.jsonl", "\ufeff" + "\r\n".join(map(json.dumps, rows)))
    elif form == "csv":
        write(folder / "metadata.csv", "file_name,text\n" + "".join(f"{r['file_name']},{r['text']}\n" for r in rows))
    else:
        folder.mkdir(parents=True, exist_ok=True)
        parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "metadata.parquet")
    for number, row in enumerate(rows):
        write(folder / row["file_name"], png(number))
    return folder


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@pytest.mark.parametrize("inside", ["train", "data/train", "books"])
def test_lists_are_found_below_the_root(tmp_path: Path, form: str, inside: str) -> None:
    part(tmp_path / inside, form)
    assert guess_format(tmp_path) == "imagefolder"
    one, two = examples(opened("imagefolder", tmp_path))
    assert [(row.name, row.text) for row in (one, two)] == [(f"{inside}/0.png", "one"), (f"{inside}/more/1.png", "two")]
    assert np.array_equal(two.image, image(1))


def test_the_training_part_is_read_unless_another_is_named(tmp_path: Path) -> None:
    for name in ("train", "val", "test"):
        part(tmp_path / name, rows=[{"file_name": "0.png", "text": name}])
    for asked, read in (
        (None, ["train"]),
        ("validation", ["val"]),
        ("test", ["test"]),
        ("all", ["test", "train", "val"]),
    ):
        assert [row.text for row in examples(opened("imagefolder", tmp_path, part=asked))] == read
    assert [row.text for row in examples(parse_spec(f"{tmp_path}:test").data.open(0))] == ["test"]


def test_the_message_names_the_parts_that_there_are(tmp_path: Path) -> None:
    part(tmp_path / "val")
    assert len(examples(opened("imagefolder", tmp_path))) == 2
    with pytest.raises(DatasetError, match="holds no part 'test', only the parts validation"):
        opened("imagefolder", tmp_path, part="test")
    part(tmp_path / "test")
    with pytest.raises(DatasetError, match="holds the parts test and validation; name one, or all"):
        opened("imagefolder", tmp_path)


def test_rows_that_can_not_be_used_are_flaws(tmp_path: Path) -> None:
    part(tmp_path / "train")
    with (tmp_path / "train/metadata.jsonl").open("a") as file:
        file.write('\n{"file_name": "gone.png", "text": "x"}\n{cut off\n{"file_name": "0.png", "text": "one"}\n')
    _, _, *others, again = everything(opened("imagefolder", tmp_path))
    assert others == [("train/gone.png", NO_FILE), ("train/metadata.jsonl:4", "expected a file name and its text")]
    assert again.name == "train/0.png#2"


def test_folders_named_by_characters_say_what_their_images_show(tmp_path: Path) -> None:
    for number, name in enumerate(["A/0.png", "A/1.png", "é/0.png"]):
        write(tmp_path / "train" / name, png(number))
    assert guess_format(tmp_path) == "imagefolder"
    assert [row.text for row in examples(opened("imagefolder", tmp_path))] == ["A", "A", "é"]
    write(tmp_path / "test/total/0.png", png())
    assert [row.text for row in examples(opened("imagefolder", tmp_path, part="test"))] == ["total"]


def test_labels_of_donut_give_the_text_of_the_image(tmp_path: Path) -> None:
    said = [{"gt_parse": {"text_sequence": "RM 5"}}, {"gt_parse": {"total": "5"}}]
    rows = [{"file_name": f"{n}.png", "ground_truth": json.dumps(each)} for n, each in enumerate(said)]
    part(tmp_path / "train", rows=rows)
    one, flaw = everything(opened("imagefolder", tmp_path))
    assert (one.text, flaw) == ("RM 5", ("train/1.png", "no text"))
    part(tmp_path / "train", rows=rows[1:])
    with pytest.raises(DatasetError, match="no row has a text; labels of pages"):
        opened("imagefolder", tmp_path)
