"""What pages in colour and their grey twins have in common."""

from collections.abc import Iterable, Mapping
from typing import Any

# Effects that do nothing to grey pages, and what records of others say of colour alone.
ONLY_IN_COLOR = ("chroma", "saturation", "white_balance")
_OF_COLOR = {("jpeg", "subsampling"), ("ground", "texture")}


def in_common(records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return records of effects without what is said of colour alone."""
    return [
        {
            key: value for key, value in record.items()
            if key != "color" and (record["effect"], key) not in _OF_COLOR
        }
        for record in records if record["effect"] not in ONLY_IN_COLOR
    ]  # fmt: skip
