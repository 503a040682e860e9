"""Print what receiptgen needs with some of its extras, one a line: ``python tools/requirements.py read serve``.

With it, an image has what is installed from elsewhere in a layer of its own, which a change of the code does not renew.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
OWN = re.compile(r"receiptgen\[(.+)\]")


def requirements(extras: list[str]) -> Iterator[str]:
    """Yield the requirements of the package and of its extras, and of the extras that these name."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    yield from project["dependencies"]
    for extra in extras:
        for requirement in project["optional-dependencies"][extra]:
            if own := OWN.fullmatch(requirement):
                extras += [name for name in own[1].split(",") if name not in extras]
            else:
                yield requirement


if __name__ == "__main__":
    sys.stdout.writelines(f"{requirement}\n" for requirement in requirements(sys.argv[1:]))
