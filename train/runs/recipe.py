"""Recipes: all settings of a training run, as YAML says them."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from receiptgen.config.named_files import Loaded, load_named
from receiptgen.config.records import Member, Record
from receiptgen.effects import EFFECTS, Effect
from receiptgen.recognition.networks import NETWORKS, Network
from receiptgen.recognition.preprocess import PreprocessSettings

from ..backends import Precision
from ..data.sources import DATASETS, DataSource

Data = Annotated[DataSource, Member(DATASETS)]


class Part(Record):
    """A data set to learn from.

    Attributes:
        data: Where its lines come from.
        weight: How many of its lines are taken, compared with the other data sets.
    """

    data: Data
    weight: float = Field(default=1.0, gt=0, allow_inf_nan=False)


class Learning(Record):
    """How weights are moved.

    Attributes:
        optimiser: ``adamw`` (decoupled decay), ``adam`` or ``sgd`` with momentum 0.9.
        learning_rate: Largest learning rate.
        schedule: ``cosine`` down to nothing; ``one_cycle``, up for three tenths and down again (Smith 2018);
            ``constant``.
        warm_up: Share of the run in which the rate grows from nothing.
        decay: Of weights with two or more dimensions.
        clip: Largest norm of all gradients together; 0 for any.
        ema: Share of the weights' exponential moving average that stays at each update, less in the first ones; 0 for
            none.
        accumulate: Batches that an update goes through one after the other, where a device has no room for all.
        freeze: Places of weights that stay: ``0`` is layer 0, ``0.weight`` one weight, ``body`` all but the head.
    """

    renamed: ClassVar[Mapping[str, str]] = {"rate": "learning_rate", "average": "ema"}

    optimiser: Literal["adamw", "adam", "sgd"] = "adamw"
    learning_rate: float = Field(default=1e-3, gt=0, le=10)
    schedule: Literal["cosine", "one_cycle", "constant"] = "cosine"
    warm_up: float = Field(default=0.03, ge=0, lt=1)
    decay: float = Field(default=0.01, ge=0, le=1)
    clip: float = Field(default=5.0, ge=0)
    ema: float = Field(default=0.0, ge=0, lt=1)
    accumulate: int = Field(default=1, ge=1)
    freeze: tuple[str, ...] = ()


class Recipe(Record):
    """A training run.

    Attributes:
        name: Its file's name.
        about: One line.
        network: What learns; none for that of the weights in ``init``.
        charset: ``ascii``, ``receipt``, or the characters themselves; none for that of the weights in ``init``.
        preprocess: How lines are made ready; none for as the weights in ``init`` are used to.
        effects: What is done to images that lie on a disk; drawn lines have been through a profile.
        init: Weights to begin with: packaged ones by name, a file, or ``none``.
        data: What is learnt from.
        held_out: What is read at each evaluation and never learnt from, by the name that reports call it. The first
            decides which weights are best.
        held_out_lines: Lines of each held-out set.
        learning: How weights are moved.
        batch: Lines of an update over all devices.
        steps: Updates; none where ``minutes`` ends the run.
        minutes: Wall time; the learning rate comes down towards its end.
        evaluations: How often the held-out sets are read, evenly over the run.
        patience: Evaluations without a better CER after which the run ends early; 0 for never.
        precision: Of the forward pass: ``auto`` is bfloat16 where the device has it.
        seed: Of weights, drawn lines, order and dropout.
    """

    renamed: ClassVar[Mapping[str, str]] = {"lines": "held_out_lines"}

    name: str = ""
    about: str = ""
    network: Annotated[Network, Member(NETWORKS)] | None = None
    charset: str = ""
    preprocess: PreprocessSettings | None = None
    effects: tuple[Annotated[Effect, Member(EFFECTS)], ...] = ()
    init: str = "none"
    data: tuple[Part, ...] = Field(min_length=1)
    held_out: dict[str, Data] = Field(min_length=1)
    held_out_lines: int = Field(default=500, ge=1)
    learning: Learning = Learning()
    batch: int = Field(default=64, ge=8)
    steps: int | None = Field(default=None, ge=1)
    minutes: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    evaluations: int = Field(default=20, ge=1)
    patience: int = Field(default=0, ge=0)
    precision: Precision = "auto"
    seed: int = Field(default=0, ge=0, lt=2**63)

    @field_validator("held_out")
    @classmethod
    def _plain(cls, held_out: Mapping[str, Any]) -> Mapping[str, Any]:
        for name in held_out:
            if not name.replace("_", "").replace("-", "").isalnum():
                raise ValueError(f"{name!r}: a held-out set is named by letters, digits, - and _")
        return held_out

    @model_validator(mode="after")
    def _check(self) -> "Recipe":
        if self.steps is None and self.minutes is None:
            raise ValueError("says neither 'steps' nor 'minutes'; one of them ends the run")
        if self.init == "none" and self.network is None:
            raise ValueError("has no 'network', and no weights in 'init' to take it from")
        if self.init == "none" and not self.charset:
            raise ValueError("has no 'charset', and no weights in 'init' to take it from")
        return self


def recipe(name: str) -> Loaded[Recipe]:
    """Load a recipe by packaged name or path.

    Raises:
        UnknownNameError: There is no packaged recipe of that name.
        ConfigError: It is wrong.
    """
    return load_named(name, "recipes", Recipe)
