"""What several files of tests look at, drawn and read once a session; commands run in this process."""

import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Result, Run
from components import require
from drawn_pages import drawn
from hypothesis import HealthCheck, settings
from ray_cluster import two_nodes
from samples import in_locale

from receiptgen.cli import main
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import receipt_template, snippet_set
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import Sample
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.results import PageText
from receiptgen.recognition.opened_model import open_for_reading

pytest_plugins = ["left_out", "one_process", "pytester"]
# The same examples in every run, and none that fails because the machine was slow.
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

# Receipts of each template in each of its locales, and snippets of each kind.
RECEIPTS, SNIPPETS = 2, 14


def pytest_configure() -> None:
    """Hear Ctrl-C, as commands that are started have to: a shell lets what it starts in the background ignore it.

    What is found out about fonts is kept in a folder of the tests' own.
    """
    os.environ["XDG_CACHE_HOME"] = str(Path(tempfile.gettempdir(), "receiptgen-tests"))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def ray_cluster() -> Iterator[Any]:
    """A Ray cluster of two nodes; its tests bear the mark ``xdist_group("ray")``, so that one process has them all."""
    require("ray")
    with two_nodes() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def ray_executor(ray_cluster: Any) -> Iterator[Any]:
    """That cluster as an executor; a driver keeps its processes, which take seconds to start, for all tests of a file.

    It is not for files that fork: Ray's threads would not be there.
    """
    from receiptgen.executors.ray import Ray

    executor = Ray(address=ray_cluster.address)
    yield executor
    executor.close()


@pytest.fixture(scope="session")
def receipts() -> tuple[Sample, ...]:
    """Some 300 receipts: every packaged template in each of its locales."""
    samples = []
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        for place, country in enumerate(template.locales):
            source_ = Receipts([in_locale(template, country)], seed=11)
            samples += [source_.draw(RECEIPTS * place + number) for number in range(RECEIPTS)]
    return tuple(samples)


@pytest.fixture(scope="session")
def more_receipts() -> tuple[Sample, ...]:
    """Half as many again, with one pixel for an image: only what they say is looked at."""
    samples = []
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        for place, country in enumerate(template.locales):
            sample = Receipts([in_locale(template, country)], seed=12).draw(place)
            samples.append(replace(sample, page=Page(sample.page.image[:1, :1].copy(), sample.page.regions)))
    return tuple(samples)


@pytest.fixture(scope="session")
def snippets() -> tuple[Sample, ...]:
    """Some 400 snippets: every kind of the packaged set."""
    names = snippet_set("standard").value.names
    return tuple([open_source("standard", kind, seed=11).draw(index) for kind in names for index in range(SNIPPETS)])


@pytest.fixture(scope="session")
def cuts() -> tuple[Sample, ...]:
    """Rows and fields cut out of a dozen receipts."""
    lines = open_source("standard", "receipt_line", seed=11)
    return tuple([lines.draw(index) for index in range(192)])


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*args: object) -> Result:
        capfd.readouterr()
        code = 0
        try:
            main([str(arg) for arg in args])
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = Result(code, *capfd.readouterr())
        assert "Traceback" not in said.error
        return said

    return run


@pytest.fixture(scope="session")
def reader() -> PageReader:
    """The packaged weights, ready to read pages."""
    require("onnxruntime")
    opened = open_for_reading(Path("receipt"))
    return PageReader(opened, opened.search())


@pytest.fixture(scope="session")
def clean() -> Sample:
    """A receipt in black on white."""
    return drawn("clean")


@pytest.fixture(scope="session")
def read_clean(reader: PageReader, clean: Sample) -> PageText:
    """What is read of that receipt."""
    return reader.read(clean.page.image)
