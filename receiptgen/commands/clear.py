"""``receiptgen clear``."""

import sys
from pathlib import Path

import click


@click.command(name="clear")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), help="Where results/ and results_test/ are.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def command(out: Path, yes: bool) -> None:
    """Delete what 'draw' wrote into results/ and results_test/.

    A folder without draw's ledger is refused; files that no run wrote are left, and named.
    """
    from receiptgen.dataset import clearing

    folders = clearing.data_sets(out)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "there is no terminal to ask at; say --yes to delete " + " and ".join(map(str, folders))
            )
        named = " and ".join(clearing.describe(folder) for folder in folders)
        if not click.confirm(f"Delete {named}?", err=True):
            click.echo("nothing was deleted")
            return
    for folder in folders:
        cleared = clearing.clear(folder)
        click.echo(f"{folder}: {cleared.files:,} files deleted")
        for name in cleared.left:
            click.echo(f"{folder / name}: left, no run wrote it")
