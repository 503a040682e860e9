"""``receiptgen fonts``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.core.counts import counted

if TYPE_CHECKING:
    from receiptgen.typography.typeface import Face

# What a shop in these parts of the world prints, beyond ASCII.
_BLOCKS = {
    "latin-1": "".join(map(chr, (*range(0xA1, 0xAD), *range(0xAE, 0x100)))),
    "latin-a": "".join(map(chr, range(0x100, 0x180))),
    "money": "€£¥₹¢",
}
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
# Some of the commonest letters of scripts: a font that has them writes the script.
_SCRIPTS = {
    "greek": "ΑΒΓΔΩαβγδω",
    "cyrillic": "АБВГДЖЯабвгджя",
    "arabic": "ابتجدرسعلمنهوي",
    "hebrew": "אבגדהוילמנרשת",
    "thai": "กขคงนมรวสอาิี่้",
    "devanagari": "कगतनपमरलसहािी्",
    "kana": "あいうかきくアイウカキク",
    "han": "一二三四五六七八九十日月年",
    "hangul": "가나다라마바사아자",
}
# Pairs of characters that look alike in one line, and characters of a font that are all named.
_MOST_PAIRS, _FEW = 12, 64


@click.group(name="fonts")
def command() -> None:
    """List, check and measure fonts."""


@command.command(name="list")
@click.option("--group", help="Only this group.")
def list_(group: str | None) -> None:
    """List the packaged fonts, and well-known ones that this system has: group, what they cover, licence.

    latin-1, latin-a: share of U+00A1..U+00FF and of U+0100..U+017F; money: which of the signs they have; scripts: other
    scripts than Latin that they write. Groups of which the system has no font are listed with the Debian package that
    brings one.
    """
    from receiptgen.core.errors import UnknownNameError
    from receiptgen.core.suggestions import hint
    from receiptgen.typography.font_files.system_fonts import found_groups
    from receiptgen.typography.typeface import face_groups, found_members, group_names

    if group is not None and group not in group_names():
        known = sorted(group_names())
        raise UnknownNameError(f"unknown group {group!r}{hint(group, known, len(known))}")
    licences = _licences()
    click.echo(f"{'name':30} {'group':16} {'latin-1':>7} {'latin-a':>7} {'money':6} scripts; licence")
    for name in [group] if group else group_names():
        for face in face_groups().get(name) or found_members(name):
            shares = [
                f"{sum(char in face.chars for char in _BLOCKS[block]) / len(_BLOCKS[block]):7.0%}"
                for block in ("latin-1", "latin-a")
            ]
            money = "".join(char if char in face.chars else "-" for char in _BLOCKS["money"])
            about = "; ".join((_scripts_of(face) or "-", licences.get(face.name) or str(face.path)))
            click.echo(f"{face.name:30} {face.group:16} {' '.join(shares)} {money:6} {about}")
        if name in found_groups() and not found_members(name):
            click.echo(f"{'-':30} {name:16} not on this system: apt-get install {found_groups()[name].package}")


def _licences() -> dict[str, str]:
    """Return the licence files of the packaged fonts."""
    from receiptgen.core.assets import added_folders, font_folder
    from receiptgen.typography.typeface import listed_faces

    folders = (*reversed(added_folders("fonts")), font_folder())
    return {name: entry.licence for folder in folders for name, entry in listed_faces(folder).items()}


def _scripts_of(face: "Face") -> str:
    """Return the scripts beside Latin that a font writes, of those that have groups, or are as common on receipts."""
    return " ".join(script for script, chars in _SCRIPTS.items() if face.covers(chars))


@command.command()
@click.argument("files", nargs=-1, metavar="[FILE|NAME]...")
@click.option("--text", help="Tell which of these characters a font lacks.")
def check(files: tuple[str, ...], text: str | None) -> None:
    """Measure font files, or look for the characters of --text in fonts.

    Where no font is named, those are listed that draw the text, of all packaged ones and those of its script.

    A font needs not have all characters: it serves the texts that it can write. Of characters that it draws alike, one
    is served, a capital rather than a small letter: labels with the others could not be trusted.
    """
    if not files and text is None:
        raise click.UsageError("name a font file or a packaged font, or say --text")
    from receiptgen.core.errors import FontError
    from receiptgen.typography.face_choice import lacks
    from receiptgen.typography.typeface import members, plain

    if text is not None and not files:
        _list_drawing(text)
        return
    faults = []
    for name in files:
        try:
            found = members(name)
        except FontError as error:
            faults.append(str(error))
            continue
        for face in found:
            if text is None:
                click.echo(_about(face))
            elif set(plain(text)) - face.chars:
                faults.append(f"{face.name}: can't draw {lacks(face, set(plain(text)))}")
            else:
                click.echo(f"{face.name}: ok, draws all of it")
    if faults:
        raise FontError("\n".join(faults))


def _list_drawing(text: str) -> None:
    """List the fonts that draw a text; raises FontError where none does."""
    from receiptgen.core.errors import FontError
    from receiptgen.typography.face_choice import missing_fonts, script_fonts
    from receiptgen.typography.typeface import faces, plain

    chars = set(plain(text))
    fonts = {**faces(), **{face.name: face for face in script_fonts(chars)}}
    drawing = [name for name, face in fonts.items() if face.covers(chars)]
    if not drawing:
        lacking = chars.difference(*(face.chars for face in fonts.values()))
        help_ = missing_fonts(lacking) or ("name a font file" if lacking else "some draw a part of it each")
        raise FontError(f"none of {counted(len(fonts), 'font')} draws all of {text!r}; {help_}")
    for name in drawing:
        click.echo(f"{name}: ok, draws all of it")


def _about(face: "Face") -> str:
    """Return in a line what a font serves."""
    inked = {char for char in face.chars if char.isprintable() and char != " "}
    parts = [f"{sum(char in inked for char in chars)} of {len(chars)} {block}" for block, chars in _BLOCKS.items()]
    if len(inked) <= _FEW:
        parts = ["".join(sorted(inked))]
    elif lacking := "".join(char for char in _ASCII if char not in inked):
        parts.insert(0, f"without {lacking}")
    scripts = _scripts_of(face)
    alike = " ".join(f"{other}={char}" for char, other in sorted(face.alike.items())[:_MOST_PAIRS])
    more = f" and {len(face.alike) - _MOST_PAIRS} more" if len(face.alike) > _MOST_PAIRS else ""
    told = (
        f"{face.name}: ok, {counted(len(inked), 'character')} ({', '.join(parts)})",
        f"writes {scripts}" if scripts else "",
        "fixed pitch" if face.fixed else "proportional",
        f"{face.native} pixels high" if face.native else "",
        f"{face.width:.2f} em wide",
        f"of these that look alike the first is served: {alike}{more}" if alike else "",
    )
    return ", ".join(part for part in told if part)


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
def index(folder: Path | None) -> None:
    """Measure all font files of a folder, or else the packaged ones, into its coverage.json."""
    from receiptgen.core.assets import font_folder
    from receiptgen.typography.font_index import write_index

    click.echo(f"{write_index(folder or font_folder())}: written")
