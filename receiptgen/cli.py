"""The command line. Commands are files of ``commands``, imported when they are called."""

import errno
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pkgutil import iter_modules
from typing import Any

import click

from receiptgen import commands
from receiptgen.core.added_points import added_points
from receiptgen.core.cores import cores
from receiptgen.core.errors import ReceiptgenError, StoppedError
from receiptgen.core.files import reason_of
from receiptgen.core.suggestions import hint

# Why the system refuses a file that is named, whatever is done with it; only who named it can mend that.
_REFUSED = {
    errno.ENAMETOOLONG, errno.ELOOP, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, getattr(errno, "EDQUOT", -1)
}  # fmt: skip


class Commands(click.Group):
    """Finds commands by file name in ``commands``, and by the entry-point group ``receiptgen.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*_own_commands(), *(point.name for point in added_points("receiptgen.commands"))])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name in _own_commands():
            own: click.Command = import_module(f"{commands.__name__}.{cmd_name}").command
            return own
        for point in added_points("receiptgen.commands"):
            if point.name == cmd_name:
                foreign: click.Command = point.load()
                return foreign
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; of one that is mistyped tell what it resembles."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"No such command {args[0]!r}{hint(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def _own_commands() -> list[str]:
    return [module.name for module in iter_modules(commands.__path__) if not module.name.startswith("_")]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="receiptgen")
def app() -> None:
    """Generate synthetic receipts and text snippets with exact ground truth; train OCR models; read receipts."""


def main(args: list[str] | None = None) -> Any:
    """Run the command line; what a user can correct is one line a fault, without a traceback, and exit code 1."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # whoever started this has closed it
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # to the end
    if isinstance(sys.stdout, TextIOWrapper):
        # Names of files may be no text; what a terminal can't show is written as its number.
        is_utf8 = sys.stdout.encoding.lower() == "utf-8"
        sys.stdout.reconfigure(errors="surrogateescape" if is_utf8 else "backslashreplace")
    # OpenCV counts the cores of the machine, whatever this process may use.
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", str(cores()))
    try:
        app.main(args, prog_name="receiptgen", standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ReceiptgenError as error:
        click.echo("\n".join(f"receiptgen: {line}" for line in str(error).splitlines()), err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort) as stop:
        # Click raises its own error for a KeyboardInterrupt.
        cause = stop.__cause__ or stop
        more = "; what is done is safe, the same command resumes from there" if isinstance(cause, StoppedError) else ""
        click.echo(f"receiptgen: stopped{f' {cause}' if str(cause) else more}", err=True)
        sys.exit(getattr(cause, "exit_code", 130))
    except BrokenPipeError:
        # The other end of a pipe (`receiptgen ... | head`) has closed; that is its right.
        _silence_output()
        sys.exit(141)
    except OSError as error:
        if error.filename is not None and error.errno in _REFUSED:
            click.echo(f"receiptgen: {error.filename}: {reason_of(error)}", err=True)
            sys.exit(1)
        # Without a name it is the standard output, sent to a full disk or a device that fails.
        if error.filename is not None or error.errno not in {errno.ENOSPC, errno.EIO}:
            raise
        click.echo(f"receiptgen: the output can't be written: {reason_of(error)}", err=True)
        _silence_output()
        sys.exit(1)


def _silence_output() -> None:
    """Let what is still to be flushed to the standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
