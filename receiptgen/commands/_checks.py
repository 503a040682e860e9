"""What commands say of files that were checked."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from receiptgen.core.errors import ConfigError

if TYPE_CHECKING:
    from receiptgen.drawing.checking import Checked


def tell_checked(files: Iterable[str], check: "Callable[[str], Checked]") -> None:
    """Check files, and print what those are that are right.

    Raises:
        ConfigError: Some are wrong; carries the faults of all.
    """
    faults: list[str] = []
    for file in files:
        found = check(file)
        faults += found.faults
        if not found.faults:
            click.echo(f"{file}: ok, {found.about}")
    if faults:
        raise ConfigError(faults)
