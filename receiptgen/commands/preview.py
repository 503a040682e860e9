"""``receiptgen preview``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.commands._options import Names, profile_option, seed_option, set_option

if TYPE_CHECKING:
    from receiptgen.drawing.sources import SampleSource
    from receiptgen.imaging.sample import Sample

# The rarest locale of a template is drawn about once in this number of samples.
_TRIES = 400


@click.command(name="preview")
@click.argument("templates", nargs=-1, metavar="[TEMPLATE]...")
@click.option("--kinds", type=Names(), help="Snippets instead of receipts: kinds separated by commas, or 'all'.")
@set_option
@profile_option
@seed_option
@click.option("--count", type=click.IntRange(1, 200), help="Samples of each.  [default: 4, of snippets 8]")
@click.option("--columns", type=click.IntRange(1, 20), default=4, show_default=True, help="Receipts side by side.")
@click.option("--width", type=click.IntRange(200, 10_000), default=1600, show_default=True, help="Pixels of the sheet.")
@click.option("--boxes", is_flag=True, help="Lay the quads of lines, words, characters and marks over the pixels.")
@click.option("--locale", help="Only samples of this locale, as de_DE.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("preview.png"),
    show_default=True,
    help="PNG file.",
)
def command(
    templates: tuple[str, ...], kinds: tuple[str, ...] | None, snippets: str, profile: str, seed: int,
    count: int | None, columns: int, width: int, boxes: bool, locale: str | None, out: Path,
) -> None:  # fmt: skip
    """Draw a contact sheet of receipts, or of snippets with --kinds.

    TEMPLATE is a name or a file. The samples are those that 'draw' gives with the same seed.
    """
    if bool(templates) == bool(kinds):
        raise click.UsageError("say what to show: templates, or --kinds price,date, or --kinds all")
    if out.suffix.lower() != ".png":
        raise click.UsageError(f"--out {out}: the sheet is written as PNG; let its name end with .png")
    from receiptgen.imaging import contact_sheet as contact

    if kinds:
        image = contact.rows(_snippets(kinds, snippets, profile, seed, count or 8, boxes, locale), width)
    else:
        images, titles = _receipts(templates, profile, seed, count or 4, boxes, locale)
        image = contact.sheet(images, titles, width, columns)
    contact.save(image, out)
    click.echo(f"{out}: {image.shape[1]} x {image.shape[0]} pixels")


def _receipts(
    templates: tuple[str, ...], profile: str, seed: int, count: int, boxes: bool, locale: str | None
) -> tuple[list[Any], list[str]]:
    from receiptgen.drawing.receipts import Receipts
    from receiptgen.drawing.template import receipt_template

    chosen = [receipt_template(name).value for name in templates]
    images, titles = [], []
    for template in chosen:
        _known(locale, template.locales, template.name)
        for sample in _draw(Receipts([template], profile=profile, seed=seed), count, locale):
            images.append(_pixels(sample, boxes))
            titles.append(f"{template.name} {sample.index}   {sample.locale}   {sample.face} {sample.size}")
    return images, titles


def _snippets(
    kinds: tuple[str, ...], name: str, profile: str, seed: int, count: int, boxes: bool, locale: str | None
) -> list[tuple[str, list[Any]]]:
    from receiptgen.drawing.sources import check_kinds, open_source
    from receiptgen.drawing.template import snippet_set

    made = snippet_set(name).value
    _known(locale, made.locales, made.name)
    chosen = made.names if kinds == ("all",) else check_kinds(kinds, made.names)
    return [
        (kind, [_pixels(sample, boxes) for sample in _draw(open_source(name, kind, seed, profile), count, locale)])
        for kind in chosen
    ]


def _known(locale: str | None, weights: Mapping[str, float], name: str) -> None:
    from receiptgen.core.errors import UnknownNameError
    from receiptgen.core.suggestions import hint

    known = [known for known, weight in weights.items() if weight]
    if locale is not None and locale not in known:
        raise UnknownNameError(f"{name}: has no locale {locale!r}{hint(locale, known, len(known))}")


def _draw(source: "SampleSource", count: int, locale: str | None) -> Iterator["Sample"]:
    """Yield the first samples of a source, or the first of one locale."""
    drawn = (source.draw(index) for index in range(count if locale is None else _TRIES))
    for _, sample in zip(range(count), (s for s in drawn if locale in {None, s.locale}), strict=False):
        yield sample


def _pixels(sample: "Sample", boxes: bool) -> Any:
    from receiptgen.imaging.contact_sheet import overlay

    return overlay(sample.page) if boxes else sample.page.image
