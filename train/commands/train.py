"""``receiptgen train``."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.commands._options import default_workers

from ._options import backend_option, devices_option

if TYPE_CHECKING:
    from ..runs.recipe import Recipe


@click.command(name="train")
@click.option("--recipe", "name", default="receipt", show_default=True, metavar="NAME|FILE", help="All settings.")
@click.option("--data", multiple=True, metavar="[W*]DATA", help="Learn from this instead; several mix, by weight W.")
@click.option("--add-data", multiple=True, metavar="[W*]DATA", help="Learn from this beside the recipe's data.")
@click.option(
    "--held-out",
    multiple=True,
    metavar="[NAME=]DATA",
    help="Read this at each evaluation, before the recipe's; the first decides which weights are best.",
)
@click.option(
    "--init", metavar="NAME|FILE|none", help="Weights to begin with; 'none' for a network that knows nothing."
)
@click.option("--network", metavar="NAME", help="Network, with its usual settings; 'receiptgen networks' lists them.")
@click.option("--charset", metavar="NAME|CHARS", help="ascii, receipt, or the characters themselves.")
@click.option("--steps", type=click.IntRange(1), help="End after so many updates.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="End after so much time.")
@click.option("--batch", type=click.IntRange(8), help="Lines of an update, over all devices.")
@click.option("--learning-rate", type=click.FloatRange(0, 10, min_open=True), help="Largest learning rate.")
@click.option(
    "--freeze", multiple=True, metavar="PLACE", help="Keep the weights of a layer, as 0; 'body' all but the head."
)
@click.option("--precision", type=click.Choice(["auto", "float32", "bfloat16"]), help="Of the forward pass.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Of weights, lines, order and dropout.")
@backend_option
@devices_option
@click.option(
    "--workers", type=click.IntRange(0), help="Processes that draw lines, for each device.  [default: see docs]"
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("run"), show_default=True,
    help="Folder of weights, journal, curves and report.",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with the run in --out, by its own recipe.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")
def command(
    name: str, data: tuple[str, ...], add_data: tuple[str, ...], held_out: tuple[str, ...], init: str | None,
    network: str | None, charset: str | None, steps: int | None, minutes: float | None, batch: int | None,
    learning_rate: float | None, freeze: tuple[str, ...], precision: str | None, seed: int | None,
    backend: str, devices: str, workers: int | None, out: Path, resume: bool, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Train a text recogniser on drawn receipts, or on labelled crops of one's own.

    A recipe says everything; options override it. DATA is a folder or file of any known form, FORM:PATH to say which,
    or live:SET[:KIND+KIND][@PROFILE] for lines that are drawn while the network learns. A run that was stopped goes
    on when the same command is given again. With several devices, one process a device is started; under torchrun,
    each process is one of its own.
    """
    overrides: dict[str, Any] = {
        "init": init, "charset": charset, "batch": batch, "precision": precision, "seed": seed,
        "network": network, "steps": steps, "minutes": minutes, "learning_rate": learning_rate,
        "freeze": freeze or None, "data": data or None, "add_data": add_data or None, "held_out": held_out or None,
    }  # fmt: skip
    overrides = {key: value for key, value in overrides.items() if value is not None}
    if resume and overrides:
        raise click.UsageError(f"--resume goes on by the run's own recipe; leave --{next(iter(overrides))} out")
    from ..backends import backend as chosen_backend
    from ..reporting.monitor import Monitor
    from ..runs.launch import again
    from ..runs.overrides import override
    from ..runs.recipe import recipe
    from ..runs.run import Host, Run, resumed_recipe

    settings: Recipe = resumed_recipe(out) if resume else override(recipe(name).value, overrides)
    if (count := chosen_backend(backend).processes(devices)) > 1:
        raise SystemExit(again(count))
    # Half of the cores are for the network; processes of one host share them.
    cores = default_workers() // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    host = Host(backend, devices, max(1, cores // 2) if workers is None else workers)
    run = Run(settings, out, host)
    with run.alone():
        with Monitor(run, quiet or as_json) as show:
            outcome = run.go(show.tell, show.watch)
        if run.first:
            summary = show.end(outcome)
            if as_json:
                click.echo(json.dumps(summary))
