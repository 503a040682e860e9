"""Streams and events of the second device, which notice what a GPU would do wrong in silence.

Work on one stream runs in order, work on two does not: what one uses of the other must be waited for. Memory is used
again when its tensor is freed, as its own stream reckons: others that use it must be recorded. Values on their way to
the host are there once an event after them, or the whole device, was waited for.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import torch
from torch import Tensor

# PyTorch's number of a device that is written in Python.
_DEVICE_TYPE = int(torch._C._autograd.DeviceType.PrivateUse1)
_moments = count(1)


class RaceError(RuntimeError):
    """Two streams, or a stream and the host, use the same memory at the same time."""


class Stream(torch.Stream):  # PyTorch takes no others
    """A queue of work on the device."""

    def __new__(cls, device: object = None) -> "Stream":
        return super().__new__(cls, stream_id=next(_moments), device_index=0, device_type=_DEVICE_TYPE)

    def __init__(self, device: object = None) -> None:
        # Up to which moment the work of others has ended before what is asked next begins.
        self._seen: dict[Stream, int] = {}

    def wait_stream(self, other: "Stream") -> None:
        """Begin what is asked next when everything asked of another stream has ended."""
        self._seen |= other._seen | {other: next(_moments)}

    def wait_event(self, event: "Event") -> None:
        """Begin what is asked next when an event has come."""
        self._seen |= event.seen

    def record_event(self) -> "Event":
        """Return an event that comes when everything asked so far has ended."""
        event = Event()
        event.record(self)
        return event

    def synchronize(self) -> None:
        """Let the host wait for everything asked so far."""
        self.record_event().synchronize()

    def has_seen(self, other: "Stream", moment: int) -> bool:
        """Tell whether work that another stream was asked for at a moment ends before what is asked next begins."""
        return other is self or self._seen.get(other, 0) > moment


class Event:
    """A moment in a stream's work."""

    def __init__(self, *_: object, **__: object) -> None:
        self.seen: dict[Stream, int] = {}

    def record(self, stream: Stream | None = None) -> None:
        stream = stream or _state.current
        self.seen = stream._seen | {stream: next(_moments)}

    def wait(self, stream: Stream | None = None) -> None:
        (stream or _state.current).wait_event(self)

    def query(self) -> bool:
        return False

    def synchronize(self) -> None:
        """Let the host wait."""
        _state.on_wait("synchronize")
        _state.arrived |= self.seen


class Origin:
    """Where and when a tensor got its values.

    Attributes:
        users: Streams that its memory is kept for.
    """

    def __init__(self) -> None:
        self.stream, self.moment = _state.current, next(_moments)
        self.users = {_state.current}

    def renew(self) -> None:
        """Say that the current stream changes the values."""
        self.stream, self.moment = _state.current, next(_moments)

    def check(self, what: Callable[[], str]) -> None:
        """Check that the current stream may use the tensor.

        Args:
            what: Returns what uses it.

        Raises:
            RaceError: It may not.
        """
        stream = _state.current
        if not stream.has_seen(self.stream, self.moment):
            raise RaceError(f"{what()}: uses what another stream makes without waiting for it")
        if stream not in self.users:
            raise RaceError(
                f"{what()}: uses another stream's memory, which may be used again; record_stream is missing"
            )


class _State:
    """What the host knows of the device."""

    def __init__(self) -> None:
        self.current = Stream()
        self.arrived: dict[Stream, int] = {}
        # Copies to the host by the address of their memory.
        self.coming: dict[int, tuple[Tensor, Origin]] = {}
        self.on_wait: Callable[[str], None] = lambda what: None


_state = _State()


def announce(copy: Tensor) -> None:
    """Say that a tensor of the host will get its values when what was asked so far has ended."""
    _state.coming[copy.untyped_storage().data_ptr()] = copy, Origin()


def check_arrived(tensor: Tensor, what: str) -> None:
    """Check that the values of a tensor of the host are there.

    Raises:
        RaceError: They may still be on their way.
    """
    _, origin = _state.coming.get(tensor.untyped_storage().data_ptr(), (None, None))
    if origin is not None and _state.arrived.get(origin.stream, 0) <= origin.moment:
        raise RaceError(f"{what}: reads values that are still on their way to the host")


def on_wait(call: Callable[[str], None]) -> None:
    """Set what is called when the host waits."""
    _state.on_wait = call


def current_stream(device: object = None) -> Stream:
    return _state.current


@contextmanager
def stream(chosen: Stream) -> Iterator[None]:
    """Ask another stream for what the block asks for."""
    before, _state.current = _state.current, chosen
    try:
        yield
    finally:
        _state.current = before


def synchronize(device: object = None) -> None:
    """Let the host wait for the whole device."""
    _state.on_wait("synchronize")
    for _, origin in _state.coming.values():
        _state.arrived[origin.stream] = next(_moments)
