"""``datasets`` of Hugging Face, kept from the network and from the home folder."""

import os
from pathlib import Path
from typing import Any

# Read when the library is imported.
os.environ["HF_HUB_OFFLINE"] = "1"


def library() -> Any:
    """Import it, which takes seconds that processes without a test of it need not wait."""
    import datasets

    datasets.disable_progress_bars()
    return datasets


def load(path: str | Path, cache: Path, **options: Any) -> Any:
    """Return what ``load_dataset`` reads; nothing is kept outside the folder of the cache."""
    return library().load_dataset(str(path), cache_dir=str(cache), **options)
