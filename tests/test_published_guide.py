"""The commands of the guide to published data sets, on tiny sets of our own drawing in the published layouts."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from command_line import Run
from data_sets import idx_pair, pixel_rows, write
from published_sets import drawn_digit, iam_archive, mjsynth_archive

GUIDE = Path(__file__).parents[1] / "docs/guides/published_sets.md"
TINY = ["--steps", "1", "--batch", "8", "--workers", "0", "--devices", "cpu", "--quiet"]


def section(title: str) -> str:
    return GUIDE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def commands(title: str) -> list[list[str]]:
    """Return the commands of a section of the guide."""
    shown = re.findall(r"```sh\n(.*?)```", section(title), re.DOTALL)
    lines = "".join(shown).replace("\\\n", " ").splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("receiptgen ")]


@pytest.mark.needs("torch")
def test_the_recipe_for_characters_trains_and_is_evaluated(run: Run, tmp_path: Path) -> None:
    for part, count in (("train", 60), ("t10k", 20)):
        images = np.stack([drawn_digit(number % 10) for number in range(count)])
        idx_pair(tmp_path / "mnist", 255 - images, [number % 10 for number in range(count)], part, packed=True)
    write(tmp_path / "az.csv", pixel_rows(255 - np.stack([drawn_digit(n) for n in range(26)]), list(range(26))))
    recipe = re.search(r"```yaml\n# mnist_az.yaml\n(.*?)```", section("Characters: MNIST, EMNIST, A-Z"), re.DOTALL)
    assert recipe
    write(tmp_path / "mnist_az.yaml", recipe[1])
    train, evaluate = commands("Characters: MNIST, EMNIST, A-Z")
    said = run(*train, *TINY)
    assert (said.code, said.error) == (0, "")
    said = run(*evaluate, "--devices", "cpu", "--json")
    assert json.loads(said.out)["idx:mnist:test"]["kinds"]["all"]["lines"] == 20
    assert not (tmp_path / "mnist_az/skipped.tsv").exists()


@pytest.mark.needs("torch")
def test_the_commands_for_words_train_and_evaluate(run: Run, tmp_path: Path) -> None:
    mjsynth_archive(tmp_path / "mjsynth")
    iam_archive(tmp_path / "iam")
    shown = commands("Words: MJSynth, then IAM")
    assert [command[0] for command in shown] == ["train", "train", "evaluate", "train", "evaluate"]
    for command in shown:
        if command[0] == "train":
            said = run(*command, *TINY)
            assert (said.code, said.error) == (0, "")
            continue
        said = run(*command, "--devices", "cpu", "--json")
        assert (said.code, said.error) == (0, "")
        scores = next(iter(json.loads(said.out).values()))
        figures = scores["kinds"]["all"]
        assert figures["lines"] + scores["skipped"] == (20 if "mjsynth" in command[2] else 32)
        assert scores["skipped"] == (2 if "mjsynth" in command[2] else 0)
        assert figures["mean_ed"] > 0
    skipped = (tmp_path / "mjsynth_first/skipped.tsv").read_text()
    assert "is empty" in skipped
    assert "no such file" in skipped
    assert "is empty" in (tmp_path / "iam_words/skipped.tsv").read_text()
    assert "capital" not in skipped
    assert "outside the charset" not in skipped, "texts are folded to lower case"
