"""What a file is by its first bytes, whatever its name, for messages that say what to do with it."""

from collections.abc import Callable, Mapping
from pathlib import Path

# Bytes that tell the kind.
HEAD = 4096
SAFETENSORS, ONNX, NUMPY = "a safetensors file", "an ONNX file", "an archive of NumPy arrays"
# What to do with a file where another kind was expected.
_DO: Mapping[str, str] = {
    SAFETENSORS: "'receiptgen read', 'evaluate' and 'train --init' take it",
    ONNX: "'receiptgen read' and 'evaluate' take it, all else the safetensors file that it was made of",
    "a file of MXNet arrays": "'receiptgen weights import' makes a safetensors file of it",
    "a file of PyTorch": "take the safetensors file that it was made of",
    NUMPY: "--lm takes it if it is a character model",
    "a pointer of Git LFS": "'git lfs pull' fetches the file itself",
}


def _is_onnx(head: bytes) -> bool:
    """Tell whether this begins an ONNX model: the version of its format, then another of the first fields."""
    return len(head) > 2 and head[0] == 8 and 0 < head[1] < 32 and head[2] in b"\x12\x1a\x22\x28\x32\x3a\x42"


# In the order in which they are tried.
_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    (SAFETENSORS, lambda head: head[8:9] == b"{" and int.from_bytes(head[:8], "little") < 1 << 27),
    (ONNX, _is_onnx),
    ("a file of MXNet arrays", lambda head: head[:8] == b"\x12\x01" + bytes(6)),
    (NUMPY, lambda head: head[:4] == b"PK\x03\x04" and b".npy" in head[:300]),
    ("a file of PyTorch", lambda head: b"data.pkl" in head[:300] or head[:2] in {b"\x80\x02", b"\x80\x04"}),
    ("an HDF5 file", lambda head: head[:4] == b"\x89HDF"),
    ("a GGUF file", lambda head: head[:4] == b"GGUF"),
    ("an image", lambda head: head[:4] in (b"\x89PNG", b"II*\0", b"MM\0*") or head[:3] == b"\xff\xd8\xff"),
    ("a pointer of Git LFS", lambda head: head.startswith(b"version https://git-lfs")),
)


def kind_of(head: bytes) -> str | None:
    """Return what a file is by its first ``HEAD`` bytes, in words, or None if they tell nothing."""
    return next((kind for kind, fits in _KINDS if fits(head)), None)


def kind_of_file(path: Path) -> str | None:
    """Return what a file is, or None if its first bytes tell nothing or can't be read."""
    try:
        if not path.is_file():  # opening a pipe would wait
            return None
        with path.open("rb") as file:
            return kind_of(file.read(HEAD))
    except OSError:
        return None


def it_is(path: Path, kind: str) -> str:
    """Return what a file is and what to do with it, for a message that it is not what was expected."""
    beside = path.with_suffix(".safetensors")
    if kind == ONNX and beside != path and beside.is_file():
        return f"it is {kind}; take {beside.name!r} beside it"
    return f"it is {kind}" + (f"; {_DO[kind]}" if kind in _DO else "")
