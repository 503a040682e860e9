"""``receiptgen locales``."""

from pathlib import Path

import click

from receiptgen.commands._checks import tell_checked

# Locale that a new one is laid over where none of its language is packaged.
_PARENT = "en_GB"


@click.group(name="locales")
def command() -> None:
    """List, show, check and begin locales: countries as their cash registers print them."""


@command.command(name="list")
def list_() -> None:
    """Name the packaged locales."""
    from receiptgen.commerce.countries.locales import locale
    from receiptgen.core.assets import packaged_names
    from receiptgen.drawing.locale_checks import about

    for name in packaged_names("locales"):
        click.echo(f"{name:8} {about(locale(name))}")


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print the YAML of a locale, and of those that it extends."""
    from receiptgen.drawing.checking import family, show_family

    click.echo(show_family(family(name, "locales")))


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check(files: tuple[str, ...]) -> None:
    """Find all faults of locales, and draw a receipt of every packaged template in each.

    FILE is a name or a file.
    """
    from receiptgen.drawing.locale_checks import check_locale

    tell_checked(files, check_locale)


@command.command()
@click.argument("name")
@click.option(
    "--from",
    "parent",
    metavar="NAME|FILE",
    help="Locale that it is laid over.  [default: one of its language, or en_GB]",
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="YAML file.  [default: NAME.yaml]")
def new(name: str, parent: str | None, out: Path | None) -> None:
    """Begin a locale such as sv_SE: what Unicode's CLDR knows is filled in, all else is marked TODO.

    The file draws at once: what it does not say yet is the other locale's.
    """
    import os

    from receiptgen.commerce.countries.locale_draft import draft
    from receiptgen.commerce.countries.locales import locale
    from receiptgen.config.named_files import is_path
    from receiptgen.core.assets import packaged_names
    from receiptgen.core.errors import FileError
    from receiptgen.core.files import write_atomic

    out = out or Path(f"{name}.yaml")
    if out.exists():
        raise FileError(f"{out}: is there already; name another --out, or remove it")
    kin = [known for known in packaged_names("locales") if known.partition("_")[0] == name.partition("_")[0]]
    parent = parent or next(iter(kin), _PARENT)
    locale(parent)
    beside = os.path.relpath(parent, out.parent) if is_path(parent) else parent
    text = draft(name, beside)
    write_atomic(out, text.encode())
    locale(str(out))
    click.echo(f"{out}: {text.count('TODO') - 1} things to write, each marked TODO")
