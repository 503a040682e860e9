"""Whole pages read and scored: folders of receipts whose truth is known."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from receiptgen.annotations.true_pages import TruePage, true_pages
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import write_atomic
from receiptgen.reading.evaluation import PageScore, page_scores_json, score_page
from receiptgen.reading.page_reader import PageReader
from receiptgen.reading.truth_overlay import save_worst

Page = TypeVar("Page")


def evaluate_pages(
    reader: PageReader, folders: Mapping[Path, Sequence[TruePage]], tell: Callable[[str], None]
) -> dict[Path, list[PageScore]]:
    """Read and score the pages of folders.

    Args:
        reader: Reads a page.
        folders: Pages of each folder.
        tell: Is told which pages have no image that can be read, and which were refused, one line each.

    Raises:
        DatasetError: A folder has no image that can be read.
    """
    scores: dict[Path, list[PageScore]] = {}
    for folder, pages in folders.items():
        scores[folder] = []
        for truth in pages:
            score = score_page(reader, truth)
            if isinstance(score, str):
                tell(f"{truth.image}: {score}")
                continue
            if score.fault:
                tell(f"{truth.image}: {score.fault}")
            scores[folder].append(score)
        if not scores[folder]:
            raise DatasetError(f"{folder}: holds no image that can be read")
    return scores


def pages_of(folders: Sequence[Path], limit: int | None) -> dict[Path, list[TruePage]]:
    """Find the pages of each folder, at most ``limit`` of one.

    Raises:
        DatasetError: A folder has none, or its truth can't be read; or two folders have one name.
    """
    distinct_names(folders)
    return {folder: spread(true_pages(folder), limit) for folder in folders}


def distinct_names(folders: Sequence[Path]) -> None:
    """Raise DatasetError where two folders have one name, since results bear it."""
    names = [folder.resolve().name for folder in folders]
    for name in names:
        if names.count(name) > 1:
            raise DatasetError(f"{name}: two folders of pages have this name; rename one, since results bear it")


def spread(found: list[Page], limit: int | None) -> list[Page]:
    """Return at most ``limit`` pages, spread over a folder, which may be ordered by template or date."""
    return found[:: -(-len(found) // limit)] if limit else found


def write_page_scores(scores: Mapping[Path, Sequence[PageScore]], out: Path, worst: int) -> None:
    """Write texts and scores of pages, and overlays of the worst; of several folders, into one folder each.

    ``pages.tsv`` has rows of file, tab, text; ``scores.tsv`` one row a page, the worst first.

    Raises:
        FileError: The folder can't be written to.
    """
    for folder, pages in scores.items():
        inside = out / folder.resolve().name if len(scores) > 1 else out
        rows = "".join(f"{page.truth.image.name}\t{page.text}\n" for page in pages)
        write_atomic(inside / "pages.tsv", rows.encode(errors="surrogateescape"))
        write_atomic(inside / "scores.tsv", _table(pages).encode(errors="surrogateescape"))
        save_worst(pages, worst, inside / "worst")


def scores_json(scores: Mapping[Path, Sequence[PageScore]]) -> dict[str, Any]:
    """Return the figures of each folder by its path, JSON-ready."""
    return {str(folder): page_scores_json(pages) for folder, pages in scores.items()}


def _table(pages: Sequence[PageScore]) -> str:
    rows = ["file\tf1\trecall\tprecision\tlines_f1\tseconds\tcharacters_missed"]
    for page in sorted(pages, key=lambda page: page.f1):
        counts = page.boxes.characters if page.boxes else page.words["ci"]
        causes = ", ".join(f"{cause} {count}" for cause, count in page.boxes.causes.items()) if page.boxes else ""
        shares = "\t".join(f"{share:.4f}" for share in (page.f1, counts.recall, counts.precision, page.lines.f1))
        rows.append(f"{page.truth.image.name}\t{shares}\t{page.seconds:.3f}\t{causes}")
    return "\n".join(rows) + "\n"
