"""How near synthetic crops come to real ones: reading, measuring, comparing, reporting."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from receiptgen.cli import main
from receiptgen.core.errors import DatasetError
from receiptgen.fidelity.line_crops import LineCrop, LineCrops, read_crops
from receiptgen.fidelity.measures import MEASURES, measure_crop
from receiptgen.imaging.geometry import Pixels

pytestmark = pytest.mark.needs("scikit-learn", "matplotlib")

RECEIPTS, LINES = 12, 8


def crop(image: Pixels, length: int = 0) -> LineCrop:
    return LineCrop(image, length, "receipt", "crop.png")


def ground(height: int, width: int, level: int = 230) -> Pixels:
    return np.full((height, width), level, np.uint8)


def bars() -> Pixels:
    """Return bars 4 pixels wide, 16 apart, with gaps of 8, 12, 20 and 28 pixels at top, bottom, left and right."""
    image = ground(80, 180)
    for left in range(20, 152, 16):
        image[8:68, left : left + 4] = 40
    return image


def printed(number: int, sigma: float = 3.0) -> Pixels:
    """Return a line of print on noisy paper, another for each number."""
    random = np.random.default_rng(number)
    image = ground(28, int(random.integers(70, 220)), 235)
    text = "".join(random.choice(list("ABCDEFGHKLMNPRSTUX0123456789"), 12))
    cv2.putText(image, text, (4, 21), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 50, 1, cv2.LINE_AA)
    return np.clip(image + random.normal(0, sigma, image.shape), 0, 255).round().astype(np.uint8)


def fill(folder: Path, change: Callable[[Pixels], Pixels] = lambda image: image, first: int = 0) -> Path:
    """Write lines of a dozen receipts."""
    folder.mkdir()
    for receipt in range(first, first + RECEIPTS):
        for line in range(LINES):
            image = change(printed(100 * receipt + line))
            assert cv2.imwrite(str(folder / f"{receipt:03d}_{line:04d}.png"), image)
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("crops")

    def dull(image: Pixels) -> Pixels:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.5) * 0.8, np.uint8)

    return {"plain": fill(base / "plain"), "dull": fill(base / "dull", dull, first=50)}


@pytest.fixture(scope="module")
def report(folders: dict[str, Path]) -> Path:
    """The report of lines against other lines, blurred and darkened."""
    out = folders["plain"].parent / "report"
    main(["fidelity", str(folders["dull"]), str(folders["plain"]), "--out", str(out)])
    return out


@pytest.fixture
def figures(report: Path) -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, dict[str, dict[str, float]]] = json.loads((report / "fidelity.json").read_bytes())
    return found


# -- measures ---------------------------------------------------------------------------------------------


def test_levels_and_shares_are_those_that_were_drawn() -> None:
    image = bars()
    found = measure_crop(crop(image, length=9))
    assert (found["height"], found["paper"], found["ink"], found["contrast"]) == (80, 230, 40, 190)
    assert found["ink_share"] == pytest.approx((image == 40).mean())
    assert found["pitch"] == pytest.approx(180 / 9 / 80)
    assert (found["ink_spread"], found["grey_share"], found["binary_share"]) == (0, 0, 0)
    assert (found["paper_noise"], found["blockiness"], found["specks"]) == (0, 0, 0)
    assert measure_crop(crop(np.tile(image, (1, 3))))["unevenness"] == 0


def test_margins_are_gaps_over_the_height() -> None:
    found = measure_crop(crop(bars()))
    gaps = [found[f"margin_{side}"] * 80 for side in ("top", "bottom", "left", "right")]
    assert gaps == pytest.approx([8, 12, 20, 28])
    assert found["edge_ink"] == 0
    assert measure_crop(crop(bars()[8:]))["edge_ink"] > 0


@pytest.mark.parametrize("wide", [1, 2, 3, 6])
@pytest.mark.parametrize("upright", [True, False])
def test_stroke_is_the_width_of_a_long_bar(wide: int, upright: bool) -> None:
    image = ground(120, 300)
    if upright:
        image[:, 100 : 100 + wide] = 40
    else:
        image[60 : 60 + wide] = 40
    assert measure_crop(crop(image))["stroke"] == pytest.approx(wide, rel=0.02)


def test_stroke_survives_blur_and_edges_widen_with_it() -> None:
    sharp = measure_crop(crop(bars()))
    soft = measure_crop(crop(np.asarray(cv2.GaussianBlur(bars(), (0, 0), 1.0), np.uint8)))
    assert sharp["stroke"] == pytest.approx(4, rel=0.1)
    assert soft["stroke"] == pytest.approx(sharp["stroke"], rel=0.25)
    assert (sharp["edge_width"], sharp["sharpness"]) == (0, 1)
    assert soft["edge_width"] > 1.2
    assert soft["sharpness"] < 0.6
    assert soft["grey_share"] > 0.05


@pytest.mark.parametrize("angle", [-3.0, -1.0, 0.0, 0.5, 2.0])
def test_skew_is_the_angle_by_which_a_line_was_turned(angle: float) -> None:
    image = ground(60, 480)
    cv2.putText(image, "TOTAL AMOUNT 123.45 HEREWITH", (10, 36), cv2.FONT_HERSHEY_SIMPLEX, 0.85, 40, 2, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((240, 30), angle, 1)
    turned = cv2.warpAffine(image, turn, (480, 60), borderValue=(230,))
    assert measure_crop(crop(np.asarray(turned, np.uint8)))["skew"] == pytest.approx(angle, abs=0.25)


def test_noise_bands_and_jpeg_show_in_their_own_measures() -> None:
    random = np.random.default_rng(1)
    noisy = np.clip(bars() + random.normal(0, 4, (80, 180)), 0, 255).round().astype(np.uint8)
    # Less by a ninth for the pixel's part in its mean, and by the tail that is cut off.
    assert measure_crop(crop(noisy))["paper_noise"] == pytest.approx(4 * math.sqrt(8 / 9), rel=0.08)
    wide = np.tile(bars(), (1, 4))
    wide[:, 360:] -= 20
    assert measure_crop(crop(wide))["unevenness"] == pytest.approx(10, abs=1)
    packed = cv2.imdecode(cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 20])[1], cv2.IMREAD_GRAYSCALE)
    assert packed is not None
    blocks, none = (measure_crop(crop(np.asarray(image, np.uint8)))["blockiness"] for image in (packed, noisy))
    assert blocks > 2 * none


@pytest.mark.parametrize("size", [(4, 4), (4, 300), (200, 3000), (300, 4), (31, 97)])
@pytest.mark.parametrize("kind", ["white", "black", "grey", "half", "noise", "inverse"])
def test_any_crop_is_measured_and_a_blank_one_has_no_ink(size: tuple[int, int], kind: str) -> None:
    image = np.full(size, {"white": 255, "black": 0, "grey": 128}.get(kind, 200), np.uint8)
    if kind == "half":
        image[: size[0] // 2] = 10
    if kind == "noise":
        image = np.random.default_rng(0).integers(0, 256, size).astype(np.uint8)
    if kind == "inverse":
        image[:] = 10
        image[1:-1, 1:-1] = 240
    found = measure_crop(crop(image, length=10))
    assert found.keys() == MEASURES.keys()
    assert found["height"] == size[0]
    assert not any(math.isinf(value) for value in found.values())
    blank = kind in {"white", "black", "grey"}
    assert all(math.isnan(found[name]) == blank for name in ("ink", "contrast", "ink_share", "margin_top"))


# -- reading ----------------------------------------------------------------------------------------------


def test_loose_images_are_grouped_by_their_names(folders: dict[str, Path]) -> None:
    crops = read_crops(folders["plain"])
    assert crops.found == len(crops.crops) == RECEIPTS * LINES
    assert {crop.group for crop in crops.crops} == {f"{number:03d}" for number in range(RECEIPTS)}
    assert all(crop.length == 0 for crop in crops.crops)


def test_names_that_part_no_receipts_make_each_crop_its_own(tmp_path: Path) -> None:
    fill(tmp_path / "crops")
    for number, path in enumerate(sorted((tmp_path / "crops").iterdir())):
        path.rename(path.with_name(f"line_{number}.png"))
    assert len({crop.group for crop in read_crops(tmp_path / "crops").crops}) == RECEIPTS * LINES


def test_a_choice_is_spread_over_receipts_and_depends_on_the_seed(folders: dict[str, Path]) -> None:
    first, again, other = (read_crops(folders["plain"], 60, seed=seed).crops for seed in (1, 1, 2))
    assert len(first) == 60
    assert {sum(crop.group == group for crop in first) for group in {crop.group for crop in first}} == {5}
    names = [[crop.name for crop in crops] for crops in (first, again, other)]
    assert names[0] == names[1] != names[2]


def test_what_draw_writes_is_read_with_texts_and_receipts(tmp_path: Path) -> None:
    shared = ["--out", str(tmp_path), "--workers", "1", "--quiet"]
    main(["draw", "64", "--kinds", "receipt_line", *shared])
    main(["draw", "12", "--kinds", "receipt", "--templates", "parking", *shared])
    lines = read_crops(tmp_path / "results_test")
    assert len(lines.crops) == 64
    assert len({crop.group for crop in lines.crops}) == 2
    labels = [json.loads(row) for row in (tmp_path / "results_test" / "labels.jsonl").read_text().splitlines()]
    assert {crop.name: crop.length for crop in lines.crops} == {row["file"]: len(row["text"]) for row in labels}
    pages = read_crops(tmp_path / "results", limit=10_000)
    truths = [json.loads(path.read_text()) for path in (tmp_path / "results").rglob("truth.json")]
    assert pages.found == sum(len(truth["fields"]) for truth in truths)
    assert len({crop.group for crop in pages.crops}) == 12
    both = read_crops(tmp_path, limit=10_000)
    assert both.found == pages.found + lines.found


def test_jsonl_of_receipts_is_cut_like_their_folders(tmp_path: Path) -> None:
    args = ["draw", "3", "--kinds", "receipt", "--templates", "cafe", "--workers", "1", "--quiet"]
    for form in ("folder", "jsonl"):
        main([*args, "--out", str(tmp_path / form), "--format", form])
    folder, jsonl = (read_crops(tmp_path / form / "results") for form in ("folder", "jsonl"))
    assert len(folder.crops) == len(jsonl.crops)
    assert all(np.array_equal(a.image, b.image) for a, b in zip(folder.crops, jsonl.crops, strict=True))


def boxed(folder: Path) -> Path:
    """Write pages as SROIE has them, 5 boxes each; the transcripts hold commas."""
    for name in ("img", "box"):
        (folder / name).mkdir(parents=True)
    for page in range(12):
        image = np.full((300, 400), 250, np.uint8)
        rows = []
        for line in range(5):
            top, left = 20 + 50 * line, 30
            image[top + 5 : top + 25, left + 10 : left + 90] = 30
            rows.append(f"{left},{top},{left + 100},{top},{left + 100},{top + 30},{left},{top + 30},A, B {line}")
        assert cv2.imwrite(str(folder / "img" / f"{page:03d}.png"), image)
        (folder / "box" / f"{page:03d}.csv").write_text("\n".join(rows) + "\n\n")
    return folder


@pytest.mark.parametrize(("margin", "size"), [(0.0, (30, 100)), (0.1, (36, 106))])
def test_pages_with_boxes_are_cut_at_them(tmp_path: Path, margin: float, size: tuple[int, int]) -> None:
    crops = read_crops(boxed(tmp_path / "sroie"), margin=margin)
    assert {crop.image.shape for crop in crops.crops} == {size}
    assert {crop.length for crop in crops.crops} == {len("A, B 0")}
    assert len({crop.group for crop in crops.crops}) == 12


def test_a_broken_box_file_is_named_with_its_line(tmp_path: Path) -> None:
    folder = boxed(tmp_path / "sroie")
    (folder / "box" / "003.csv").write_text("1,2,3\n")
    with pytest.raises(DatasetError, match=r"box/003.csv:1: expected x0,y0,..,x3,y3,text"):
        read_crops(folder)


def test_boxes_outside_their_page_or_too_small_are_left_out(tmp_path: Path) -> None:
    folder = boxed(tmp_path / "sroie")
    with (folder / "box" / "003.csv").open("a") as rows:
        rows.write("900,10,950,10,950,40,900,40,GONE\n10,10,12,10,12,40,10,40,I\n")
    crops = read_crops(folder)
    assert (crops.found, len(crops.crops), crops.small) == (62, 60, 2)


# -- comparison and report --------------------------------------------------------------------------------


def test_a_folder_is_like_itself_and_no_judge_tells_it_apart(folders: dict[str, Path]) -> None:
    from receiptgen.fidelity.comparison import compare

    crops = read_crops(folders["plain"])
    found = compare(crops, crops)
    assert {item.ks for item in found.comparisons} == {0.0}
    assert all(verdict.accuracy == pytest.approx(0.5, abs=0.1) for verdict in found.verdicts.values())


def test_blur_and_shade_are_found_and_tell_the_sides_apart(figures: dict[str, dict[str, dict[str, float]]]) -> None:
    for name in ("paper", "sharpness", "edge_width"):
        assert figures["measures"][name]["ks"] > 0.95, name
    assert figures["measures"]["height"]["ks"] == 0
    assert figures["measures"]["margin_right"]["ks"] < 0.3
    for verdict in figures["classifiers"].values():
        assert verdict["accuracy"] > 0.9
        assert verdict["auc"] > 0.9


def test_labels_on_one_side_alone_give_nothing_away(folders: dict[str, Path]) -> None:
    from dataclasses import replace

    from receiptgen.fidelity.comparison import compare

    crops = read_crops(folders["plain"])
    labelled = LineCrops(tuple(replace(crop, length=12) for crop in crops.crops), crops.found, (), 0)
    found = compare(labelled, crops)
    assert "pitch" not in {item.name for item in found.comparisons}
    assert found.verdicts["measures"].accuracy == pytest.approx(0.5, abs=0.1)


@pytest.mark.smoke
def test_the_page_shows_what_lies_beside_it_and_all_measures(report: Path) -> None:
    page = (report / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:src|href)=['\"]([^'\"]+)['\"]", page))
    assert named == {path.name for path in report.iterdir()} - {"index.html"}
    assert {f"surest_{judge}_{side}.png" for judge in ("measures", "pixels") for side in ("real", "synthetic")} < named
    assert "http" not in page
    figures = json.loads((report / "fidelity.json").read_bytes())
    distances = [item["ks"] for item in figures["measures"].values()]
    assert distances == sorted(distances, reverse=True)
    assert figures["left_out"] == ["pitch"]
    assert figures["versions"].keys() >= {"receiptgen", "scikit-learn", "scipy"}


def test_the_key_tells_the_sides_of_the_mixed_sheet(report: Path, folders: dict[str, Path]) -> None:
    key = json.loads((report / "mixed_key.json").read_bytes())
    sides = [entry["side"] for entry in key.values()]
    assert sides.count("real") == sides.count("synthetic") == 24
    where = {"real": folders["plain"], "synthetic": folders["dull"]}
    assert all((where[entry["side"]] / entry["crop"]).is_file() for entry in key.values())


def test_the_same_seed_writes_the_same_bytes(
    report: Path, folders: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    args = ["fidelity", str(folders["dull"]), str(folders["plain"]), "--out", str(tmp_path / "again"), "--json"]
    main(args)
    said = capfd.readouterr().out
    assert json.loads(said) == json.loads((report / "fidelity.json").read_bytes())
    for path in report.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


# -- faults -----------------------------------------------------------------------------------------------


def fault(capfd: pytest.CaptureFixture[str], *args: object) -> str:
    capfd.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["fidelity", *map(str, args)])
    assert ended.value.code == 1
    (line,) = capfd.readouterr().err.splitlines()
    return line


def test_faults_of_folders_are_one_line(
    folders: dict[str, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    good, out = folders["plain"], ("--out", tmp_path / "out")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "few").mkdir()
    for number in range(49):
        cv2.imwrite(str(tmp_path / "few" / f"{number}.png"), printed(number))
    assert fault(capfd, tmp_path / "none", good, *out).endswith("none: no such folder")
    assert fault(capfd, good, tmp_path / "file", *out).endswith("file: is not a folder")
    assert "empty: holds no line crops; png or jpg files" in fault(capfd, good, tmp_path / "empty", *out)
    assert fault(capfd, good, tmp_path / "few", *out).endswith("few: 49 crops; at least 50 are needed to compare")
    assert "lies in" in fault(capfd, good, good, "--out", good / "report")
    assert not (tmp_path / "out").exists()


def test_images_that_can_not_be_read_are_counted_and_named(tmp_path: Path) -> None:
    folder = fill(tmp_path / "crops")
    (folder / "000_0099.png").write_bytes(b"no image")
    (folder / "000_0100.jpg").touch()
    crops = read_crops(folder)
    assert crops.unreadable == ("000_0099.png", "000_0100.jpg")
    assert len(crops.crops) == RECEIPTS * LINES


def test_labels_that_are_no_json_are_named_with_their_line(tmp_path: Path) -> None:
    folder = fill(tmp_path / "crops")
    (folder / "labels.jsonl").write_text('{"text": "of another make"}\n')
    assert len(read_crops(folder).crops) == RECEIPTS * LINES
    (folder / "labels.jsonl").write_text('{}\n{"file": \n')
    with pytest.raises(DatasetError, match=r"labels.jsonl:2: is not JSON"):
        read_crops(folder)


def test_too_few_receipts_are_refused(tmp_path: Path, folders: dict[str, Path]) -> None:
    from dataclasses import replace

    from receiptgen.fidelity.comparison import compare

    crops = read_crops(folders["plain"])
    one = LineCrops(tuple(replace(crop, group="one") for crop in crops.crops), crops.found, (), 0)
    with pytest.raises(DatasetError, match="the real side is of 1 receipt; at least 10 are needed"):
        compare(crops, one)


def test_a_missing_package_names_the_extra(
    folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sklearn" else find(name))
    said = fault(capfd, folders["plain"], folders["dull"])
    assert said == "receiptgen: fidelity needs the package scikit-learn; pip install 'receiptgen[fidelity]'"
