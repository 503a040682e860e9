"""The command that drafts a template from the image of a receipt."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from command_line import Run
from PIL import Image

from receiptgen.commands._drafting import _chosen
from receiptgen.core.errors import PageError
from receiptgen.imaging.sample import Sample
from receiptgen.reading.results import PageText


def test_what_is_there_is_kept_and_what_is_no_image_is_told(run: Run) -> None:
    Path("mine.yaml").write_text("about: mine\n", encoding="utf-8")
    Path("a.txt").write_text("TOTAL 5.00\n", encoding="utf-8")
    said = run("templates", "from-image", "a.jpg", "--out", "mine.yaml")
    assert (said.code, said.error) == (
        1, "receiptgen: mine.yaml: is there already; name another file, or remove it\n"
    )  # fmt: skip
    assert Path("mine.yaml").read_text(encoding="utf-8") == "about: mine\n"
    said = run("templates", "from-image", "a.txt", "--out", "new.yaml")
    assert (said.code, said.error) == (1, "receiptgen: a.txt: not an image that can be read\n")
    assert run("templates", "from-image", "a.txt", "--goods", "goods.csv").code == 2
    assert not Path("new.yaml").exists()


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--out", "a.yaml", "--preview", "x/../a.yaml"], "x/../a.yaml: --preview is the same file as --out"),
        (["--out", "a.yaml", "--goods", "b.csv", "--preview", "b.csv"], "b.csv: --preview is the same file as --goods"),
        (["--preview", "./a.jpg"], "a.jpg: --preview is the same file as the image"),
        (["--out", "a"], "a: a template ends in .yaml"),
        (["--out", "a.yaml", "--goods", "a.yaml"], "a.yaml: a list of goods that is written ends in .csv"),
    ],
)
def test_places_that_can_not_be_are_refused_before_anything_is_read(run: Run, options: list[str], fault: str) -> None:
    said = run("templates", "from-image", "a.jpg", *options)  # there is no such image
    assert said.fault.startswith(f"receiptgen: {fault}")
    assert not list(Path().iterdir())


@pytest.mark.smoke
@pytest.mark.needs("onnxruntime")
def test_a_template_is_written_and_its_doubts_are_told(run: Run, clean: Sample) -> None:
    cv2.imwrite("one.png", clean.page.image)
    said = run("templates", "from-image", "one.png", "--out", "mine.yaml", "--preview", "both.png")
    assert (said.code, said.out) == (0, "")
    notes = [line for line in said.error.splitlines() if line.startswith("one.png: ")]
    text = Path("mine.yaml").read_text(encoding="utf-8")
    assert notes
    assert all(f"# - {note.removeprefix('one.png: ')}" in text for note in notes)
    alike = next(line for line in said.error.splitlines() if "of the rows of both say the same" in line)
    assert int(alike.split("%")[0].split()[-1]) > 80
    assert cv2.imread("both.png").shape[0] == 1600


@pytest.mark.needs("onnxruntime")
def test_no_receipt_is_told_in_one_line(run: Run) -> None:
    cv2.imwrite("blank.png", np.full((300, 200), 250, np.uint8))
    said = run("templates", "from-image", "blank.png", "--out", "new.yaml")
    assert (said.code, said.out) == (1, "")
    assert said.error.startswith("receiptgen: blank.png: no receipt is seen on it: no text;")
    assert len(said.error.splitlines()) == 1
    assert not Path("new.yaml").exists()


def test_of_several_receipts_one_is_chosen(read_clean: PageText) -> None:
    scrap = PageText(10, 10, read_clean.rows[:1])
    assert _chosen([scrap, read_clean], None) is read_clean
    assert _chosen([read_clean, read_clean], 2) is read_clean
    with pytest.raises(PageError, match="shows 2 receipts; choose one by --receipt 1, or cut it out"):
        _chosen([read_clean, read_clean], None)
    with pytest.raises(PageError, match="shows 1 receipt, and no number 2"):
        _chosen([read_clean], 2)


def test_of_a_file_with_several_pages_none_is_chosen(run: Run) -> None:
    pages = [Image.new("L", (40, 60), level) for level in (255, 200)]
    pages[0].save("two.tiff", save_all=True, append_images=pages[1:])
    said = run("templates", "from-image", "two.tiff")
    assert said.fault == "receiptgen: two.tiff: has several pages; save the one to draft from as a file of its own"
