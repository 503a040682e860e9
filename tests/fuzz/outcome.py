"""What became of the cases of a fuzz run."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Cases that were tried, and those that did not end as they should.

    Attributes:
        tried: Number of cases.
        failures: What went wrong, a line each.
    """

    tried: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def survived(self) -> int:
        return max(0, self.tried - len(self.failures))
