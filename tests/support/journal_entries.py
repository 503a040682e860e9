from receiptgen.recognition.metrics import Reading, summarise
from receiptgen.train.loop.evaluations import Evaluated
from receiptgen.train.loop.journal import Ended, Progressed, Started


def started(step: int = 0) -> Started:
    return Started(
        step=step, seen=64 * step, seconds=0.2 * step, moment="2027-01-02T03:04:05+00:00", network="receipt",
        backend="torch", devices=("0", "1"),
    )  # fmt: skip


def progressed(step: int, loss: float = 2.5, seconds: float | None = None) -> Progressed:
    return Progressed(
        step=step, seen=64 * step, seconds=0.2 * step if seconds is None else seconds, loss=loss, rate=1e-3, norm=4.0,
        images_per_second=273.0, wait=0.02,
    )  # fmt: skip


def evaluated(step: int, data: str = "real") -> Evaluated:
    figures = summarise([Reading("a", "", "TOTAL 9", "total 8"), Reading("b", "", "x", "x")])
    return Evaluated.of(data, figures, step=step, seen=64 * step, seconds=0.2 * step)


def ended(step: int) -> Ended:
    return Ended(step=step, seen=64 * step, seconds=0.2 * step, reason="the time is over", best_step=step, best=0.1)
