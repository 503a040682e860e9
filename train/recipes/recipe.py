"""Recipes: all settings of a training run, in YAML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from receiptgen.config.named_files import Loaded, load_named
from receiptgen.config.paths import FOLDER, beside
from receiptgen.config.records import Member, Record
from receiptgen.core.distributions import Share
from receiptgen.core.errors import CharsetError
from receiptgen.effects import Effects
from receiptgen.recognition.charset_spec import parse_charset
from receiptgen.recognition.networks import NETWORKS, Network, Reads
from receiptgen.recognition.preprocess import PreprocessSettings

from ..backends import Precision
from ..data.sources import DATASETS, DataSource
from ..data.tables import Fold

Data = Annotated[DataSource, Member(DATASETS)]


def _beside(charset: str, info: ValidationInfo) -> str:
    """Return how a charset is named, its files counted from the folder of the recipe."""
    folder = (info.context or {}).get(FOLDER, Path())
    try:
        spec = parse_charset(charset, folder)
    except CharsetError as error:
        raise ValueError(str(error).removeprefix("charset ")) from None
    return str(spec.with_paths(lambda path: beside(path, info)))


CharsetName = Annotated[str, AfterValidator(_beside)]


class Part(Record):
    """A data set to train on.

    Attributes:
        data: The data set.
        weight: Weight of its lines against those of the other data sets.
        balance: ``class`` draws each text of the data set equally often, so that rare characters come as often as
            frequent ones; ``none`` draws each line equally often.
    """

    data: Data
    weight: float = Field(default=1.0, gt=0, le=1e9)
    balance: Literal["none", "class"] = "none"


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


class Teaching(Record):
    """Trained weights, mostly of a larger network, whose probabilities at each time step are learned too.

    Attributes:
        weights: Packaged weights by name, or a file; their time steps must be as wide as those of the network.
        share: Share of the loss that is the divergence from them.
        temperature: Divisor of the logits of both; above 1, unlikely labels count for more.
    """

    weights: str
    share: Share = 0.5
    temperature: float = Field(default=1.0, gt=0, le=100)


def _teaching(value: Any) -> Any:
    """Return the settings that the name of weights alone stands for, or ``none`` for no teacher."""
    if value == "none":
        return None
    return {"weights": value} if isinstance(value, str) else value


class Recipe(Record):
    """Settings of a training run.

    Attributes:
        name: Name of its file.
        about: Description in one line.
        network: Network to train; none for that of the weights in ``init``.
        charset: A base, and what is added to it: ``receipt+ľŕ₺``, ``+@dict.txt+data``. Bases are ``ascii``, ``receipt``
            (what the packaged countries of Latin script print), ``data`` (the characters of the weights in ``init`` and
            those of the data to train on), ``only-data`` (without those of the weights), ``@FILE`` (one character or
            word a line), ``words:FILE`` and ``words:NAME`` (a packaged list), or characters; without a base it is the
            charset of the weights in ``init``. Any of them is added. What looks like a name or a path is never read as
            its letters; ``chars:abc`` says that it is meant so, to its end, a plus sign too: ``+chars:+``.
        outside: What becomes of words outside a charset of words: ``skip`` leaves them out, as texts with characters
            outside the charset always are; ``learn`` trains one more label, which is read as ``(N/A)``.
        reads: What an image holds: ``lines``, ``words`` or ``characters``; none for what the network is for, or the
            weights in ``init`` read.
        preprocess: Preprocessing of lines; none for that of the weights in ``init``.
        effects: Effects on images that are read from disk; synthetic lines have those of a profile.
        init: Initial weights: packaged ones by name, a file, or ``none``.
        teacher: Trained weights to learn from besides the labels, by name or with their settings, or ``none``;
            PyTorch only.
        fold: ``lower`` puts all texts into lower case, in training and whenever the weights are evaluated, so that the
            charset needs no capitals; ``none`` leaves them as they are. Left out: as the weights in ``init`` have it.
        data: Data sets to train on; none where the option ``--data`` names them.
        held_out: Data sets for evaluations, never trained on, by their names in reports. The first
            decides which weights are best.
        held_out_share: Share of the pages or writers of each data set on disk that is held out and never trained on, by
            a hash of their names; read before ``held_out``. 0 for none.
        held_out_lines: Number of lines of each held-out set.
        learning: Settings of the optimiser.
        batch: Number of lines per step, over all devices.
        echo: Number of times that each endless synthetic line is shown, printed, handled and captured again each time:
            less work for the processes that draw. None for 3 beside GPUs, which are often faster than what draws for
            them, and 1 on CPUs.
        steps: Number of steps; none where ``minutes`` ends the run.
        minutes: Wall time of the run; the learning rate falls towards its end.
        evaluations: Number of evaluations, evenly over the run.
        patience: Number of evaluations without a better CER after which the run ends early; 0 for never.
        precision: Precision of the forward pass; ``auto`` is bfloat16 where the device has it,
            or float16 where it has that alone.
        seed: Seed of weights, synthetic lines, order and dropout.
    """

    renamed: ClassVar[Mapping[str, str]] = {"lines": "held_out_lines"}

    name: str = ""
    about: str = ""
    network: Annotated[Network, Member(NETWORKS)] | None = None
    charset: CharsetName = ""
    outside: Literal["skip", "learn"] = "skip"
    reads: Reads | None = None
    preprocess: PreprocessSettings | None = None
    effects: Effects = ()
    init: str = "none"
    teacher: Annotated[Teaching | None, BeforeValidator(_teaching)] = None
    fold: Fold | None = None
    data: tuple[Part, ...] = ()
    held_out: dict[str, Data] = Field(default={})
    held_out_share: float = Field(default=0.0, ge=0, lt=1)
    held_out_lines: int = Field(default=500, ge=1, le=10**9)
    learning: Learning = Learning()
    batch: int = Field(default=64, ge=1, le=1_000_000)
    echo: int | None = Field(default=None, ge=1, le=100)
    steps: int | None = Field(default=None, ge=1, le=10**9)
    minutes: float | None = Field(default=None, gt=0, le=10**6)
    evaluations: int = Field(default=20, ge=1, le=10**6)
    patience: int = Field(default=0, ge=0, le=10**6)
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
            raise ValueError("has neither 'steps' nor 'minutes'; one of them must end the run")
        if self.init == "none" and self.network is None:
            raise ValueError("has no 'network', and no weights in 'init' to take it from")
        if self.init == "none" and not self.charset:
            raise ValueError("has no 'charset', and no weights in 'init' to take it from")
        return self


def recipe(name: str) -> Loaded[Recipe]:
    """Load a recipe by packaged name or path.

    Raises:
        UnknownNameError: There is no packaged recipe of that name.
        ConfigError: It has faults.
    """
    return load_named(name, "recipes", Recipe)
