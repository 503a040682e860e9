"""``receiptgen fixtures``."""

from pathlib import Path

import click

from receiptgen.commands._options import Names, profile_option, seed_option


@click.command(name="fixtures")
@click.argument("number", type=click.IntRange(1, 10_000), required=False, metavar="[N]")
@click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[DIR]")
@click.option("--templates", type=Names(), help="Receipt templates, names or files.  [default: all packaged]")
@profile_option
@seed_option
@click.option("--verify", type=click.Path(path_type=Path), metavar="DIR", help="Draw the set again and compare.")
def command(
    number: int | None, folder: Path | None, templates: tuple[str, ...] | None, profile: str, seed: int,
    verify: Path | None,
) -> None:  # fmt: skip
    """Write N receipts with their truth into DIR, for tests of a reader; or --verify DIR.

    DIR/fixtures.json pins versions, processor, templates with all files that they name, and each file's SHA-256.
    """
    if verify is not None:
        if number is not None or templates or profile:
            raise click.UsageError("--verify takes all but the folder from its fixtures.json")
        from receiptgen.dataset import fixtures

        click.echo(f"{verify}: {fixtures.verify(verify)} files unchanged")
        return
    if number is None or folder is None:
        raise click.UsageError("say how many and where: 'receiptgen fixtures 5 tests/data', or --verify tests/data")
    from receiptgen.core.assets import own_names
    from receiptgen.dataset import fixtures

    files = fixtures.write(folder, number, templates or own_names("templates"), seed, profile)
    click.echo(f"{folder}: {number} receipts, {files} files")
