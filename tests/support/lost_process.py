"""Pairs of processes of PyTorch of which the second is lost on the way; the first prints what it says of that.

Arguments: ports, at the first of which the second process is killed, and at the second of which it raises an error.
"""

import os
import signal
import sys

from receiptgen.core.errors import ReceiptgenError
from receiptgen.train.backends import Backend, backend


def take_part(chosen: Backend, rank: int, port: str, killed: bool) -> None:
    """Add numbers with the other process until one is lost."""
    os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE="2", MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    chosen.join("cpu")
    chosen.total((1.0,))
    if rank == 1 and killed:
        os.kill(os.getpid(), signal.SIGKILL)
    if rank == 1:
        sys.exit("an error")
    try:
        with chosen.faults("halve it"):
            chosen.total((1.0,))
    except ReceiptgenError as error:
        sys.stdout.write(f"{'killed' if killed else 'raised'}: {type(error).__name__}: {error}\n")


def main() -> None:
    """Start all processes, and wait for them."""
    framework = backend("torch")  # imported once, which takes longer than all that follows
    children = []
    for port in sys.argv[1:]:
        for rank in (0, 1):
            child = os.fork()
            if not child:
                take_part(framework, rank, port, port == sys.argv[1])
                return
            children.append(child)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
