"""Tar shards of small lines, and a web server on loopback that gives them out."""

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import numpy as np

from receiptgen.writers import encode_png


def write_shard(path: Path, texts: list[str]) -> Path:
    """Write a shard of lines, whose shades tell them apart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as shard:
        for number, text in enumerate(texts):
            image = np.full((32, 60 + number % 20), sum(text.encode()) % 200, np.uint8)
            for end, content in (("png", encode_png(image)), ("txt", text.encode())):
                member = tarfile.TarInfo(f"{number:06d}.{end}")
                member.size = len(content)
                shard.addfile(member, BytesIO(content))
    return path


def write_shards(folder: Path, counts: list[int]) -> Path:
    """Write shards of as many lines, whose texts are their numbers in the set."""
    first = 0
    for number, count in enumerate(counts):
        write_shard(folder / f"shard-{number:06d}.tar", [str(line) for line in range(first, first + count)])
        first += count
    return folder


class Faults(list[int]):
    """Status codes that a server answers with, one a question, before it answers as it should."""

    def __init__(self, codes: list[int]) -> None:
        super().__init__(codes)
        self.asked: list[str] = []


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: object, faults: Faults, **settings: object) -> None:
        self._faults = faults
        super().__init__(*arguments, **settings)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._faults.asked.append(self.path)
        if self._faults:
            self.send_error(self._faults.pop(0))
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path, faults: Faults | None = None) -> Iterator[str]:
    """Serve a folder on loopback; yields its URL."""
    handler = partial(_Handler, directory=str(folder), faults=faults if faults is not None else Faults([]))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
