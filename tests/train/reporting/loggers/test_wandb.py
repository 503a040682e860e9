"""What Weights & Biases is shown, without a network."""

import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from journal_entries import ended, evaluated, progressed, started

from receiptgen.train.reporting.loggers import LOGGERS, End, LoggedRun

pytestmark = pytest.mark.needs("wandb")
SETTINGS = {"batch": 64, "learning": {"decay": 0.01}}


def records(folder: Path) -> list[Any]:
    """Return what the only run of a folder holds, in the format of LevelDB's logs behind a head of 7 bytes."""
    from wandb.proto.wandb_internal_pb2 import Record

    (file,) = folder.glob("*.wandb")
    content = file.read_bytes()
    assert content[:4] == b":W&B"
    found, position, data = [], 7, b""
    while position < len(content):
        if (left := -position % 32768) and left < 7:
            position += left
            continue
        _, length, kind = struct.unpack_from("<IHB", content, position)
        data += content[position + 7 : position + 7 + length]
        position += 7 + length
        if kind in {1, 4}:  # whole, or the last part
            found.append(Record())
            found[-1].ParseFromString(data)
            data = b""
    return found


def history(records: list[Any], name: str) -> list[str]:
    """Return the values of a name, as JSON, in the order in which they were logged."""
    items = [
        item for record in records if record.WhichOneof("record_type") == "history" for item in record.history.item
    ]
    return [item.value_json for item in items if name in {item.key, *item.nested_key}]


def log(run: LoggedRun, step: int, end: End) -> None:
    logger = LOGGERS.get("wandb")(run)
    logger.write(started(step))
    logger.text("recipe", "a: <1>", step)
    logger.write(progressed(step + 1, loss=8.0))
    logger.write(evaluated(step + 1))
    logger.image("held out", np.zeros((20, 30, 3), np.uint8), step + 1)
    if end == "ended":
        logger.write(ended(step + 1))
    logger.close(end)


def test_a_run_is_logged_offline_and_a_resumed_one_continues_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wandb

    for name, value in {"WANDB_MODE": "offline", "WANDB_ERROR_REPORTING": "false"}.items():
        monkeypatch.setenv(name, value)
    for name in ("WANDB_PROJECT", "WANDB_NAME", "WANDB_DIR", "WANDB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "shops" / "tuned"
    folder.mkdir(parents=True)
    log(LoggedRun(folder, False, SETTINGS, quiet=True), 0, "stopped")
    log(LoggedRun(folder, True, SETTINGS, quiet=True), 1, "ended")
    # As at the end of a process: its service has written everything.
    wandb.teardown()
    first, second = map(records, sorted((folder / "wandb").glob("offline-run-*")))
    for part in (first, second):
        (run,) = [record.run for record in part if record.WhichOneof("record_type") == "run"]
        assert (run.project, run.display_name, run.run_id) == (
            "shops", "tuned", (folder / "wandb.id").read_text().strip()
        )  # fmt: skip
        assert {item.key: item.value_json for item in run.config.update}["batch"] == "64"
        assert history(part, "train/loss") == ["8"]
        assert history(part, "cer/real") == ["0.75"]
        assert '"image-file"' in history(part, "held out")
        assert '"html-file"' in history(part, "recipe")
    assert history(second, "step")[1:3] == ["2", "2"]
    assert [record.exit.exit_code for record in first if record.WhichOneof("record_type") == "exit"] == [255]
    assert [record.exit.exit_code for record in second if record.WhichOneof("record_type") == "exit"] == [0]
    (picture,) = folder.glob("wandb/latest-run/files/media/images/*.png")
    assert cv2.imread(str(picture)).shape == (20, 30, 3)
    (text,) = folder.glob("wandb/latest-run/files/media/html/*.html")
    assert "a: &lt;1>" in text.read_text()
