"""``receiptgen train``."""

import json
import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.commands._options import NumberRange, worker_count

from ._options import backend_option, blank_option, devices_option

if TYPE_CHECKING:
    from ..processes.signals import SignalWatch
    from ..recipes.recipe import AnyRecipe
    from ..runs.run import Run


@click.command(name="train")
@click.option("--recipe", "name", default="receipt", show_default=True, metavar="NAME|FILE", help="All settings.")
@click.option("--data", multiple=True, metavar="[W*]DATA", help="Train on this instead; several are mixed by weight W.")
@click.option("--add-data", multiple=True, metavar="[W*]DATA", help="Train on this besides the recipe's data.")
@click.option(
    "--held-out",
    multiple=True,
    metavar="[NAME=]DATA|SHARE%",
    help="Held-out data, or a share of the pages or writers of each data set, before the recipe's; "
    "the first decides which weights are best.",
)
@blank_option
@click.option("--init", metavar="NAME|FILE|none", help="Initial weights; 'none' for random ones.")
@click.option(
    "--teacher",
    metavar="NAME|FILE|none",
    help="Trained weights to learn from besides the labels (PyTorch only); 'none' for none.",
)
@click.option("--network", metavar="NAME", help="Network, with its usual settings; 'receiptgen networks' lists them.")
@click.option(
    "--charset",
    metavar="[BASE][+ADDED]...",
    help="+řŘ adds to the recipe's or the weights' own; +data or data adds what the labels have, +@FILE a file of one "
    "character or word a line. Bases: ascii, receipt, only-data, @FILE, words:NAME, or characters; after chars: "
    "everything is one, a + too.",
)
@click.option("--steps", type=click.IntRange(1), help="End after this many steps.")
@click.option(
    "--minutes", type=NumberRange(0, min_open=True), help="End after this time, counted from the first batch."
)
@click.option("--batch", type=click.IntRange(1), help="Lines per step, over all devices.")
@click.option(
    "--echo",
    type=click.IntRange(1, 100),
    help="Times that each endless synthetic line is shown, worn differently.  [default: 3 beside GPUs, 1 on CPUs]",
)
@click.option("--batch-per-device", type=click.IntRange(1), help="Lines per step for each device, instead of --batch.")
@click.option(
    "--learning-rate",
    type=NumberRange(0, 10, min_open=True),
    help="Largest learning rate.  [default: the recipe's; with another batch, times the square root of their ratio, or "
    "their ratio for sgd]",
)
@click.option(
    "--find-lr",
    is_flag=True,
    help="Train for a minute at growing rates, draw the losses in find_lr.png, print the rate to take, and end.",
)
@click.option(
    "--accumulate",
    type=click.IntRange(1, 1000),
    help="Parts of a batch that a step takes one after the other, where memory is short.",
)
@click.option(
    "--freeze",
    multiple=True,
    metavar="PATH",
    help="Don't train the weights of a layer, as 0; 'body' is all but the head.",
)
@click.option("--patience", type=click.IntRange(0), help="End after this many evaluations without a better CER.")
@click.option(
    "--precision", type=click.Choice(["auto", "float32", "bfloat16", "float16"]), help="Precision of the forward pass."
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Seed of weights, lines, order and dropout.")
@backend_option
@devices_option
@click.option(
    "--workers",
    type=click.IntRange(0),
    help="Processes that prepare lines, for each device, at most two per core.  "
    "[default: all cores but 2 beside GPUs, otherwise half of them, shared by the devices]",
)
@click.option(
    "--draw-on", metavar="ADDRESS",
    help="Prepare lines on the nodes of a Ray cluster instead of in --workers: auto (that of this machine), HOST:PORT "
    "or ray://HOST:PORT.",
)  # fmt: skip
@click.option("--compile", "compiled", is_flag=True, help="Compile the network first, which pays in long runs on GPUs.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("run"), show_default=True,
    help="Folder for weights, journal, curves and report.",
)  # fmt: skip
@click.option(
    "--log", multiple=True, metavar="NAME",
    help="Log the run there: tensorboard, wandb, mlflow, or none; several times for several.  "
    "[default: tensorboard where it is installed]",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Resume the run in --out, with its own recipe.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
def command(
    name: str, find_lr: bool, backend: str, devices: str, workers: int | None, draw_on: str | None, compiled: bool,
    out: Path, log: tuple[str, ...], resume: bool, quiet: bool, as_json: bool, **overrides: Any,
) -> None:  # fmt: skip
    """Train a recogniser of text on synthetic receipts or your own labelled lines, a finder of text, or a field reader.

    A recipe has all settings; options override it. DATA is a folder or file of any known format, FORMAT:PATH to say
    which, both with settings after it as in iam:PATH:words+train, or live:SET[:KIND+KIND][@PROFILE] for lines that are
    generated during training. --held-out 10% trains on none of that share of pages or writers. A run that was stopped
    resumes when the same command is given again. With several devices, one process per device is started; under
    torchrun, each process is one of them. --recipe finder and fields train on pages that are drawn; options on data
    and characters are not for them, but fields takes fields that were corrected in 'receiptgen serve': [W*]FILE.
    """
    # Every other option is a setting of the recipe, by its name there.
    overrides = {key: value for key, value in overrides.items() if value not in (None, ())}
    if resume and overrides:
        option = next(iter(overrides)).replace("_", "-")
        raise click.UsageError(f"--resume uses the run's own recipe; leave --{option} out")
    if resume and find_lr:
        raise click.UsageError("--find-lr finds the rate of a run that is still to begin; leave --resume out")
    if draw_on and workers is not None:
        raise click.UsageError("--draw-on has lines prepared on a cluster; leave --workers out")
    _check_names(str(out), *overrides.values())
    from ..processes.launch import check_variables, end_member, fault_to_launcher, relaunch
    from ..processes.signals import watch_signals

    # Before all else: libraries start threads as they are imported, which takes seconds.
    with watch_signals() as watch, fault_to_launcher():
        from ..backends import backend as backend_of

        # Without a framework nothing below can be imported.
        framework = backend_of(backend)
        from ..processes.slurm import join_step
        from ..reporting.run_loggers import chosen_loggers
        from ..runs.run import Host, Run

        join_step()
        check_variables(os.environ)
        settings, notes = _settings(name, out, resume, framework.device_count(devices), overrides)
        loggers = chosen_loggers(log)
        if (count := framework.processes(devices)) > 1:
            raise SystemExit(relaunch(count, watch))
        own_workers = None if workers is None else worker_count(workers, quiet or as_json)
        host = Host(backend, devices, own_workers, compiled, draw_on or "")
        run = Run(settings, out, host, notes)
        with run.lock(), run.faults():
            if find_lr:
                _find_rate(run, quiet, as_json)
            else:
                _train(run, loggers, quiet, as_json, watch)
    if run.group.size > 1 and "RANK" in os.environ:  # MXNet's hosts tell each other that they end
        end_member()


def _settings(
    name: str, out: Path, resume: bool, devices: int, overrides: dict[str, Any]
) -> "tuple[AnyRecipe, tuple[str, ...]]":
    """Return the settings of a run, and notes on those that follow from others."""
    from ..recipes.overrides import override_recipe
    from ..recipes.recipe import recipe
    from ..recipes.schedule import rate_notes
    from ..runs.stored_run import resumed_recipe, run_batch

    if resume:
        return resumed_recipe(out), ()
    if lines := overrides.pop("batch_per_device", None):
        if "batch" in overrides:
            raise click.UsageError("--batch is over all devices, --batch-per-device for each; leave one of them out")
        overrides["batch"] = run_batch(out) or lines * devices
    named = recipe(name).value
    settings = override_recipe(named, overrides)
    return settings, () if "learning_rate" in overrides else rate_notes(named, settings)


def _train(run: "Run", loggers: tuple[str, ...], quiet: bool, as_json: bool, watch: "SignalWatch | None") -> None:
    """Train in this process, and print a summary."""
    from ..reporting.monitor import Monitor

    with Monitor(run, quiet or as_json, loggers) as monitor:
        outcome = run.train(monitor.on_status, monitor.on_evaluation, watch)
    if run.first:
        summary = monitor.end(outcome)
        if as_json:
            click.echo(json.dumps(summary))


def _find_rate(run: "Run", quiet: bool, as_json: bool) -> None:
    """Find a learning rate in this process, and print it."""
    from ..reporting.rate_curve import FIGURES, write_rate_test

    found = run.find_rate()
    if not run.first:
        return
    write_rate_test(found, run.folder)
    if as_json:
        figures = str(run.folder / FIGURES)
        click.echo(json.dumps({"learning_rate": found.suggestion, "steps": len(found.rates), "figures": figures}))
    elif not quiet:
        click.echo(f"learning rate: the loss grows above {found.edge:.2g} after {len(found.rates)} steps")
        click.echo(f"train with --learning-rate {found.suggestion:g}")


def _check_names(*settings: Any) -> None:
    """Refuse names of files that are no text, which recipes, journals and TensorBoard can't hold."""
    from receiptgen.core.errors import TrainingError

    for name in chain.from_iterable(each if isinstance(each, tuple) else (str(each),) for each in settings):
        try:
            name.encode()
        except UnicodeEncodeError:
            raise TrainingError(f"{name}: a run takes no name that isn't UTF-8; rename it") from None
