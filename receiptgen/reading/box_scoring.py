"""Scores of pages whose truth is boxes with texts that may lack spaces: characters of boxes that were read whole.

Only letters and digits count, case-folded. A box is read where its whole text occurs on the page, in whatever line;
each occurrence serves once, and long texts come first. Recall is the share of characters that stand in such a box;
precision compares them with all characters that were read.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from receiptgen.annotations.classed_boxes import ClassedBox
from receiptgen.reading.scoring import WORDS, Score, total_score

Bounds = tuple[float, float, float, float]

# Heights of boxes, in pixels: upper ends that are not included, and names.
_HEIGHTS = (
    (10.0, "below 10"),
    (14.0, "10 to 13"),
    (20.0, "14 to 19"),
    (30.0, "20 to 29"),
    (float("inf"), "30 and more"),
)
# Why a box was not read: what of it lies in lines that were found. A line covers a box where it has more than this
# share of its height; a box is without a line below this share of its width, and cut below that; a line is of
# several rows where it is more than this many times as high as the box.
NO_BOX, ROWS, CUT, MISREAD = "no box", "several rows", "cut", "misread"
_COVERING, _WITHOUT, _CUT, _TALL = 0.4, 0.15, 0.7, 1.7
_BESIDE = 5  # pixels beside a box at which a line's middle counts as in it; what stands elsewhere is noise


@dataclass(frozen=True, slots=True)
class BoxScore:
    """The score of a page, or of several.

    Attributes:
        characters: Characters in boxes that were read, of all that were read, of all in boxes.
        kinds: Boxes of each class: those read, and all.
        heights: Characters in boxes of each height: those in boxes that were read, and all.
        causes: Characters of boxes that were not read, by cause.
        noise: Characters that were read where no box is.
        missed: Boxes that were not read; those of one page alone.
    """

    characters: Score
    kinds: Mapping[str, tuple[int, int]]
    heights: Mapping[str, tuple[int, int]]
    causes: Mapping[str, int]
    noise: int
    missed: tuple[ClassedBox, ...] = ()

    @property
    def f1(self) -> float:
        """F1 of the characters; 0 where there are none."""
        return 2 * self.characters.correct / max(1, self.characters.predicted + self.characters.reference)


def letters_and_digits(text: str) -> str:
    """Return the letters and digits of a text, case-folded."""
    return "".join(WORDS["alnum"](text))


def score_boxes(boxes: Iterable[ClassedBox], lines: Iterable[tuple[str, Bounds]]) -> BoxScore:
    """Score a page.

    Args:
        boxes: Boxes of its truth.
        lines: Texts that were read, and the upright boxes round them: left, top, right, bottom, in pixels.
    """
    read = [(letters_and_digits(text), bounds) for text, bounds in lines]
    true = [(text, box) for box in boxes if (text := letters_and_digits(box.text))]
    rest = "\n".join(text for text, _ in read)
    kinds, of_kind, heights, of_height, causes = (Counter[str]() for _ in range(5))
    missed = []
    for text, box in sorted(true, key=lambda one: -len(one[0])):
        height = _height(box.box)
        of_kind[box.kind] += 1
        of_height[height] += len(text)
        if text in rest:
            rest = rest.replace(text, "\0", 1)
            kinds[box.kind] += 1
            heights[height] += len(text)
        else:
            causes[_cause(box.box, [bounds for _, bounds in read])] += len(text)
            missed.append(box)
    noise = sum(len(text) for text, bounds in read if not any(_within(bounds, box.box) for _, box in true))
    return BoxScore(
        Score(heights.total(), sum(len(text) for text, _ in read), of_height.total()),
        {kind: (kinds[kind], count) for kind, count in of_kind.items()},
        {height: (heights[height], count) for height, count in of_height.items()},
        dict(causes),
        noise,
        tuple(missed),
    )


def total_box_score(scores: Sequence[BoxScore]) -> BoxScore:
    """Return the score of all pages together."""
    return BoxScore(
        total_score(score.characters for score in scores),
        _sums(score.kinds for score in scores),
        _sums(score.heights for score in scores),
        dict(sum((Counter(score.causes) for score in scores), Counter[str]())),
        sum(score.noise for score in scores),
    )


def box_scores_json(scores: Sequence[BoxScore]) -> dict[str, Any]:
    """Return the figures of all pages, JSON-ready; shares are 0 to 1."""
    total = total_box_score(scores)
    characters = total.characters
    heights = [name for _, name in _HEIGHTS if name in total.heights]
    return {
        "precision": characters.correct / max(1, characters.predicted),
        "recall": characters.correct / max(1, characters.reference),
        "f1": total.f1,
        "reference": characters.reference,
        "median_page_f1": median(score.f1 for score in scores),
        "kinds": {kind: _share(*total.kinds[kind]) for kind in sorted(total.kinds)},
        "heights": {height: _share(*total.heights[height]) for height in heights},
        "causes": {
            cause: total.causes.get(cause, 0) / max(1, characters.reference) for cause in (NO_BOX, ROWS, CUT, MISREAD)
        },
        "noise": total.noise / max(1, characters.predicted),
    }


def box_scores_table(figures: Mapping[str, Any]) -> list[str]:
    """Return the figures of ``box_scores_json`` as lines of text, shares in per cent."""
    kinds = ", ".join(f"{kind} {100 * one['share']:.0f}" for kind, one in figures["kinds"].items())
    heights = ", ".join(f"{height} {100 * one['share']:.0f}" for height, one in figures["heights"].items())
    causes = ", ".join(f"{cause} {100 * share:.1f}" for cause, share in figures["causes"].items())
    recall, precision, f1 = (100 * figures[name] for name in ("recall", "precision", "f1"))
    return [
        f"characters in boxes read whole: recall {recall:.1f}, precision {precision:.1f}, F1 {f1:.1f}, "
        f"median page F1 {100 * figures['median_page_f1']:.1f}",
        f"boxes read, %, by class: {kinds}",
        f"characters read, %, by height of the box in pixels: {heights}",
        f"characters not read, % of all: {causes}; read where nothing stands, % of what was read: "
        f"{100 * figures['noise']:.1f}",
    ]


def _height(box: Bounds) -> str:
    return next(name for end, name in _HEIGHTS if box[3] - box[1] < end)


def _cause(box: Bounds, lines: Iterable[Bounds]) -> str:
    """Return why a box was not read."""
    height, width = max(1.0, box[3] - box[1]), max(1.0, box[2] - box[0])
    covered, tall = 0.0, False
    for left, top, right, bottom in lines:
        across, down = min(box[2], right) - max(box[0], left), min(box[3], bottom) - max(box[1], top)
        if across > 0 and down > _COVERING * height:
            covered += across
            tall |= bottom - top > _TALL * height
    if covered < _WITHOUT * width:
        return NO_BOX
    if tall:
        return ROWS
    return CUT if covered < _CUT * width else MISREAD


def _within(line: Bounds, box: Bounds) -> bool:
    """Tell whether the middle of a line lies in a box, or next to it."""
    x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    return box[0] - _BESIDE <= x <= box[2] + _BESIDE and box[1] - _BESIDE <= y <= box[3] + _BESIDE


def _sums(counts: Iterable[Mapping[str, tuple[int, int]]]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for each in counts:
        for name, (read, count) in each.items():
            before = sums.get(name, (0, 0))
            sums[name] = before[0] + read, before[1] + count
    return sums


def _share(read: int, count: int) -> dict[str, float]:
    return {"share": read / count, "read": read, "of": count}
