"""``receiptgen clear``."""

import sys
from pathlib import Path

import click

from receiptgen.commands._options import Place
from receiptgen.core.counts import counted


@click.command(name="clear")
@click.option("--out", type=Place(), default=Path(), help="Where results/ and results_test/ are: a folder or URL.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def command(out: Path | str, yes: bool) -> None:
    """Delete what 'draw' wrote into results/ and results_test/.

    A folder without draw's ledger is refused; files that no run wrote are left, and named.
    """
    from receiptgen.dataset import clearing, stored_clearing
    from receiptgen.storage.locations import joined

    folders = clearing.data_sets(out) if isinstance(out, Path) else stored_clearing.data_sets(out)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "there is no terminal to ask at; say --yes to delete " + " and ".join(map(str, folders))
            )
        named = " and ".join(_describe(folder) for folder in folders)
        if not click.confirm(f"Delete {named}?", err=True):
            click.echo("nothing was deleted")
            return
    for folder in folders:
        cleared = clearing.clear(folder) if isinstance(folder, Path) else stored_clearing.clear(folder)
        click.echo(f"{folder}: {counted(cleared.files, 'file')} deleted")
        for name in cleared.left:
            click.echo(f"{joined(folder, name)}: left, no run wrote it")


def _describe(folder: Path | str) -> str:
    from receiptgen.dataset import clearing, stored_clearing

    return clearing.describe(folder) if isinstance(folder, Path) else stored_clearing.describe(folder)
