"""The way to a Ray cluster, where there is none; in a process that has joined none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import PATIENCE
from components import require

from receiptgen.core.errors import ExecutorError


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("127.0.0.1:9", r"Ray at 127\.0\.0\.1:9: doesn't answer: connection refused"),
        ("ray://127.0.0.1:9", r"Ray at ray://127\.0\.0\.1:9: doesn't answer: connection refused"),
        ("nowhere", "Ray at nowhere: is not the address of a cluster; give HOST:PORT"),
        ("http://127.0.0.1:9", "is not the address of a cluster"),
        ("127.0.0.1:port", "is not the address of a cluster"),
    ],
)
def test_an_address_without_a_cluster_is_one_line(address: str, fault: str) -> None:
    require("ray")
    from receiptgen.executors.ray import Ray

    with pytest.raises(ExecutorError, match=fault) as caught:
        Ray(2, address).map(abs, [1])
    assert "\n" not in str(caught.value)


WITHOUT = "import sys; sys.modules['ray'] = None; from receiptgen.cli import main; main(sys.argv[1:])"


def test_a_machine_without_ray_says_what_to_install(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT, "draw", "1", "--kinds", "price", "--executor", "ray"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "receiptgen: --executor ray needs the package ray; pip install 'receiptgen[ray]'\n"
    assert not shutil.os.listdir(tmp_path)
