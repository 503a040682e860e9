"""Stores that fail for a while: what is tried again, for how long, and what an error says of it."""

import errno
import logging
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

from receiptgen.core.errors import StorageError

Result = TypeVar("Result")
_LOG = logging.getLogger(__name__)
# Seconds for which a request is tried again; the first pause between two tries, and the longest.
PATIENCE, _FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 0.5, 8.0
# Faults that no waiting mends; the disk of this machine may be full.
_LASTING = (
    FileNotFoundError, FileExistsError, PermissionError, IsADirectoryError, NotADirectoryError, ImportError, ValueError,
    TypeError, NotImplementedError, AttributeError, KeyError,
)  # fmt: skip
_LASTING_NUMBERS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.ENOSYS,
    errno.EPERM,
}
# Answers of HTTP to a request that may be given again: too late, too early, too many.
_PASSING_STATUS = {408, 425, 429}
# Errors of packages that check what they were told.
_LASTING_NAMES = {
    "ParamValidationError",
    "ProfileNotFound",
    "NoRegionError",
    "ConfigParseError",
    "UnknownProtocolError",
}
_LONGEST_REASON = 200


def patiently(place: str, request: Callable[[], Result]) -> Result:
    """Return what a request to a store answers, tried again while the store may recover.

    Args:
        place: URL that an error names.
        request: What is asked; doing it again changes nothing.

    Raises:
        FileNotFoundError: There is no such object.
        StorageError: It is refused, or fails for longer than a minute.
    """
    stop, pause = time.monotonic() + PATIENCE, _FIRST_PAUSE
    while True:
        try:
            return request()
        except FileNotFoundError:
            raise
        except Exception as fault:  # each package of a store has its own errors, and they share no class
            waited = time.monotonic() + pause > stop
            if waited or is_lasting(fault):
                tried = f" (tried for {PATIENCE:.0f} s)" if waited and not is_lasting(fault) else ""
                raise StorageError(f"{place}: {reason(fault)}{tried}") from None
            _LOG.warning("%s: %s; trying again in %.1f s", place, reason(fault), pause)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def is_lasting(fault: BaseException) -> bool:
    """Tell whether a request that failed so would fail again."""
    status = _status(fault)
    if status is not None:
        return 400 <= status < 500 and status not in _PASSING_STATUS
    if _lacks_credentials(fault) or type(fault).__name__ in _LASTING_NAMES:
        return True
    return isinstance(fault, _LASTING) or (isinstance(fault, OSError) and fault.errno in _LASTING_NUMBERS)


def reason(fault: BaseException) -> str:
    """Return in one line without secrets why a request failed."""
    if _lacks_credentials(fault):
        return "there are no credentials for it; give them as the environment of that store has them"
    if isinstance(fault, PermissionError):
        return f"access is denied ({_text(fault)}); credentials of another account, or a right that they lack"
    return _text(fault)


def _text(fault: BaseException) -> str:
    text = (fault.strerror if isinstance(fault, OSError) else "") or str(fault) or type(fault).__name__
    line = " ".join(text.split())
    # What signs a request stands in the query of its URL.
    line = re.sub(r"(\w://[^\s?]*)\?[^\s'\"]*", r"\1", re.sub(r"://[^\s/@]*@", "://", line))
    return line if len(line) <= _LONGEST_REASON else f"{line[:_LONGEST_REASON]}..."


def _lacks_credentials(fault: BaseException) -> bool:
    return any("Credential" in kind.__name__ for kind in type(fault).__mro__)


def _status(fault: BaseException) -> int | None:
    """Return the status of HTTP that a store answered, where the error tells."""
    for each in (fault, fault.__cause__):
        response: Any = getattr(each, "response", None)
        found = getattr(response, "status_code", None) or getattr(each, "status", None) or getattr(each, "code", None)
        if isinstance(response, dict):
            found = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(found, int):
            return found
    return None
