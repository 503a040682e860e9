"""Reads the held-out sets of a run, in a tenth of its time at most."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from ..data.coverage import spread
from ..evaluation.held_out_set import HeldOutSet
from ..recipes.settings import RunSettings
from .checkpoint import Progress
from .clock import now
from .evaluation_plan import EVALUATION_SHARE, EvaluationPlan, plan_evaluations, replan
from .evaluations import AnyEvaluated, evaluated_of

# Lines of each held-out set that each process reads to tell how long all of them take, and those before that, which
# prepare a device for it.
_TIMED, _WARM_UP = 32, 4
_REASON = "so that they take a tenth of the time at most"


class HeldOutReader(Protocol):
    """Reads held-out samples with the learner's averaged weights, in all processes together.

    Attributes:
        processes: Number of processes.
        measure: What decides which weights are best, in words.
    """

    processes: int
    measure: str

    def costs(self, examples: Sequence[Any]) -> list[int]:
        """Return numbers to which the time of reading each sample is in proportion."""

    def read(self, examples: Sequence[Any]) -> Sequence[Any]:
        """Return what was read of each sample, the same in all processes, each of which must call this."""

    def figures(self, results: Sequence[Any]) -> Any:
        """Return the figures of a held-out set by what ``read`` returned, as ``evaluated_of`` takes them."""

    def counted(self, examples: Sequence[Any]) -> list[Any]:
        """Return those samples that figures count."""


class Evaluator:
    """Evaluates a network in training.

    Args:
        recipe: Settings of the run.
        held_out: Held-out sets.
        reader: Reads with the learner's averaged weights, in all processes together.

    Attributes:
        plan: Evaluations of the run.
        held_out: Held-out sets with the samples that evaluations read.
        notes: Notes on evaluations that are fewer or smaller than the recipe asks for.
    """

    def __init__(self, recipe: RunSettings, held_out: Sequence[HeldOutSet], reader: HeldOutReader) -> None:
        self._wanted = recipe.evaluations
        self._budget = EVALUATION_SHARE * 60 * recipe.minutes if recipe.minutes else None
        self._reader = reader
        self.plan = EvaluationPlan(recipe.evaluations)
        self.held_out = tuple(held_out)
        self.notes: tuple[str, ...] = ()

    def first_plan(self, progress: Progress) -> EvaluationPlan:
        """Return the plan that a time limit allows, by the time that reading some lines takes now."""
        if self._budget is None:
            return self.plan
        seconds = self._measure()
        if not progress.evaluations:
            plan = plan_evaluations(self._wanted, len(self.held_out[0].examples), seconds, self._budget)
        else:
            plan = EvaluationPlan(self._wanted, progress.held_out_share)
            left = self._budget - progress.evaluation_seconds
            plan = replan(plan, self._wanted, progress.evaluations, seconds * plan.share, left)
        if plan.number < self._wanted or plan.share < 1:
            self._note_first(plan, seconds)
        return plan

    def next_plan(self, progress: Progress, seconds: float) -> EvaluationPlan:
        """Return the plan after an evaluation that took some seconds."""
        if self._budget is None:
            return self.plan
        left = self._budget - progress.evaluation_seconds
        plan = replan(self.plan, self._wanted, progress.evaluations, seconds, left)
        if plan.number < self.plan.number:
            reason = _REASON if seconds <= left else "the last of which always is"
            self.notes += (f"evaluations: one takes {seconds:.3g} s; {plan.number} in all are made, {reason}",)
        return plan

    def follow(self, plan: EvaluationPlan) -> None:
        """Take a plan, on which all processes agree."""
        if plan.share < 1 and self.plan.share == 1:
            self.held_out = tuple(self._sample(held, plan.share) for held in self.held_out)
        self.plan = plan

    def evaluate(self, progress: Progress, seen: int) -> tuple[tuple[AnyEvaluated, ...], list[Sequence[Any]]]:
        """Return the record and the readings of each held-out set.

        Args:
            progress: Progress so far.
            seen: Number of lines trained on so far.
        """
        readings = [self._reader.read(held.examples) for held in self.held_out]
        evaluated = (
            evaluated_of(held.name, self._reader.figures(part), step=progress.step, seen=seen, seconds=progress.seconds)
            for held, part in zip(self.held_out, readings, strict=True)
        )
        return tuple(evaluated), readings

    def _measure(self) -> float:
        """Return how long reading all held-out lines takes, in seconds."""
        seconds = 0.0
        self._reader.read(self.held_out[0].examples[: _WARM_UP * self._reader.processes])
        for held in self.held_out:
            some = _spread(held.examples, _TIMED * self._reader.processes)
            start = now()
            self._reader.read(some)
            columns = [sum(self._reader.costs(part)) for part in (held.examples, some)]
            seconds += (now() - start) * columns[0] / columns[1]
        return seconds

    def _sample(self, held: HeldOutSet, share: float) -> HeldOutSet:
        """Return a held-out set with a share of its samples; those that no figure counts are left out."""
        examples = self._reader.counted(held.examples) or held.examples
        some: Any = _spread(examples, max(1, round(share * len(held.examples))))
        return replace(held, examples=some)

    def _note_first(self, plan: EvaluationPlan, seconds: float) -> None:
        lines = sum(len(held.examples) for held in self.held_out)
        parts = [f"{plan.number} of {self._wanted} are made"] if plan.number < self._wanted else []
        if plan.share < 1:
            parts.append(f"each reads {max(1, round(plan.share * lines)):,} of them")
        what = f"evaluations: reading all {lines:,} held-out lines takes {seconds:.3g} s"
        self.notes += (f"{what}; {', '.join([*parts, _REASON])}",)


def _spread(examples: Sequence[Any], most: int) -> tuple[Any, ...]:
    """Return at most ``most`` examples, evenly over all of them."""
    return tuple(examples[index] for index in spread(len(examples), most))
