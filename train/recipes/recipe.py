"""Recipes: all settings of a training run, in YAML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from receiptgen.config.diagnostics import MOST_CHOICES, MemberError, misfit, quote
from receiptgen.config.named_files import Loaded, load_named
from receiptgen.config.paths import FOLDER, beside
from receiptgen.config.records import AsRecord, Member, Record, loads
from receiptgen.core.distributions import Share
from receiptgen.core.errors import CharsetError
from receiptgen.core.suggestions import hint
from receiptgen.effects import Effects
from receiptgen.recognition.charset_spec import parse_charset
from receiptgen.recognition.networks import NETWORKS, Network, Reads
from receiptgen.recognition.preprocess import PreprocessSettings

from ..data.sources import DATASETS, DataSource
from ..data.tables import Fold
from .kind_recipe import KindRecipe
from .kinds import KIND_RECIPES
from .settings import RunSettings, plain_names

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


class Recipe(RunSettings):
    """Settings of a run that trains a recogniser of lines, words or characters.

    Attributes:
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
        echo: Number of times that each endless synthetic line is shown, printed, handled and captured again each time:
            less work for the processes that draw. None for 3 beside GPUs, which are often faster than what draws for
            them, and 1 on CPUs.
    """

    renamed: ClassVar[Mapping[str, str]] = {"lines": "held_out_lines"}

    network: Annotated[Network, Member(NETWORKS)] | None = None
    charset: CharsetName = ""
    outside: Literal["skip", "learn"] = "skip"
    reads: Reads | None = None
    preprocess: Annotated[PreprocessSettings, AsRecord()] | None = None
    effects: Effects = ()
    teacher: Annotated[Teaching | None, BeforeValidator(_teaching)] = None
    fold: Fold | None = None
    data: tuple[Part, ...] = ()
    held_out: Annotated[dict[str, Data], AfterValidator(plain_names)] = Field(default={})
    held_out_share: float = Field(default=0.0, ge=0, lt=1)
    held_out_lines: int = Field(default=500, ge=1, le=10**9)
    echo: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _check(self) -> "Recipe":
        if self.init == "none" and self.network is None:
            raise ValueError("has no 'network', and no weights in 'init' to take it from")
        if self.init == "none" and not self.charset:
            raise ValueError("has no 'charset', and no weights in 'init' to take it from")
        return self


AnyRecipe = Recipe | KindRecipe


class _Kind(BaseModel):
    """What of a recipe tells which record it is of."""

    network: Any = None

    @field_validator("network")
    @classmethod
    def _known(cls, network: Any) -> Any:
        """Check the kind, which a recipe of either sort would hold against the networks of its sort alone."""
        known = [*NETWORKS.names, *KIND_RECIPES]
        if isinstance(network, Mapping) and "kind" not in network:
            raise ValueError(f"missing key 'kind'{hint('', known, MOST_CHOICES)}")
        place = ("kind",) if isinstance(network, Mapping) else ()
        kind = network["kind"] if isinstance(network, Mapping) else network
        if isinstance(kind, str) and kind not in known:
            raise MemberError([misfit(place, kind, f"unknown kind {quote(kind)}{hint(kind, known, MOST_CHOICES)}")])
        return network

    @property
    def record(self) -> type[Recipe] | type[KindRecipe]:
        """The record."""
        kind = self.network.get("kind") if isinstance(self.network, Mapping) else self.network
        return KIND_RECIPES.get(str(kind), Recipe)


def recipe(name: str) -> Loaded[AnyRecipe]:
    """Load a recipe by packaged name or path: of the kind of network that it names, otherwise of a recogniser.

    Raises:
        UnknownNameError: There is no packaged recipe of that name.
        ConfigError: It has faults.
    """
    kind: type[AnyRecipe] = load_named(name, "recipes", _Kind).value.record
    return load_named(name, "recipes", kind)


def recipe_of(text: str, name: str, folder: Path) -> AnyRecipe:
    """Read the text of a recipe of any kind.

    Args:
        text: YAML or JSON.
        name: What stands for the file in faults.
        folder: Folder from which the paths of files count.

    Raises:
        ConfigError: It has faults.
    """
    kind: type[AnyRecipe] = loads(text, _Kind, name=name, folder=folder).record
    return loads(text, kind, name=name, folder=folder)
