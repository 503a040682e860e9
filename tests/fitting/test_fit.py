"""Numbers of a profile are found from crops: what is free, what is found, what is written, what is refused."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from command_line import Run

from receiptgen.cli import main
from receiptgen.core.files import LOCK, lock_folder
from receiptgen.drawing.profile import profile
from receiptgen.executors.local import Local
from receiptgen.fidelity.line_crops import read_crops
from receiptgen.fitting import report as report_files
from receiptgen.fitting.drawn_lines import DrawnLines
from receiptgen.fitting.fit import Budget, Fit, Report, _Distance, fit_profile, packaged_distances, packaged_fits
from receiptgen.fitting.lookalikes import lookalikes
from receiptgen.fitting.numbers import free_keys, names_of, profile_at, start_of, values_at
from receiptgen.fitting.scans import find_lines, read_lines, with_ink
from receiptgen.fitting.target import Target

pytestmark = pytest.mark.needs("scikit-learn", "matplotlib")

SCANNER = """about: A scanner with two free numbers
capture:
  - {{kind: blur, sigma: {sigma}}}
  - {{kind: levels, paper: {paper}, ink: 20}}
"""
CROPS, DRAWS = 24, 40


def write_scanner(path: Path, sigma: str, paper: str) -> Path:
    path.write_text(SCANNER.format(sigma=sigma, paper=paper), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Crops of a scanner that blurs more and is darker than the profile from which the search begins."""
    base = tmp_path_factory.mktemp("fit")
    write_scanner(base / "mine.yaml", "0.4..0.7", "235..250")
    true = write_scanner(base / "true.yaml", "0.9..1.2", "195..210")
    options = ["--kinds", "receipt_text", "--profile", str(true), "--seed", "5", "--workers", "1", "--quiet"]
    main(["draw", str(CROPS), *options, "--out", str(base / "scans")])
    return base


@pytest.fixture(scope="module")
def fitted(folder: Path) -> Path:
    """The profile that the command has found."""
    out = folder / "found" / "fitted.yaml"
    options = ["--from", str(folder / "mine.yaml"), "--draws", str(DRAWS), "--crops", str(CROPS), "--workers", "1"]
    main(["fit", str(folder / "scans"), *options, "--quiet", "--out", str(out)])
    return out


def search(folder: Path, draws: int, report: Report = lambda seconds, drawn: None, workers: int = 1) -> Fit:
    target = Target.of(read_crops(folder / "scans", fewest=10).crops)
    return fit_profile(
        str(folder / "mine.yaml"), target, Local(workers), Budget(600, draws), crops=10, seed=0, report=report
    )


# -- free numbers -----------------------------------------------------------------------------------------


def test_ranges_and_shares_that_a_profile_writes_are_free_and_single_numbers_are_not() -> None:
    labels = {key.label: key for key in free_keys(profile("scan").value)}
    assert {"printing.heat.strength", "capture.jpeg.quality", "line.maybe 1.share", "crop.left", "crop.leak"} <= set(
        labels
    )
    assert labels["printing.maybe 1.one_of.cut_tops.depth"].shape.names == ("middle", "width")
    assert not any(name.endswith(("cut_tops.share", "vignette", "sensor.shot", "resample.stretch")) for name in labels)
    assert free_keys(profile("clean").value) == ()


@pytest.mark.parametrize("name", ["scan", "pen", "phone", "fax", "scan_bw"])
def test_where_a_profile_has_its_numbers_it_is_as_it_is_written(name: str) -> None:
    keys = free_keys(profile(name).value)
    start = start_of(keys)
    assert len(names_of(keys)) == len(start)
    assert ((start >= 0) & (start <= 1)).all()
    assert [repr(value) for value in values_at(keys, start)] == [repr(key.written) for key in keys]
    same = profile_at(profile(name).value, keys, start)
    assert same.line_effects == profile(name).value.line_effects


def test_any_positions_give_numbers_within_the_bounds_of_their_fields() -> None:
    used = profile("scan").value
    keys = free_keys(used)
    random = np.random.default_rng(3)
    for positions in (np.zeros(len(start_of(keys))), random.random(len(start_of(keys)))):
        for section in (profile_at(used, keys, positions).line_effects, used.line_effects):
            for effect in section:
                type(effect).model_validate(dict(effect))  # type: ignore[attr-defined]  # all are records


# -- search -----------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_numbers_of_another_scanner_are_found(fitted: Path) -> None:
    figures = json.loads((fitted.parent / "fitted-report" / "fit.json").read_text())
    assert figures["draws"] <= DRAWS
    assert figures["mean_ks"]["fitted"] < 0.6 * figures["mean_ks"]["before"]
    capture = yaml.safe_load(fitted.read_text(encoding="utf-8"))["capture"]
    sigma, paper = (
        tuple(map(float, str(capture[index][key]).split(".."))) for index, key in ((0, "sigma"), (1, "paper"))
    )
    # Of so few crops and draws, which are others wherever the profile's file lies: the middle was 0.55 and 242.
    assert np.mean(sigma) == pytest.approx(1.05, abs=0.35)
    assert np.mean(paper) == pytest.approx(202.5, abs=20)


def test_what_is_written_extends_the_first_profile_and_draws_at_once(fitted: Path) -> None:
    text = fitted.read_text(encoding="utf-8")
    assert text.startswith("# Fitted by receiptgen ")
    assert "extends: ../mine.yaml" in text
    assert "# blur.sigma: told " in text
    assert "; was 0.4..0.7" in text
    found = profile(str(fitted)).value
    assert found.about == f"Lines as in {CROPS} crops of our scans, fitted from mine"
    assert len(list(DrawnLines(str(fitted), 0, 2).images(None))) == 2


def test_the_report_shows_crops_before_and_after_beside_the_scans(fitted: Path) -> None:
    report = fitted.parent / "fitted-report"
    page = (report / "index.html").read_text(encoding="utf-8")
    shown = {"before.png", "scans.png", "fitted.png", "histograms.png", "fit.json"}
    assert {path.name for path in report.iterdir()} == shown | {"index.html", LOCK}
    assert all(name in page for name in shown)
    assert "capture.levels.paper" in page


def test_the_same_seed_finds_the_same_numbers_with_any_workers(folder: Path) -> None:
    alone, pair = (search(folder, 6, workers=workers) for workers in (1, 2))
    assert (alone.positions != start_of(alone.keys)).any()
    assert alone.positions.tolist() == pair.positions.tolist()
    assert np.array_equal(alone.after, pair.after, equal_nan=True)


def test_a_search_that_is_stopped_returns_what_it_has_found(folder: Path) -> None:
    def stop(seconds: float, drawn: int) -> None:
        if drawn == 3:
            raise KeyboardInterrupt

    stopped = search(folder, 9, stop)
    assert (stopped.draws, stopped.ended) == (3, "it was stopped")
    assert np.isnan(stopped.told).any()


# -- pages ------------------------------------------------------------------------------------------------


def pages(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    for number in range(2):
        image = np.full((700, 520), 245, np.uint8)
        for row in range(10):
            cv2.putText(image, f"ARTICLE {row} {7 * row}.50", (40, 60 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 1, 40, 2)
        path = folder / f"{number}.png"
        cv2.imwrite(str(path), image)
        yield path


def test_lines_of_pages_are_found_without_labels(tmp_path: Path) -> None:
    assert len(list(pages(tmp_path / "pages"))) == 2
    lines = find_lines(tmp_path / "pages", 12, "classical", 0)
    assert len(lines.crops) == 12
    assert {crop.group for crop in lines.crops} == {"0.png", "1.png"}
    assert all(20 < crop.image.shape[0] < 60 < crop.image.shape[1] for crop in lines.crops)


# -- crops that tell nothing ------------------------------------------------------------------------------


def with_faults(folder: Path, good: int) -> Path:
    """A folder of crops with ink, and some without, of one level, too small, copied, and not images at all."""
    folder.mkdir()
    for number in range(good):
        image = np.full((24, 90), 240, np.uint8)
        cv2.putText(image, f"{number}.50", (6, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 40, 2)
        cv2.imwrite(str(folder / f"good{number}.png"), image)
    cv2.imwrite(str(folder / "copy.png"), cv2.imread(str(folder / "good0.png"), cv2.IMREAD_GRAYSCALE))
    noise = np.random.default_rng(0).integers(238, 243, (24, 90)).astype(np.uint8)
    for name, image in {"blank": noise, "black": np.zeros((24, 90), np.uint8), "low": noise[:3]}.items():
        cv2.imwrite(str(folder / f"{name}.png"), image)
    (folder / "broken.png").write_bytes(b"not an image")
    return folder


def test_crops_that_tell_nothing_are_left_out_and_each_reason_is_told(tmp_path: Path) -> None:
    folder = with_faults(tmp_path / "mixed", 12)
    lines, left_out = with_ink(read_lines(folder, 500, 0.0, 0), folder)
    # Which of two equal files is kept does not matter.
    assert len(lines.crops) == 12
    assert {crop.name for crop in lines.crops} <= {"copy.png", *(f"good{number}.png" for number in range(12))}
    assert left_out == (
        "1 left out, no image that can be read: broken.png",
        "1 left out, a side is below 4 pixels",
        "2 left out, without ink",
        "1 left out, the same pixels as another",
    )


def test_too_few_crops_that_tell_something_are_refused_with_the_reasons(tmp_path: Path, run: Run) -> None:
    result = run("fit", with_faults(tmp_path / "mixed", 9), "--quiet", "--out", tmp_path / "mine.yaml")
    assert result.code == 1
    assert "mixed: 9 crops; at least 10 are needed; 1 left out, no image that can be read: broken.png; " in result.error
    assert len(result.error.splitlines()) == 1
    assert not (tmp_path / "mine.yaml").exists()


def test_crops_that_are_too_small_are_refused_with_that_reason(tmp_path: Path, run: Run) -> None:
    (tmp_path / "tiny").mkdir()
    for number in range(12):
        cv2.imwrite(str(tmp_path / "tiny" / f"{number}.png"), np.full((3, 3), 20 * number, np.uint8))
    assert run("fit", tmp_path / "tiny", "--out", tmp_path / "mine.yaml").fault.endswith(
        "tiny: 0 crops; at least 10 are needed to compare; 12 left out, a side is below 4 pixels"
    )


# -- runs that end before their time, or meet --------------------------------------------------------------


def test_a_run_that_is_ended_while_it_writes_leaves_no_profile_so_that_the_same_command_starts_again(
    folder: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "mine.yaml"
    command = ["fit", folder / "scans", "--from", folder / "mine.yaml", "--draws", "1", "--crops", "10", "--out", out]
    with monkeypatch.context() as ended:
        ended.setattr(report_files, "write_report", end)
        stopped = run(*command, "--workers", "1")
    assert stopped.code == 130
    assert stopped.error.endswith("receiptgen: stopped before a profile was written; the same command starts again\n")
    assert not out.exists()
    again = run(*command, "--workers", "1")
    assert again.code == 0
    assert "no number was changed; --minutes gives the search more time" in again.error
    assert out.exists()


def test_two_runs_for_one_profile_do_not_meet(folder: Path, tmp_path: Path, run: Run) -> None:
    with lock_folder(tmp_path / "mine-report"):
        refused = run("fit", folder / "scans", "--from", folder / "mine.yaml", "--out", tmp_path / "mine.yaml")
    assert refused.fault.endswith("mine-report: another run is writing to it")


def test_the_minutes_count_from_when_the_budget_began(folder: Path) -> None:
    spent: list[float] = []
    target = Target.of(read_crops(folder / "scans", fewest=10).crops)
    fit_profile(
        str(folder / "mine.yaml"), target, Local(1), Budget(60, None, time.monotonic() - 100), crops=10, seed=0,
        report=lambda seconds, _: spent.append(seconds),
    )  # fmt: skip
    # The profile as it is written is drawn whatever time is left, then what has no influence is looked for no more.
    assert 1 <= len(spent) <= 3
    assert min(spent) >= 100


def test_the_nearest_profiles_are_told_one_after_the_other(folder: Path) -> None:
    told: list[int] = []
    target = Target.of(read_crops(folder / "scans", fewest=10).crops)
    names = [str(folder / "mine.yaml"), str(folder / "true.yaml")]
    found = packaged_distances(names, target, Local(1), Budget(600), crops=10, seed=0, report=told.append)
    assert told == [1, 2]
    assert next(iter(found)) == str(folder / "true.yaml")


def test_profiles_are_compared_as_long_as_there_is_time_and_one_at_least(folder: Path) -> None:
    target = Target.of(read_crops(folder / "scans", fewest=10).crops)
    names = [str(folder / "mine.yaml"), str(folder / "true.yaml")]
    over = Budget(60, None, time.monotonic() - 100)
    found = packaged_distances(names, target, Local(1), over, crops=10, seed=0, report=lambda done: None)
    assert list(found) == names[:1]


def test_a_command_whose_time_is_over_takes_the_nearest_profile_of_those_compared(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "mine.yaml"
    options = ["--minutes", "0.01", "--crops", "10", "--workers", "1"]
    told = run("fit", folder / "scans", *options, "--out", out).error
    assert f" of {len(packaged_fits())} profiles compared; --from NAME chooses one, --minutes gives more" in told
    compared = json.loads((tmp_path / "mine-report" / "fit.json").read_text())["packaged"]
    assert 1 <= len(compared) < len(packaged_fits())
    assert f"extends: {min(compared, key=compared.__getitem__)}\n" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_ends_the_choice_of_a_profile_and_nothing_is_written(
    folder: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    command = os.getpid()

    def interrupt(self: _Distance, name: str) -> float:
        os.kill(command, signal.SIGINT)
        time.sleep(600)  # what a worker does then is ended, not waited for
        return 0.0

    monkeypatch.setattr(_Distance, "__call__", interrupt)
    stopped = run("fit", folder / "scans", "--workers", workers, "--out", tmp_path / "mine.yaml")
    assert stopped.code == 130
    assert stopped.error.endswith("receiptgen: stopped before a profile was written; the same command starts again\n")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [LOCK]


# -- lookalikes -------------------------------------------------------------------------------------------


def test_numbers_whose_errors_depend_on_each_other_are_reported_as_lookalikes() -> None:
    keys = [key for key in free_keys(profile("scan").value) if key.label.endswith(("heat.strength", "stroke.weight"))]
    count = len(start_of(keys))
    covariance = np.eye(count)
    # Each has three numbers; what counts is where the median is.
    covariance[0, 3] = covariance[3, 0] = -0.8
    told, table = np.full(count, 0.5), np.zeros((0, 25))
    fit = Fit("scan", tuple(keys), start_of(keys), told, covariance, 1, 1.0, "it was stopped", table, table, ((), ()))
    (pair,) = lookalikes(fit)
    assert pair.text == (
        "printing.heat.strength and printing.stroke.weight look alike: "
        "one up and the other down changes the measures little"
    )
    assert lookalikes(replace(fit, told=np.zeros(count))) == ()


# -- faults -----------------------------------------------------------------------------------------------


def test_what_can_not_be_fitted_is_refused_in_one_line(folder: Path, tmp_path: Path, run: Run) -> None:
    scans, few, empty, high = folder / "scans", tmp_path / "few", tmp_path / "empty", tmp_path / "high"
    for made in (few, empty, high):
        made.mkdir()
    for number in range(12):
        image = np.random.default_rng(number).integers(0, 255, (90, 40)).astype(np.uint8)
        cv2.imwrite(str((few if number < 9 else high) / f"{number}.png"), image)
        cv2.imwrite(str(high / f"{number}.png"), image)
    (tmp_path / "there.yaml").write_text("about: mine\n")
    (tmp_path / "file").touch()
    faults = {
        "none: no such folder": [tmp_path / "none"],
        "empty: holds no line crops": [empty],
        "few: 9 crops; at least 10 are needed": [few],
        "for whole pages say --pages": [high],
        "empty: holds no images of pages": [empty, "--pages"],
        "unknown profile 'scam'; did you mean 'scan'": [scans, "--from", "scam"],
        "no.yaml: no such file": [scans, "--from", tmp_path / "no.yaml"],
        "profile 'real' is a mix; fit one of what it mixes: scan, ": [scans, "--from", "real"],
        "profile 'clean' writes no range": [scans, "--from", "clean"],
        "there.yaml: exists": [scans, "--out", tmp_path / "there.yaml"],
        "mine.txt: a profile ends in .yaml": [scans, "--out", tmp_path / "mine.txt"],
        "can't be written": [scans, "--out", tmp_path / "file" / "mine.yaml"],
        "lies in": [scans, "--report", scans / "report"],
    }
    for said, args in faults.items():
        result = run("fit", *args, "--quiet")
        assert result.code == 1, said
        assert said in result.error, result.error
        assert len(result.error.splitlines()) == 1, result.error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "few", "file", "high", "there.yaml"]
