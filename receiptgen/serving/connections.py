"""Connections: waitress, with limits on the time that a client takes, and on clients that do nothing."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import BadRequest

from receiptgen.serving.answers import HEADERS, refusal
from receiptgen.serving.form import suited

# Largest header of a request, in bytes.
_LARGEST_HEADER = 32_768
# As good as no limit.
_MANY = 1_000_000_000


@dataclass(frozen=True)
class Patience:
    """What a client may take; more ends its connection.

    Attributes:
        idle: Seconds between two requests.
        header: Seconds for the header of a request.
        transfer: Seconds for the whole of a request, and for taking its answer.
        connections: Connections that are kept; one more ends that whose client has kept it waiting longest.
    """

    idle: float = 30.0
    header: float = 10.0
    transfer: float = 120.0
    connections: int = 200


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """Serves an application at a socket that listens.

    Args:
        application: The WSGI application.
        bound: The socket.
        threads: Requests that are answered at once, most of which wait for their turn.
        largest: Largest request, in bytes.
        patience: What a client may take.
    """

    def __init__(
        self, application: Any, bound: socket.socket, *, threads: int, largest: int, patience: Patience = Patience()
    ) -> None:
        self.patience, self._most = patience, min(patience.connections, _files() // 2)
        self.channel_class = _Channel
        adjustments = Adjustments(
            sockets=[bound], threads=threads, ident=None, clear_untrusted_proxy_headers=True,
            max_request_body_size=largest + 1, max_request_header_size=_LARGEST_HEADER, log_socket_errors=False,
            cleanup_interval=1, asyncore_use_poll=True, connection_limit=_MANY,
        )  # fmt: skip
        address = bound.family, bound.type, bound.proto, bound.getsockname()
        super().__init__(application, _sock=bound, adj=adjustments, sockinfo=address, bind_socket=False)

    def run(self) -> None:
        """Serve; what a signal's handler raises ends it at once, whatever requests are under way."""
        self.asyncore.loop(timeout=1, map=self._map, use_poll=True)

    def maintenance(self, now: float) -> None:
        """End connections whose client takes too long; called every second."""
        for channel in [channel for channel in self.active_channels.values() if channel.is_overdue(now)]:
            channel.give_up()

    def handle_accept(self) -> None:
        """Take a connection, and end one where there are too many."""
        super().handle_accept()
        if len(self.active_channels) > self._most:
            waiting = [channel for channel in self.active_channels.values() if channel.waits]
            for channel in sorted(waiting, key=lambda channel: channel.since)[:1]:
                channel.end()


def _files() -> int:
    """Return how many files this process may open; a connection is one, and a large body another."""
    try:
        import resource
    except ImportError:  # Windows, where sockets are no files
        return _MANY
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MANY if soft == resource.RLIM_INFINITY else soft


class _TooSlow(BadRequest):  # type: ignore[misc]
    code, reason = 408, "Request Timeout"


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    # Waitress notes the path of a client that leaves, also of a request that had none.
    path = ""

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header; waitress doesn't expect ``GET http://[``, nor lengths of thousands of digits."""
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise ParsingError("a number or address that is none") from None


class _ErrorTask(ErrorTask):  # type: ignore[misc]
    def execute(self) -> None:
        """Answer what waitress itself refuses as the application answers."""
        self.channel.refused = True
        error = self.request.error
        largest = self.channel.adj.max_request_body_size - 1
        fault = f"larger than {largest:,} bytes" if error.code == 413 else str(error.reason).lower()
        answer = suited(self.request.path, refusal(error.code, fault))
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [("Content-Type", answer.mimetype), *HEADERS.items()]
        self.content_length = len(answer.content)
        self.set_close_on_finish()
        self.write(answer.content)


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection.

    Attributes:
        since: When that began which is waited for, be it a request, the rest of one or the taking of an answer; seconds
            of ``time.time``.
        refused: Whether a request was refused of which more may come.
        lingers: Whether only what still comes of a refused request is taken in. Ending the connection earlier would
            reset it, and the client might never see why.
    """

    parser_class, error_task_class = _Parser, _ErrorTask
    request: _Parser | None
    refused = lingers = False

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.since: float = self.creation_time

    @property
    def waits(self) -> bool:
        """Whether it is the client that has to do something: ask, or take answers."""
        return bool(self.total_outbufs_len or not self.requests) and not self.will_close

    def is_overdue(self, now: float) -> bool:
        """Tell whether the client has taken too long."""
        patience = self.server.patience
        allowed = patience.transfer
        if not self.total_outbufs_len and not self.lingers:
            if self.request is None:
                allowed = patience.idle
            elif not self.request.headers_finished:
                allowed = patience.header
        return self.waits and bool(now - self.since > allowed)

    def give_up(self) -> None:
        """End the connection, with an answer where a request has begun and the client takes answers."""
        if self.request is None or self.total_outbufs_len:
            self.end()
            return
        self.request.error = _TooSlow("")
        self.requests.append(self.request)
        self.request = None
        self.server.add_task(self)

    def end(self) -> None:
        """End the connection at once; waitress would wait until the client takes what was sent."""
        self.refused = False
        self.handle_close()

    def handle_close(self) -> None:
        """End the connection, after the rest of a refused request."""
        if self.refused:
            self.refused, self.lingers, self.will_close, self.since = False, True, False, time.time()
            with suppress(OSError):  # the client has ended it
                self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_close()

    def received(self, data: bytes) -> bool:
        """Take in what has come."""
        if self.lingers:
            return False
        if self.request is None:
            self.since = time.time()
        return bool(super().received(data))

    def write_soon(self, data: Any) -> int:
        """Send a part of an answer, or keep it until the client takes it."""
        if not self.total_outbufs_len:
            self.since = time.time()
        return int(super().write_soon(data))

    def service(self) -> None:
        """Answer a request."""
        super().service()
        if not self.total_outbufs_len:
            self.since = time.time()
