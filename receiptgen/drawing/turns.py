"""Kinds of a snippet set whose texts are drawn in turn: how many there are, and how many samples hold them all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from receiptgen.core.counts import counted
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.template import snippet_set
from receiptgen.snippets import Enumerable, texts_in_turn


class Turns(NamedTuple):
    """Texts of a kind that are drawn one after the other.

    Attributes:
        texts: Number of texts.
        times: How often each is drawn where no number of samples is asked for.
    """

    texts: int
    times: int


def turns_of(name: str, kinds: Sequence[str], profile: str = "", countries: tuple[str, ...] = ()) -> dict[str, Turns]:
    """Return the kinds of ``order: each`` among some; raises as ``known_texts`` does.

    Args:
        name: The set, by name or path.
        kinds: Kinds and cuts of the set.
        profile: Profile of all snippets, by name or path; empty for the set's own.
        countries: Names or paths of the locales of all snippets; empty for the set's own.
    """
    found: dict[str, Turns] = {}
    for kind in kinds:
        snippet = snippet_set(name).value.kinds.get(kind)
        if isinstance(snippet, Enumerable) and snippet.order == "each":
            # Without the lines that are left out.
            drawn = known_texts(name, kind, profile, countries).snippet
            found[kind] = Turns(len(texts_in_turn(drawn)), snippet.times)
    return found


def uneven(turns: Mapping[str, Turns], numbers: Mapping[str, int]) -> Iterator[str]:
    """Say of which kinds some texts come more often than others.

    Args:
        turns: Kinds whose texts are drawn in turn.
        numbers: Number of samples of each.
    """
    for kind, (texts, _) in turns.items():
        rounds, more = divmod(numbers[kind], texts)
        drawn = f"{more:,} once more than the others" if rounds else f"{more:,} and no others"
        if more:
            yield f"{kind}: has {counted(texts, 'text')}, of which {numbers[kind]:,} samples draw {drawn}"
