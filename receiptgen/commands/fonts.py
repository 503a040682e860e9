"""``receiptgen fonts``."""

from pathlib import Path

import click

# What a shop in these parts of the world prints, beyond ASCII.
_BLOCKS = {
    "latin-1": "".join(map(chr, (*range(0xA1, 0xAD), *range(0xAE, 0x100)))),
    "latin-a": "".join(map(chr, range(0x100, 0x180))),
    "money": "€£¥₹¢",
}


@click.group(name="fonts")
def command() -> None:
    """List, check and measure fonts."""


@command.command(name="list")
@click.option("--group", help="Only this group.")
def list_(group: str | None) -> None:
    """List the packaged fonts: group, what they cover beyond ASCII, licence.

    latin-1, latin-a: share of U+00A1..U+00FF and of U+0100..U+017F; money: which of the signs they have.
    """
    from receiptgen.core.assets import added_folders, font_folder
    from receiptgen.core.errors import UnknownNameError
    from receiptgen.core.suggestions import hint
    from receiptgen.typography.typeface import face_groups, faces, listed_faces

    if group is not None and group not in face_groups():
        known = sorted(face_groups())
        raise UnknownNameError(f"unknown group {group!r}{hint(group, known, len(known))}")
    folders = (*reversed(added_folders("fonts")), font_folder())
    entries = {name: entry for folder in folders for name, entry in listed_faces(folder).items()}
    click.echo(f"{'name':24} {'group':11} {'latin-1':>7} {'latin-a':>7} {'money':6} licence")
    for face in faces().values():
        if group in {None, face.group}:
            shares = [
                f"{sum(char in face.chars for char in _BLOCKS[block]) / len(_BLOCKS[block]):7.0%}"
                for block in ("latin-1", "latin-a")
            ]
            money = "".join(char if char in face.chars else "-" for char in _BLOCKS["money"])
            click.echo(f"{face.name:24} {face.group:11} {' '.join(shares)} {money:6} {entries[face.name].licence}")


@command.command()
@click.argument("files", nargs=-1, metavar="[FILE|NAME]...")
@click.option("--text", help="Tell which of these characters a font lacks.")
def check(files: tuple[str, ...], text: str | None) -> None:
    """Measure font files, or look for the characters of --text in fonts (all packaged ones, if none is named).

    A font is refused if it lacks an ASCII character, or draws two of them alike: its labels could not be trusted.
    """
    if not files and text is None:
        raise click.UsageError("name a font file or a packaged font, or say --text")
    from receiptgen.core.errors import FontError
    from receiptgen.typography.typeface import face, faces, plain

    faults = []
    for name in files or faces():
        try:
            found = face(name)
        except FontError as error:
            faults.append(str(error))
            continue
        if text is None:
            pitch = "fixed pitch" if found.fixed else "proportional"
            blocks = ", ".join(
                f"{sum(c in found.chars for c in chars)} of {len(chars)} {block}" for block, chars in _BLOCKS.items()
            )
            click.echo(f"{name}: ok, {len(found.chars)} characters ({blocks}), {pitch}, {found.width:.2f} em wide")
        elif lacking := "".join(sorted(set(plain(text)) - found.chars)):
            faults.append(f"{name}: can't draw {lacking!r}")
        else:
            click.echo(f"{name}: ok, draws all of it")
    if faults:
        raise FontError("\n".join(faults))


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
def index(folder: Path | None) -> None:
    """Measure all font files of a folder, or else the packaged ones, into its coverage.json."""
    from receiptgen.core.assets import font_folder
    from receiptgen.typography.font_index import write_index

    click.echo(f"{write_index(folder or font_folder())}: written")
