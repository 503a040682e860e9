"""Clients that do nothing, or all too slowly, keep nobody else out."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest

from receiptgen.serving.connections import Patience, Server

LARGEST = 100_000
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
LONG = 1_000.0


def application(environ: dict[str, Any], start_response: Any) -> Sequence[bytes]:
    """Answer with a line, or with a megabyte."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"x" * 1_000_000 if environ["PATH_INFO"] == "/large" else b"x"]


@contextmanager
def server(patience: Patience) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        server = Server(application, bound, threads=2, largest=LARGEST, patience=patience)

        def run() -> None:
            with suppress(OSError, ValueError):  # it ends as its sockets are closed under it
                server.run()

        threading.Thread(target=run, daemon=True).start()
        yield port
        server.task_dispatcher.shutdown()
        server.asyncore.close_all(server._map)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 30)


def read(connection: socket.socket) -> bytes:
    """Return all that comes until the server ends the connection."""
    with connection, connection.makefile("rb") as file:
        return file.read()


def answered(connection: socket.socket) -> bool:
    connection.sendall(GET)
    answer = b""
    while not answer.endswith(b"\r\n\r\nx") and (more := connection.recv(10_000)):
        answer += more
    return answer.startswith(b"HTTP/1.1 200 OK\r\n")


def status_and_faults(answer: bytes) -> tuple[int, Any]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"Content-Type: application/json" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    return int(head.split()[1]), json.loads(body)["faults"]


def test_a_connection_that_is_idle_is_ended() -> None:
    with server(Patience(idle=0.1, header=LONG, transfer=LONG)) as port, connect(port) as silent, connect(port) as used:
        assert answered(used)
        assert read(silent) == b""
        assert read(used) == b""


@pytest.mark.parametrize(
    ("patience", "begun"),
    [
        (Patience(idle=LONG, header=0.1, transfer=LONG), b"GET / HTTP/1.1\r\nHo"),
        (Patience(idle=LONG, header=LONG, transfer=0.1), POST % 100 + b"half"),
        (Patience(idle=LONG, header=LONG, transfer=0.1), GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
    ],
    ids=["header", "body", "chunks"],
)
def test_a_request_that_never_ends_is_answered_in_the_end(patience: Patience, begun: bytes) -> None:
    with server(patience) as port, connect(port) as slow:
        slow.sendall(begun)
        assert status_and_faults(read(slow)) == (408, ["request timeout"])


def test_a_request_that_trickles_in_is_ended_too() -> None:
    ended = threading.Event()
    with server(Patience(idle=LONG, header=LONG, transfer=0.5)) as port, connect(port) as slow:
        slow.sendall(POST % 90_000)

        def trickle() -> None:
            with suppress(OSError):
                while not ended.wait(0.02):
                    slow.sendall(b"a")

        thread = threading.Thread(target=trickle)
        thread.start()
        answer = read(slow)
        ended.set()
        thread.join(10)
    assert status_and_faults(answer) == (408, ["request timeout"])


@pytest.mark.parametrize("begun", [b"", b"GET", POST % 100 + b"half"], ids=["idle", "header", "body"])
def test_connections_that_wait_make_room_for_others(begun: bytes) -> None:
    patience = Patience(idle=LONG, header=LONG, transfer=LONG, connections=20)
    with server(patience) as port, ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(connect(port)).sendall(begun)
        for _ in range(40):
            assert answered(stack.enter_context(connect(port)))


def test_a_client_that_takes_no_answer_is_ended() -> None:
    with server(Patience(idle=LONG, header=LONG, transfer=0.1)) as port, connect(port) as deaf:
        with suppress(OSError):  # once it is ended
            while True:
                deaf.sendall(GET.replace(b" / ", b" /large ") * 100)
        with connect(port) as other:
            assert answered(other)


def test_a_body_that_is_too_large_is_taken_in_before_it_is_refused() -> None:
    with server(Patience()) as port, connect(port) as large:
        large.sendall(POST % 900_000 + bytes(900_000))
        assert status_and_faults(read(large)) == (413, ["larger than 100,000 bytes"])


def test_a_body_that_is_far_too_large_is_refused_at_once() -> None:
    with server(Patience()) as port, connect(port) as huge:
        huge.sendall(POST % 10**12)
        assert status_and_faults(read(huge)) == (413, ["larger than 100,000 bytes"])


@pytest.mark.parametrize(
    ("sent", "status", "fault"),
    [
        (b"GET http://[ HTTP/1.1\r\n\r\n", 400, "bad request"),
        (b"GET / HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 400, "bad request"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 50_000 + b"\r\n\r\n", 431, "request header fields too large"),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "not implemented"),
    ],
)
def test_what_is_no_request_is_refused_as_others_are(sent: bytes, status: int, fault: str) -> None:
    with server(Patience()) as port, connect(port) as odd:
        odd.sendall(sent)
        assert status_and_faults(read(odd)) == (status, [fault])


def test_a_form_that_is_too_large_is_refused_on_a_page() -> None:
    with server(Patience()) as port, connect(port) as connection:
        connection.sendall(POST.replace(b"POST /", b"POST /read") % (LARGEST + 1))
        answer = read(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"Content-Type: text/html" in head
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b'<p class="fault">larger than 100,000 bytes</p>' in body
