"""What MLflow is shown, in a store of files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from journal_entries import ended, evaluated, progressed, started

from receiptgen.train.reporting.loggers import LOGGERS, End, LoggedRun

pytestmark = pytest.mark.needs("mlflow")
SETTINGS = {"batch": 64, "learning": {"decay": 0.01}, "data": [{"kind": "live"}]}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    told = {
        "MLFLOW_TRACKING_URI": (tmp_path / "store").as_uri(),
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    for name in ("MLFLOW_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_ID", "MLFLOW_RUN_NAME"):
        monkeypatch.delenv(name, raising=False)
    from mlflow import MlflowClient

    return MlflowClient()


def log(run: LoggedRun, step: int, end: End) -> None:
    logger = LOGGERS.get("mlflow")(run)
    logger.write(started(step))
    logger.text("recipe", "a: 1", step)
    logger.write(progressed(step + 1, loss=8.0))
    logger.write(evaluated(step + 1, "mine, größer"))
    logger.image("held out", np.zeros((20, 30, 3), np.uint8), step + 1)
    if end == "ended":
        logger.write(ended(step + 1))
    logger.close(end)


def test_a_run_is_logged_and_a_resumed_one_continues_it(client: Any, tmp_path: Path) -> None:
    folder = tmp_path / "shops" / "tuned"
    folder.mkdir(parents=True)

    def runs() -> list[Any]:
        return list(client.search_runs([client.get_experiment_by_name("shops").experiment_id]))

    log(LoggedRun(folder, False, SETTINGS), 0, "stopped")
    (stopped,) = runs()
    assert stopped.info.status == "KILLED"
    log(LoggedRun(folder, True, SETTINGS), 1, "ended")
    (found,) = runs()
    assert found.info.run_id == stopped.info.run_id == (folder / "mlflow.id").read_text().strip()
    assert (found.info.run_name, found.info.status) == ("tuned", "FINISHED")
    assert found.data.params == {"batch": "64", "learning.decay": "0.01", "data": '[{"kind": "live"}]'}
    losses = client.get_metric_history(found.info.run_id, "train/loss")
    assert [(metric.step, metric.value) for metric in losses] == [(1, 8.0), (2, 8.0)]
    assert found.data.metrics["cer/mine_ gr__er"] == 0.75
    assert found.data.metrics["best_step"] == 2
    assert found.data.tags["reason"] == "the time is over"
    assert {file.path for file in client.list_artifacts(found.info.run_id)} >= {"images", "recipe.txt"}
    # Another run in the same folder is another run there.
    log(LoggedRun(folder, False, SETTINGS), 0, "failed")
    assert sorted(run.info.status for run in runs()) == ["FAILED", "FINISHED"]


def test_a_folder_that_is_named_need_not_be_allowed_besides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (tmp_path / "named").as_uri())
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "false")
    monkeypatch.delenv("MLFLOW_ALLOW_FILE_STORE")  # is as it was again after the test, whoever sets it
    LOGGERS.get("mlflow")(LoggedRun(tmp_path, False, SETTINGS)).close("ended")
    assert list((tmp_path / "named").rglob("meta.yaml"))


def test_without_a_database_runs_are_kept_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "")  # is as it was again after the test, whoever sets it
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    mlflow = LOGGERS.get("mlflow")
    monkeypatch.setitem(mlflow.__init__.__globals__, "_has", lambda package: package != "sqlalchemy")
    mlflow(LoggedRun(tmp_path, False, SETTINGS)).close("ended")
    assert list((tmp_path / "mlruns").rglob("meta.yaml"))
