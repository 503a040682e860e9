"""Files that come with the package: templates, locales, catalogues, word lists, fonts and weights."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from receiptgen.core.errors import UnknownNameError
from receiptgen.core.suggestions import hint


def _folder(package: str) -> Path:
    # Fonts and YAML are opened by path; the package is always installed as plain files, never as a zip.
    return Path(str(files(package)))


def packaged_names(folder: str, suffix: str = ".yaml") -> tuple[str, ...]:
    """Return the names of the packaged files of a folder of ``configs``, without suffix, sorted."""
    found = (_folder("receiptgen.configs") / folder).glob(f"*{suffix}")
    return tuple(sorted(path.name.removesuffix(suffix) for path in found))


def packaged(folder: str, name: str, suffix: str = ".yaml") -> Path:
    """Return the path of ``configs/FOLDER/NAME.yaml``.

    Raises:
        UnknownNameError: There is no such file.
    """
    known = packaged_names(folder, suffix)
    if name not in known:
        noun = {"snippets": "snippet set"}.get(folder, folder.removesuffix("s"))
        raise UnknownNameError(f"unknown {noun} {name!r}{hint(name, known)}")
    return _folder("receiptgen.configs") / folder / f"{name}{suffix}"


def is_own(path: Path) -> bool:
    """Tell whether a file is one of those that come with receiptgen itself."""
    return path.is_relative_to(_folder("receiptgen.configs"))


def packaged_weights(name: str, suffix: str = ".safetensors") -> Path | None:
    """Return the path of packaged weights, or None if there are none of that name."""
    path = _folder("receiptgen.weights") / f"{name}{suffix}"
    return path if name.isidentifier() and path.is_file() else None


def font_folder() -> Path:
    """Return the folder of the packaged fonts."""
    return _folder("receiptgen.fonts")


@lru_cache(maxsize=64)
def word_list(name: str) -> tuple[str, ...]:
    """Read ``configs/words/NAME.txt``: one entry a line, without empty lines and lines that begin with ``#``.

    Raises:
        UnknownNameError: There is no such list.
    """
    lines = packaged("words", name, ".txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
