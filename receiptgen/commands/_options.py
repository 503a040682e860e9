"""Options that several commands share."""

import os
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.core.cores import cores

if TYPE_CHECKING:
    from click import ParamType
else:

    class ParamType(click.ParamType):
        """Click's own, which before 8.4 can't be given the type of its values."""

        def __class_getitem__(cls, values):
            return cls


# What ends the name of a folder.
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))
# Largest index and number of samples.
MOST_SAMPLES = 1_000_000_000_000
# Processes for each core above which more only cost memory.
_WORKERS_PER_CORE = 2


class Names(ParamType[tuple[str, ...]]):
    """Several names, separated by commas."""

    name = "names"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split and strip."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(part.strip() for part in str(value).split(",") if part.strip()))
        if not names:
            self.fail("expected names, separated by commas", param, ctx)
        return names


class FileOrFolder(click.Path):
    """A file to write, or an existing folder; a name with a slash at its end is a folder's."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse the name of a folder where none is, which would become a file's."""
        if str(value).endswith(_SEPARATORS) and not Path(value).is_dir():
            self.fail(f"{value}: no such folder; make it, or name a file without the slash", param, ctx)
        return super().convert(value, param, ctx)


def check_png(option: str, path: Path | None) -> None:
    """Raise UsageError where the name of an image that is written as PNG says that it is something else."""
    if path and path.suffix.lower() != ".png" and not path.is_dir():
        raise click.UsageError(f"{option} {path}: is written as PNG; let its name end with .png")


class Shares(ParamType[tuple[float, ...]]):
    """Two or three shares of a split: fractions that add up to 1, or whole numbers, which are weights."""

    name = "shares"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Read numbers above 0."""
        if isinstance(value, tuple):
            return value
        try:
            shares = tuple(float(part) for part in str(value).split(","))
        except ValueError:
            shares = ()
        if len(shares) not in {2, 3} or min(shares) <= 0 or not sum(shares) < float("inf"):
            self.fail(f"{value!r} is not two or three shares such as 0.8,0.1,0.1", param, ctx)
        # Thirds may be rounded, as 0.333.
        if not all(share.is_integer() for share in shares) and round(sum(shares), 2) != 1:
            self.fail(f"{value!r} adds up to {sum(shares):g}; shares add up to 1 as 0.8,0.1,0.1, or are whole numbers "
                      "as 8,1,1", param, ctx)  # fmt: skip
        return shares


class Place(ParamType[Path | str]):
    """A folder of this machine, or the URL of one in a store."""

    name = "folder|URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """Tell a URL, which stays a text, from a path, which is none of a file."""
        from receiptgen.storage.locations import checked_path, checked_url, is_url

        if isinstance(value, str) and is_url(value):
            return checked_url(value)
        if isinstance(value, str):
            checked_path(value)
        folder: Path = click.Path(path_type=Path, file_okay=False).convert(value, param, ctx)
        return folder


class KindWeights(ParamType[dict[str, float]]):
    """Weights of kinds."""

    name = "weights"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, float]:
        """Read ``price=3,date=1``."""
        if isinstance(value, dict):
            return value
        weights = {}
        for part in str(value).split(","):
            name, equals, weight = part.partition("=")
            try:
                weights[name.strip()] = float(weight)
            except ValueError:
                equals = ""
            if not equals or not 0 <= weights[name.strip()] < float("inf"):
                self.fail(f"{part!r} is not a weight such as price=3", param, ctx)
        if not sum(weights.values()):
            self.fail("one of the weights must be above 0", param, ctx)
        return weights


class KindCounts(ParamType[dict[str, int]]):
    """Numbers of samples of kinds."""

    name = "counts"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        """Read ``price=100,date=50``."""
        if isinstance(value, dict):
            return value
        counts: dict[str, int] = {}
        for part in str(value).split(","):
            name, _, number = (piece.strip() for piece in part.partition("="))
            if not (number.isdecimal() and number.isascii() and 0 < int(number) <= MOST_SAMPLES):
                self.fail(f"{part!r} is not a number of samples such as price=100", param, ctx)
            if name in counts:
                self.fail(f"{name!r} is named twice", param, ctx)
            counts[name] = int(number)
        return counts


class NumberRange(click.FloatRange):
    """Numbers within bounds; click's own takes ``nan`` for one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read a number."""
        try:
            number = float(value)
        except ValueError:
            number = nan
        return (
            self.fail(f"{value!r} is not a number", param, ctx) if isnan(number) else super().convert(value, param, ctx)
        )


def worker_count(asked: int, quiet: bool) -> int:
    """Return how many processes to start of those that were asked for, and tell where these are more than help."""
    most = _WORKERS_PER_CORE * cores()
    if asked > most and not quiet:
        click.echo(f"receiptgen: --workers {asked}: {most} are started, {_WORKERS_PER_CORE} for each core", err=True)
    return min(asked, most)


class Setting(ParamType[str]):
    """A setting that goes before those of templates, in the form that YAML has for it.

    Args:
        key: Name of the setting in ``Overrides``.
        name: How help calls its values.
    """

    def __init__(self, key: str, name: str) -> None:
        self._key = key
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check the form."""
        from receiptgen.core.errors import ConfigError
        from receiptgen.drawing.overrides import Overrides

        try:
            Overrides.read({self._key: value})
        except ConfigError as error:
            self.fail(str(error).removeprefix(f"{self._key}: "), param, ctx)
        return str(value)


def overriding_options(command: Any) -> Any:
    """Add the options that go before the settings of templates; ``said_overrides`` reads them."""
    for option in (
        click.option("--without", type=Names(), help="Values that are not printed, as total,merchant.phone."),
        click.option("--cash", type=Setting("cash", "share"), help="Share of receipts that are paid in cash, as 0.5."),
        click.option("--tip", type=Setting("tip", "share"), help="Share of receipts with a tip, as 0.2."),
        click.option("--discount", type=Setting("discount", "share"),
                     help="Share of receipts with a coupon or member's discount, as 0.3."),
        click.option("--total", type=Setting("total", "range"), help="Totals in a country's money, as 5..200."),
        click.option("--items", type=Setting("items", "range"), help="Number of lines of goods, as 1..80."),
        click.option("--dates", type=Setting("dates", "days"), help="Days of payment, as 2025-01-01..2025-12-31."),
        locales_option,
    ):  # fmt: skip
        command = option(command)
    return command


def size_options(command: Any) -> Any:
    """Add the options of the size of all snippets as ``height``, ``width`` and ``fit``."""
    for option in (
        click.option("--fit", type=click.Choice(["pad", "squeeze", "stretch"]),
                     help="How snippets come to --width: narrow ones padded and wide ones smaller as a whole, or "
                     "squeezed; or all stretched.  [default: as the set says, pad]"),
        click.option("--width", type=Setting("width", "pixels"), help="Width of all snippets in pixels, as 320."),
        click.option("--height", type=Setting("height", "pixels"), help="Height of all snippets in pixels, as 32."),
    ):  # fmt: skip
        command = option(command)
    return command


locales_option = click.option(
    "--locales", type=Names(), help="Countries, separated by commas, as de_DE,fr_FR.  [default: as templates say]"
)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Same seed, same samples."
)
margin_option = click.option(
    "--margin",
    type=NumberRange(0, 2),
    default=0.0,
    show_default=True,
    help="Share of their height by which boxes of lines are enlarged.",
)
# Snippet set that is drawn unless another is named.
STANDARD = "standard"
set_option = click.option(
    "--set", "snippets", default=STANDARD, show_default=True, metavar="NAME|FILE", help="Snippet set."
)

color_option = click.option("--color", is_flag=True, help="Draw pages in colour, whatever their profile says.")
profile_option = click.option(
    "--profile",
    default="",
    metavar="NAME|FILE",
    help="How it is printed, handled and captured: clean, real, scan, phone ...  [default: as each template says]",
)
finder_option = click.option(
    "--finder",
    metavar="NAME|FILE",
    help="What finds the text of pages: weights, packaged ones as finder or those of a run, or classical, which needs "
    "none.  [default: finder]",
)


def search_options(command: Any) -> Any:
    """Add ``--beam``, ``--lexicon`` and ``--lm`` as ``beam``, ``lexicon`` and ``model``."""
    file = click.Path(path_type=Path, dir_okay=False)
    guided = "5 with a character model or lexicon; packaged weights and what began from them have a model"
    for option in (
        click.option("--lm", "model", type=file, help="Character model for the search: a file, or packaged weights."),
        click.option("--lexicon", type=file, help="Words for the search, one a line."),
        click.option("--beam", type=click.IntRange(0, 200),
                     help=f"Beam width of the search; 0 takes the best path.  [default: {guided}]"),
    ):  # fmt: skip
        command = option(command)
    return command


def check_search(beam: int | None, *guides: Path | None) -> None:
    """Raise UsageError where something is given for a search that is switched off."""
    if beam == 0 and any(guides):
        raise click.UsageError("--lexicon and --lm serve a search; --beam 0 switches it off")
