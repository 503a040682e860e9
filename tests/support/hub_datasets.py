"""``datasets`` of Hugging Face, kept from the network and from the home folder."""

import os
from pathlib import Path
from typing import Any

# Read when the library is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

import datasets

datasets.disable_progress_bars()


def load(path: str | Path, cache: Path, **options: Any) -> Any:
    """Return what ``load_dataset`` reads; nothing is kept outside the folder of the cache."""
    return datasets.load_dataset(str(path), cache_dir=str(cache), **options)
