"""HTTP: requests of a table, and mutations of them, sent to a real server."""

import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from random import Random
from typing import IO

from http_table import TABLE, Case
from outcome import Outcome

COMMAND = [sys.executable, "-m", "receiptgen", "serve", "--port", "0", "--draw-timeout", "2", "--read-timeout", "10"]
# Seconds in which each request is answered, and in which a mutated one, which may lack its end, begins to be.
PATIENCE, GLANCE = 30.0, 0.4
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
# A server that ends a connection may do so while it is still sent to.
CLOSED = (ConnectionResetError, BrokenPipeError)


def fuzz(cases: int, seed: int) -> Outcome:
    """Send the table, then mutations of it; each must be answered or closed in time, and the server go on."""
    outcome = Outcome()
    with tempfile.TemporaryFile("w+") as errors, _server(errors) as port:
        for case in _cases(cases, Random(seed)):
            outcome.tried += 1
            try:
                status = _status(port, case)
                if status not in case.statuses:
                    outcome.failures.append(f"{case.name}: answered by {status}, not {sorted(case.statuses)}")
                elif outcome.tried % 10 == 0:
                    _check_health(port)
            except TimeoutError:
                outcome.failures.append(f"{case.name}: no answer in {PATIENCE:.0f} s")
        _check_health(port)
        errors.seek(0)
        outcome.failures += [line.strip() for line in errors if re.match(r"Traceback|\w+Error", line)]
    return outcome


def _cases(cases: int, random: Random) -> Iterator[Case]:
    yield from TABLE[:cases]
    for number in range(len(TABLE), cases):
        yield _mutated(random.choice(TABLE), random.choice(TABLE), number, random)


# Whatever else a mutation makes of a request, it is no fault of the server.
_ANY = frozenset({0, 100, *range(200, 500), 501, 503})


def _mutated(case: Case, other: Case, number: int, random: Random) -> Case:
    sent = bytearray(case.sent)
    for _ in range(random.randint(1, 4)):
        start, length = random.randint(0, len(sent)), random.choice((1, 1, 2, 8, 64))
        piece = sent[start : start + length]
        away = random.randint(0, len(other.sent))
        sent[start : start + length] = random.choice((
            b"", bytes(random.randbytes(length)), piece * 2, piece * 200, other.sent[away : away + 64],
            b"\r\n", b"\0", b"\xff", b"%", b"9" * 30,
        ))  # fmt: skip
    return Case(f"{number}: {case.name}, mutated", bytes(sent), _ANY)


def _status(port: int, case: Case) -> int:
    """Send a request; return the status of the answer, 0 where the connection ends without one."""
    partial = 0 in case.statuses
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        try:
            connection.sendall(case.sent.replace(b"PORT", str(port).encode()))
            if partial:
                connection.settimeout(GLANCE)
            try:
                head = connection.recv(65_536)
            except TimeoutError:
                if not partial:
                    raise
                connection.settimeout(PATIENCE)
                connection.shutdown(socket.SHUT_WR)
                head = connection.recv(65_536)
        except CLOSED:
            return 0
    found = STATUS.match(head)
    return int(found[1]) if found else 0


def _check_health(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/api/health")
    assert connection.getresponse().status == 200
    connection.close()


@contextmanager
def _server(errors: IO[str]) -> Iterator[int]:
    """Yield the port of a server of its own process; what it says of errors goes to a file."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r":(\d+) ", process.stdout.readline())
            assert found is not None
            yield int(found[1])
        finally:
            process.terminate()
