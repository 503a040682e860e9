"""Files that tell of a data set as a whole, beside its parts: dataset cards, lists of classes."""

from collections.abc import Mapping
from pathlib import Path

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import reason_of, write_atomic
from receiptgen.dataset.plan import Plan
from receiptgen.writers import OWN, Contents, documents

# Bytes at the beginning of a file among which its own mark stands.
_HEAD = 400


def documents_of(plan: Plan, samples: Mapping[str, int]) -> dict[str, bytes]:
    """Return the files by path in the data set's folder.

    Args:
        plan: Contents of the data set.
        samples: Number of samples by part; those without any may be missing.
    """
    counts = {part: samples.get(part, 0) for part in plan.parts}
    return documents(plan.writers, Contents(bool(plan.receipts), counts))


def is_own(path: Path) -> bool:
    """Tell whether a file is there and is one that ``draw`` wrote, not somebody else's of that name; raises OSError."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_own_content(file.read(_HEAD))


def is_own_content(content: bytes) -> bool:
    """Tell whether some bytes are of a file that ``draw`` wrote."""
    return OWN.encode() in content[:_HEAD]


def refuse_foreign(folder: Path, plan: Plan) -> None:
    """Look whether somebody else's files stand where files of a data set will be written.

    Raises:
        DatasetError: One does, or can't be read.
    """
    for path in (folder / name for name in documents_of(plan, {})):
        try:
            foreign = path.exists() and not is_own(path)
        except OSError as error:
            raise DatasetError(f"{path}: can't be read: {reason_of(error)}") from error
        if foreign:
            raise DatasetError(
                f"{path}: is in the way of a file of that name that a format writes; move it, or name another --out"
            )


def write_documents(folder: Path, plan: Plan, samples: Mapping[str, int]) -> None:
    """Write the files of a data set that has some number of samples by part; raises FileError."""
    for name, content in documents_of(plan, samples).items():
        write_atomic(folder / name, content)
