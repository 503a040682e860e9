"""What to do where the memory of a device is short."""

from ..data.process_group import ProcessGroup
from ..recipes.settings import RunSettings


def memory_advice(recipe: RunSettings, group: ProcessGroup) -> str:
    """Return how fewer lines are on each device at once, with the options that say so."""
    batch, parts = recipe.batch, recipe.learning.accumulate
    lines = -(-batch // (parts * group.size))
    # As many lines in each part, and half as many as now, or fewer.
    more_parts = next((count for count in range(2 * parts, batch + 1) if batch % count == 0), 0)
    ways = [f"--accumulate {more_parts}, which trains alike"] if more_parts else []
    ways += [f"--batch {batch // 2 // parts * parts}"] if batch >= 2 * parts else []
    if lines < 2 or not ways:
        return "it holds one line at a time, so take a smaller --network"
    return f"it holds {lines} lines at a time; halve them by {', or by '.join(ways)}"
