"""``train --compile`` reaches PyTorch's compiler."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from small_recipe import SMALL

from receiptgen.core.errors import TrainingError
from receiptgen.train.commands.train import command


@pytest.mark.needs("torch")
def test_a_network_is_compiled_where_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    def fails(*_: object, dynamic: bool) -> None:
        raise RuntimeError("torch.compile is not supported on this Python")

    monkeypatch.setattr(torch, "compile", fails)
    recipe = tmp_path / "small.yaml"
    recipe.write_text(SMALL + "batch: 8\n")
    options = ["--recipe", str(recipe), "--devices", "cpu", "--workers", "0", "--quiet", "--out", str(tmp_path / "run")]
    found = CliRunner().invoke(command, [*options, "--compile"])
    assert isinstance(found.exception, TrainingError)
    assert str(found.exception).startswith(
        "--compile: PyTorch can't compile the network here (torch.compile is not supported on"
    )
