"""The order of the kinds of synthetic samples."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.drawing.cuts import CUTS

# Consecutive samples in which kinds have their shares. A worker is fastest if it draws whole blocks.
BLOCK = 256
# Denominator of shares, so that integers count samples without rounding errors.
_UNIT = 1 << 40
# Multiples of these are evenly distributed in [0, 1), and pairs of them in the square (Weyl sequences).
_GOLDEN, _SILVER = (round(_UNIT * step) for step in (0.6180339887498949, 0.41421356237309503))


@dataclass(frozen=True)
class Mix:
    """The order of kinds: which kind each sample has, and its index within the kind.

    In each block kinds have their shares rounded to integers, and over many blocks exactly. Kinds that
    are cropped from receipts come by whole receipts, so that none is drawn for a few lines only.

    Attributes:
        kinds: Names of the kinds.
        shares: Share of each, in units of 1 / ``_UNIT``.
        cuts: Kinds that are cropped from receipts.
        key: Key of all random draws.
    """

    kinds: tuple[str, ...]
    shares: tuple[int, ...]
    cuts: frozenset[str]
    key: int

    @classmethod
    def of(cls, weights: Weights, cuts: Collection[str], key: int) -> "Mix":
        """Return the mix of kinds by weight."""
        kinds = tuple(kind for kind, weight in weights.items() if weight > 0)
        total = sum(weights.values())
        shares = [int(weights[kind] / total * _UNIT) for kind in kinds]
        largest = shares.index(max(shares))
        shares[largest] += _UNIT - sum(shares)
        return cls(kinds, tuple(shares), frozenset(cuts) & set(kinds), key)

    @cached_property
    def _parts(self) -> tuple[list[int], list[int]]:
        """Shares of the kinds that are cropped from receipts, and of the others; 0 for the rest."""
        pairs = list(zip(self.kinds, self.shares, strict=True))
        cut = [share if kind in self.cuts else 0 for kind, share in pairs]
        return cut, [0 if kind in self.cuts else share for kind, share in pairs]

    @cached_property
    def stride(self) -> int:
        """Indices reserved for each kind in a block: at least as many as it has samples in any block.

        A power of 2, so that all samples of a block share their styles.
        """
        cut, other = self._parts
        receipts = BLOCK // CUTS
        most = CUTS * max(-(-share * receipts // _UNIT) for share in cut)
        if total := sum(other):
            rest = BLOCK - CUTS * (sum(cut) * receipts // _UNIT)
            most = max(most, -(-rest * max(other) // total))
        return max(CUTS, 1 << (most - 1).bit_length())

    @cached_property
    def _phases(self) -> tuple[int, int]:
        return key_of(self.key, "cuts") % _UNIT, key_of(self.key, "kinds") % _UNIT

    def counts(self, block: int) -> list[int]:
        """Return the number of samples of each kind in a block, ``BLOCK`` in all."""
        cut, other = self._parts
        first, second = self._phases
        receipts = _apportion(BLOCK // CUTS, cut, _UNIT, (first + block * _GOLDEN) % _UNIT)
        rest = BLOCK - CUTS * sum(receipts)
        total = sum(other)
        singles = _apportion(rest, other, total, (second + block * _SILVER) % _UNIT * total // _UNIT) if total else cut
        return [CUTS * count if share else single for share, count, single in zip(cut, receipts, singles, strict=True)]

    def block(self, block: int) -> list[tuple[str, int]]:
        """Return kind and index of each sample of a block; the indices of each kind ascend.

        ``CUTS`` samples at a time are either of one receipt or of other kinds, mixed, so that reading half a block
        draws no receipt that is not used.
        """
        dice = Dice(key_of(self.key, "order", block))
        counts = list(enumerate(self.counts(block)))
        runs = [[index] * CUTS for index, count in counts if self._parts[0][index] for _ in range(count // CUTS)]
        mixed = [index for index, count in counts if not self._parts[0][index] for _ in range(count)]
        dice.shuffle(mixed)
        runs += [mixed[start : start + CUTS] for start in range(0, len(mixed), CUTS)]
        dice.shuffle(runs)
        following = [block * self.stride] * len(self.kinds)
        samples = []
        for index in chain.from_iterable(runs):
            samples.append((self.kinds[index], following[index]))
            following[index] += 1
        return samples


def _apportion(count: int, shares: list[int], whole: int, phase: int) -> list[int]:
    """Divide a count by shares, each rounded up or down, and exactly on average over all phases.

    This is systematic sampling (W. G. Madow and L. H. Madow, 1944).

    Args:
        count: Count to divide.
        shares: Shares of ``whole``.
        whole: Largest sum of the shares.
        phase: Offset from 0 to ``whole`` - 1.
    """
    portions, reached = [], phase
    for share in shares:
        before = reached // whole
        reached += count * share
        portions.append(reached // whole - before)
    return portions
