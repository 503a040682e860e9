import logging
import sys
from collections.abc import Iterator
from math import inf, nan
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.core.errors import FileError
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import AnyEntry, Progressed
from receiptgen.train.reporting import curves as module
from receiptgen.train.reporting.curves import curves_png, draw_curves

# The colours of the first and of the second data set.
FIRST, SECOND = (209, 73, 91), (48, 99, 142)


def run(steps: int, sets: tuple[str, ...] = ("synthetic", "real"), loss: float = nan) -> list[AnyEntry]:
    entries: list[AnyEntry] = []
    for step in range(1, steps + 1):
        entries.append(
            Progressed(
                step=step,
                seen=64 * step,
                seconds=step,
                loss=80 / step,
                rate=1e-3 / step,
                norm=2.0,
                images_per_second=270.0,
                wait=0.05,
            )
        )
        if step % 5 == 0:
            entries += [
                Evaluated(
                    step=step, seen=64 * step, seconds=step, data=data, lines=100, cer=1 / step, cer_ci=0.8 / step,
                    cer_ci_nospace=0.7 / step, exact=0.5, exact_ci=0.5, word_ci=0.5, loss=loss,
                )
                for data in sets
            ]  # fmt: skip
    return entries


def pixels(picture: bytes | None) -> NDArray[np.uint8]:
    assert picture
    return np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)[:, :, ::-1], np.uint8)


def count(image: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int((image == colour).all(axis=2).sum())


def errors(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the quarter with the error rates."""
    height, width = image.shape[:2]
    return image[: height // 2, width // 2 :]


@pytest.fixture
def unloaded() -> Iterator[None]:
    module.figure_class.cache_clear()
    yield
    module.figure_class.cache_clear()


@pytest.mark.needs("matplotlib")
def test_each_data_set_has_a_curve_of_its_colour() -> None:
    one, both = (errors(pixels(curves_png(run(20, sets)))) for sets in (("real",), ("synthetic", "real")))
    # Most pixels of a curve are blends with the paper.
    assert [count(one, FIRST) > 20, count(one, SECOND)] == [True, 0]
    assert [count(both, FIRST) > 20, count(both, SECOND) > 20] == [True, True]


@pytest.mark.needs("matplotlib")
def test_the_same_journal_makes_the_same_bytes() -> None:
    assert curves_png(run(7)) == curves_png(run(7))


@pytest.mark.needs("matplotlib")
def test_losses_of_held_out_data_are_drawn_where_they_were_measured() -> None:
    without, with_ = (pixels(curves_png(run(20, ("real",), loss))) for loss in (nan, 3.0))
    left = slice(0, without.shape[1] // 2)
    assert count(without[:300, left], FIRST) == 0
    assert count(with_[:300, left], FIRST) > 20


@pytest.mark.needs("matplotlib")
@pytest.mark.parametrize("value", [nan, inf, 0.0])
def test_values_that_no_axis_can_show_leave_a_gap(value: float) -> None:
    odd = Progressed(
        step=9, seen=576, seconds=9, loss=value, rate=value, norm=value, images_per_second=value, wait=1.0
    )  # fmt: skip
    assert curves_png([*run(8), odd])
    assert curves_png([odd])


@pytest.mark.needs("matplotlib")
def test_a_journal_without_any_progress_gives_empty_axes() -> None:
    assert pixels(curves_png([])).shape == pixels(curves_png(run(6))).shape


@pytest.mark.needs("matplotlib")
def test_curves_are_written_whole(tmp_path: Path) -> None:
    assert draw_curves(run(6), tmp_path / "new" / "curves.png")
    assert (tmp_path / "new" / "curves.png").read_bytes() == curves_png(run(6))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["curves.png"]


@pytest.mark.needs("matplotlib")
def test_a_place_that_cannot_be_written_to_is_a_fault_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"file/curves\.png: can't be written: "):
        draw_curves(run(2), tmp_path / "file" / "curves.png")


@pytest.mark.usefixtures("unloaded")
def test_without_matplotlib_nothing_is_drawn_and_the_log_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with caplog.at_level(logging.WARNING):
        assert not draw_curves(run(2), tmp_path / "curves.png")
        assert not draw_curves(run(2), tmp_path / "curves.png")
    assert [record.getMessage() for record in caplog.records] == [
        "no curves are drawn, since Matplotlib is missing; pip install matplotlib"
    ]
    assert list(tmp_path.iterdir()) == []
