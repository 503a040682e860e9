"""Reports on runs that train readers of fields."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from receiptgen.extraction.labelling.fields_model import open_fields
from receiptgen.extraction.labelling.roles import ROLES
from receiptgen.imaging.geometry import Pixels

from ..evaluation.held_out_set import HeldOutSet
from ..evaluation.kind_reader import Counts
from ..evaluation.words import HeldOutWords, RoleFigures, WordFigures, role_figures, tally_words, word_figures
from ..loop.run_folder import BEST
from ..runs.words_task import WordsTask
from .kind_report import Findings, KindReporter
from .progress import percent
from .report import table
from .word_pictures import picture_of, role_colors, side_by_side

# Pages of a set on the sheet, and of a row of it.
_SHOWN, _ROW = 6, 3
_LEGEND = " ".join(f'<span style="background:{color}">{role}</span>' for role, color in role_colors().items())


class WordsReporter(KindReporter[WordsTask]):
    """Reports on a run that trains a reader of fields; see ``Reporter``."""

    samples = "pages"
    measured = """Held-out pages, with the best weights. Accuracy is over words that mean something or are told to; F1
over words of all roles but labels; starts are first words of items; whole pages have no wrong word."""

    shown = f"Words on the colour of the role they are told to be of, framed in red where that is wrong. {_LEGEND}"

    def sheet(self, held_out: Sequence[HeldOutSet], results: Sequence[Sequence[Any]]) -> Pixels:
        """Draw the first pages of each held-out set with their true roles."""
        pages = [held for held in held_out if isinstance(held, HeldOutWords)]
        return side_by_side([picture_of(page, None) for held in pages for page in held.examples[:_SHOWN]], _ROW)

    def find(self) -> Findings:
        """Tell the roles of the held-out words with the best weights."""
        opened = open_fields(self._run.folder / BEST, self._run.host.backend, self._run.host.devices)
        counts: dict[str, list[Counts]] = {}
        shown: list[Pixels] = []
        for held in self._task.held_out:
            scores = [opened.scores(page.features) for page in held.examples]
            counts[held.name] = [
                tally_words(said, page.truth) for said, page in zip(scores, held.examples, strict=True)
            ]
            shown += [
                picture_of(page, _roles(said)) for said, page in zip(scores, held.examples[:_SHOWN], strict=False)
            ]
        figures = {name: word_figures(results) for name, results in counts.items()}
        roles = {name: list(role_figures(results)) for name, results in counts.items()}
        as_json = {
            name: {**_json(found._asdict()), "roles": {each.role: _json(each._asdict()) for each in roles[name]}}
            for name, found in figures.items()
        }
        return Findings(
            as_json, ["set", *WordFigures._fields], _rows(figures), _role_tables(roles), side_by_side(shown, _ROW)
        )


def _json(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures with nothing for those that are nan, which JSON lacks."""
    return {name: None if value != value else value for name, value in figures.items()}


def _roles(scores: NDArray[np.float32]) -> NDArray[np.intp]:
    return np.asarray(scores[:, : len(ROLES)].argmax(1), np.intp)


def _rows(figures: Mapping[str, WordFigures]) -> list[list[str]]:
    """Return a row of texts for each held-out set."""
    return [
        [name, f"{found.pages:,}", f"{found.words:,}", *(percent(share) for share in found[2:])]
        for name, found in figures.items()
    ]


def _role_tables(roles: Mapping[str, Sequence[RoleFigures]]) -> str:
    """Return the figures by role of each held-out set, HTML."""
    parts = []
    for name, found in roles.items():
        rows = [[each.role, percent(each.precision), percent(each.recall), f"{each.words:,}"] for each in found]
        head = ["role", "precision", "recall", "words"]
        parts.append(f"<div class=side><h3>{escape(name)}</h3>\n{table([head, *rows])}</div>")
    return f"<h2>Roles</h2>\n<div class=sides>\n{''.join(parts)}\n</div>\n"
