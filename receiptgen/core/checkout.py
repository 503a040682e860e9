"""A checkout that is not installed editable: ``configs``, ``fonts`` and ``train`` lie beside the package there."""

from os.path import dirname, isfile, join  # pathlib would be most of the time that ``import receiptgen`` takes

# Packages that pyproject.toml maps into receiptgen.
_SIBLINGS = ("configs", "fonts", "train")


def sibling_folders(package: str) -> list[str]:
    """Return the folder in which to look for subpackages, beside the package's own.

    Python started in a checkout finds the package there, also where another copy is installed; the three folders that
    an installation holds inside the package are beside it then.

    Args:
        package: Folder of the package.

    Returns:
        The root of the checkout, or nothing where the package is installed.
    """
    root = dirname(package)  # noqa: PTH120  # see above
    wanted = (join(root, "pyproject.toml"), *(join(root, name, "__init__.py") for name in _SIBLINGS))  # noqa: PTH118
    return [root] if all(map(isfile, wanted)) else []
