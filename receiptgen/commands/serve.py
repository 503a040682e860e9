"""``receiptgen serve``."""

import logging
import socket
from pathlib import Path

import click

from receiptgen.commands._options import check_search, search_options
from receiptgen.core.errors import AddressError, MissingExtraError
from receiptgen.core.files import reason_of

# Requests that are answered at once, most of which wait for their turn.
_THREADS = 24
# Seconds that a silent connection is kept.
_SILENCE = 30


@click.command(name="serve")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option("--host", default="127.0.0.1", show_default=True,
              help="Address to listen at, 0.0.0.0 for all. Templates are drawn for this machine alone.")  # fmt: skip
@click.option("--weights", type=click.Path(path_type=Path), default=Path("receipt"), show_default=True,
              help="Packaged weights, a safetensors file of a run, or an ONNX file.")  # fmt: skip
@search_options
@click.option(
    "--max-upload", type=click.IntRange(1, 200), default=20, show_default=True, help="Megabytes of a request."
)
def command(
    port: int, host: str, weights: Path, beam: int | None, lexicon: Path | None, model: Path | None, max_upload: int
) -> None:
    """Read receipts in a browser, and design templates by looking at what they draw.

    Nothing that is sent to the server is kept. The JSON interface is described at /openapi.json.
    """
    check_search(beam, lexicon, model)
    try:
        from waitress import create_server

        from receiptgen.serving.app import Limits, create_app, is_loopback
    except ImportError as error:
        raise MissingExtraError(f"serving needs {error.name}; pip install 'receiptgen[serve]'") from None
    from receiptgen.reading.page_reader import PageReader
    from receiptgen.recognition.opened_model import open_for_reading

    alone = host == "localhost" or is_loopback(host)
    opened = open_for_reading(weights)
    limits = Limits(upload=max_upload * 1_000_000, editing=alone, names=Limits().names if alone else frozenset())
    app = create_app(PageReader(opened, opened.search(beam, lexicon, model)), limits)
    bound = _bound(host, port)
    # A queue is not worth a warning: the gate limits it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = create_server(
        app, sockets=[bound], threads=_THREADS, channel_timeout=_SILENCE, ident=None,
        max_request_body_size=limits.upload + 10_000, clear_untrusted_proxy_headers=True,
    )  # fmt: skip
    where = f"[{host}]" if ":" in host else host
    click.echo(f"receiptgen serves at http://{where}:{bound.getsockname()[1]} (Ctrl-C ends it)")
    try:
        server.run()
    finally:
        server.close()


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; waitress would leave one open where it can't bind it."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = reason_of(error).partition(" (")[0]
        raise AddressError(f"{host}:{port}: {reason}; --port 0 takes any") from None
