"""``receiptgen templates from-image``: from the image of a receipt to a template."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.core.errors import ConfigError, FileError, PageError

if TYPE_CHECKING:
    from receiptgen.drafting.draft import DraftedTemplate
    from receiptgen.drawing.template import ReceiptTemplate
    from receiptgen.reading.results import PageText

# Rows of a receipt at least; what has fewer is a scrap beside one.
_ROWS = 4


@click.command(name="from-image")
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="YAML file of the template.  [default: the terminal]")  # fmt: skip
@click.option("--goods", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="CSV file for the goods that are read, which the template then sells.  [default: goods of the "
              "nearest kind of shop]")  # fmt: skip
@click.option("--generated", is_flag=True, help="Draw another business on each receipt.  [default: that of the image]")
@click.option("--receipt", "number", type=click.IntRange(1), help="Which receipt, where the image shows several: 1 is "
              "at the top left.")  # fmt: skip
@click.option("--preview", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="PNG of the receipt beside one that the template draws.")  # fmt: skip
def from_image(
    image: Path, out: Path | None, goods: Path | None, generated: bool, number: int | None, preview: Path | None
) -> None:
    """Draft a template from a photo or scan of a receipt.

    Header, fields, columns of goods, totals, payment and footer are taken from it, as are their words, the form of
    dates, columns and font. What could not be told, and every word that the template does not print, is said on the
    standard error and in comments of the template.
    """
    if goods and not out:
        raise click.UsageError("--goods is named by the template; say --out, too")
    _check_places(image, out, goods, preview)
    from receiptgen.core.files import write_atomic
    from receiptgen.drafting.draft import template_from_page
    from receiptgen.imaging.image_files import has_several_pages
    from receiptgen.reading.page_fields import field_reader, fields_of
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.reading.pages import read_papers
    from receiptgen.reading.reader import gray_picture
    from receiptgen.recognition.opened_model import open_for_reading

    if has_several_pages(str(image)):
        raise PageError(f"{image}: has several pages; save the one to draft from as a file of its own")
    picture = gray_picture(image)
    model = open_for_reading(Path("receipt"))
    reader = PageReader(model, model.search(None))
    try:
        page = _chosen(read_papers(reader, picture), number)
        fields = fields_of(page, field_reader())
        listed = os.path.relpath(goods, out.parent) if goods and out else ""
        draft = template_from_page(page, fields, picture.pixels, generated=generated, goods=listed)
    except PageError as error:
        raise PageError(f"{image}: {error}") from None
    if goods and draft.goods:
        write_atomic(goods, draft.goods.encode())
    if out:
        write_atomic(out, draft.text.encode())
    else:
        click.echo(draft.text, nl=False)
    _tell(image, draft, page, goods)
    template = _checked(draft, out)
    if preview:
        import cv2

        from receiptgen.drafting.preview import preview_of

        shown = preview_of(template, picture.pixels, page, fields, reader, field_reader())
        write_atomic(preview, cv2.imencode(".png", shown.image)[1].tobytes())
        click.echo(f"{preview}: {shown.alike:.0%} of the rows of both say the same, in the same order", err=True)


def _check_places(image: Path, out: Path | None, goods: Path | None, preview: Path | None) -> None:
    """Check, before work is spent, that what is written can be used and replaces nothing; raises FileError."""
    if out and out.suffix not in {".yaml", ".yml"}:
        raise FileError(f"{out}: a template ends in .yaml")
    if goods and goods.suffix != ".csv":
        raise FileError(f"{goods}: a list of goods that is written ends in .csv")
    named = {image.resolve(): "the image"}
    for option, path in (("--out", out), ("--goods", goods), ("--preview", preview)):
        if path is None:
            continue
        place = path.resolve()
        if place in named:
            raise FileError(f"{path}: {option} is the same file as {named[place]}; name another file")
        if path.exists():
            raise FileError(f"{path}: is there already; name another file, or remove it")
        named[place] = option


def _chosen(pages: "Sequence[PageText]", number: int | None) -> "PageText":
    """Return the page of the receipt that is asked for; raises PageError where it is not there, or not the only one."""
    receipts = [page for page in pages if len(page.rows) >= _ROWS] or list(pages)
    if number is None:
        if len(receipts) > 1:
            raise PageError(f"shows {len(receipts)} receipts; choose one by --receipt 1, or cut it out")
        return receipts[0]
    if number > len(receipts):
        raise PageError(f"shows {len(receipts)} receipt{'s' * (len(receipts) > 1)}, and no number {number}")
    return receipts[number - 1]


def _tell(image: Path, draft: "DraftedTemplate", page: "PageText", goods: Path | None) -> None:
    """Say on the standard error what could not be told."""
    for note in (*page.warnings, *draft.notes):
        click.echo(f"{image}: {note}", err=True)
    if goods and not draft.goods:
        click.echo(f"{image}: {goods} is not written: too few goods with prices were read to make a list", err=True)


def _checked(draft: "DraftedTemplate", out: Path | None) -> "ReceiptTemplate":
    """Return the template; raises ConfigError where it can't be drawn, as for want of a font."""
    from receiptgen.config.records import loads
    from receiptgen.drawing.checking import check
    from receiptgen.drawing.template import ReceiptTemplate, receipt_template

    if out is None:
        return loads(draft.text, ReceiptTemplate, name="template.yaml")
    if faults := check(str(out)).faults:
        raise ConfigError(faults)
    return receipt_template(str(out)).value
