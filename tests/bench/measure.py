"""What the benchmark measures.

Every case runs in a process of its own. Its first round is cold: no glyph has been drawn yet. The rounds
after it are warm, and their median is the figure; where several processes share the work, the one that they
are forked from has drawn the set once in between. Rounds of all cases take turns, so that a slow minute of
the machine hits all.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any, NamedTuple

from receiptgen.commerce import basket
from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import MissingExtraError, UnknownNameError
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.loose_files import write_files
from receiptgen.dataset.plan import Plan, image_file
from receiptgen.drawing import receipt_pages, snippets
from receiptgen.drawing.template import snippet_set
from receiptgen.executors.local import Local
from receiptgen.imaging.sample import Sample
from receiptgen.typography.typeface import plain
from receiptgen.writers import WRITERS, encode

SEED = 7


class Amounts(NamedTuple):
    """How much is measured.

    Attributes:
        snippets: Samples of each kind in a round.
        receipts: Receipts in a round.
        rounds: Warm rounds.
        starts: Starts of the command.
        growth: Samples drawn before memory is first read, and at the end.
    """

    snippets: int
    receipts: int
    rounds: int
    starts: int
    growth: tuple[int, int]


FULL = Amounts(snippets=720, receipts=240, rounds=3, starts=9, growth=(2_000, 20_000))
QUICK = Amounts(snippets=4, receipts=12, rounds=1, starts=1, growth=(56, 112))


class Work(NamedTuple):
    """What is drawn.

    Attributes:
        cuts: Of snippets, whether those that are cut out of whole receipts are among them, or are all.
        profile: How it is printed, handled and captured.
    """

    cuts: bool | None = None
    profile: str = ""


# Receipts have no word on cuts. Under a profile, the fast path and cuts of whole pages are apart: they differ tenfold.
WORKS = {
    "snippets": Work(cuts=None),
    "snippets, real": Work(cuts=False, profile="real"),
    "receipt_line, real": Work(cuts=True, profile="real"),
    "receipts": Work(),
    "receipts, real": Work(profile="real"),
}
# Runs of the command that end with the first sample, or before any.
STARTS = {
    "first snippet": ("draw", "1", "--kinds", "price", "--quiet"),
    "first receipt": ("draw", "1", "--templates", "supermarket", "--quiet"),
    "draw 100": ("draw", "100", "--quiet"),
    "--help": ("--help",),
}


@dataclass(frozen=True)
class Case:
    """One row of the table of rates."""

    what: str
    format: str
    workers: int
    count: int


class Round(NamedTuple):
    """What one round took.

    Attributes:
        rate: Samples a second.
        peak: Most memory of the process and of any of its workers so far, in MB.
    """

    rate: float
    peak: float


def plan_of(what: str, format_: str = "folder", start: int = 0) -> Plan:
    """Return the plan of all packaged receipts, or of kinds of snippets."""
    work = WORKS[what]
    shared: dict[str, Any] = {"seed": SEED, "start": start, "formats": (format_,), "profile": work.profile}
    if what.startswith("receipts"):
        return Plan(receipts=packaged_names("templates"), **shared)
    made = snippet_set("standard").value
    cuts = {name for name, cut in made.cuts.items() if cut.pages}
    kinds = tuple(name for name in made.names if work.cuts is None or (name in cuts) == work.cuts)
    return Plan(snippets="standard", kinds=kinds, **shared)


# Where folders are made; the program that started this one sets it.
ROOT = "RECEIPTGEN_BENCH_ROOT"


@contextmanager
def workplace() -> Iterator[None]:
    """Make the place for all folders of a benchmark, and remove it at the end.

    Not before: ext4 won't use an inode again for minutes after its file was deleted, and looks past each such inode
    when it makes a new file. Rounds that delete what they wrote would measure that, at many times a file's price.
    """
    with tempfile.TemporaryDirectory(prefix="receiptgen-bench-") as folder:
        os.environ[ROOT] = folder
        yield


def scratch() -> Path:
    """Return an empty folder."""
    return Path(tempfile.mkdtemp(dir=os.environ[ROOT]))


def peak_memory() -> float:
    """Return the peak RSS of this process, or of the largest of its workers, in MB."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    most = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    if sys.platform == "darwin":
        return max(most) / (1 << 20)
    # Linux lets a new program inherit the peak of the one that started it; the high-water mark is its own.
    marks = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    own = int(marks[0]) if marks else most[0]
    return max(own, most[1]) / 1024


def memory() -> float:
    """Return the RSS of this process now in MB; where /proc is missing, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return peak_memory()
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def fill(case: Case, workers: int, first: int) -> float:
    """Fill a fresh folder with samples from an index on; return the seconds that took."""
    data = Dataset(scratch(), plan_of(case.what, case.format, first))
    start = time.perf_counter()
    data.fill(case.count, Local(workers), lambda done: None)
    return time.perf_counter() - start


def draw_round(case: Case, number: int) -> Round:
    """Measure one round of a case; the first is number 0."""
    if number == 1 and case.workers > 1:
        fill(case, 1, 0)
    # No round draws a sample of another; a set of snippets counts its kinds' samples apart.
    return Round(case.count / fill(case, case.workers, number * case.count), peak_memory())


def rates(amounts: Amounts, workers: int, say: Callable[[str], None]) -> list[tuple[Case, list[Round]]]:
    """Measure all cases, round by round in turn."""
    kinds = len(snippet_set("standard").value.names)
    formats = [name for name in ("folder", "webdataset", "lmdb") if installed(name)]
    processes = sorted({1, workers})
    counts = {
        "snippets": amounts.snippets * kinds, "snippets, real": amounts.snippets * kinds // 2,
        "receipt_line, real": amounts.snippets * 2,
        "receipts": amounts.receipts, "receipts, real": amounts.receipts // 2,
    }  # fmt: skip
    cases = [
        Case(what, format_, number, count)
        for what, count in counts.items()
        for format_ in (formats if not WORKS[what].profile else formats[:1])
        for number in processes
    ]
    pools = [ProcessPoolExecutor(1, get_context("spawn")) for _ in cases]
    rounds: list[list[Round]] = [[] for _ in cases]
    try:
        for number in range(amounts.rounds + 1):
            say(f"round {number + 1} of {amounts.rounds + 1}")
            for case, pool, seen in zip(cases, pools, rounds, strict=True):
                seen.append(pool.submit(draw_round, case, number).result())
    finally:
        for pool in pools:
            pool.shutdown()
    return list(zip(cases, rounds, strict=True))


def installed(format_: str) -> bool:
    """Tell whether a format exists and has the packages that it needs."""
    try:
        WRITERS.get(format_)()
    except (UnknownNameError, MissingExtraError):
        return False
    return True


class Clock:
    """Adds up the time of stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def start(self) -> None:
        """Forget the time since the last stage."""
        self._last = time.perf_counter()

    def stop(self, stage: str) -> None:
        """Count the time since the last stage for this one."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = time.perf_counter()


def store_sample(clock: Clock, plan: Plan, sample: Sample, folder: Path) -> None:
    """Time what follows drawing: PNG, truth, files."""
    file = image_file(sample.kind, sample.index)
    clock.start()
    image = plan.image.encode(sample.page.image)
    clock.stop("PNG")
    made = encode(plan.writers, sample, file, image)
    clock.stop("truth")
    write_files(folder, made.files)
    clock.stop("files")


def snippet_stages(what: str, count: int) -> dict[str, float]:
    """Return microseconds a snippet by stage: text and effects apart, then the whole drawing less those."""
    plan, made, clock, effects = plan_of(what), snippet_set("standard").value, Clock(), Clock()
    folder = scratch()
    with timed(effects, snippets, "apply_effects", "effects"):
        for index in range(count):
            for kind, snippet in made.kinds.items():
                clock.start()
                dice = Dice(key_of(SEED, made.name, kind, index))
                plain(snippet.text(dice, locale(dice.weigh(made.locales))))
                clock.stop("text")
                sample = plan.sources[kind].draw(index)
                clock.stop("layout and raster")
                store_sample(clock, plan, sample, folder)
    # Drawing a sample draws its text as well, and its effects.
    clock.seconds["layout and raster"] -= clock.seconds["text"] + effects.seconds["effects"]
    ordered = {"text": 0.0, "layout and raster": 0.0, **effects.seconds} | clock.seconds
    return {stage: seconds / count / len(made.kinds) * 1e6 for stage, seconds in ordered.items()}


def receipt_stages(what: str, count: int) -> dict[str, float]:
    """Return microseconds a receipt by stage."""
    plan, clock = plan_of(what), Clock()
    parts = {
        "text": (basket, "draw"), "layout": (receipt_pages, "lay_out"), "raster": (receipt_pages, "draw_page"),
        "effects": (receipt_pages, "apply_effects"),
    }  # fmt: skip
    folder = scratch()
    with ExitStack() as stack:
        for stage, (module, name) in parts.items():
            stack.enter_context(timed(clock, module, name, stage))
        for index in range(count):
            store_sample(clock, plan, plan.sources["receipt"].draw(index), folder)
    return {stage: seconds / count * 1e6 for stage, seconds in clock.seconds.items()}


@contextmanager
def timed(clock: Clock, module: ModuleType, name: str, stage: str) -> Iterator[None]:
    """Count each call of a module's function for a stage; the stages don't call each other."""
    function = getattr(module, name)

    def measured(*arguments: object) -> object:
        clock.start()
        result = function(*arguments)
        clock.stop(stage)
        return result

    setattr(module, name, measured)
    try:
        yield
    finally:
        setattr(module, name, function)


def stages(amounts: Amounts) -> dict[str, dict[str, float]]:
    """Return the median of several rounds of each stage, glyphs being drawn already."""
    measured: dict[str, dict[str, float]] = {}
    for what, measure, count in (
        ("snippets", snippet_stages, max(2, amounts.snippets // 4)),
        ("snippets, real", snippet_stages, max(2, amounts.snippets // 4)),
        ("receipts", receipt_stages, max(12, amounts.receipts // 2)),
        ("receipts, real", receipt_stages, max(12, amounts.receipts // 2)),
    ):
        measure(what, count)
        rounds = [measure(what, count) for _ in range(amounts.rounds)]
        measured[what] = {stage: median(one[stage] for one in rounds) for stage in rounds[0]}
    return measured


def starts(amounts: Amounts) -> dict[str, list[float]]:
    """Return the wall seconds of whole runs of the command, by what it does."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    program = shutil.which("receiptgen", path=beside) or "receiptgen"
    seconds: dict[str, list[float]] = {}
    for _ in range(amounts.starts + 1):
        for what, arguments in STARTS.items():
            folder = scratch()
            start = time.perf_counter()
            subprocess.run([program, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            seconds.setdefault(what, []).append(time.perf_counter() - start)
    return seconds


def growth(what: str, samples: tuple[int, int]) -> tuple[float, float, float]:
    """Return the RSS after the first and the last number of samples, and the peak, in MB."""
    folder, seen = scratch(), []
    for count in samples:
        Dataset(folder, plan_of(what, "jsonl")).fill(count, Local(1), lambda done: None)
        seen.append(memory())
    return seen[0], seen[1], peak_memory()
