"""How near synthetic photos come to real ones: what is measured of a page, and the comparison of pages."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from receiptgen.cli import main
from receiptgen.core.errors import DatasetError
from receiptgen.fidelity.page_lines import text_lines
from receiptgen.fidelity.page_measures import FRAME_MEASURES, PAGE_MEASURES, measure_page
from receiptgen.fidelity.page_samples import read_pages
from receiptgen.imaging.boxes import Box
from receiptgen.imaging.geometry import Pixels

pytestmark = pytest.mark.needs("scikit-learn", "matplotlib")

PAPER, GROUND = (220, 215, 200), (90, 60, 40)
ROWS, LEADING, LETTER = 9, 30, 14  # pixels; of the letters' height


def photo(number: int = 0, size: tuple[int, int] = (400, 320)) -> tuple[Pixels, list[Box]]:
    """Return rows of bars on paper that fills the middle of a ground, another for each number, and their boxes."""
    random = np.random.default_rng(number)
    height, width = size
    image = np.full((height, width, 3), GROUND, np.uint8)
    image[40 : height - 40, 40 : width - 40] = PAPER
    boxes = []
    for row in range(ROWS):
        top = 60 + LEADING * row
        right = 60 + 8 * int(random.integers(10, 22))
        image[top : top + LETTER, 60:right:8] = 40
        image[top : top + LETTER, 61:right:8] = 40
        boxes.append((58, top - 3, right + 2, top + LETTER + 3))
    noisy = cv2.GaussianBlur(image, (0, 0), 0.5) + random.normal(0, 2, image.shape)
    return np.clip(noisy, 0, 255).round().astype(np.uint8), boxes


def measured(image: Pixels, boxes: list[Box]) -> dict[str, float]:
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    return measure_page(image, grey, boxes, text_lines(image, grey, boxes))


def fill(folder: Path, change: Callable[[Pixels], Pixels] = lambda image: image, first: int = 0) -> Path:
    """Write pages whose boxes have classes."""
    (folder / "img").mkdir(parents=True)
    pages = []
    for number in range(first, first + 20):
        image, boxes = photo(number)
        assert cv2.imwrite(str(folder / "img" / f"{number}.png"), change(image)[..., ::-1])
        annotations = [
            {"box": [x0, y0, x1, y0, x1, y1, x0, y1], "text": "TEXT", "label": 25} for x0, y0, x1, y1 in boxes
        ]
        pages.append({"name": f"{number}.png", "width": 320, "height": 400, "annotations": annotations})
    (folder / "truth.json").write_text(json.dumps(pages))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("pages")

    def red(image: Pixels) -> Pixels:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2) * np.array([1, 0.8, 0.7]), np.uint8)

    return {"plain": fill(base / "plain"), "red": fill(base / "red", red, first=50)}


@pytest.mark.smoke
def test_print_light_and_ground_are_those_that_were_drawn() -> None:
    found = measured(*photo())
    assert found.keys() == PAGE_MEASURES.keys()
    assert (found["long_side"], found["aspect"]) == (400, 1.25)
    assert found["print_size"] == pytest.approx(LETTER, abs=1)
    assert found["print_share"] == pytest.approx(1000 * LETTER / 400, rel=0.1)
    assert found["leading"] == pytest.approx(LEADING / LETTER, rel=0.1)
    assert found["paper"] == pytest.approx(np.dot(PAPER, (0.299, 0.587, 0.114)), abs=2)
    assert found["warmth"] == pytest.approx(np.log2(PAPER[0] / PAPER[2]), abs=0.02)
    assert found["paper_share"] == pytest.approx(320 * 240 / (400 * 320), rel=0.05)
    assert found["ground"] == pytest.approx(64.6 / 214.8, abs=0.03)
    assert found["noise"] == pytest.approx(2 * np.linalg.norm((0.299, 0.587, 0.114)), rel=0.3)
    assert (found["shading"], found["gradient"]) == (pytest.approx(0, abs=0.01), pytest.approx(0, abs=0.01))


def test_measures_follow_what_changes() -> None:
    image, boxes = photo()
    before = measured(image, boxes)
    light = np.linspace(1, 0.6, image.shape[0])[:, None, None]
    shaded, soft = (measured(np.asarray(changed, np.uint8), boxes) for changed in (
        image * light, cv2.GaussianBlur(image, (0, 0), 1.2),
    ))  # fmt: skip
    assert shaded["gradient"] > 0.2 > shaded["shading"]
    assert shaded["paper_ratio"] < 0.8 < before["paper_ratio"]
    assert soft["edge_width"] > 1.5 * before["edge_width"]
    half = image.copy()
    half[:200] = cv2.GaussianBlur(image, (0, 0), 1.5)[:200]
    assert measured(half, boxes)["edge_spread"] > 2 * before["edge_spread"]


def test_blocks_of_jpeg_are_seen_on_their_grid_alone() -> None:
    image, boxes = photo()
    _, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 30])
    through = np.asarray(cv2.imdecode(content, cv2.IMREAD_COLOR), np.uint8)
    blocks, moved = (measured(part, boxes)["blockiness"] for part in (through, through[3:, 3:]))
    assert blocks > 0.3
    assert moved < blocks / 2


def test_without_boxes_the_frame_alone_is_measured() -> None:
    image, _ = photo()
    found = measured(image, [])
    assert {name for name, value in found.items() if np.isfinite(value)} == FRAME_MEASURES.keys()


def test_pages_that_differ_are_told_apart(
    folders: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["fidelity", str(folders["red"]), str(folders["plain"]), "--pages", "--out", str(tmp_path / "red"), "--json"])
    red = json.loads(capsys.readouterr().out)
    assert all(verdict["accuracy"] > 0.9 for verdict in red["classifiers"].values())
    assert red["measures"]["edge_width"]["ks"] > 0.9
    assert red["synthetic"] == {"pages": 20, "found": 20, "receipts": 20, "unreadable": [], "small": 0}
    page = (tmp_path / "red" / "index.html").read_text(encoding="utf-8")
    assert "Synthetic and real pages" in page
    assert all((tmp_path / "red" / name).is_file() for name in ("mixed.png", "surest_pixels_real.png"))


def test_plain_images_are_pages_without_boxes(folders: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for file in (folders["plain"] / "img").iterdir():
        (tmp_path / "deep" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"none")
    pages = read_pages(tmp_path)
    assert len(pages.pages) == 20
    assert pages.unreadable == ("broken.jpg",)
    assert all(page.lines is None for page in pages.pages)


def test_too_few_pages_are_refused(folders: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="5 pages; at least 20 are needed to compare"):
        read_pages(folders["plain"], limit=5)
    with pytest.raises(DatasetError, match="no such folder"):
        read_pages(tmp_path / "none")


def test_layout_is_that_which_was_drawn() -> None:
    image, boxes = photo()
    image = image.copy()
    image[60 + LEADING * 4 - 9 : 60 + LEADING * 4 - 7, 58:240] = 40
    # The first rows have a second column each, and the last is apart.
    second = [(box[2] + 60, box[1], box[2] + 80, box[3]) for box in boxes[:3]]
    found = measured(image, [*boxes, *second])
    plain = measured(*photo())
    assert (found["columns"], plain["columns"]) == (pytest.approx(1 + 3 / ROWS), 1)
    assert found["column_gap"] > 0.2
    assert plain["column_gap"] == 0
    assert (found["rules"], plain["rules"]) == (pytest.approx(1 / ROWS), 0)
    assert plain["pitch_spread"] == pytest.approx(0, abs=0.02)
    assert plain["gap_share"] == 0
    assert (plain["large_share"], plain["small_share"]) == (0, 0)
    width = max(box[2] for box in boxes) - 58
    assert plain["text_length"] == pytest.approx((boxes[-1][3] - boxes[0][1]) / width, rel=0.05)
    assert plain["space_left"] == pytest.approx(58 / width, rel=0.05)


def test_pages_whose_letters_cannot_be_told_are_measured_as_those_without_boxes(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dots")
    dots = np.full((400, 320, 3), 220, np.uint8)
    dots[::9, ::9] = 40
    assert cv2.imwrite(str(folder / "img" / "0.png"), dots)
    pages = read_pages(folder).pages
    assert sorted(page.lines is None for page in pages) == [False] * 19 + [True]
