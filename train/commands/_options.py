"""Options that several commands share."""

from pathlib import Path
from typing import Any

import click

backend_option = click.option(
    "--backend",
    type=click.Choice(["auto", "torch", "mxnet"]),
    default="auto",
    show_default=True,
    help="Framework; auto takes whichever is installed, torch first.",
)
devices_option = click.option(
    "--devices",
    default="auto",
    show_default=True,
    metavar="LIST",
    help="auto, cpu, or numbers of GPUs: 0 or 0,1,2,3.",
)


def search_options(command: Any) -> Any:
    """Add ``--beam``, ``--lexicon`` and ``--lm`` as ``beam``, ``lexicon`` and ``model``."""
    file = click.Path(path_type=Path, dir_okay=False)
    guided = "5 where a character model or lexicon guides them, as one does that comes with 'receipt'"
    for option in (
        click.option("--lm", "model", type=file, help="Character model for the beams: a file, or 'receipt'."),
        click.option("--lexicon", type=file, help="Words for the beams, one a line."),
        click.option("--beam", type=click.IntRange(0, 200),
                     help=f"Search with so many beams; 0 takes the best path.  [default: {guided}]"),
    ):  # fmt: skip
        command = option(command)
    return command


def check_search(beam: int | None, *guides: Path | None) -> None:
    """Raise UsageError where something is to guide a search that is forbidden."""
    if beam == 0 and any(guides):
        raise click.UsageError("--lexicon and --lm guide a search; --beam 0 forbids it")
