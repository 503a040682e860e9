"""URLs of stores: how they are told from paths, which ones are refused, and which package opens each."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from receiptgen.core.errors import MissingExtraError, StorageError

# One letter is a drive of Windows.
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)(::|://)(.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z]:")
# What opens a protocol: the module, the package that has it and what to install.
_S3 = ("s3fs", "s3fs", "receiptgen[storage]")
_GOOGLE = ("gcsfs", "gcsfs", "gcsfs")
_AZURE = ("adlfs", "adlfs", "adlfs")
_PACKAGES = {
    "s3": _S3, "s3a": _S3, "gs": _GOOGLE, "gcs": _GOOGLE, "az": _AZURE, "abfs": _AZURE, "abfss": _AZURE,
    "hf": ("huggingface_hub", "huggingface_hub", "huggingface_hub"),
}  # fmt: skip
_BUILT_IN = ("file", "memory")
# What looks like a URL that has lost a slash, and would be a folder named `s3:`.
_ONE_SLASH = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/(?!/)(.*)", re.DOTALL)
# Here what stands before @ is the name of a container, not of a user.
_CONTAINERS = ("abfs", "abfss")


def is_url(text: str) -> bool:
    """Tell whether a text is a URL, or else a path."""
    return _URL.match(text) is not None


def checked_path(text: str) -> str:
    """Return a text that is no URL, as a path; raises StorageError where it is a URL that lacks a slash."""
    if found := _ONE_SLASH.fullmatch(text):
        protocol = found[1].lower()
        meant = f"{protocol}://{'/' if protocol == 'file' else ''}{found[2]}"
        raise StorageError(f"{text}: has one slash where URLs have more; write {meant}, or ./{text} for a folder")
    return text


def checked_url(url: str) -> str:
    """Return a URL without slashes at its end.

    Raises:
        StorageError: It can't be one of a store, or holds a name, password or query: these would be written into files.
        MissingExtraError: Its protocol needs a package that is not installed.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise StorageError(f"{url!r}: is not a URL such as s3://bucket/folder")
    protocol, separator, rest = found[1].lower(), found[2], found[3]
    host, _, path = rest.partition("/")
    user, at, _ = host.rpartition("@")
    if at and (":" in user or protocol not in _CONTAINERS):
        raise StorageError(
            f"{protocol}://...: a URL with a user or password is refused, since it is written into files; leave out "
            "what is before the @, and give credentials as the environment of that store has them"
        )
    if separator == "::" or "?" in rest or "#" in rest or "::" in rest:
        raise StorageError(f"{protocol}://{host}: a place is protocol, bucket and folder, without ::, ? or #")
    if protocol != "memory" and not (path if protocol == "file" else host):
        raise StorageError(f"{url}: names no {'folder' if protocol == 'file' else 'bucket'}")
    if protocol == "file" and host and not _DRIVE.fullmatch(host):
        # It would be a path from the current folder, which nodes of a cluster have elsewhere.
        raise StorageError(f"{url}: is no path from the root; file:// is followed by one, as in file:///{rest}")
    _require(protocol)
    return f"{protocol}://{rest.rstrip('/')}"


def joined(out: Path | str, name: str) -> Path | str:
    """Return a folder's or URL's place of that name."""
    return out / name if isinstance(out, Path) else f"{out}/{name}"


def protocol_of(url: str) -> str:
    """Return the protocol of a URL that was checked."""
    return url.partition("://")[0]


def _require(protocol: str) -> None:
    """Look whether the packages of a protocol are installed."""
    if protocol not in _PACKAGES and protocol not in _BUILT_IN:
        known = ", ".join((*_PACKAGES, *_BUILT_IN))
        raise StorageError(f"{protocol}://: is not a protocol of a store; known are {known}")
    module, package, install = _PACKAGES.get(protocol, ("fsspec", "fsspec", "receiptgen[storage]"))
    for name, wanted, source in (("fsspec", "fsspec", "receiptgen[storage]"), (module, package, install)):
        try:
            import_module(name)
        except ModuleNotFoundError:
            raise MissingExtraError(f"{protocol}:// needs the package {wanted}; pip install '{source}'") from None


def filesystem(url: str) -> tuple[Any, str]:
    """Return the ``fsspec`` file system of a URL that was checked, of this process, and the path in it."""
    from fsspec.core import url_to_fs

    # What others write is to be seen.
    system, path = url_to_fs(url, use_listings_cache=False)
    return system, str(path).rstrip("/")
