"""What TensorBoard is shown."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import nan
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from components import require
from journal_entries import ended, evaluated, progressed, started

from receiptgen.train.reporting.loggers import LOGGERS, LoggedRun, Logger


@contextmanager
def opened(folder: Path) -> Iterator[Logger]:
    require("tensorboard")
    logger = LOGGERS.get("tensorboard")(LoggedRun(folder, False, {}))
    yield logger
    logger.close("ended")


def board(folder: Path) -> Any:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder / "tensorboard"), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    return events.Reload()


def scalars(folder: Path, tag: str) -> dict[int, float]:
    return {event.step: event.value for event in board(folder).Scalars(tag)}


@pytest.mark.smoke
def test_a_board_shows_the_scalars_of_the_journal(tmp_path: Path) -> None:
    with opened(tmp_path) as made:
        for entry in (started(), progressed(1, loss=8.0), progressed(2, loss=nan), evaluated(2), ended(2)):
            made.write(entry)
    assert scalars(tmp_path, "train/loss") == {1: 8.0}
    assert scalars(tmp_path, "train/images_per_second") == {1: 273.0, 2: 273.0}
    assert scalars(tmp_path, "cer/real") == {2: 0.75}
    assert scalars(tmp_path, "cer_ci/real") == {2: 0.125}
    assert "loss/real" not in board(tmp_path).Tags()["scalars"]


def test_a_board_of_a_run_that_goes_on_forgets_later_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as first:
        for entry in (started(), *(progressed(step, loss=1.0) for step in (1, 2, 3))):
            first.write(entry)
    # Files are read by the second in their names.
    later = time.time() + 10
    monkeypatch.setattr(time, "time", lambda: later)
    with opened(tmp_path) as second:
        for entry in (started(1), progressed(2, loss=5.0)):
            second.write(entry)
    assert scalars(tmp_path, "train/loss") == {1: 1.0, 2: 5.0}


def test_a_board_shows_texts_as_they_are_and_pictures(tmp_path: Path) -> None:
    image = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    with opened(tmp_path) as made:
        made.text("recipe", "a: 1\nb: <i>", 0)
        made.image("lines", image, 7)
    events = board(tmp_path)
    (text,) = events.Tensors("recipe")
    assert text.tensor_proto.string_val[0].decode() == "    a: 1\n    b: <i>"
    (picture,) = events.Images("lines")
    assert (picture.step, picture.width, picture.height) == (7, 30, 20)
    shown_image = cv2.imdecode(np.frombuffer(picture.encoded_image_string, np.uint8), cv2.IMREAD_COLOR)
    assert np.array_equal(shown_image[:, :, ::-1], image)
