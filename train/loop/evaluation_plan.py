"""How many evaluations a run makes, and of how many lines, so that they take little of its time."""

from typing import NamedTuple

# Largest share of a time limit that evaluations take.
EVALUATION_SHARE = 0.1
# Where time is short, fewer evaluations are made down to this number, then smaller ones down to this number of lines of
# the first held-out set, of which a rate of 10 % is known to within a third, then fewer again.
_FEWEST, _LEAST_LINES = 4, 50


class EvaluationPlan(NamedTuple):
    """The evaluations of a run.

    Attributes:
        number: Number of evaluations, evenly over the run.
        share: Share of the lines of each held-out set that each of them reads, above 0 to 1.
        seconds: Time that one takes, in seconds.
    """

    number: int
    share: float = 1.0
    seconds: float = 0.0

    def reached(self, done: float) -> int:
        """Return how many evaluations are to have been made; all of them only at the end.

        Args:
            done: Share of the run that is done.
        """
        # Rounding must not make a third of the run less than a third.
        return self.number if done >= 1 else min(self.number - 1, int(done * self.number + 1e-9))


def plan_evaluations(wanted: int, lines: int, seconds: float, budget: float) -> EvaluationPlan:
    """Return as many evaluations of as many lines as a budget allows, and at least one of a few lines.

    Args:
        wanted: Number of evaluations that the recipe asks for.
        lines: Number of lines of the first held-out set.
        seconds: Time that reading all lines takes, in seconds.
        budget: Time for all evaluations, in seconds.
    """
    if wanted * seconds <= budget:
        return EvaluationPlan(wanted, seconds=seconds)
    count = max(min(wanted, _FEWEST), int(budget / seconds))
    least = min(1.0, _LEAST_LINES / lines)
    if budget < count * least * seconds:
        count = max(1, int(budget / (least * seconds)))
    share = min(1.0, max(least, budget / (count * seconds)))
    return EvaluationPlan(count, share, share * seconds)


def replan(plan: EvaluationPlan, wanted: int, made: int, seconds: float, left: float) -> EvaluationPlan:
    """Return the plan once an evaluation was timed: the lines stay, so that all evaluations compare.

    Args:
        plan: The plan so far.
        wanted: Number of evaluations that the recipe asks for.
        made: Number of evaluations that were made.
        seconds: Time that the last one took, in seconds.
        left: Time that is left for evaluations, in seconds.
    """
    more = int(min(max(left, 0.0) / seconds, wanted)) if seconds > 0 else wanted
    # One more than were made, at least: the last is always made.
    return plan._replace(number=max(made + 1, min(wanted, made + more)), seconds=seconds)
