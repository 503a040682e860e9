"""Tell by the exit code whether a container is well: its server answers, or something else runs in it."""

import re
import sys
import urllib.request
from pathlib import Path

PATIENCE = 4.0  # seconds


def is_well(command: str) -> bool:
    """Tell whether what a command started is well; a null character follows each of its words."""
    if "\0serve\0" not in command:
        return True
    port = ["8000", *re.findall(r"--port[\0=](\d+)", command)][-1]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    # The container's own process, unless another is named.
    process = Path("/proc", sys.argv[1] if len(sys.argv) > 1 else "1", "cmdline")
    sys.exit(not is_well(process.read_text(encoding="utf-8", errors="replace")))
