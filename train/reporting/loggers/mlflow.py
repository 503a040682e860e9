"""``mlflow``: an MLflow server or store, which ``MLFLOW_TRACKING_URI`` names."""

import json
import os
import re
import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from receiptgen.core.errors import MissingExtraError
from receiptgen.imaging.geometry import Pixels

from ...loop.journal import AnyEntry, Ended
from . import LOGGERS, End, LoggedRun
from ._ids import earlier_id, keep_id
from ._scalars import scalars_of


def _has(package: str) -> bool:
    return find_spec(package) is not None


if not _has("mlflow"):
    raise MissingExtraError("--log mlflow needs the package mlflow; pip install 'receiptgen[mlflow]'")

_STATUS = {"ended": "FINISHED", "stopped": "KILLED", "failed": "FAILED"}
# What names of metrics may not have, and the length of a parameter, a limit of older servers.
_ODD = re.compile(r"[^\w./ -]", re.ASCII)
_LONGEST = 500


@LOGGERS.register
class MLflow:
    """Logs to MLflow, whose environment variables hold its settings."""

    def __init__(self, run: LoggedRun) -> None:
        # Newer releases take a folder only where that is allowed; whoever names one has asked for it.
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        if not _has("sqlalchemy"):  # which MLflow's own default, a database, needs
            os.environ.setdefault("MLFLOW_TRACKING_URI", "file:mlruns")
        from mlflow import MlflowClient
        from mlflow.entities import Metric, Param

        self._metric = Metric
        self._client = MlflowClient()
        self._id = earlier_id(run, "mlflow") or self._created(run)
        self._client.update_run(self._id, status="RUNNING")
        keep_id(run, "mlflow", self._id)
        self._client.log_batch(self._id, params=[Param(*pair) for pair in _flat(run.settings).items()])

    def _created(self, run: LoggedRun) -> str:
        """Create a run in the experiment that the environment names, or else in the project's; return its name."""
        told = os.environ
        experiment = told.get("MLFLOW_EXPERIMENT_ID")
        if experiment is None:
            name = told.get("MLFLOW_EXPERIMENT_NAME", run.project)
            found = self._client.get_experiment_by_name(name)
            experiment = found.experiment_id if found else self._client.create_experiment(name)
        made = self._client.create_run(experiment, run_name=told.get("MLFLOW_RUN_NAME", run.name))
        return str(made.info.run_id)

    def write(self, entry: AnyEntry) -> None:
        """Log the figures of a record, and how the run ended."""
        moment = time.time_ns() // 1_000_000
        scalars = scalars_of(entry)
        if isinstance(entry, Ended):
            self._client.set_tag(self._id, "reason", entry.reason)
            scalars = {"best_step": entry.best_step, **({"best_cer": entry.best} if entry.best == entry.best else {})}
        if scalars:
            metrics = [self._metric(_ODD.sub("_", tag), value, moment, entry.step) for tag, value in scalars.items()]
            self._client.log_batch(self._id, metrics=metrics)

    def text(self, tag: str, text: str, step: int) -> None:
        """Log a text as a file."""
        self._client.log_text(self._id, text, f"{_ODD.sub('_', tag)}.txt")

    def image(self, tag: str, image: Pixels, step: int) -> None:
        """Log an image."""
        self._client.log_image(self._id, image, key=_ODD.sub("_", tag), step=step)

    def close(self, end: End) -> None:
        """End the run there."""
        self._client.set_terminated(self._id, _STATUS[end])


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return settings by dotted key, as text."""
    flat: dict[str, str] = {}
    for key, value in settings.items():
        name = _ODD.sub("_", f"{prefix}{key}")
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = (value if isinstance(value, str) else json.dumps(value))[:_LONGEST]
    return flat
