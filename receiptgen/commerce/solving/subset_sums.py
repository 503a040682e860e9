"""Which whole numbers some choices can add up to, and by which of them: one option at most is taken of each choice.

A set of sums is the bits of one integer, so that adding an option to all of them is a shift. One set is kept for each
number of options taken and each choice, from which the options of a sum are found again, the last choice first.
"""

from collections.abc import Sequence


class SubsetSums:
    """Sums of options, of growing numbers of choices.

    Args:
        most: Most options that are taken.
        largest: Largest sum that is looked for; time and memory grow with it.
    """

    def __init__(self, most: int, largest: int) -> None:
        self._most, self._mask = most, (1 << (largest + 1)) - 1
        self._choices: list[tuple[Sequence[Sequence[int]], bool]] = []
        self._tables: list[list[int]] = [[1, *[0] * most]]

    def add(self, options: Sequence[Sequence[int]], required: bool = False) -> None:
        """Add a choice.

        Args:
            options: Positive numbers in rising sequences, the first of which is taken rather than others.
            required: Whether one of them has to be taken.
        """
        before = self._tables[-1]
        table = [0 if required else before[0]]
        for taken in range(1, self._most + 1):
            found = 0 if required else before[taken]
            for numbers in options:
                found |= self._plus(before[taken - 1], numbers)
            table.append(found)
        self._choices.append((options, required))
        self._tables.append(table)

    def counts(self, target: int) -> list[int]:
        """Return how many options may be taken so that they add up to a sum; empty where none do."""
        return [taken for taken, sums in enumerate(self._tables[-1]) if target >= 0 and sums >> target & 1]

    def options(self, target: int, taken: int, near: Sequence[int]) -> list[tuple[int, int]]:
        """Return choices, by their places, and the options that were taken of them, which add up to a sum.

        Args:
            target: The sum.
            taken: How many are to be taken; one of ``counts``.
            near: Numbers of the choices near which their options are to be, unless the first of them will do.
        """
        found = []
        for place in reversed(range(len(self._choices))):
            if not taken:
                break
            before = self._tables[place]
            options, required = self._choices[place]
            first = options[0][0]
            if target >= first and before[taken - 1] >> (target - first) & 1:
                option = first
            elif not required and before[taken] >> target & 1:
                continue
            else:
                left = before[taken - 1]
                fitting = [each for part in options for each in part if each <= target and left >> (target - each) & 1]
                option = min(fitting, key=lambda number, wanted=near[place]: abs(number - wanted))  # type: ignore[misc]
            found.append((place, option))
            target, taken = target - option, taken - 1
        return found

    def _plus(self, sums: int, numbers: Sequence[int]) -> int:
        """Return sums to which one of some numbers was added; of many in even steps, by doubling."""
        if not sums:
            return 0
        if not isinstance(numbers, range):
            found = 0
            for number in numbers:
                if number < self._mask.bit_length():
                    found |= sums << number
            return found & self._mask
        if numbers[0] >= self._mask.bit_length():
            return 0
        found, covered = sums << numbers[0] & self._mask, 1
        while covered < len(numbers):
            more = min(covered, len(numbers) - covered)
            if more * numbers.step >= self._mask.bit_length():
                break
            found |= found << more * numbers.step & self._mask
            covered += more
        return found
