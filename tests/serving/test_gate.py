"""Few at a time are let in."""

import threading

import pytest

from receiptgen.serving.gate import FullError, Gate

pytestmark = pytest.mark.needs("onnxruntime")


def test_a_gate_lets_few_in_and_turns_many_away() -> None:
    gate, inside, free = Gate(1, 1), threading.Event(), threading.Event()
    turned = []

    def work() -> None:
        inside.set()
        free.wait(10)

    def ask() -> None:
        try:
            gate.run(work)
        except FullError:
            turned.append(1)

    first = threading.Thread(target=ask)
    first.start()
    assert inside.wait(10)
    others = [threading.Thread(target=ask) for _ in range(5)]
    for other in others:
        other.start()
    for _ in range(500):
        if len(turned) == 4:
            break
        threading.Event().wait(0.01)
    free.set()
    for thread in (first, *others):
        thread.join(10)
    assert len(turned) == 4
    assert gate.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        gate.run(lambda: 1 / 0)
