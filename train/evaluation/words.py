"""Held-out pages of words: drawn with a seed of their own, their roles told and scored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.dice import key_of
from receiptgen.core.errors import ReceiptgenError, TrainingError
from receiptgen.extraction.labelling.features import WordFeatures
from receiptgen.extraction.labelling.network import STARTS
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import LABEL, MONEY_ROLES, OTHER, ROLE_NUMBERS, ROLES

from ..data.sources import Flaw
from ..data.words.batches import WordTruth
from ..data.words.labelled_words import UNKNOWN
from ..data.words.stream import PagesSource, seen_page
from .held_out_set import HeldOutSet
from .kind_reader import Counts, KindReader

# Pages that are tried for each that is held out.
_TRIES = 4
_OTHER = ROLE_NUMBERS[OTHER]
# Roles that say something of a receipt by themselves, and those of them that are amounts of money.
_TELLING = np.array([role not in {OTHER, LABEL} for role in ROLES])
_MONEY = np.array([role in MONEY_ROLES for role in ROLES])


class WordExample(NamedTuple):
    """A held-out page.

    Attributes:
        name: Name of the page.
        words: Its words.
        features: What is seen of them.
        truth: What is true of them.
    """

    name: str
    words: tuple[PageWord, ...]
    features: WordFeatures
    truth: WordTruth


@dataclass(frozen=True)
class HeldOutWords(HeldOutSet):
    """Pages that are evaluated and never trained on; of those that could not be drawn, ``flaws`` tells."""

    examples: tuple[WordExample, ...]

    @property
    def content(self) -> list[str]:
        """What all processes must have alike."""
        return [
            f"{example.name} {' '.join(word.text for word in example.words)} {example.truth.roles.sum()}"
            for example in self.examples
        ]


def hold_words_out(name: str, source: PagesSource, count: int, seed: int) -> HeldOutWords:
    """Draw a held-out set; training uses other keys.

    Args:
        name: Name in reports.
        source: Pages to draw.
        count: Number of pages.
        seed: Seed of the run.

    Raises:
        ReceiptgenError: The source can't be opened, or too few pages can be drawn.
    """
    pages = source.open(key_of(seed, "held out words", name))
    examples: list[WordExample] = []
    flaws: list[Flaw] = []
    # Every other page, since neighbours may be of one receipt.
    for number in range(0, 2 * _TRIES * count, 2):
        try:
            page = pages.draw(number)
        except ReceiptgenError as error:
            flaws.append(Flaw(f"page {number}", str(error)))
            continue
        features, truth = seen_page(page)
        examples.append(WordExample(f"page {number}", page.words[: features.codes.shape[1]], features, truth))
        if len(examples) == count:
            return HeldOutWords(name, tuple(examples), tuple(flaws))
    raise TrainingError(f"held_out.{name}: {len(flaws)} of {_TRIES * count} pages can't be drawn; {flaws[-1].reason}")


class _Tally(NamedTuple):
    """What is counted of pages, each a vector; one after the other they are a row of ``Counts``.

    Attributes:
        page: Pages, known words, words of which the truth or what is told is not ``other``, those of them that are
            right, and pages without a wrong word.
        matched: Words of each role that are told to be of it.
        told: Words that are told to be of each role.
        true: Words of each role.
        starts: First words of items that are told, those that are told right or wrong, and all of them.
    """

    page: Counts
    matched: Counts
    told: Counts
    true: Counts
    starts: Counts

    @classmethod
    def of(cls, row: Counts) -> "_Tally":
        """Part a row, or the sum of several."""
        roles = len(ROLES)
        return cls(*np.split(row, [5, 5 + roles, 5 + 2 * roles, 5 + 3 * roles]))


_COUNTS = 5 + 3 * len(ROLES) + 3


def tally_words(scores: NDArray[np.float32], truth: WordTruth) -> Counts:
    """Count what scores tell rightly of a page's words.

    Args:
        scores: Scores (words, outputs).
        truth: What is true of the words.
    """
    known = truth.roles != UNKNOWN
    told, true = scores[known, : len(ROLES)].argmax(1), truth.roles[known].astype(np.intp)
    right, meant = told == true, (told != _OTHER) | (true != _OTHER)
    page = np.array([1, len(true), meant.sum(), (right & meant).sum(), right.all()], np.float64)
    by_role = [np.bincount(part, minlength=len(ROLES)) for part in (true[right], told, true)]
    within = truth.starts != UNKNOWN
    said, begins = scores[within, STARTS] > 0, truth.starts[within] > 0
    starts = np.array([(said & begins).sum(), said.sum(), begins.sum()], np.float64)
    return np.concatenate([page, *by_role, starts]).astype(np.float64)


class WordFigures(NamedTuple):
    """Figures of a set of pages; nan where nothing tells them.

    Attributes:
        pages: Number of pages.
        words: Number of words whose role is known.
        accuracy: Share of the words told right, of those that are not ``other`` or are told not to be.
        f1: F1 over words of all roles but ``other`` and ``label``, 0 to 1.
        money: The same over roles of amounts of money.
        starts: F1 of first words of items, among the words of items.
        whole: Share of the pages of which all words are told right.
    """

    pages: int
    words: int
    accuracy: float
    f1: float
    money: float
    starts: float
    whole: float


def word_figures(results: Sequence[Counts]) -> WordFigures:
    """Return the figures of some pages."""
    sums = _Tally.of(np.sum(results, 0))
    pages, words, meant, right, whole = sums.page.tolist()
    telling, money = (
        _f1(*(float(part[mask].sum()) for part in (sums.matched, sums.told, sums.true))) for mask in (_TELLING, _MONEY)
    )
    return WordFigures(
        round(pages), round(words), _share(right, meant), telling, money, _f1(*sums.starts.tolist()),
        _share(whole, pages),
    )  # fmt: skip


class RoleFigures(NamedTuple):
    """Figures of a role.

    Attributes:
        role: The role.
        precision: Share of the words told to be of it that are; nan where none is.
        recall: Share of its words that are told to be of it; nan where there is none.
        words: Number of its words.
    """

    role: str
    precision: float
    recall: float
    words: int


def role_figures(results: Sequence[Counts]) -> Iterator[RoleFigures]:
    """Yield the figures of each role that some pages have or were told to have."""
    sums = _Tally.of(np.sum(results, 0))
    for role, matched, told, true in zip(ROLES, sums.matched, sums.told, sums.true, strict=True):
        if told or true:
            yield RoleFigures(role, _share(matched, told), _share(matched, true), round(true))


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _f1(matched: float, told: float, true: float) -> float:
    return _share(2 * matched, told + true)


class WordReader(KindReader):
    """Tells the roles of the words of held-out pages; see ``KindReader``."""

    counts = _COUNTS

    def costs(self, examples: Sequence[WordExample]) -> list[int]:
        """Return the number of words of each page."""
        return [len(example.words) for example in examples]

    @staticmethod
    def inputs(example: WordExample) -> tuple[NDArray[np.generic], ...]:
        """Return codes, features and number of a page's words."""
        codes, features = example.features
        return codes[None], features[None], np.array([codes.shape[1]], np.int64)

    @staticmethod
    def tally(output: NDArray[np.float32], example: WordExample) -> Counts:
        """Count what is told rightly of a page's words."""
        return tally_words(output, example.truth)

    @staticmethod
    def figures(results: Sequence[Counts]) -> WordFigures:
        """Return the figures of a held-out set."""
        return word_figures(results)
