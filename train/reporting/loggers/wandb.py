"""``wandb``: Weights & Biases, online or, with ``WANDB_MODE=offline``, in the run's folder."""

import os
from importlib.util import find_spec

from receiptgen.core.errors import MissingExtraError
from receiptgen.imaging.geometry import Pixels

from ...loop.journal import AnyEntry, Ended
from . import LOGGERS, End, LoggedRun
from ._ids import earlier_id, keep_id
from ._scalars import scalars_of

if find_spec("wandb") is None:
    raise MissingExtraError("--log wandb needs the package wandb; pip install 'receiptgen[wandb]'")

# Codes by which the service tells a run that ended from one that did not.
_CODES = {"ended": 0, "stopped": 255, "failed": 1}


@LOGGERS.register
class WeightsAndBiases:
    """Logs to Weights & Biases, whose environment variables hold its settings."""

    def __init__(self, run: LoggedRun) -> None:
        import wandb

        self._wandb = wandb
        told = os.environ
        self._run = wandb.init(
            project=None if "WANDB_PROJECT" in told else run.project,
            name=None if "WANDB_NAME" in told else run.name,
            dir=None if "WANDB_DIR" in told else run.folder,
            config=dict(run.settings),
            id=earlier_id(run, "wandb"),
            resume="allow",
            # Our lines stay ours; what it prints of itself is for people.
            settings=wandb.Settings(console="off", **({"silent": True} if run.quiet else {})),
        )
        keep_id(run, "wandb", self._run.id)
        # A step of its own, since it drops values of steps that are over: those that a resumed run makes again, and
        # those of an evaluation beside the progress of the same step.
        self._run.define_metric("*", step_metric="step")

    def write(self, entry: AnyEntry) -> None:
        """Log the figures of a record, and how the run ended."""
        if scalars := scalars_of(entry):
            self._run.log({**scalars, "step": entry.step, "lines": entry.seen})
        if isinstance(entry, Ended):
            self._run.summary.update({"reason": entry.reason, "best_step": entry.best_step, "best_cer": entry.best})

    def text(self, tag: str, text: str, step: int) -> None:
        """Log a text, which is shown verbatim."""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        self._run.log({tag: self._wandb.Html(f"<pre>{escaped}</pre>"), "step": step})

    def image(self, tag: str, image: Pixels, step: int) -> None:
        """Log an image."""
        self._run.log({tag: self._wandb.Image(image), "step": step})

    def close(self, end: End) -> None:
        """Send what is left, and end the run there."""
        self._run.finish(exit_code=_CODES[end])
