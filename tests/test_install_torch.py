"""The tests' PyTorch comes from an index of builds for CPUs if that answers, and one line says so beforehand."""

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import install_torch
import pytest

Run = Callable[..., list[str]]
VERSION = install_torch.pinned()


class Index(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # http.server's name
        self.send_response(200 if self.path == "/cpu/torch/" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/cpu"
        server.shutdown()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run it with a pip that prints how it was called, and which version its own index has."""

    def run(index: str, offered: str = VERSION) -> list[str]:
        pip = [sys.executable, "-c", f"import sys; print(*sys.argv[1:], {offered!r})"]
        monkeypatch.setattr(install_torch, "PIP", pip)
        monkeypatch.setattr(install_torch, "INSTALL", [*pip, "install", "torch"])
        install_torch.main(index)
        return capfd.readouterr().out.splitlines()

    return run


def test_an_index_that_answers_gives_the_build_for_cpus(run: Run, index: str) -> None:
    assert run(index) == [
        f"fetching PyTorch {VERSION} for CPUs, about 0.2 GB, from {index}",
        f"install torch --no-deps --index-url {index} {VERSION}",
        f"install torch {VERSION}",
    ]


@pytest.mark.parametrize(
    ("offered", "build"),
    [(f"{VERSION}+cpu", "for CPUs, about 0.2 GB"), (VERSION, "with CUDA, about 2.5 GB (4.5 GB once installed)")],
)
def test_where_it_has_none_what_pip_finds_is_taken_and_told(run: Run, index: str, offered: str, build: str) -> None:
    if sys.platform != "linux":
        build = "for CPUs, about 0.2 GB"
    other = f"{index}/elsewhere"
    assert run(other, offered) == [
        f"fetching PyTorch {VERSION} {build}, from pip's own index; {other} can't be reached",
        f"install torch {offered}",
    ]


def test_an_index_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install_torch, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not install_torch.reachable(f"http://127.0.0.1:{silent.getsockname()[1]}")


def test_no_index_is_pips_own(run: Run) -> None:
    assert run("", f"{VERSION}+cpu")[0] == f"fetching PyTorch {VERSION} for CPUs, about 0.2 GB, from pip's own index"
