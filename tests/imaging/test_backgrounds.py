"""Own photographs that receipts are laid on."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from receiptgen.core.errors import FileError
from receiptgen.imaging.backgrounds import background, background_files, check_backgrounds


def picture(path: Path, size: tuple[int, int] = (300, 260), color: tuple[int, int, int] = (200, 40, 20)) -> Path:
    """Write an image of one colour, with its left upper quarter black."""
    image = Image.new("RGB", size, color)
    image.paste((0, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return path


def test_files_are_listed_by_name_in_folders_too(tmp_path: Path) -> None:
    for name in ("b.png", "a.webp", "sub/c.jpg", ".hidden.png"):
        picture(tmp_path / name)
    (tmp_path / "README.txt").write_text("mine")
    assert background_files(tmp_path) == ("a.webp", "b.png", "sub/c.jpg")


@pytest.mark.parametrize(
    ("name", "fault"), [("nowhere", "is not there"), ("file.txt", "is a file"), ("empty", "has no")]
)
def test_a_folder_without_images_is_named(tmp_path: Path, name: str, fault: str) -> None:
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=f"{name}' {fault}"):
        background_files(tmp_path / name)


def broken(path: Path) -> None:
    whole = picture(path, (900, 900)).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def text(path: Path) -> None:
    path.write_text("hello")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def small(path: Path) -> None:
    picture(path, (199, 400))


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (broken, "damaged or cut off"),
        (text, "not an image"),
        (empty, "is empty"),
        (small, "199 x 400 pixels are too few"),
    ],
)
@pytest.mark.parametrize("name", ["z.png", "z.jpg"])
def test_an_image_that_is_no_background_is_named(tmp_path: Path, spoil: object, fault: str, name: str) -> None:
    picture(tmp_path / "good.png")
    spoil(tmp_path / name)  # type: ignore[operator]  # one of the functions above
    with pytest.raises(ValueError, match=fault) as told:
        check_backgrounds(tmp_path, background_files(tmp_path))
    assert name in str(told.value)
    assert "\n" not in str(told.value)


def test_sound_images_pass(tmp_path: Path) -> None:
    for name in ("a.png", "b.jpg", "c.webp"):
        picture(tmp_path / name)
    check_backgrounds(tmp_path, background_files(tmp_path))


def test_an_image_that_is_mended_passes(tmp_path: Path) -> None:
    broken(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png"):
        check_backgrounds(tmp_path, ("a.png",))
    picture(tmp_path / "a.png")
    check_backgrounds(tmp_path, ("a.png",))


@pytest.mark.parametrize("size", [(400, 200), (90, 700), (2000, 1500), (8, 8)])
def test_a_part_fills_the_size(tmp_path: Path, size: tuple[int, int]) -> None:
    path = picture(tmp_path / "a.png")
    for seed in range(4):
        image = background(path, size, seed)
        assert image.shape == (*size, 3)
        assert image.dtype == np.uint8
        assert np.array_equal(image, background(path, size, seed))
        # Nothing comes in from beyond the image, which has these two colours and what lies between them.
        assert np.abs(image.reshape(-1, 3) @ [0, -1, 2]).max() <= 8
    assert not np.array_equal(background(path, (200, 200), 1), background(path, (200, 200), 2))


def test_an_image_is_turned_as_its_exif_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    image = Image.open(picture(tmp_path / "a.png", (300, 600)))
    image.save(tmp_path / "turned.jpg", quality=95)
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "exif.jpg", quality=95, exif=exif)
    first, second = (background(tmp_path / name, (600, 300), 3).astype(int) for name in ("turned.jpg", "exif.jpg"))
    assert np.abs(first - second).mean() < 2


def test_grey_and_transparent_images_become_colours(tmp_path: Path) -> None:
    Image.new("L", (250, 250), 90).save(tmp_path / "grey.png")
    Image.new("RGBA", (250, 250), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    Image.fromarray(np.full((250, 250), 0x5A00, np.uint16)).save(tmp_path / "deep.png")
    for name, level in (("grey.png", 90), ("clear.png", 255), ("deep.png", 90)):
        assert (background(tmp_path / name, (50, 50), 1) == level).all()


def test_a_large_image_is_kept_small(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 3000), (1, 2, 3)).save(tmp_path / "large.jpg")
    check_backgrounds(tmp_path, ("large.jpg",))
    assert background(tmp_path / "large.jpg", (300, 300), 1).shape == (300, 300, 3)


def test_an_image_that_goes_away_is_told(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    os.remove(path)  # noqa: PTH107  # as another program does
    with pytest.raises(FileError, match=r"a\.png: no such file"):
        background(path, (30, 30), 1)
