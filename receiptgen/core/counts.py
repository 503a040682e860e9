"""Numbers of things in sentences."""


def counted(count: int, noun: str) -> str:
    """Return a number with its noun, in the plural where there is not one: ``1 receipt``, ``1,000 receipts``.

    Args:
        count: How many there are.
        noun: What they are, in a singular whose plural ends with ``s``.
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
