"""``receiptgen templates``."""

import json
from collections.abc import Mapping
from typing import Literal

import click

from receiptgen.commands._checks import tell_checked
from receiptgen.commands._drafting import from_image
from receiptgen.core.counts import counted


@click.group(name="templates")
def command() -> None:
    """List, show and check templates, snippet sets and profiles; draft a template from a receipt."""


command.add_command(from_image)


@command.command(name="list")
def list_() -> None:
    """Name the packaged receipt templates, snippet sets and profiles."""
    from receiptgen.core.assets import packaged_names
    from receiptgen.drawing.profile import profile
    from receiptgen.drawing.template import receipt_template, snippet_set

    click.echo("receipts:")
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        click.echo(f"  {name:14} {_count(template.locales):2} locales   {template.about}")
    click.echo("snippets:")
    for name in packaged_names("snippets"):
        made = snippet_set(name).value
        click.echo(f"  {name:14} {_count(made.locales):2} locales   {made.about} ({counted(len(made.names), 'kind')})")
    click.echo("profiles:")
    for name in packaged_names("profiles"):
        click.echo(f"  {name:14} {profile(name).value.about}")


def _count(weights: Mapping[str, float]) -> int:
    return sum(weight > 0 for weight in weights.values())


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print the YAML of a template, snippet set or profile, and of those that it extends."""
    from receiptgen.drawing.checking import family, folder_of, show_family

    click.echo(show_family(family(name, folder_of(name))))


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def check(files: tuple[str, ...]) -> None:
    """Find all faults of templates, snippet sets and profiles, and draw each in all its locales."""
    from receiptgen.drawing.checking import check as checked

    tell_checked(files, checked)


@command.command()
@click.argument("what", type=click.Choice(["receipt", "snippets", "profile", "values"]), default="receipt")
def schema(what: Literal["receipt", "snippets", "profile", "values"]) -> None:
    """Print the JSON Schema, with which an editor completes and checks as you type.

    Save it, and begin a template with '# yaml-language-server: $schema=FILE'. That of 'values' is for the values of
    one receipt, as 'draw --from' takes them and items.json has them.
    """
    from receiptgen.drawing.editor_schema import editor_schema

    click.echo(json.dumps(editor_schema(what), indent=2, ensure_ascii=False))
