"""Try hostile and unlucky inputs: ``python tests/fuzz/run.py http --cases 500 --seed 1``.

Each ``fuzz_NAME.py`` beside this file has a function ``fuzz(cases, seed)`` that returns an ``Outcome``.
"""

import sys
import time
from importlib import import_module
from pathlib import Path

import click

NAMES = sorted(path.stem.removeprefix("fuzz_") for path in Path(__file__).parent.glob("fuzz_*.py"))


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
@click.option("--cases", type=click.IntRange(1), default=500, show_default=True, help="Cases of each.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same cases.")
def main(names: tuple[str, ...], cases: int, seed: int) -> None:
    """Run some fuzzers, or all of them; exit with 1 if one case did not end as it should."""
    failed = False
    for name in names or NAMES:
        start = time.monotonic()
        outcome = import_module(f"fuzz_{name}").fuzz(cases, seed)
        seconds = time.monotonic() - start
        click.echo(f"{name}: {outcome.tried} tried, {outcome.survived} survived, in {seconds:.0f} s")
        for failure in outcome.failures:
            click.echo(f"  {failure}")
        failed |= bool(outcome.failures)
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
