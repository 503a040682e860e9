"""The user's folder for what can be found out or fetched again."""

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return the user's folder for what can be found out or fetched again; it may not exist.

    Raises:
        RuntimeError: The user has no home.
    """
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named) / "receiptgen"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "receiptgen" / "cache"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "receiptgen"
