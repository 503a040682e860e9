"""Fields of receipts read and scored: folders whose truth is known."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from receiptgen.annotations.true_receipts import TrueReceipt, true_receipts
from receiptgen.core.errors import DatasetError
from receiptgen.core.files import write_atomic
from receiptgen.extraction.field_reader import FieldReader
from receiptgen.extraction.scoring.receipts import FieldScore, score_fields
from receiptgen.imaging.geometry import Quads
from receiptgen.imaging.image_files import read_image
from receiptgen.reading.field_overlay import draw_field_overlay

from .page_evaluation import distinct_names, spread
from .word_sources import WordSource, corrected_truths


@dataclass(frozen=True, eq=False)
class ReadReceipt:
    """A receipt whose fields were read and compared.

    Attributes:
        truth: The receipt as it is known.
        quads: Corners of its words on the image, float64 (N, 4, 2).
        score: Its fields, compared.
    """

    truth: TrueReceipt
    quads: Quads
    score: FieldScore


def receipts_of(folders: Sequence[Path], limit: int | None) -> dict[Path, list[TrueReceipt]]:
    """Find the receipts of each folder, or of each file of corrected fields, at most ``limit`` of one.

    Raises:
        DatasetError: A folder has none, or its truth can't be read; or two folders have one name.
        FileError: A file can't be read.
    """
    distinct_names(folders)
    return {
        folder: spread(corrected_truths(folder) if folder.is_file() else true_receipts(folder), limit)
        for folder in folders
    }


def evaluate_fields(
    source: WordSource, reader: FieldReader, folders: Mapping[Path, Sequence[TrueReceipt]], tell: Callable[[str], None]
) -> dict[Path, list[ReadReceipt]]:
    """Read and score the fields of receipts.

    Args:
        source: Returns the words of a receipt.
        reader: Reads fields.
        folders: Receipts of each folder.
        tell: Is told which receipts can't be read, one line each; a page that was refused has no words, and counts.

    Raises:
        DatasetError: A folder has no receipt that can be read.
    """
    results: dict[Path, list[ReadReceipt]] = {}
    for folder, receipts in folders.items():
        results[folder] = []
        for truth in receipts:
            read = source(truth)
            if isinstance(read, str):
                tell(f"{truth.image}: {read}")
            else:
                score = score_fields(reader.read(read.words), truth.truth)
                results[folder].append(ReadReceipt(truth, read.quads, score))
        if not results[folder]:
            raise DatasetError(f"{folder}: holds no receipt that can be read")
    return results


def write_field_scores(results: Mapping[Path, Sequence[ReadReceipt]], out: Path, worst: int) -> None:
    """Write what was not right of each receipt, and overlays of the worst; of several folders, into one folder each.

    ``misses.tsv`` has a row for each field that is not right, the worst receipts first.

    Raises:
        FileError: The folder can't be written to.
    """
    for folder, receipts in results.items():
        inside = out / folder.resolve().name if len(results) > 1 else out
        ordered = sorted(receipts, key=lambda receipt: (receipt.score.f1, str(receipt.truth.image)))
        rows = ["file\tfield\toutcome\tsaid\ttrue\tconfidence"]
        rows += [row for receipt in ordered for row in _misses(receipt, folder)]
        write_atomic(inside / "misses.tsv", ("\n".join(rows) + "\n").encode(errors="surrogateescape"))
        for number, receipt in enumerate(ordered[:worst], 1):
            name = receipt.truth.image.relative_to(folder).with_suffix("")
            _save_overlay(receipt, inside / "worst" / f"{number:02d}_{'_'.join(name.parts)}.jpg")


def _misses(receipt: ReadReceipt, folder: Path) -> list[str]:
    file = receipt.truth.image.relative_to(folder).as_posix()
    rows = []
    for one in receipt.score.judged:
        if not one.right:
            said, sure = (one.said.value, f"{one.said.confidence:.3f}") if one.said else ("", "")
            cells = (" ".join(text.split()) for text in (file, one.name, one.outcome, said, one.true, sure))
            rows.append("\t".join(cells))
    return rows


def _save_overlay(receipt: ReadReceipt, path: Path) -> None:
    image = read_image(str(receipt.truth.image))
    if isinstance(image, str):  # true words need no image
        return
    picture = draw_field_overlay(image, receipt.quads, receipt.score.judged)
    _, content = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    write_atomic(path, content.tobytes())
