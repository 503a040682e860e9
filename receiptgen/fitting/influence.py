"""How much each number changes what is measured: told from crops of which each has numbers moved at random.

All numbers are moved at once, each of each crop up or down by its step. A regression of what that changes, against the
same crops with no number moved, tells them apart; so many numbers cost hardly more draws than few, and none is looked
at last. Influence that chance could have made counts as less, or as none.
"""

from dataclasses import dataclass, field

import numpy as np

from receiptgen.fitting.numbers import Floats

# Influence on a measure counts as far as it is larger than this many times what chance makes.
_CHANCE = 2.5
# What older crops count for, which were drawn about another centre.
_FORGET = 0.5


@dataclass(slots=True)
class Influence:
    """Sums over crops that were drawn with numbers moved, and what follows from them.

    Attributes:
        count: Number of numbers, P.
        width: Features that belong to one measure.
        crops: Weight of all crops so far.
        moves: Products of moves, (1 + P, 1 + P); the first is 1, for what all moves change together.
        changes: Products of moves and changes, (1 + P, R).
        squares: Squares of changes, (R,).
        matrix: Change of each feature's mean by position, (R, P); empty before the first crops.
    """

    count: int
    width: int
    crops: float = 0.0
    moves: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    changes: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    squares: Floats = field(default_factory=lambda: np.zeros(0))
    matrix: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def known(self) -> bool:
        """Whether any crops were drawn for it."""
        return bool(self.matrix.size)

    def forget(self) -> None:
        """Let the crops so far count for less."""
        for sums in (self.moves, self.changes, self.squares):
            sums *= _FORGET
        self.crops *= _FORGET

    def add(self, moved: Floats, before: Floats, after: Floats) -> None:
        """Take crops whose numbers were moved, (N, P), and their features before and after, (N, R)."""
        change = after - before
        known = np.isfinite(change)
        # The mean is over the crops that have the measure, and so is its change.
        change = np.where(known, change, 0.0) * (len(change) / np.maximum(1, known.sum(axis=0)))
        design = np.concatenate([np.ones((len(moved), 1)), moved], axis=1)
        if not self.moves.size:
            self.moves = np.zeros((1 + self.count, 1 + self.count))
            self.changes, self.squares = np.zeros((1 + self.count, change.shape[1])), np.zeros(change.shape[1])
        self.moves += design.T @ design
        self.changes += design.T @ change
        self.squares += (change * change).sum(axis=0)
        self.crops += len(moved)

    def solve(self, steps: Floats) -> None:
        """Work out the influences, of numbers moved by about some steps, (P,), from all crops so far."""
        # As if each number had been moved in one crop without a change: where there are few crops, little is claimed.
        unmoved = np.concatenate([[1e-9], steps**2])
        inverse = np.linalg.inv(self.moves + np.diag(unmoved))
        found = inverse @ self.changes
        rest = self.squares - 2 * (found * self.changes).sum(axis=0) + (found * (self.moves @ found)).sum(axis=0)
        variance = np.maximum(rest, 0) / max(1.0, self.crops)
        chance = np.diag(inverse)[1:, None] * variance
        blocks = (self.count, -1, self.width)
        power = (found[1:] ** 2).reshape(blocks).sum(axis=2, keepdims=True)
        noise = _CHANCE * chance.reshape(blocks).sum(axis=2, keepdims=True)
        kept = np.maximum(0.0, 1 - noise / np.maximum(power, 1e-30))
        self.matrix = np.ascontiguousarray((kept * found[1:].reshape(blocks)).reshape(self.count, -1).T)

    def learn(self, step: Floats, change: Floats) -> None:
        """Correct the influences by what a step, (P,), has changed, (R,) (Broyden, 1965)."""
        length = float(step @ step)
        if length > 1e-12:
            self.matrix = self.matrix + np.outer(change - self.matrix @ step, step) / length
