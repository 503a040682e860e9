"""``receiptgen serve``."""

import logging
import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from multiprocessing import active_children
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Any

import click

from receiptgen.commands._options import NumberRange, check_search, search_options
from receiptgen.core.errors import AddressError, FileError, MissingExtraError
from receiptgen.core.files import reason_of
from receiptgen.core.memory import keep_memory_flat
from receiptgen.serving.drawing_task import Drawing
from receiptgen.serving.hosts import host_name, is_loopback
from receiptgen.serving.lane import Lane
from receiptgen.serving.tasks import Reading

# Requests that may wait to be read, and as many that may wait to be drawn.
_WAITING = 15
# Requests that are answered at once: those that wait, those that are read and drawn, and some that take no time.
_THREADS = 2 * (1 + _WAITING) + 8
# Bytes that a drawing may take.
_MEMORY = 1_000_000_000

_seconds = NumberRange(0.1, 3600)


def _host_names(context: click.Context, option: click.Parameter, names: Sequence[str]) -> frozenset[str]:
    for name in names:
        if host_name(name) != name.lower().strip("[]"):
            raise click.BadParameter(f"{name!r} is not a host name such as receipts.example, without a port")
    return frozenset(name.lower().strip("[]") for name in names)


@click.command(name="serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option("--host", default="127.0.0.1", show_default=True,
              help="Address to listen at, 0.0.0.0 for all. Templates are drawn for this machine alone.")  # fmt: skip
@click.option("--allow-host", "allowed", multiple=True, metavar="NAME", callback=_host_names,
              help="Answer to this host name too, as that of a proxy; may be repeated.")  # fmt: skip
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True,
              help="Packaged weights, a safetensors file of a run, or an ONNX file.")  # fmt: skip
@click.option("--field-weights", type=click.Path(path_type=Path), metavar="FILE",
              help="Weights that tell fields.  [default: the packaged ones]")  # fmt: skip
@search_options
@click.option(
    "--max-upload", type=click.IntRange(1, 200), default=20, show_default=True, help="Megabytes of a request."
)
@click.option(
    "--read-timeout", type=_seconds, default=30, show_default=True, help="Seconds for reading the files of a request."
)
@click.option("--draw-timeout", type=_seconds, default=5, show_default=True, help="Seconds for drawing a template.")
def command(
    port: int, host: str, allowed: frozenset[str], weights: Path, field_weights: Path | None,
    beam: int | None, lexicon: Path | None, model: Path | None, max_upload: int, read_timeout: float,
    draw_timeout: float,
) -> None:  # fmt: skip
    """Read receipts in a browser, and design templates by looking at what they draw.

    Nothing that is sent to the server is kept. The JSON interface is described at /openapi.json.
    """
    check_search(beam, lexicon, model)
    keep_memory_flat()
    reader = Reading(weights, beam, lexicon, model, field_weights)
    with (
        _temporary_folder() as folder,
        _ended_by_signals(folder),
        closing(_bound(host, port)) as bound,
        closing(Lane("reading", reader, seconds=read_timeout, waiting=_WAITING, option="--read-timeout")) as reading,
    ):
        try:  # while the process starts
            from receiptgen.serving.app import Limits, create_app
            from receiptgen.serving.connections import Server
        except ImportError as error:
            raise MissingExtraError(f"serving needs {error.name}; pip install 'receiptgen[serve]'") from None
        address, actual_port = bound.getsockname()[:2]
        alone = is_loopback(address)
        names = allowed | {host.lower()} if alone or allowed else None
        limits = Limits(upload=max_upload * 1_000_000, editing=alone, names=names)
        # A queue is not worth a warning: the lanes limit it.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        reading.wait()
        drawer = Drawing(_MEMORY, Path(folder))
        with closing(
            Lane("drawing", drawer, seconds=draw_timeout, waiting=_WAITING, option="--draw-timeout")
        ) as drawing:
            app = create_app(reading, drawing, limits)
            where = f"[{host}]" if ":" in host else host
            click.echo(f"receiptgen serves at http://{where}:{actual_port} (Ctrl-C ends it)")
            # It isn't closed, as its threads may still be answering; they end with this process.
            Server(app, bound, threads=_THREADS, largest=limits.upload).run()


@contextmanager
def _temporary_folder() -> Iterator[str]:
    """Lend a folder for files that lie beside templates."""
    try:
        lent = TemporaryDirectory(prefix="receiptgen-", ignore_cleanup_errors=True)
    except OSError as error:
        raise FileError(f"no temporary folder can be made: {reason_of(error)}; TMPDIR names another place") from None
    with lent as folder:
        yield folder


@contextmanager
def _ended_by_signals(folder: str) -> Iterator[None]:
    """Let Ctrl-C, where it isn't ignored, and SIGTERM end the server meanwhile, and delete a folder."""

    def end(number: int, frame: Any) -> None:
        """End this process and its own at once, whatever they do; an exception might be ignored, as in a destructor."""
        # Once a process is killed another thread might begin one in its place.
        rmtree(folder, ignore_errors=True)
        for process in active_children():
            process.kill()
        os._exit(0)

    numbers = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    kept = [(number, signal.signal(number, end)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in kept:
            signal.signal(number, handler)


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; waitress would leave one open where it can't bind it."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = reason_of(error).partition(" (")[0]
        raise AddressError(f"{host}:{port}: {reason}; --port 0 takes any") from None
