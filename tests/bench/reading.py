"""Measure reading on this machine: lines, pages, and the server under many clients; time, and memory over time."""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import click
import numpy as np

from receiptgen.imaging.geometry import Pixels
from receiptgen.imaging.image_files import IMAGES, read_image
from receiptgen.reading.page_reader import PageReader
from receiptgen.recognition.opened_model import open_for_reading

COMMAND = [sys.executable, "-c", "from receiptgen.cli import main; main()"]


def memory(process: int | str = "self") -> float:
    """Return the resident memory of a process in megabytes."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def server_memory(server: int) -> float:
    """Return the resident memory of a server and its processes in megabytes."""
    tasks = Path(f"/proc/{server}/task").glob("*/children")
    return sum(map(memory, [server, *(int(child) for task in tasks for child in task.read_text().split())]))


def loaded(files: Iterable[Path]) -> Iterator[Pixels]:
    """Read image files."""
    for path in files:
        image = read_image(str(path))
        if isinstance(image, str):
            raise click.ClickException(f"{path}: {image}")
        yield image


def read_lines(files: list[Path], beams: int | None) -> None:
    """Time lines, one by one and all at once."""
    opened = open_for_reading(Path("receipt"))
    reader = PageReader(opened, opened.search(beams))
    images = list(loaded(files))
    reader.read_lines(images[:8])
    times = []
    for image in images:
        start = time.perf_counter()
        reader.read_lines([image])
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    reader.read_lines(images)
    together = (time.perf_counter() - start) / len(images)
    name = "best path" if beams == 0 else "search"
    click.echo(
        f"{len(images):,} lines, {name}: one by one {1e3 * np.mean(times):.2f} ms, together {1e3 * together:.2f} ms"
    )


def read_pages(files: list[Path], count: int) -> None:
    """Read pages over and over; tell the time, and the memory as it goes."""
    opened = open_for_reading(Path("receipt"))
    reader = PageReader(opened, opened.search())
    times = []
    for number, image in enumerate(loaded(islice(cycle(files), count)), 1):
        start = time.perf_counter()
        reader.read(image)
        times.append(time.perf_counter() - start)
        if number in {20, 50} or number % 100 == 0 or number == count:
            click.echo(f"{number:,} pages: {np.mean(times):.3f} s each, {memory():.0f} MB")


def serve(files: list[Path], clients: int, requests: int) -> None:
    """Let many clients send pages to a server of its own process at once."""
    server = subprocess.Popen([*COMMAND, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        contents = [path.read_bytes() for path in files]
        click.echo(f"server: {server_memory(server.pid):.0f} MB at first")

        def send(number: int) -> int:
            try:
                with urlopen(f"{found[0]}/api/read", contents[number % len(contents)], 600) as answer:
                    return int(answer.status)
            except HTTPError as error:
                return error.code

        for part in range(4):
            with ThreadPoolExecutor(clients) as pool:
                answers = Counter(pool.map(send, range(part * requests // 4, (part + 1) * requests // 4)))
            click.echo(f"{clients} clients: {dict(answers)}, {server_memory(server.pid):.0f} MB")
    finally:
        server.terminate()
        server.wait()


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--lines", is_flag=True, help="The images are of a line each.")
@click.option("--count", default=1000, show_default=True, help="Pages, lines or requests.")
@click.option("--clients", default=0, help="Number of clients that read pages by a server.")
def command(folder: Path, lines: bool, count: int, clients: int) -> None:
    """Read the images of FOLDER, at any depth."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in IMAGES)
    if not files:
        raise click.ClickException(f"{folder}: no images")
    if lines:
        for beams in (0, None):
            read_lines(files[:count], beams)
    elif clients:
        serve(files, clients, count)
    else:
        read_pages(files, count)


if __name__ == "__main__":
    command()
