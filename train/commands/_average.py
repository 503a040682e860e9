"""``receiptgen weights average``."""

import math
from pathlib import Path

import click


@click.command(name="average")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE FILE...")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.safetensors", help="Output file.")
@click.option(
    "--shares", metavar="SHARE,...", help="Share of each FILE, relative to their sum, as 0.7,0.3.  [default: equal]"
)
@click.option(
    "--for", "target", type=click.Path(path_type=Path), metavar="WEIGHTS",
    help="Weights whose characters, in their order, and character model the mean has.  [default: all characters, and "
    "the character model of the last FILE that has one]",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace an existing file.")
def command(files: tuple[Path, ...], out: Path, shares: str | None, target: Path | None, force: bool) -> None:
    """Average weights of one network, FILEs of runs or packaged weights: the mean of those before a training and after.

    The mean of weights that have one origin can do most of what each of them could. All arrays are averaged; rows of
    characters that only some FILEs read, over these. The record says what it is the mean of.
    """
    parsed = _parse_shares(shares, len(files))
    from receiptgen.recognition.model_file import save_model

    from ..export import check_target
    from ..loop.models import load_any
    from ..runs.averaging import Averaged, mean_of, relative

    check_target(out, ".safetensors", force)
    parts = [Averaged(file, load_any(file), share) for file, share in zip(files, parsed, strict=True)]
    mean = mean_of(parts, Averaged(target, load_any(target), 0.0) if target else None)
    save_model(mean.model, out)
    terms = " + ".join(f"{share:.4g} {file}" for file, share in zip(files, relative(parsed), strict=True))
    click.echo(f"{out}: {terms}")
    for note in mean.notes:
        click.echo(f"  {note}")


def _parse_shares(text: str | None, count: int) -> list[float]:
    """Return a share for each of some files.

    Raises:
        UsageError: There are more or fewer, or one is not a number above 0.
    """
    if text is None:
        return [1.0] * count
    try:
        shares = [float(part) for part in text.split(",")]
    except ValueError:
        shares = [0.0]
    if not all(math.isfinite(share) and share > 0 for share in shares):
        raise click.UsageError(f"--shares {text}: expected numbers above 0 with commas between, as 0.7,0.3")
    if len(shares) != count:
        raise click.UsageError(f"--shares {text}: has {len(shares)} for {count} files; name one for each")
    return shares
