"""``receiptgen preview``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from receiptgen.commands._options import (
    Names,
    check_png,
    color_option,
    overriding_options,
    profile_option,
    seed_option,
    set_option,
)

if TYPE_CHECKING:
    from receiptgen.drawing.overrides import Overrides
    from receiptgen.imaging.sample import Sample


@click.command(name="preview")
@click.argument("templates", nargs=-1, metavar="[TEMPLATE]...")
@click.option("--kinds", type=Names(), help="Snippets instead of receipts: kinds separated by commas, or 'all'.")
@set_option
@profile_option
@color_option
@seed_option
@click.option("--count", type=click.IntRange(1, 200), help="Samples of each.  [default: 4, of snippets 8]")
@click.option("--columns", type=click.IntRange(1, 20), default=4, show_default=True, help="Receipts side by side.")
@click.option("--width", type=click.IntRange(200, 10_000), default=1600, show_default=True, help="Pixels of the sheet.")
@click.option("--boxes", is_flag=True, help="Lay the quads of lines, words, characters and marks over the pixels.")
@overriding_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("preview.png"),
    show_default=True,
    help="PNG file.",
)
def command(
    templates: tuple[str, ...], kinds: tuple[str, ...] | None, snippets: str, profile: str, color: bool,
    seed: int, count: int | None, columns: int, width: int, boxes: bool, out: Path, locales: tuple[str, ...],
    dates: str | None, total: str | None, items: str | None, discount: str | None, tip: str | None, cash: str | None,
    without: tuple[str, ...] | None,
) -> None:  # fmt: skip
    """Draw a contact sheet of receipts, or of snippets with --kinds.

    TEMPLATE is a name or a file. The samples are those that 'draw' gives with the same seed.
    """
    if bool(templates) == bool(kinds):
        raise click.UsageError("say what to show: templates, or --kinds price,date, or --kinds all")
    check_png("--out", out)
    from receiptgen.drawing.overrides import Overrides
    from receiptgen.imaging import contact_sheet as contact

    of_receipts = {
        "dates": dates, "total": total, "items": items, "discount": discount, "tip": tip, "cash": cash,
        "without": without,
    }  # fmt: skip
    overrides = Overrides.read({"locales": locales, "color": color, **of_receipts})
    if kinds:
        image = contact.rows(_snippets(kinds, snippets, profile, seed, count or 8, boxes, overrides), width)
    else:
        images, titles = _receipts(templates, profile, seed, count or 4, boxes, overrides)
        image = contact.sheet(images, titles, width, columns)
    contact.save(image, out)
    click.echo(f"{out}: {image.shape[1]} x {image.shape[0]} pixels")


def _receipts(
    templates: tuple[str, ...], profile: str, seed: int, count: int, boxes: bool, overrides: "Overrides"
) -> tuple[list[Any], list[str]]:
    from receiptgen.drawing.receipts import Receipts
    from receiptgen.drawing.template import receipt_template

    chosen = [receipt_template(name).value for name in templates]
    images, titles = [], []
    for template in chosen:
        for sample in map(
            Receipts([overrides.of(template)], profile=profile, seed=seed, color=overrides.color).draw, range(count)
        ):
            images.append(_pixels(sample, boxes))
            titles.append(f"{template.name} {sample.index}   {sample.locale}   {sample.face} {sample.size}")
    return images, titles


def _snippets(
    kinds: tuple[str, ...], name: str, profile: str, seed: int, count: int, boxes: bool, overrides: "Overrides"
) -> list[tuple[str, list[Any]]]:
    from receiptgen.drawing.sources import check_kinds, open_source
    from receiptgen.drawing.template import snippet_set

    made = snippet_set(name).value
    chosen = made.names if kinds == ("all",) else check_kinds(kinds, made.names)
    return [
        (
            kind,
            [
                _pixels(sample, boxes)
                for sample in map(open_source(name, kind, seed, profile, overrides).draw, range(count))
            ],
        )
        for kind in chosen
    ]


def _pixels(sample: "Sample", boxes: bool) -> Any:
    from receiptgen.imaging.contact_sheet import overlay

    return overlay(sample.page) if boxes else sample.page.image
