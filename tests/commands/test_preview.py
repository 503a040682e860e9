from pathlib import Path

import cv2
import pytest
from command_line import Run


@pytest.mark.smoke
def test_preview_draws_a_sheet_of_receipts(run: Run, tmp_path: Path) -> None:
    said = run("preview", "parking", "cafe", "--count", 2, "--columns", 2, "--width", 800)
    image = cv2.imread(str(tmp_path / "preview.png"))
    assert image is not None
    assert image.shape[1] == 800
    assert said.out == f"preview.png: 800 x {image.shape[0]} pixels\n"


@pytest.mark.smoke
def test_preview_draws_a_sheet_of_snippets(run: Run, tmp_path: Path) -> None:
    assert run("preview", "--kinds", "all", "--count", 2, "--out", "all.png").code == 0
    assert run("preview", "--kinds", "price", "--count", 2, "--out", "price.png").code == 0
    every, price = cv2.imread(str(tmp_path / "all.png")), cv2.imread(str(tmp_path / "price.png"))
    assert every is not None
    assert price is not None
    assert every.shape[0] > 5 * price.shape[0]


def test_preview_lays_boxes_over_the_pixels_in_colour(run: Run, tmp_path: Path) -> None:
    args = ["preview", "--kinds", "price", "--count", 3]
    run(*args, "--out", "plain.png")
    run(*args, "--boxes", "--out", "boxes.png")
    plain, boxed = (cv2.imread(str(tmp_path / name)).astype(int) for name in ("plain.png", "boxes.png"))
    assert abs(plain[..., 0] - plain[..., 2]).max() < 20
    assert abs(boxed[..., 0] - boxed[..., 2]).max() > 100


def test_preview_of_a_locale_shows_its_samples_of_the_same_seed(run: Run, tmp_path: Path) -> None:
    assert run("preview", "parking", "--locales", "de_DE", "--count", 2, "--out", "de.png").code == 0
    assert run("preview", "--kinds", "date", "--locales", "de_DE", "--count", 2, "--out", "date.png").code == 0


def test_a_sheet_is_not_written_under_the_name_of_another_format(run: Run, tmp_path: Path) -> None:
    said = run("preview", "cafe", "--count", 1, "--out", "sheet.jpg")
    assert said.code == 2
    assert "let its name end with .png" in said.error
    assert list(tmp_path.iterdir()) == []
