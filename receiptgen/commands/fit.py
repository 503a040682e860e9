"""``receiptgen fit``."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import NumberRange, finder_option, margin_option, seed_option, worker_count
from receiptgen.commands._progress import followed, progress
from receiptgen.core.counts import counted

if TYPE_CHECKING:
    from receiptgen.executors import Executor
    from receiptgen.fidelity.line_crops import LineCrops
    from receiptgen.fitting.fit import Budget, Fit
    from receiptgen.fitting.target import Target

# Processes that draw unless another number is said.
_WORKERS = 2


@click.command(name="fit")
@click.argument("scans", metavar="SCANS", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "profile_name",
    default="",
    metavar="NAME|FILE",
    help="Profile whose numbers are searched.  [default: the packaged one that is nearest]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("fitted.yaml"),
    show_default=True,
    help="File of the profile, which must not exist.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the report. It will hold crops of the scans.  [default: beside the profile, with -report]",
)
@click.option("--pages", is_flag=True, help="SCANS holds whole pages, on which lines are found first.")
@finder_option
@margin_option
@click.option("--limit", type=click.IntRange(10), default=500, show_default=True, help="Crops of the scans, at random.")
@click.option(
    "--crops", type=click.IntRange(10), default=300, show_default=True, help="Crops that are drawn each time."
)
@click.option(
    "--minutes",
    type=NumberRange(0.01, 1440),
    default=10.0,
    show_default=True,
    help="Minutes until the search ends, with all that comes before it; the report comes after.",
)
@click.option(
    "--draws", type=click.IntRange(1), help="End after drawing all crops this number of times, whatever time is left."
)
@click.option(
    "--workers", type=click.IntRange(1), default=_WORKERS, show_default=True, help="Processes that draw and measure."
)
@seed_option
@click.option("--quiet", is_flag=True, help="Show no progress.")
def command(
    scans: Path, profile_name: str, out: Path, report: Path | None, pages: bool, finder: str | None, margin: float,
    limit: int, crops: int, minutes: float, draws: int | None, workers: int, seed: int, quiet: bool,
) -> None:  # fmt: skip
    """Find the numbers of a profile that make drawn lines like your scans.

    SCANS holds 10 to 500 line crops as png or jpg files, or what 'draw' has written, or pages as SROIE has them: img/
    with box/*.csv; no labels are needed. With --pages it holds images of pages. Ranges and shares that the profile
    writes are searched, until the measures of 'fidelity' differ least; what it writes as one number stays. Ctrl-C ends
    the search and writes what it has found. Needs the extra: pip install 'receiptgen[fit]'.
    """
    began = time.monotonic()
    from receiptgen.core.files import lock_folder
    from receiptgen.executors.local import Local
    from receiptgen.fitting.fit import Budget, check_fits, fit_profile
    from receiptgen.fitting.target import Target

    _require_packages()
    report = report or out.with_name(f"{out.stem}-report")
    _check_places(scans, out, report)
    if profile_name:
        check_fits(profile_name)
    with _stoppable(out):
        lines = _read(scans, pages, finder, margin, limit, seed, quiet)
    # The lock tells, too, before work is spent whether the report can be written.
    with _stoppable(out), lock_folder(report), closing(Local(worker_count(workers, quiet))) as executor:
        target = Target.of(followed(lines.crops, "measuring crops", quiet))
        budget = Budget(minutes * 60, draws, began)
        distances = {} if profile_name else _distances(target, executor, budget, crops, seed, quiet)
        profile_name = profile_name or next(iter(distances))
        if not quiet:
            click.echo(f"{counted(len(lines.crops), 'crop')} of {scans}; from profile {profile_name}", err=True)
        with _watch(budget, quiet) as told:
            fit = fit_profile(
                profile_name, target, executor, budget, crops=crops, seed=seed, report=told,
                report_fresh=lambda count: None if quiet else _tell_fresh(count),
            )  # fmt: skip
        _write(fit, target, lines, distances, out, report)


@contextmanager
def _stoppable(out: Path) -> Iterator[None]:
    """Have Ctrl-C tell, as long as there is no profile, that there is none."""
    try:
        yield
    except KeyboardInterrupt:
        if out.exists():
            raise
        raise KeyboardInterrupt("before a profile was written; the same command starts again") from None


def _require_packages() -> None:
    from importlib.util import find_spec

    from receiptgen.core.errors import MissingExtraError

    for package in ("scipy", "matplotlib"):
        if find_spec(package) is None:
            raise MissingExtraError(f"fit needs the package {package}; pip install 'receiptgen[fit]'")


def _check_places(scans: Path, out: Path, report: Path) -> None:
    """Check, before work is spent, that the result can be written and lies where it changes no scans."""
    import tempfile

    from receiptgen.core.errors import FileError
    from receiptgen.core.files import reason_of

    if out.suffix not in {".yaml", ".yml"}:
        raise FileError(f"{out}: a profile ends in .yaml")
    if out.exists():
        raise FileError(f"{out}: exists; name another file with --out, or delete it")
    if scans.resolve() in [report.resolve(), *report.resolve().parents]:
        raise FileError(f"{report}: lies in {scans}, whose images are read; name another folder with --report")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise FileError(f"{out}: can't be written: {reason_of(error)}") from None
    if report.exists() and not report.is_dir():
        raise FileError(f"{report}: is a file; name another folder with --report")


def _read(
    scans: Path, pages: bool, finder: str | None, margin: float, limit: int, seed: int, quiet: bool
) -> "LineCrops":
    from receiptgen.finding.finders import USUAL
    from receiptgen.fitting.scans import find_lines, read_lines, with_ink

    if not pages:
        if finder:
            raise click.UsageError("--finder finds lines on pages; say --pages, too")
        lines = read_lines(scans, limit, margin, seed, lambda files: followed(files, "reading files", quiet))
    else:
        finder = finder or USUAL
        lines = find_lines(scans, limit, finder, seed, lambda files: followed(files, "finding lines, pages", quiet))
    lines, left_out = with_ink(lines, scans)
    for reason in left_out:
        click.echo(f"{scans}: {reason}", err=True)
    return lines


def _distances(
    target: "Target", executor: "Executor", budget: "Budget", crops: int, seed: int, quiet: bool
) -> dict[str, float]:
    """Return the distances of the packaged profiles that there is time to compare, the nearest first."""
    from receiptgen.fitting.fit import packaged_distances, packaged_fits

    names = packaged_fits()
    with progress("choosing the nearest profile", len(names), 0, quiet) as tell:
        found = packaged_distances(names, target, executor, budget, crops=crops, seed=seed, report=tell)
    if len(found) < len(names):
        click.echo(
            f"the time was over with {len(found)} of {counted(len(names), 'profile')} compared; "
            "--from NAME chooses one, --minutes gives more time",
            err=True,
        )
    return found


@contextmanager
def _watch(budget: "Budget", quiet: bool) -> Iterator[Callable[[float, int], None]]:
    """Lend a function that is told of the seconds and draws that are spent, and shows those that are counted."""
    draws = budget.draws
    title, goal = ("fitting, draws", draws) if draws else ("fitting, seconds", max(1, round(budget.seconds)))
    done = 0 if draws else min(goal, round(time.monotonic() - budget.began))
    with progress(title, goal, done, quiet) as tell:
        yield lambda spent, drawn: tell(drawn if draws else min(goal, round(spent)))


def _tell_fresh(count: int) -> None:
    click.echo(f"drawing {counted(count, 'fresh crop')}, as the profile is written and as fitted", err=True)


def _write(
    fit: "Fit", target: "Target", lines: "LineCrops", distances: dict[str, float], out: Path, report: Path
) -> None:
    """Write profile and report, and tell what they say in short."""
    from receiptgen.core.files import write_atomic
    from receiptgen.core.versions import versions
    from receiptgen.fitting.profile_file import profile_text
    from receiptgen.fitting.report import PAGE, figures_of, write_report

    figures = figures_of(fit, target, lines, distances)
    distance = figures["mean_ks"]
    version = versions("receiptgen")["receiptgen"]
    first = Path(fit.profile_name).stem  # its folder is nobody's business
    header = [
        f"Fitted by receiptgen {version}, from profile {first}, to {figures['crops']} line crops.",
        f"Mean KS distance over {len(target.measures)} measures: {distance['before']:.3f} before, "
        f"{distance['fitted']:.3f} now; chance alone gives {distance['chance']:.3f}.",
        "Told is the share of a number's uncertainty that the scans have taken: of the middle, then of widths.",
    ]
    about = f"Lines as in {figures['crops']} crops of our scans, fitted from {first}"
    text = profile_text(fit, header, about, out)
    write_report(fit, target, lines, figures, report)
    # Last: a run that was killed has no profile, so that the same command starts again.
    write_atomic(out, text.encode())
    told = sum(found["note"].startswith("told") for found in figures["numbers"].values())
    click.echo(
        f"mean KS distance over {len(target.measures)} measures: {distance['before']:.3f} -> {distance['fitted']:.3f}; "
        f"chance alone gives {distance['chance']:.3f}"
    )
    click.echo(
        f"the scans tell {told} of {len(fit.keys)} keys, the others are kept; the search ended since {fit.ended}"
    )
    if not fit.changed:
        click.echo(f"no number was changed; --minutes gives the search more time, --from {first} all of it", err=True)
    click.echo(f"{out}: written; report in {report / PAGE}")
