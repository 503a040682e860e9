"""Settings that recipes of all kinds share."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from receiptgen.config.records import Record
from receiptgen.core.distributions import Share

from ..backends import Precision


class Learning(Record):
    """Settings of the optimiser.

    Attributes:
        optimiser: ``adamw`` (decoupled decay), ``adam`` or ``sgd`` with momentum 0.9.
        learning_rate: Largest learning rate.
        schedule: ``cosine`` down to 0; ``one_cycle``, up for three tenths and down again (Smith 2018);
            ``constant``; ``steps``, times ``step_factor`` at each place of ``step_places``.
        step_factor: Factor of the learning rate at each place of the schedule ``steps``.
        step_places: Shares of the run after which the learning rate falls in the schedule ``steps``.
        warm_up: Share of the run in which the learning rate grows from 0.
        decay: Decay of weights with two or more dimensions.
        clip: Largest norm of all gradients together; 0 for no clipping.
        ema: Decay per step of the weights' exponential moving average, less in the first steps; 0 for
            none.
        accumulate: Number of parts of a batch that a step takes one after the other, where memory is short.
        freeze: Paths of weights that are not trained: ``0`` is layer 0, ``0.weight`` one weight, ``body`` all but the
            head.
    """

    renamed: ClassVar[Mapping[str, str]] = {"rate": "learning_rate", "average": "ema"}

    optimiser: Literal["adamw", "adam", "sgd"] = "adamw"
    learning_rate: float = Field(default=1e-3, gt=0, le=10)
    schedule: Literal["cosine", "one_cycle", "constant", "steps"] = "cosine"
    step_factor: float = Field(default=0.1, gt=0, lt=1)
    step_places: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.5, 0.75)
    warm_up: float = Field(default=0.03, ge=0, lt=1)
    decay: Share = 0.01
    clip: float = Field(default=5.0, ge=0, le=1e6)
    ema: float = Field(default=0.0, ge=0, lt=1)
    accumulate: int = Field(default=1, ge=1, le=1000)
    freeze: tuple[str, ...] = ()


class RunSettings(Record):
    """Settings of a training run, whatever it trains.

    Attributes:
        name: Name of its file.
        about: Description in one line.
        init: Initial weights: packaged ones by name, a file, or ``none``.
        learning: Settings of the optimiser.
        batch: Number of lines, or of crops of pages, per step, over all devices.
        steps: Number of steps; none where ``minutes`` ends the run.
        minutes: Wall time of the run; the learning rate falls towards its end.
        evaluations: Number of evaluations, evenly over the run.
        patience: Number of evaluations without better weights after which the run ends early; 0 for never.
        precision: Precision of the forward pass; ``auto`` is bfloat16 where the device has it,
            or float16 where it has that alone.
        seed: Seed of weights, synthetic samples, order and dropout.
    """

    name: str = ""
    about: str = ""
    init: str = "none"
    learning: Learning = Learning()
    batch: int = Field(default=64, ge=1, le=1_000_000)
    steps: int | None = Field(default=None, ge=1, le=10**9)
    minutes: float | None = Field(default=None, gt=0, le=10**6)
    evaluations: int = Field(default=20, ge=1, le=10**6)
    patience: int = Field(default=0, ge=0, le=10**6)
    precision: Precision = "auto"
    seed: int = Field(default=0, ge=0, lt=2**63)

    @model_validator(mode="after")
    def _ends(self) -> "RunSettings":
        if self.steps is None and self.minutes is None:
            raise ValueError("has neither 'steps' nor 'minutes'; one of them must end the run")
        return self


def plain_names(held_out: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuse held-out sets whose names make no names of files.

    Raises:
        ValueError: One has other characters than letters, digits, - and _.
    """
    for name in held_out:
        if not name.replace("_", "").replace("-", "").isalnum():
            raise ValueError(f"{name!r}: a held-out set is named by letters, digits, - and _")
    return held_out
