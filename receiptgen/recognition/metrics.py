"""Accuracy of read lines: error rates, exact matches, words, by kind; confusions, worst lines, an interval."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from receiptgen.recognition.edit_counts import EditCounts, count_edits
from receiptgen.recognition.line_kinds import CUTS, KINDS, kind_of

_MAX_DRAWS = 2_000_000  # draws of the bootstrap that are held in memory


class Reading(NamedTuple):
    """A line with its ground truth and what was read.

    Attributes:
        name: Name like a path, unique within its data set.
        kind: Kind of line, such as ``price``; empty where the data set doesn't say.
        text: Ground truth.
        prediction: Text that was read.
    """

    name: str
    kind: str
    text: str
    prediction: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Accuracy over a group of lines.

    Texts are normalised first; ``_ci``: both sides are case-folded, ``_nospace``: and their spaces left out. All but
    the counts are shares from 0 to 1, or 0 and more, as ``cer`` and ``mean_ed``; nan where there are no lines.

    Attributes:
        lines: Number of lines.
        characters: Number of characters of all references.
        cer, cer_ci, cer_ci_nospace: Levenshtein distances of all lines by the characters of all references.
        mean_ed, mean_ed_ci: Mean Levenshtein distance of a line.
        mean_ned, mean_ned_ci: Mean of a line's distance by the length of its longer side, 0 to 1; 1 less this is the
            score of ICDAR's challenges since 2019.
        mean_ned_label, mean_ned_label_ci: Mean of a line's distance by the length of its reference, 0 and more.
        exact, exact_ci, exact_ci_nospace: Line accuracy: share of the lines that are an exact match.
        wer, wer_ci: Wrong, missing and inserted words of all lines, aligned as NIST's SCLITE does, by the words of all
            references.
        word, word_ci: Share of the words of all references that their lines' predictions contain, in any order.
        empty: Share of the lines with an empty prediction.
    """

    lines: int
    characters: int
    cer: float
    cer_ci: float
    cer_ci_nospace: float
    mean_ed: float
    mean_ed_ci: float
    mean_ned: float
    mean_ned_ci: float
    mean_ned_label: float
    mean_ned_label_ci: float
    exact: float
    exact_ci: float
    exact_ci_nospace: float
    wer: float
    wer_ci: float
    word: float
    word_ci: float
    empty: float


def normalised(text: str) -> str:
    """Return a text in NFC with every run of white space made one space, none at either end."""
    return " ".join(normalize("NFC", text).split())


def with_text(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings whose ground truth is not empty, of which alone shares of characters can be told."""
    return [reading for reading in readings if normalised(reading.text)]


def summarise(readings: Iterable[Reading]) -> Figures:
    """Return the figures of all readings as one group."""
    return _figures(count_edits(_pairs(readings)))


def by_kind(readings: Sequence[Reading]) -> dict[str, Figures]:
    """Return the figures of ``all`` readings, of each kind, and of the cuts ``long`` and ``short``.

    Args:
        readings: Lines; where one has no kind, ``kind_of`` finds it from the reference.

    Returns:
        Figures by group; groups without lines are left out. A line belongs to one kind; ``long``, above 25
        characters, and ``short``, up to 3, cut across the kinds.
    """
    pairs = _pairs(readings)
    counts = count_edits(pairs)
    groups: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for index, (reading, (text, _)) in enumerate(zip(readings, pairs, strict=True)):
        groups.setdefault(reading.kind or kind_of(text), []).append(index)
    for name, belongs in CUTS.items():
        groups[name] = [index for index, (text, _) in enumerate(pairs) if belongs(text)]
    figures = {"all": _figures(counts)} if pairs else {}
    for name, indices in groups.items():
        if indices:
            figures[name] = _figures(EditCounts(*(column[indices] for column in counts)))
    return figures


def confusions(readings: Iterable[Reading], count: int) -> list[tuple[str, int]]:
    """Return the most frequent single edits, case-folded, and how often each occurs; at most ``count``.

    An edit is ``reference>prediction``, one character each, ``-`` for nothing and ``space`` for a space.
    """
    edits: Counter[str] = Counter()
    for text, prediction in _pairs(readings):
        if text == prediction:
            continue
        reference, predicted = text.casefold(), prediction.casefold()
        for edit in Levenshtein.editops(reference, predicted):
            left = reference[edit.src_pos] if edit.tag != "insert" else "-"
            right = predicted[edit.dest_pos] if edit.tag != "delete" else "-"
            edits[f"{left}>{right}".replace(" ", "space")] += 1
    return edits.most_common(count)


def worst(readings: Sequence[Reading], count: int) -> list[Reading]:
    """Return the ``count`` readings of the largest case-folded distances, the largest first."""
    distances = count_edits(_pairs(readings)).distance_ci
    return [readings[index] for index in np.argsort(-distances, kind="stable")[:count].tolist()]


def interval(readings: Sequence[Reading], rounds: int = 1000, seed: int = 1) -> tuple[float, float]:
    """Return the 95 % interval of ``cer_ci``: the percentile bootstrap (Efron 1979) over whole receipts.

    Lines of one receipt share its paper, printer and camera, hence they are drawn together. The lines of a receipt
    are those whose names are the same up to ``#``, or up to the first ``_`` of the file's name.

    Args:
        readings: Lines of some receipts.
        rounds: Number of bootstrap samples.
        seed: Seed of the samples.

    Returns:
        Low and high end; nan where there are no characters.
    """
    counts = count_edits(_pairs(readings))
    receipts: dict[str, int] = {}
    owners = [receipts.setdefault(_receipt(reading.name), len(receipts)) for reading in readings]
    if not counts.characters.sum():
        return float("nan"), float("nan")
    # float64 holds such counts exactly.
    distances = np.bincount(owners, counts.distance_ci)
    characters = np.bincount(owners, counts.characters)
    random = np.random.default_rng(seed)
    rates, step = [], max(1, _MAX_DRAWS // len(receipts))
    for start in range(0, rounds, step):
        draws = random.integers(len(receipts), size=(min(step, rounds - start), len(receipts)))
        rates.append(distances[draws].sum(axis=1) / np.maximum(characters[draws].sum(axis=1), 1))
    low, high = np.percentile(np.concatenate(rates), [2.5, 97.5])
    return float(low), float(high)


def _receipt(name: str) -> str:
    folder, slash, file = name.partition("#")[0].rpartition("/")
    return folder + slash + file.partition("_")[0]


def _pairs(readings: Iterable[Reading]) -> list[tuple[str, str]]:
    return [(normalised(reading.text), normalised(reading.prediction)) for reading in readings]


def _figures(counts: EditCounts) -> Figures:
    lines = len(counts.distance)
    characters = int(counts.characters.sum())

    def share(part: NDArray[np.int64] | NDArray[np.float64] | NDArray[np.bool_], whole: int) -> float:
        # Summed one after the other, as scoring scripts do: NumPy's order differs in the last digit.
        return float(sum(part.tolist()) / max(whole, 1)) if lines else float("nan")

    words = int(counts.words.sum())
    return Figures(
        lines=lines,
        characters=characters,
        cer=share(counts.distance, characters),
        cer_ci=share(counts.distance_ci, characters),
        cer_ci_nospace=share(counts.distance_nospace, int(counts.characters_nospace.sum())),
        mean_ed=share(counts.distance, lines),
        mean_ed_ci=share(counts.distance_ci, lines),
        mean_ned=share(counts.distance / counts.longer, lines),
        mean_ned_ci=share(counts.distance_ci / counts.longer, lines),
        mean_ned_label=share(counts.distance / np.maximum(counts.characters, 1), lines),
        mean_ned_label_ci=share(counts.distance_ci / np.maximum(counts.characters, 1), lines),
        exact=share(counts.distance == 0, lines),
        exact_ci=share(counts.distance_ci == 0, lines),
        exact_ci_nospace=share(counts.distance_nospace == 0, lines),
        wer=share(counts.word_edits, words),
        wer_ci=share(counts.word_edits_ci, words),
        word=share(counts.matched_words, words),
        word_ci=share(counts.matched_words_ci, words),
        empty=share(counts.empty, lines),
    )
