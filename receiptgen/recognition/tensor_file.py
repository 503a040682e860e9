"""Files of named arrays with texts, safetensors, with a checksum by which a single wrong bit is noticed."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from receiptgen.core.errors import MissingExtraError, WeightsError
from receiptgen.core.files import read_regular, reason_of
from receiptgen.recognition.file_kinds import HEAD, SAFETENSORS, it_is, kind_of

try:
    from safetensors import SafetensorError
    from safetensors.numpy import load, save
except ImportError:
    raise MissingExtraError("weights files need the package safetensors; pip install 'receiptgen[torch]'") from None

# Key of the SHA-256 of the whole file with zeros for its own digits.
_CHECKSUM = "sha256"
_ZEROS = "0" * 64
_DIGEST = re.compile(r"[0-9a-f]{64}")
# Bytes of the largest file: the state of a network of a billion parameters.
_LARGEST = 1 << 34


def pack_tensors(arrays: Mapping[str, NDArray[Any]], texts: Mapping[str, str]) -> bytes:
    """Return the bytes of a file of named arrays and texts."""
    content = save(dict(arrays), {**texts, _CHECKSUM: _ZEROS})
    digest = hashlib.sha256(content).hexdigest()
    return content.replace(_stored(_ZEROS), _stored(digest), 1)


def read_tensors(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Read the arrays and texts of a file; one without a checksum, as others write, is read too.

    Raises:
        WeightsError: There is no such file, it is of another kind, or damaged.
    """
    try:
        content = read_regular(path, _LARGEST)
    except IsADirectoryError:
        raise WeightsError(f"{path}: is a folder; expected weights, such as best.safetensors") from None
    except OSError as error:
        raise WeightsError(f"{path}: {reason_of(error)}; expected weights, such as best.safetensors") from None
    if (kind := kind_of(content[:HEAD])) and kind != SAFETENSORS:
        raise WeightsError(f"{path}: can't be read as a safetensors file: {it_is(path, kind)}")
    try:
        arrays = load(content)
        texts = json.loads(content[8 : _end(content)]).get("__metadata__") or {}
    except KeyError as error:  # NumPy knows no bfloat16
        kind = "bfloat16" if error.args == ("BF16",) else str(error)
        raise WeightsError(f"{path}: its numbers are {kind}, which can't be read; expected float32") from None
    except (SafetensorError, TypeError, ValueError, OverflowError) as error:
        reason = str(error).lower() if kind else "it is a file of another kind, or damaged"
        raise WeightsError(f"{path}: can't be read as a safetensors file: {reason}") from None
    if not _is_whole(content, texts):
        fault = "it is damaged, as its checksum tells; copy it again, or take a backup"
        raise WeightsError(f"{path}: can't be read as a safetensors file: {fault}")
    texts.pop(_CHECKSUM, None)
    return arrays, texts


def _end(content: bytes) -> int:
    """Return where the header ends."""
    return 8 + int.from_bytes(content[:8], "little")


def _stored(digest: str) -> bytes:
    """Return the bytes by which the header stores a checksum."""
    return f'"{_CHECKSUM}":"{digest}"'.encode()


def _is_whole(content: bytes, texts: Mapping[str, str]) -> bool:
    """Tell whether a file is as it was written, as far as it says."""
    digest = texts.get(_CHECKSUM)
    if digest is None:  # a checksum without its key is one whose key is damaged
        return not any(_DIGEST.fullmatch(text) for text in texts.values())
    start = content.find(_stored(digest), 8, _end(content))
    if start < 0:
        return False
    stop = start + len(_stored(digest))
    hashed = hashlib.sha256(content[:start])
    hashed.update(_stored(_ZEROS))
    hashed.update(memoryview(content)[stop:])
    return hashed.hexdigest() == digest
