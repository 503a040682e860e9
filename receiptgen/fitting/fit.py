"""A fit: the numbers of a profile searched until its crops measure as scans do, and how well the scans tell them."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import ceil

import numpy as np

from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.executors import Executor
from receiptgen.fidelity.line_crops import LineCrop
from receiptgen.fitting.drawn_lines import DrawnLines
from receiptgen.fitting.numbers import Floats, FreeKey, free_keys, start_of, steps_of
from receiptgen.fitting.search import Search
from receiptgen.fitting.target import Target

# Crops that are drawn of each packaged profile to find the nearest, for each that the search draws.
_GLANCE = 0.5
# Added to the seed for the crops on which the result is measured: others than those of the search.
_FRESH = 1
# From so many crops on, a part of them brings the search near first, with at most this share of the budget.
_COARSE_FROM, _COARSE, _COARSE_SHARE = 150, 3, 0.5
# Crops of the report.
_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may spend.

    Attributes:
        seconds: Seconds from ``began`` to its end.
        draws: Times that all crops are drawn; None for as many as there is time for.
        began: Moment of ``time.monotonic``: now, unless work came before that is to count.
    """

    seconds: float
    draws: int | None = None
    began: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        """Seconds that are spent."""
        return time.monotonic() - self.began

    @property
    def is_over(self) -> bool:
        """Whether all of its time is spent."""
        return self.spent > self.seconds


# Told of the seconds and draws that are spent.
Report = Callable[[float, int], None]


@dataclass(slots=True)
class _Meter:
    """Draws and measures for a search until a share of the budget is spent."""

    lines: DrawnLines
    target: Target
    executor: Executor
    budget: Budget
    report: Report
    draws: int = 0
    share: float = 1.0

    def __call__(self, positions: Sequence[Floats]) -> Iterator[Floats]:
        """Yield the features of crops, (N, R), in order, as long as the budget lasts."""
        self.lines.preload()
        left = None if self.budget.draws is None else max(0, ceil(self.share * self.budget.draws) - self.draws)
        for table in self.executor.map(self.lines, islice(positions, left)):
            self.draws += 1
            # Before, since nobody may ask for another.
            self.report(self.budget.spent, self.draws)
            yield self.target.features(table)
            if self.budget.spent > self.share * self.budget.seconds:
                return


@dataclass(frozen=True, slots=True)
class Fit:
    """The result of a search.

    Attributes:
        profile_name: The profile that it began from, by name or path.
        keys: Its keys with free numbers.
        positions: Positions of what was found, (P,).
        told: Share of each number's uncertainty that the scans have taken, 0 to 1, (P,).
        covariance: Covariance of what is known of the positions, rough, (P, P).
        draws: Times that all crops were drawn.
        seconds: Seconds from when its budget began to the end of the search.
        ended: Why it ended.
        before: Measures of fresh crops of the profile as it is written, (N, M).
        after: Measures of the same crops with what was found, (N, M).
        shown: Some of these crops, as the profile is written and as fitted.
    """

    profile_name: str
    keys: tuple[FreeKey, ...]
    positions: Floats
    told: Floats
    covariance: Floats
    draws: int
    seconds: float
    ended: str
    before: Floats
    after: Floats
    shown: tuple[tuple[LineCrop, ...], tuple[LineCrop, ...]]

    @property
    def changed(self) -> bool:
        """Whether any number is another than what is written."""
        return bool((self.positions != start_of(self.keys)).any())

    @property
    def errors(self) -> Floats:
        """Standard errors of positions, rough, (P,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), np.float64)


def fit_profile(
    profile_name: str,
    target: Target,
    executor: Executor,
    budget: Budget,
    *,
    crops: int,
    seed: int,
    report: Report,
    report_fresh: Callable[[int], None] = lambda count: None,
) -> Fit:
    """Search the free numbers of a profile; Ctrl-C ends the search, and what it has found by then counts.

    Args:
        profile_name: The profile, by name or path.
        target: Measures of the scans.
        executor: Where crops are drawn.
        budget: What may be spent.
        crops: How many crops are drawn each time.
        seed: Seed of the crops.
        report: Told of the seconds and draws that are spent.
        report_fresh: Told how many fresh crops are drawn once more after the search.

    Raises:
        ConfigError: The profile is wrong, a mix, or has no free numbers.
    """
    check_fits(profile_name)
    lines = DrawnLines(profile_name, seed, crops)
    meter = _Meter(lines, target, executor, budget, report)
    search = Search(
        meter, target.wanted, start_of(lines.keys), steps_of(lines.keys), target.noise(crops),
        np.random.default_rng(seed),
    )  # fmt: skip
    try:
        if crops >= _COARSE_FROM:
            few = crops // _COARSE
            meter.lines, meter.share = DrawnLines(profile_name, seed, few), _COARSE_SHARE
            search.noise = target.noise(few)
            search.run()
            meter.lines, meter.share = lines, 1.0
            search = search.refined(meter, target.noise(crops))
        search.run()
        ended = "no step helped any more" if search.settled else "its budget was spent"
        search.keep_untold()
    except KeyboardInterrupt:
        ended = "it was stopped"
    if search.best is None:
        raise KeyboardInterrupt
    spent, best = budget.spent, search.best.positions
    fresh = DrawnLines(profile_name, seed + _FRESH, 2 * crops)
    report_fresh(fresh.count)
    fresh.preload()
    before, after = executor.map(fresh, [start_of(lines.keys), best])
    shown = tuple(islice(fresh.images(None), _SHOWN)), tuple(islice(fresh.images(best), _SHOWN))
    return Fit(
        profile_name,
        lines.keys,
        best,
        search.told(),
        search.covariance(),
        meter.draws,
        spent,
        ended,
        before,
        after,
        shown,
    )


def check_fits(profile_name: str) -> None:
    """Check that a profile has free numbers.

    Raises:
        UnknownNameError: There is no such profile.
        ConfigError: It is wrong, a mix, or has no free numbers.
    """
    profile = load_profile(profile_name).value
    if profile.mix is not None:
        names = ", ".join(profile.mix)
        raise ConfigError([f"profile {profile_name!r} is a mix; fit one of what it mixes: {names}"])
    if not free_keys(profile):
        raise ConfigError(
            [f"profile {profile_name!r} writes no range in printing, line, capture or crop, so nothing can be fitted"]
        )


@dataclass(frozen=True, slots=True)
class _Distance:
    """Measures how far crops of profiles are from a target."""

    target: Target
    seed: int
    count: int

    def __call__(self, profile_name: str) -> float:
        """Return the mean KS distance of a profile."""
        return self.target.mean_ks(DrawnLines(profile_name, self.seed, self.count)(None))


def packaged_distances(
    names: Sequence[str],
    target: Target,
    executor: Executor,
    budget: Budget,
    *,
    crops: int,
    seed: int,
    report: Callable[[int], None],
) -> dict[str, float]:
    """Return the mean KS distances of packaged profiles, the nearest first; of one at least, whatever time is left.

    Args:
        names: The profiles.
        target: Measures of the scans.
        executor: Where crops are drawn.
        budget: What may be spent; when its time is over, profiles that are not compared yet are left out.
        crops: How many crops a search draws each time, of which it takes a part.
        seed: Seed of the crops.
        report: Told how many profiles are done.
    """
    found: dict[str, float] = {}
    work = _Distance(target, seed, max(50, round(crops * _GLANCE)))
    for name, distance in zip(names, executor.map(work, names), strict=False):
        found[name] = distance
        report(len(found))
        if budget.is_over:
            break
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def packaged_fits() -> tuple[str, ...]:
    """Return the names of the packaged profiles that can be fitted."""
    return tuple(name for name in packaged_names("profiles") if _fits(name))


def _fits(name: str) -> bool:
    profile = load_profile(name).value
    return profile.mix is None and bool(free_keys(profile))
