"""Install PyTorch for the tests into this environment: its build for CPUs, wherever that is to be had.

``make`` runs it once for all environments. It says in one line what is fetched, how much and from where, then does so.
"""

import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
# Seconds after which an index counts as out of reach; a name that is looked up in vain can take minutes.
PATIENCE = 8
PROBE = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1])"
# Of the wheels for Linux on x86-64, with all that they need.
FOR_CPUS, WITH_CUDA = "about 0.2 GB", "about 2.5 GB (4.5 GB once installed)"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
INSTALL = [*PIP, "install", "--no-compile", "--constraint", str(CONSTRAINTS), "torch"]


def pinned() -> str:
    """Return the version that the tests install."""
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("torch==") for line in lines if line.startswith("torch=="))


def reachable(index: str) -> bool:
    """Tell whether an index answers for PyTorch, before patience ends."""
    try:
        probe = [sys.executable, "-c", PROBE, f"{index}/torch/"]
        return not subprocess.run(probe, capture_output=True, timeout=PATIENCE, check=False).returncode
    except subprocess.TimeoutExpired:
        return False


def offers_cpu_build(version: str) -> bool:
    """Tell whether pip, as it is configured, finds the build for CPUs, which has a name of its own on Linux alone."""
    listed = subprocess.run([*PIP, "index", "versions", "torch"], capture_output=True, text=True, check=False).stdout
    return sys.platform != "linux" or f"{version}+cpu" in listed


def main(index: str) -> None:
    """Install PyTorch from an index of builds for CPUs, or from where pip looks if that can't be reached."""
    version = pinned()
    chosen = bool(index) and reachable(index)
    build = f"for CPUs, {FOR_CPUS}" if chosen or offers_cpu_build(version) else f"with CUDA, {WITH_CUDA}"
    elsewhere = f"pip's own index; {index} can't be reached" if index else "pip's own index"
    sys.stdout.write(f"fetching PyTorch {version} {build}, from {index if chosen else elsewhere}\n")
    sys.stdout.flush()
    if chosen:
        # What it needs comes from where pip looks, in the versions of the tests.
        subprocess.run([*INSTALL, "--no-deps", "--index-url", index], check=True)
    subprocess.run(INSTALL, check=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
