"""The server goes on whatever is asked of it, and ends at once and whole."""

import os
import signal
import socket
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPException
from pathlib import Path

import cv2
import numpy as np
import pytest
from command_line import Run
from served import Served, children, ended, served

pytestmark = pytest.mark.needs("onnxruntime", "process tree")

# Long to draw, of a template that keeps all bounds.
SLOW = f"extends: supermarket\nabout: x\nbasket: {{items: 400}}\neffects: [{', '.join(['crumple'] * 100)}]\n"
LATE = "{} took longer than 2 seconds; try again with less, or start the server with a longer --{}-timeout"
PNG = cv2.imencode(".png", np.full((40, 200), 255, np.uint8))[1].tobytes()


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served("--draw-timeout", "2", "--read-timeout", "60") as server:
        yield server


def test_a_drawing_that_takes_too_long_is_ended_and_the_next_is_drawn(server: Served) -> None:
    _, drawing = server.workers()
    answer = server.draw(SLOW)
    assert (answer.status, answer.body) == (503, {"faults": [LATE.format("drawing", "draw")]})
    assert int(answer.headers["Retry-After"]) > 0
    assert ended([drawing])
    assert server.draw().status == 200


def test_a_reading_that_takes_too_long_is_ended_and_the_next_is_read() -> None:
    with served("--read-timeout", "2") as short:
        reading, _ = short.workers()
        os.kill(reading, signal.SIGSTOP)
        answer = short.ask("POST", "/api/read", PNG)
        assert (answer.status, answer.body) == (503, {"faults": [LATE.format("reading", "read")]})
        assert ended([reading])
        assert short.ask("POST", "/api/read", PNG).status == 200


def test_reading_goes_on_while_a_drawing_hangs() -> None:
    with served("--draw-timeout", "3600") as slow, ThreadPoolExecutor(1) as pool:
        _, drawing = slow.workers()
        os.kill(drawing, signal.SIGSTOP)
        drawn = pool.submit(slow.draw)
        assert slow.ask("POST", "/api/read", PNG).status == 200
        assert not drawn.done()
        os.kill(drawing, signal.SIGCONT)
        assert drawn.result().status == 200


@pytest.mark.parametrize("place", [0, 1], ids=["reading", "drawing"])
def test_a_process_that_is_killed_is_replaced(server: Served, place: int) -> None:
    os.kill(server.workers()[place], signal.SIGKILL)
    # It may be told of, as it is still ending when it is asked.
    assert server.ask("POST", "/api/read", PNG).status in {200, 503}
    assert server.draw().status in {200, 503}
    assert server.ask("POST", "/api/read", PNG).status == 200
    assert server.draw().status == 200
    assert len(server.workers()) == 2


def test_idle_and_trickling_connections_lock_nobody_out(server: Served) -> None:
    with ExitStack() as stack:
        for number in range(250):
            connection = stack.enter_context(socket.create_connection((server.host, server.port), 30))
            connection.sendall(
                b"POST /api/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n" * (number % 2)
            )
        assert server.ask("GET", "/api/health").status == 200
        assert server.draw().status == 200


def test_many_clients_at_once_are_served_or_told_to_wait(server: Served) -> None:
    with ThreadPoolExecutor(50) as pool:
        found = Counter(answer.status for answer in pool.map(lambda _: server.ask("POST", "/api/read", PNG), range(50)))
    assert set(found) <= {200, 503}
    assert found[200] >= 16


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_server_ends_at_once_also_while_a_drawing_hangs(
    sent: signal.Signals, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    with served("--draw-timeout", "3600", folder=tmp_path) as server:
        processes = children(server.process.pid)
        _, drawing = server.workers()
        os.kill(drawing, signal.SIGSTOP)

        def ask() -> None:
            with suppress(OSError, HTTPException):  # the server ends
                server.draw()

        thread = threading.Thread(target=ask)
        thread.start()
        assert server.ask("GET", "/api/health").body == {"status": "ok", "editing": True}
        os.killpg(server.process.pid, sent)  # as a terminal does
        assert server.process.wait(60) == 0
        assert ended(processes)
        thread.join(60)
    assert list(tmp_path.iterdir()) == []
    assert list(temporary.glob("receiptgen-*")) == []


def test_nothing_is_left_of_a_server_that_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with served("--draw-timeout", "60") as server:
        processes = children(server.process.pid)
        goods = b64encode(b"name,price\nTea,1.20\n").decode()
        asked = {"template": "extends: cafe\nabout: x\nbasket: {goods: goods.csv}\n", "beside": {"goods.csv": goods}}
        assert server.ask("POST", "/api/draw", asked).status == 200
        assert len(list(tmp_path.glob("receiptgen-*/*/goods.csv"))) == 1
        server.process.kill()
        assert ended(processes)
    assert list(tmp_path.glob("receiptgen-*")) == []


IPV6 = pytest.mark.needs("ipv6")


# Each server is three processes, so that other spellings are left to tests/serving/test_hosts.py.
@pytest.mark.parametrize("host", ["localhost", pytest.param("0:0:0:0:0:0:0:1", marks=IPV6)])
def test_names_of_loopback_and_those_that_are_allowed_are_answered(host: str) -> None:
    allowed = ("--allow-host", "receipts.example", "--allow-host", "Other.example")
    with served("--host", host, *allowed, host=host) as server:
        assert server.ask("GET", "/api/health").body == {"status": "ok", "editing": True}
        for name, status in (("receipts.example", 200), ("other.example:80", 200), ("evil.example", 403)):
            assert server.ask("GET", "/api/health", Host=name).status == status


def test_a_host_that_is_no_name_is_told(run: Run) -> None:
    for name in ("https://receipts.example", "receipts.example:80", "a b", ""):
        assert f"{name!r} is not a host name" in run("serve", "--allow-host", name).fault


def test_a_port_that_is_taken_is_one_line(server: Served, run: Run) -> None:
    fault = run("serve", "--port", server.port).fault
    assert fault == f"receiptgen: 127.0.0.1:{server.port}: address already in use; --port 0 takes any"


def test_weights_that_are_missing_are_one_line(run: Run) -> None:
    assert run("serve", "--port", 0, "--weights", "nowhere.onnx").fault == "receiptgen: nowhere.onnx: no such file"
