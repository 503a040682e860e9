"""How lines become batches, and which of them each of several processes takes."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

from receiptgen.core.errors import TrainingError

from .mixture import BLOCK
from .process_group import ProcessGroup

# Blocks of a round for small batches, and the most lines of these: a process that trains alone waits for few at first.
_FEW, _SMALL = 8, 256
# Larger batches need more blocks for their lines to be of similar width: of 512 receipt lines in 48 blocks, 22 % of all
# columns are padding, in 8 blocks 47 %. Three times a power of two parts well among 2, 3, 4, 6, 8, 12 and 16 processes,
# and leaves few idle of 5 or 7. A block of receipt lines takes 1.5 MB.
_MANY, _MOST = 24, 384


class Share(NamedTuple):
    """What a process takes of each round.

    Attributes:
        blocks: Its blocks, counted from the first of the round.
        turn: Which part of their lines it takes, where there are more processes than blocks.
        turns: Number of such parts; 1 where the blocks are its alone.
    """

    blocks: range
    turn: int
    turns: int


class BatchPlan(NamedTuple):
    """How lines become batches, the same for any number of processes.

    The lines of each block of a round are sorted by width, as far as copies of one line let them be. Of all blocks the
    narrowest line comes first, then of all the next: a batch is a stretch of that order, and has lines of similar width
    and about as many of each block.

    Attributes:
        batch: Number of lines of a step over all processes; a multiple of ``parts``.
        parts: Number of batches that a step accumulates.
        multiple: Divisor of the widths of batches.
        seed: Seed of the order of a round's batches.
        of_block: Number of lines of a block.
    """

    batch: int
    parts: int
    multiple: int
    seed: int
    of_block: int = BLOCK

    @property
    def lines(self) -> int:
        """Number of lines of a batch, over all processes."""
        return self.batch // self.parts

    @property
    def blocks(self) -> int:
        """Number of blocks of a round."""
        if self.lines <= _SMALL:
            return _FEW
        return min(_MOST, _MANY << ((self.lines // _SMALL).bit_length() - 1))

    @property
    def lines_of_block(self) -> int:
        """Largest number of lines that a batch takes of one block."""
        return -(-self.lines // self.blocks)

    @property
    def batches(self) -> int:
        """Number of batches of a round."""
        return self.of_block * self.blocks // self.lines

    def check(self, group: ProcessGroup) -> None:
        """Check that the sizes fit together.

        Raises:
            TrainingError: They don't; the message tells which do.
        """
        parts = self.parts
        if self.batch % parts:
            below = self.lines * parts
            others = f"{below} and {below + parts} are" if below else f"{parts} is"
            raise TrainingError(f"batch {self.batch}: must be a multiple of 'accumulate', {parts}; {others}")
        if self.lines > self.of_block * _MOST:
            raise TrainingError(
                f"batch {self.batch}: at most {self.of_block * _MOST * parts} lines with 'accumulate' {parts}"
            )
        if not self._serves(group.size):
            larger = (self._replace(batch=lines * parts) for lines in count(self.lines + 1))
            enough = next(plan.batch for plan in larger if plan._serves(group.size))
            raise TrainingError(
                f"batch {self.batch}: too small for {group.size} processes; --batch {enough} serves all"
            )

    def _serves(self, processes: int) -> bool:
        """Tell whether each process has a line of each batch."""
        return processes == 1 or self.lines // self.blocks >= -(-processes // self.blocks)

    def share(self, group: ProcessGroup) -> Share:
        """Return what a process takes of each round; all processes together take each line once."""
        rank, size, blocks = group.rank, group.size, self.blocks
        # Blocks at equal distances, since blocks side by side have a line more of a batch than the others.
        if size <= blocks:
            return Share(range(rank, blocks, size), 0, 1)
        block = rank % blocks
        return Share(range(block, block + 1), rank // blocks, -((block - size) // blocks))

    def starts(self, round_index: int) -> list[int]:
        """Return where each batch of a round begins in the order of its lines, one batch after the other.

        Where batches don't fill the round, some of the narrowest and widest lines are left out, others in each round.
        """
        random = np.random.default_rng([self.seed, round_index])
        order = random.permutation(self.batches)
        left_out = int(random.integers(self.of_block * self.blocks - self.batches * self.lines + 1))
        starts: list[int] = (left_out + self.lines * order).tolist()
        return starts

    def slices(self, start: int, share: Share) -> Iterator[slice]:
        """Yield a process's lines of the batch that begins at ``start``, in each of its blocks."""
        lines, blocks = self.lines, self.blocks
        for block in share.blocks:
            first, after = (-((block - place) // blocks) for place in (start, start + lines))
            own, end = (first + (after - first) * turn // share.turns for turn in (share.turn, share.turn + 1))
            yield slice(own, end)
