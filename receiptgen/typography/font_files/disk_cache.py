"""What was found out about font files, kept on disk by the hash of what they hold."""

from contextlib import suppress
from hashlib import sha256

from receiptgen.core.cache_folder import cache_folder
from receiptgen.core.errors import FileError
from receiptgen.core.files import read_regular, write_atomic


def load(name: str) -> bytes | None:
    """Return what was kept under a name; None where there is nothing, or what is there is damaged."""
    with suppress(OSError, RuntimeError):  # no home
        digest, _, content = read_regular(cache_folder() / "fonts" / name).partition(b"\n")
        if digest == _digest(content):
            return content
    return None


def keep(name: str, content: bytes) -> None:
    """Keep something under a name, where the folder can be written to."""
    with suppress(FileError, RuntimeError):
        write_atomic(cache_folder() / "fonts" / name, _digest(content) + b"\n" + content)


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()
