"""Ratios of speed and memory: this checkout beside the last release, and beside competitors.

Both sides of a row draw the same in processes of their own, in turns and in one order and the other, so that a slow
minute of the machine hits both; a ratio is the median over these pairs of rounds. Processor time counts, for other
programs cost it least; ratios of the clock's time stand beside.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import yaml
from photos import drawn_photos
from releases import (
    RAPIDOCR,
    ROOT,
    TRDG,
    Release,
    UnavailableError,
    base_revision,
    environment,
    installed_packages,
    installed_release,
)

Table = tuple[str, Sequence[Sequence[str]]]
RUNNER = Path(__file__).with_name("round_runner.py")
LIVE = "live:standard:receipt_text@real"
# Texts as they stand on receipts, for generators that are given theirs.
TEXTS = ("TOTAL", "12.50 EUR", "2 x 1.20", "31/12/2026 14:05", "Espresso", "MwSt 19%", "Thank you", "VISA ****1234")


class Amounts(NamedTuple):
    """Pairs of rounds; snippets of each kind, receipts, blocks of lines and photos of a round."""

    rounds: int
    snippets: int
    receipts: int
    blocks: int
    photos: int


FULL = Amounts(rounds=7, snippets=40, receipts=39, blocks=1, photos=6)
QUICK = Amounts(rounds=1, snippets=1, receipts=1, blocks=1, photos=1)


class Contest(NamedTuple):
    """What one process of a row draws: a case of ``round_runner`` and what it is told."""

    case: str
    options: Mapping[str, Any]


class Drawn(NamedTuple):
    """The rounds of one side."""

    process: list[float]
    wall: list[float]
    peak: float

    @property
    def rate(self) -> float:
        """Samples a second of processor time, in the median round."""
        return 1 / median(self.process)


def common_names(release: Release, path: str, key: str = "") -> list[str]:
    """Return what two revisions both have: files of a folder, or members of a mapping in a YAML file."""
    found = []
    for source in (ROOT, release.source):
        if key:
            members = yaml.safe_load((source / path).read_text(encoding="utf-8"))[key]
            # Cuts of whole receipts cost ten times as much: they have no part in a mean over kinds.
            found.append([name for name, spec in members.items() if isinstance(spec, str)])
        else:
            found.append([file.stem for file in sorted((source / path).glob("*.yaml"))])
    return [name for name in found[0] if name in found[1]]


def contests(release: Release, amounts: Amounts, folder: str) -> dict[str, Contest]:
    """Return what is compared with another revision, by its name in the table."""
    kinds = common_names(release, "configs/snippets/standard.yaml", "kinds")
    templates = common_names(release, "configs/templates")
    snippets = {"count": amounts.snippets, "per_count": len(kinds), "folder": folder}
    receipts = {"count": amounts.receipts, "per_count": 1, "folder": folder}
    small, large = ["--kinds", ",".join(kinds)], ["--kinds", "receipt", "--templates", ",".join(templates)]
    worn = ["--profile", "real"]
    return {
        "snippets": Contest("command_line", {**snippets, "arguments": small}),
        "snippets, real": Contest("command_line", {**snippets, "arguments": [*small, *worn]}),
        "receipts": Contest("command_line", {**receipts, "arguments": large}),
        "receipts, real": Contest("command_line", {**receipts, "arguments": [*large, *worn]}),
        "live training lines, real": Contest("live_lines", {"spec": LIVE, "count": amounts.blocks}),
    }


@contextmanager
def contestant(contest: Contest, site: Path | None) -> Iterator[Callable[[int], dict[str, float]]]:
    """Lend a function that has a process draw a round, and returns what it took."""
    command = [sys.executable, str(RUNNER), contest.case, json.dumps(contest.options)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as told,
        subprocess.Popen(command, env=environment(site), text=True, stderr=told, **pipes) as process,
    ):
        assert process.stdin
        assert process.stdout

        def draw(number: int) -> dict[str, float]:
            try:
                process.stdin.write(f"{number}\n")
                process.stdin.flush()
            except BrokenPipeError:
                pass  # it has said why on its standard error
            if answer := process.stdout.readline():
                return dict(json.loads(answer))
            process.wait()
            told.seek(0)
            raise UnavailableError((told.read().strip().splitlines() or ["it ended"])[-1])

        try:
            yield draw
        finally:
            process.kill()


def draw_in_turns(sides: Sequence[tuple[Contest, Path | None]], rounds: int) -> list[Drawn]:
    """Have each side draw its rounds, after a first one that does not count; raises UnavailableError."""
    with ExitStack() as stack:
        drawers = [stack.enter_context(contestant(contest, site)) for contest, site in sides]
        taken: list[list[dict[str, float]]] = [[] for _ in sides]
        for number in range(rounds + 1):
            order = range(len(sides)) if number % 2 else reversed(range(len(sides)))
            for side in order:
                taken[side].append(drawers[side](number))
    return [
        Drawn(*([one[key] / one["samples"] for one in seen[1:]] for key in ("process", "wall")), seen[-1]["peak"])
        for seen in taken
    ]


def ratio(before: Sequence[float], now: Sequence[float]) -> str:
    """Return the median of the ratios of pairs, with the least and the largest where there are several."""
    ratios = sorted(one / other for one, other in zip(before, now, strict=True))
    spread = f" ({ratios[0]:.2f} to {ratios[-1]:.2f})" if len(ratios) > 1 else ""
    return f"{median(ratios):.2f}{spread}"


def release_table(named: str, amounts: Amounts, folder: str, say: Callable[[str], None]) -> Table:
    """Compare with another revision; what can't be is a row that says why."""
    rows = [["", "samples/s then", "now", "times as fast", "by the clock", "peak RSS then", "now"]]
    try:
        revision = base_revision(named)
        say(f"building revision {revision}")
        release = installed_release(revision)
    except UnavailableError as error:
        return f"Beside another revision: not measured, {error}", rows
    for what, contest in contests(release, amounts, folder).items():
        say(f"{what}, in turns")
        try:
            then, now = draw_in_turns([(contest, release.site), (contest, None)], amounts.rounds)
        except UnavailableError as error:
            rows.append([what, f"not measured: {error}", "", "", "", "", ""])
            continue
        faster, clock = ratio(then.process, now.process), ratio(then.wall, now.wall)
        peaks = (f"{then.peak:,.0f} MB", f"{now.peak:,.0f} MB")
        rows.append([what, f"{then.rate:,.0f}", f"{now.rate:,.0f}", faster, clock, *peaks])
    pairs = f"{amounts.rounds} pair{'s' if amounts.rounds > 1 else ''} of rounds"
    return f"Beside revision {release.name}: one process, {pairs}, processor time", rows


def peer_table(amounts: Amounts, folder: str, say: Callable[[str], None]) -> Table:
    """Compare with competitors that can be installed; what can't be is a row that says why."""
    rows = [["", "lines/s", "times TextRecognitionDataGenerator", "peak RSS"]]
    kinds = ["price", "date", "word", "int", "receipt_text"]
    own = {"count": amounts.snippets * 5, "per_count": len(kinds), "folder": folder}
    worn = ["--kinds", ",".join(kinds), "--profile", "real"]
    peer = {"count": amounts.snippets * 5, "texts": TEXTS, "folder": folder}
    try:
        say("installing TextRecognitionDataGenerator")
        site = installed_packages("trdg", TRDG)
        sides = {
            "TextRecognitionDataGenerator, skew and blur": (Contest("trdg", {**peer, "worn": True}), site),
            "TextRecognitionDataGenerator, clean": (Contest("trdg", {**peer, "worn": False}), site),
            "snippets": (Contest("command_line", {**own, "arguments": worn[:2]}), None),
            "snippets, real": (Contest("command_line", {**own, "arguments": worn}), None),
            "live training lines, real": (Contest("live_lines", {"spec": LIVE, "count": amounts.blocks}), None),
        }
        say("competitors, in turns")
        drawn = draw_in_turns(list(sides.values()), amounts.rounds)
    except UnavailableError as error:
        return f"Beside TextRecognitionDataGenerator: not measured, {error}", rows
    for what, one in zip(sides, drawn, strict=True):
        rows.append([what, f"{one.rate:,.0f}", ratio(drawn[0].process, one.process), f"{one.peak:,.0f} MB"])
    return f"Beside {TRDG[0]}: one process, {amounts.rounds} rounds in turns, processor time, files written", rows


def reading_table(amounts: Amounts, folder: str, photos: Path | None, say: Callable[[str], None]) -> Table:
    """Compare the time to read whole photos, drawn ones or those of a folder, with RapidOCR's."""
    rows = [["", "seconds a photo", "times as fast as RapidOCR", "by the clock", "peak RSS"]]
    try:
        say("installing RapidOCR")
        site = installed_packages("rapidocr", RAPIDOCR)
        files = [str(file) for file in drawn_photos(Path(folder), amounts.photos, photos)]
        say("photos, in turns")
        sides = [(Contest("rapidocr", {"files": files}), site), (Contest("read_pages", {"files": files}), None)]
        peer, own = draw_in_turns(sides, amounts.rounds)
    except UnavailableError as error:
        return f"Beside RapidOCR: not measured, {error}", rows
    for what, one in (("RapidOCR", peer), ("receiptgen", own)):
        faster, clock = ratio(peer.process, one.process), ratio(peer.wall, one.wall)
        rows.append([what, f"{1 / one.rate:.2f}", faster, clock, f"{one.peak:,.0f} MB"])
    what = f"{len(files)} photos of 1,000 px"
    return f"Beside {RAPIDOCR[0]}: {what}, one core, {amounts.rounds} rounds in turns, processor time", rows
