"""Empty paper, whose label is empty."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from snippet_kinds import draws

from receiptgen import Snippets
from receiptgen.core.dice import Dice
from receiptgen.effects import EFFECTS, apply_effects
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions

SET = "about: w\nlocales: en_GB\nfaces: {cousine: 1}\nkinds:\n  none: {kind: blank, length: 3..9}\n  p: price\n"


@pytest.fixture
def set_file(tmp_path: Path) -> Path:
    (tmp_path / "set.yaml").write_text(SET)
    return tmp_path / "set.yaml"


def test_it_says_nothing() -> None:
    assert set(draws("blank", 20)) == {""}


def test_clean_paper_has_no_ink_and_no_regions(set_file: Path) -> None:
    source = Snippets("none", set=set_file)
    sizes = set()
    for index in range(20):
        sample = source.draw(index)
        regions = sample.page.regions
        assert sample.text == ""
        assert (sample.image == 255).all()
        assert (regions.lines, regions.fields, regions.words, len(regions.quads)) == ((), (), (), 1)
        sizes.add(sample.image.shape)
    assert len(sizes) > 15


def test_paper_is_as_large_as_that_of_a_text_of_its_length(set_file: Path) -> None:
    set_file.write_text(
        SET.replace("3..9", "7").replace("price", "{kind: pattern, patterns: '[0-9]{7}'}") + "margin: 2\n"
    )
    blanks = [Snippets("none", set=set_file).draw(index) for index in range(60)]
    texts = [Snippets("p", set=set_file).draw(index) for index in range(60)]
    for axis in (0, 1):
        mean = np.mean([sample.image.shape[axis] / sample.size for sample in texts])
        assert np.mean([sample.image.shape[axis] / sample.size for sample in blanks]) == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize("profile", ["real", "phone", "pen", "characters", "dot_matrix"])
def test_all_that_a_profile_does_is_done_to_it(set_file: Path, profile: str) -> None:
    samples = [Snippets("none", set=set_file, profile=profile).draw(index) for index in range(12)]
    assert all(sample.text == "" and not sample.page.regions.words for sample in samples)
    assert any(sample.effects for sample in samples)
    assert any(sample.image.min() < sample.image.max() for sample in samples)


@pytest.mark.parametrize("name", sorted({*EFFECTS.names} - {"maybe", "one_of"}))
def test_every_effect_takes_paper_without_text(name: str) -> None:
    effect = EFFECTS.get(name).model_validate({})  # type: ignore[attr-defined]
    for key in range(3):
        page = Page(np.full((40, 150), 255, np.uint8), Regions.blank(150, 40))
        after, _ = apply_effects([effect], page, Dice(key))
        assert not after.regions.words
        assert len(after.regions.quads) == 1 + len(after.regions.marks)


@pytest.mark.needs("lmdb")
def test_every_format_keeps_an_empty_label(run: Run, set_file: Path, tmp_path: Path) -> None:
    formats = "folder,jsonl,tsv,paddle,doctr,easyocr,lmdb,webdataset,coco,icdar"
    assert run("draw", 2, "--set", set_file, "--kinds", "none", "--format", formats).code == 0
    folder = tmp_path / "results_test"
    assert [json.loads(line)["text"] for line in (folder / "labels.jsonl").read_text().splitlines()] == ["", ""]
    assert (folder / "labels.tsv").read_text() == "file\ttext\nnone/000000.png\t\nnone/000001.png\t\n"
    assert (folder / "rec_gt.txt").read_text() == "none/000000.png\t\nnone/000001.png\t\n"
    assert (folder / "gt.txt").read_text() == 'none/000000.png, ""\nnone/000001.png, ""\n'
    assert (folder / "easyocr/labels.csv").read_text() == "filename,words\nnone-000000.png,\nnone-000001.png,\n"
    assert json.loads((folder / "labels.json").read_text()) == {"none/000000.png": "", "none/000001.png": ""}
    document = json.loads((folder / "coco.json").read_text())
    assert (document["annotations"], len(document["images"])) == ([], 2)


def test_a_set_with_it_passes_its_check(run: Run, set_file: Path) -> None:
    assert run("templates", "check", set_file).code == 0
