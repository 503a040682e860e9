"""The card of a data set for the Hugging Face hub and ``datasets``: ``README.md``, which begins with YAML.

``load_dataset("FOLDER")`` finds the files of each split by its key ``configs``, and by ``dataset_info`` the types.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from receiptgen.writers import OWN, Contents

# Names of the parts as splits.
_SPLITS = {"": "train", "train": "train", "val": "validation", "test": "test"}
# Classes of size as the hub has them: name and first count beyond.
_SIZES = (("n<1K", 1_000), ("1K<n<10K", 10_000), ("10K<n<100K", 100_000), ("100K<n<1M", 1_000_000),
          ("1M<n<10M", 10_000_000))  # fmt: skip


def card(contents: Contents, patterns: Sequence[str], columns: Mapping[str, str], **about: Any) -> bytes:
    """Return the file.

    Args:
        contents: What the data set holds.
        patterns: Files of a part, relative to its folder.
        columns: What each column holds, by its name.
        about: Further keys of the YAML.
    """
    total = sum(contents.samples.values())
    noun = "receipts" if contents.receipts else "snippets"
    splits = [
        {"split": _SPLITS[part], "path": [f"{part}/{pattern}" if part else pattern for pattern in patterns]}
        for part, count in contents.samples.items()
        if count
    ]
    header = {
        "pretty_name": f"Synthetic {noun}",
        "tags": ["synthetic", "ocr", "receipts"],
        "task_categories": ["image-to-text"],
        "size_categories": [next((name for name, stop in _SIZES if total < stop), "10M<n<100M")],
        "configs": [{"config_name": "default", "data_files": splits}],
        **about,
    }
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in columns.items())
    counts = ", ".join(f"{count:,} in `{_SPLITS[part]}`" for part, count in contents.samples.items() if count)
    return (
        f"---\n# {OWN}, which replaces it\n{yaml.safe_dump(header, sort_keys=False)}---\n\n"
        f"# Synthetic {noun}\n\n"
        f"Drawn by receiptgen, with labels that are exact: {counts or 'none yet'}. "
        "What receiptgen draws belongs to whoever draws it; `manifest.json` says how these were drawn.\n\n"
        "```python\nfrom datasets import load_dataset\n\n"
        'images = load_dataset("FOLDER")["train"]\n```\n\n'
        f"| column | what it is |\n| --- | --- |\n{rows}"
    ).encode()
