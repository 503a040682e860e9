"""The commands take data of any form, guessed or named, say what it is joined of, and why rows are left out."""

import json
from itertools import islice
from pathlib import Path

import lmdb
import pytest
from command_line import Run
from data_sets import write

from receiptgen import Snippets
from receiptgen.writers import encode_png

pytestmark = pytest.mark.needs("onnxruntime")


@pytest.fixture(scope="module")
def prices() -> dict[str, bytes]:
    """Return images of prices by text."""
    return {sample.text: encode_png(sample.image) for sample in islice(Snippets(["price"], seed=2), 6)}


def file_names(folder: Path, prices: dict[str, bytes]) -> None:
    for number, (text, png) in enumerate(prices.items()):
        write(folder / f"{text}_{number}.png", png)


def gt_pairs(folder: Path, prices: dict[str, bytes]) -> None:
    for number, (text, png) in enumerate(prices.items()):
        write(folder / f"page/{number}.png", png)
        write(folder / f"page/{number}.gt.txt", text)
    write(folder / "page/lonely.gt.txt", "x")


def lmdb_tree(folder: Path, prices: dict[str, bytes]) -> None:
    for name in ("MJ/MJ_train", "ST"):
        (folder / name).mkdir(parents=True)
        with lmdb.open(str(folder / name), map_size=1 << 24) as database, database.begin(write=True) as transaction:
            transaction.put(b"num-samples", b"%d" % len(prices))
            for number, (text, png) in enumerate(prices.items(), 1):
                transaction.put(b"label-%09d" % number, text.encode())
                transaction.put(b"image-%09d" % number, png)


def test_data_sets_are_evaluated_by_guess_and_by_name(run: Run, tmp_path: Path, prices: dict[str, bytes]) -> None:
    file_names(tmp_path / "named", prices)
    gt_pairs(tmp_path / "pairs", prices)
    lmdb_tree(tmp_path / "tree", prices)
    data = ["named", "file_names:named", "pairs", "gt_pairs:pairs", "tree", "lmdb:tree"]
    said = run("evaluate", "receipt", *data, "--no-fresh", "--devices", "cpu", "--json")
    assert (said.code, said.error) == (0, "")
    scores = {name: each["kinds"]["all"] for name, each in json.loads(said.out).items()}
    assert {name: each["lines"] for name, each in scores.items()} == dict(zip(data, (6, 6, 6, 6, 12, 12), strict=True))
    assert scores["named"]["cer"] == scores["pairs"]["cer"] == scores["tree"]["cer"] < 0.2


def test_it_says_what_is_joined_and_why_rows_are_skipped(run: Run, tmp_path: Path, prices: dict[str, bytes]) -> None:
    gt_pairs(tmp_path / "pairs", prices)
    lmdb_tree(tmp_path / "tree", prices)
    said = run("evaluate", "receipt", "pairs", "tree", "--no-fresh", "--devices", "cpu")
    assert "tree: rows of MJ/MJ_train 6, ST 6\n" in said.out
    assert "1 row skipped, the first is page/lonely.gt.txt: has no image beside it\n" in said.out


@pytest.mark.needs("torch")
def test_they_are_trained_on(run: Run, tmp_path: Path, prices: dict[str, bytes]) -> None:
    file_names(tmp_path / "named", prices)
    lmdb_tree(tmp_path / "tree", prices)
    data = ["--data", "2*named", "--data", "lmdb:tree", "--held-out", "30%"]
    said = run("train", "--recipe", "finetune", *data, "--steps", 1, "--batch", 8, "--workers", 0, "--devices", "cpu",
               "--out", "tuned")  # fmt: skip
    assert said.code == 0, said.error
    assert "file_names:named: " in said.error
    assert "lmdb:tree: rows of MJ/MJ_train 6, ST 6; " in said.error
    assert not (tmp_path / "tuned/skipped.tsv").exists()


def test_labels_in_doubt_are_told_of_them(run: Run, tmp_path: Path, prices: dict[str, bytes]) -> None:
    gt_pairs(tmp_path / "pairs", prices)
    write(tmp_path / "pairs/page/0.gt.txt", "Wholemeal bread")
    said = run("suggest", "--labels", "gt_pairs:pairs", "--count", 2)
    assert said.code == 0
    assert "Wholemeal bread" in said.out.splitlines()[1]
    assert "1 row left out; the first is page/lonely.gt.txt: has no image beside it" in said.error
