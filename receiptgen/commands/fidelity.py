"""``receiptgen fidelity``."""

import json
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import margin_option, seed_option
from receiptgen.core.counts import counted

if TYPE_CHECKING:
    from receiptgen.fidelity.comparison import Fidelity

_FOLDER = click.Path(path_type=Path)


@click.command(name="fidelity")
@click.argument("synthetic", metavar="SYNTH_DIR", type=_FOLDER)
@click.argument("real", metavar="REAL_DIR", type=_FOLDER)
@click.option(
    "--limit", type=click.IntRange(50), default=3000, show_default=True, help="Crops or pages of a side, at random."
)
@click.option("--pages", is_flag=True, help="Compare whole pages, as photos, not line crops.")
@margin_option
@seed_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("fidelity"),
    show_default=True,
    help="Folder of the report. It will hold images of both sides.",
)
@click.option("--json", "as_json", is_flag=True, help="Print fidelity.json instead of a table.")
def command(
    synthetic: Path, real: Path, limit: int, pages: bool, margin: float, seed: int, out: Path, as_json: bool
) -> None:
    """Measure how close synthetic line crops, or pages, come to real ones.

    Either folder holds crops as png or jpg files, or what 'draw' has written, or pages as SROIE has them: img/ with
    box/*.csv. Compares 25 measures, and trains two classifiers to tell the sides apart: 50 % is a guess.
    Writes a report, index.html. Needs the extra: pip install 'receiptgen[fidelity]'.

    With --pages, either folder holds photos of receipts, with truth of any form that 'evaluate --pages' takes, or
    images alone; frame, print, light, paper and ground are measured.
    """
    from receiptgen.core.errors import FileError
    from receiptgen.fidelity import comparison as fidelity
    from receiptgen.fidelity import report

    fidelity.require_packages()
    for folder in (synthetic, real):
        if folder.resolve() in [out.resolve(), *out.resolve().parents]:
            raise FileError(f"{out}: lies in {folder}, whose images are read; name another folder with --out")
    found = (
        _compared_pages(synthetic, real, limit, seed)
        if pages
        else _compared_lines(synthetic, real, limit, margin, seed)
    )
    for folder, side in ((synthetic, found.synthetic), (real, found.real)):
        if side.unreadable:
            left_out, first = counted(len(side.unreadable), "file"), side.unreadable[0]
            click.echo(f"{folder}: {left_out} left out, no image that can be read: {first}", err=True)
    arguments = {
        "synthetic": str(synthetic), "real": str(real), "pages": pages, "limit": limit, "margin": margin, "seed": seed,
    }  # fmt: skip
    figures = {"arguments": arguments, **fidelity.fidelity_json(found)}
    report.write_report(found, figures, out, seed)
    if as_json:
        click.echo(json.dumps(figures, indent=2))
    else:
        _print(found, out / report.PAGE)


def _compared_lines(synthetic: Path, real: Path, limit: int, margin: float, seed: int) -> "Fidelity":
    from receiptgen.fidelity.comparison import compare
    from receiptgen.fidelity.line_crops import read_crops

    drawn, scanned = (read_crops(folder, limit, margin, seed) for folder in (synthetic, real))
    return compare(drawn, scanned, seed)


def _compared_pages(synthetic: Path, real: Path, limit: int, seed: int) -> "Fidelity":
    from receiptgen.fidelity.comparison import compare_pages
    from receiptgen.fidelity.page_samples import read_pages

    drawn, scanned = (read_pages(folder, limit, seed) for folder in (synthetic, real))
    return compare_pages(drawn, scanned, seed)


def _print(found: "Fidelity", page: Path) -> None:
    """Print the figures as a table, the farthest measures first."""
    from receiptgen.fidelity.comparison import PASS

    click.echo(f"{'measure':18} {'KS':>5} {'moved':>6} {'synthetic':>10} {'real':>10}")
    for item in found.comparisons:
        mark = "" if item.passes else "  far"
        medians = f"{item.synthetic[2]:10.4g} {item.real[2]:10.4g}"
        moved = "-" if isnan(item.wasserstein) else f"{item.wasserstein:.2f}"
        click.echo(f"{item.name:18} {item.ks:5.2f} {moved:>6} {medians}{mark}")
    passed = sum(item.passes for item in found.comparisons)
    click.echo(f"{passed} of {len(found.comparisons)} measures have a KS distance of {PASS} or less")
    for name, verdict in found.verdicts.items():
        click.echo(
            f"classifier on {name}: accuracy {verdict.accuracy:.1%}, standard error {verdict.error:.1%}, "
            f"AUC {verdict.auc:.3f}"
        )
    click.echo(f"{page}: written")
