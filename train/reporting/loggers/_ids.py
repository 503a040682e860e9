"""The name by which a logger's service knows a run, kept in the run's folder so that a resumed run continues there."""

from receiptgen.core.files import write_atomic

from . import LoggedRun


def earlier_id(run: LoggedRun, service: str) -> str | None:
    """Return the name that the earlier part of a run had, or None where that was not logged or is not there."""
    path = run.folder / f"{service}.id"
    return path.read_text(encoding="utf-8").strip() if run.resumed and path.is_file() else None


def keep_id(run: LoggedRun, service: str, name: str) -> None:
    """Keep the name of a run.

    Raises:
        FileError: The folder can't be written to.
    """
    write_atomic(run.folder / f"{service}.id", f"{name}\n".encode())
