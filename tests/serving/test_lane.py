"""Calls run in a process of their own, which is replaced when it hangs or ends."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from lane_functions import begin, begin_after, end, fail
from served import ended

from receiptgen.core.errors import FileError, ProcessError
from receiptgen.serving import lane as lanes
from receiptgen.serving.lane import Lane, UnavailableError

pytestmark = pytest.mark.needs("process tree")


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane[Any, Any]]:
    with closing(Lane[Any, Any]("work", begin, seconds=0.5, waiting=1)) as lane:
        yield lane


@pytest.mark.parametrize("how", ["hang", "hang in C", "stop"])
def test_a_call_that_hangs_is_ended_at_its_deadline(lane: Lane[Any, Any], how: str) -> None:
    before = lane.call("who")
    with pytest.raises(UnavailableError, match=r"^work took longer than 0.5 seconds; try again with less$"):
        lane.call(how)
    assert ended([before])
    assert lane.call("who") != before


def test_a_process_that_dies_is_replaced(lane: Lane[Any, Any]) -> None:
    before = lane.call("who")
    with pytest.raises(
        UnavailableError, match=r"^work ended without a result \(out of memory\?\); try again with less$"
    ):
        lane.call("die")
    assert lane.call("who") != before


def test_a_process_that_died_between_two_calls_is_replaced(lane: Lane[Any, Any]) -> None:
    before = lane.call("who")
    os.kill(before, signal.SIGKILL)
    assert ended([before])
    assert lane.call("who") != before


def test_a_fault_of_ours_keeps_its_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with closing(Lane[Any, Any]("work", begin, seconds=60, waiting=0)) as lane:
        with pytest.raises(UnavailableError, match=r"^work ended without a result"):
            lane.call("fail")
        assert "ZeroDivisionError" in capfd.readouterr().err


def test_few_calls_wait_and_many_are_refused(tmp_path: Path) -> None:
    pipe, answers, refused = tmp_path / "pipe", [], []
    os.mkfifo(pipe)
    with closing(Lane[Any, Any]("work", begin, seconds=60, waiting=1)) as lane:

        def ask(request: Any) -> None:
            try:
                answers.append(lane.call(request))
            except UnavailableError as error:
                refused.append(str(error))

        first = threading.Thread(target=ask, args=(pipe,))
        first.start()
        with pipe.open("wb") as file:  # opens as soon as the call reads it
            others = [threading.Thread(target=ask, args=("who",)) for _ in range(5)]
            for other in others:
                other.start()
            while len(refused) < 4:
                others[0].join(0.01)
            file.write(b"done")
        for thread in (first, *others):
            thread.join(60)
    assert refused == ["too many requests wait; try again in some seconds"] * 4
    assert len(answers) == 2
    assert b"done" in answers


def test_a_call_behind_one_that_hangs_is_answered() -> None:
    with closing(Lane[Any, Any]("work", begin, seconds=2, waiting=1)) as lane, ThreadPoolExecutor(2) as pool:
        lane.wait()
        hangs, waits = pool.submit(lane.call, "hang"), pool.submit(lane.call, "who")
        assert waits.result()
        with pytest.raises(UnavailableError, match=r"^work took longer than 2 seconds; try again with less$"):
            hangs.result()


def test_calls_wait_for_a_process_that_starts_slowly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setattr(lanes, "_OTHERS", 1 / 30)
    slow = partial(begin_after, pipe)
    with closing(Lane[Any, Any]("work", slow, seconds=60, waiting=1)) as lane, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(lane.call, "who") for _ in range(2)]
        # Longer than a call has patience with those before it; none is answered or refused meanwhile.
        assert not wait(asked, 3).done
        with pytest.raises(UnavailableError, match=r"^too many requests wait"):
            lane.call("who")
        pipe.write_bytes(b"start")
        assert len({call.result() for call in asked}) == 1


def test_a_process_that_starts_too_slowly_for_a_call_is_there_for_the_next(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with closing(Lane[Any, Any]("work", partial(begin_after, pipe), seconds=60, waiting=0)) as lane:
        process = lane._worker._process.pid
        lane._longest_start = 0.1
        with pytest.raises(UnavailableError, match=r"^work is still being started; try again in some seconds$"):
            lane.call("who")
        with pytest.raises(ProcessError, match=r"^the process for work didn't start within 0.1 seconds$"):
            lane.wait()
        pipe.write_bytes(b"start")
        lane._longest_start = 60
        assert lane.call("who") == process


def test_what_keeps_a_process_from_starting_is_told() -> None:
    with closing(Lane[Any, Any]("work", fail, seconds=1, waiting=0)) as lane:
        with pytest.raises(FileError, match=r"^weights: no such file$"):
            lane.wait()
        with pytest.raises(UnavailableError):
            lane.call("who")


def test_a_process_that_ends_as_it_starts_is_told() -> None:
    lane = Lane[Any, Any]("work", end, seconds=1, waiting=0)
    with closing(lane), pytest.raises(ProcessError, match=r"^the process for work ended as it started"):
        lane.wait()


def test_a_lane_is_closed_at_once_whatever_it_does() -> None:
    lane = Lane[Any, Any]("work", begin, seconds=60, waiting=0)
    worker = lane.call("who")
    faults: list[str] = []

    def ask() -> None:
        try:
            lane.call("hang in C")
        except UnavailableError as error:
            faults.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    lane.close()
    assert ended([worker])
    thread.join(60)
    assert faults == ["the server is ending"]
