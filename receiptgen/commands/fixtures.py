"""``receiptgen fixtures``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import Names, color_option, profile_option, seed_option
from receiptgen.core.counts import counted

if TYPE_CHECKING:
    from receiptgen.dataset.fixture_sets import FixtureSet

_HELP = "say how many and where: 'receiptgen fixtures 5 tests/data', or --verify tests/data"
# What --pack stands for without a name.
_LIST = "?"


@click.command(name="fixtures")
@click.argument("arguments", nargs=-1, metavar="[N] [DIR]")
@click.option("--templates", type=Names(), help="Receipt templates, names or files.  [default: all packaged]")
@profile_option
@color_option
@seed_option
@click.option(
    "--from",
    "values",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Values of the receipts, a row each: .jsonl, .json or .csv. N is their number by default.",
)
@click.option(
    "--pack",
    is_flag=False,
    flag_value=_LIST,
    metavar="[NAME]",
    help="Draw the hard cases of a pack, a name or a file; without a name, list the packaged ones.",
)
@click.option("--verify", type=click.Path(path_type=Path), metavar="DIR", help="Draw the set again and compare.")
def command(
    arguments: tuple[str, ...], templates: tuple[str, ...] | None, profile: str, color: bool, seed: int,
    values: Path | None, pack: str | None, verify: Path | None,
) -> None:  # fmt: skip
    """Write N receipts with their truth into DIR, for tests of a reader; or --verify DIR.

    DIR/fixtures.json pins versions, processor, templates with all files that they name, and each file's SHA-256.
    """
    if verify is not None:
        if arguments or templates or profile or color or values or pack:
            raise click.UsageError("--verify takes all but the folder from its fixtures.json")
        from receiptgen.dataset import fixtures

        click.echo(f"{verify}: {fixtures.verify(verify)} files unchanged")
        return
    if pack == _LIST:
        _list_packs()
        return
    if pack is not None and (templates or profile or color or values or seed):
        raise click.UsageError("--pack says itself what is drawn; it goes with a folder alone")
    number, folder = _parted(arguments, optional=bool(values), pack=pack)
    from receiptgen.dataset import fixtures

    chosen = _chosen(number, templates, profile, color, seed, values, pack)
    files = fixtures.write(folder, chosen)
    count = len(list(chosen.folders()))
    click.echo(f"{folder}: {counted(count, 'case' if pack else 'receipt')}, {counted(files, 'file')}")


def _parted(arguments: tuple[str, ...], *, optional: bool, pack: str | None) -> tuple[int, Path]:
    """Return number and folder; 0 where a number is not wanted, or may be left out and is."""
    if pack is not None or (optional and len(arguments) == 1):
        if len(arguments) != 1:
            raise click.UsageError(f"say where: 'receiptgen fixtures --pack {pack} tests/data'")
        return 0, Path(arguments[0])
    if len(arguments) != 2:
        raise click.UsageError(_HELP)
    number: int = click.IntRange(1, 10_000)(arguments[0], None, click.get_current_context())
    return number, Path(arguments[1])


def _chosen(
    number: int, templates: tuple[str, ...] | None, profile: str, color: bool, seed: int, values: Path | None,
    pack: str | None,
) -> "FixtureSet":  # fmt: skip
    from receiptgen.core.assets import own_names
    from receiptgen.dataset.fixture_sets import PackSet, ReceiptSet
    from receiptgen.drawing.value_files import read_values

    if pack is not None:
        return PackSet(pack)
    if values and not number:
        number = len(read_values(values))
    return ReceiptSet(number, tuple(templates or own_names("templates")), seed, profile, values, color)


def _list_packs() -> None:
    from receiptgen.core.assets import packaged_names
    from receiptgen.dataset.packs import pack

    for name in packaged_names("packs"):
        loaded = pack(name).value
        click.echo(f"{name}: {loaded.about}")
        for case, what in loaded.cases.items():
            click.echo(f"  {case:<24} {what.about}")
