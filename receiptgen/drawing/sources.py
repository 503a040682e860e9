"""Where the samples of a kind come from, and all kinds of a snippet set taken in turn."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from os import PathLike, fspath
from typing import Protocol

from receiptgen.core.errors import UnknownNameError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.core.suggestions import hint
from receiptgen.drawing.cuts import Cuts
from receiptgen.drawing.fixed_size import Fit, FixedSize
from receiptgen.drawing.overrides import NO_OVERRIDES, Overrides
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.snippets import SnippetSource
from receiptgen.drawing.template import snippet_set
from receiptgen.imaging.sample import DrawnLine, Sample

# The packaged set of all kinds.
STANDARD = "standard"


class SampleSource(Protocol):
    """Where the samples of one kind come from.

    Attributes:
        kind: Name of the kind, or ``receipt``.
    """

    kind: str

    def preload(self, index: int) -> None:
        """Load what the samples from ``index`` on need: memory is flat from then on, and forked workers share it."""

    def draw(self, index: int) -> Sample:
        """Draw the sample of that number."""


class CopiedSource(SampleSource, Protocol):
    """Where the samples of one kind come from that can be copied: drawn once, and worn several times."""

    def draw(self, index: int, copy: int = 0) -> Sample:
        """Draw the sample of that number, or a copy of it.

        Args:
            index: Number of the sample.
            copy: Number of the copy; 0 for the sample itself. Copies show the same text in the same print, and to each
                other things happen in printing, handling and capture. One after the other they are drawn fastest.
        """

    def draw_line(self, index: int, copy: int = 0) -> DrawnLine:
        """Draw image and text of a sample, or of a copy of it, without what ``draw`` tells of where they are."""


class FixedSizeSource:
    """Samples of another source, brought to one size after all that happened to them; see ``CopiedSource``.

    Args:
        source: The source.
        size: The size.
    """

    def __init__(self, source: CopiedSource, size: FixedSize) -> None:
        self.kind = source.kind
        self._source, self._size = source, size

    def preload(self, index: int) -> None:
        """Load what the source needs."""
        self._source.preload(index)

    def draw(self, index: int, copy: int = 0) -> Sample:
        """Draw the sample of that number, or a copy of it."""
        sample = self._source.draw(index, copy)
        return replace(sample, page=self._size.apply(sample.page))

    def draw_line(self, index: int, copy: int = 0) -> DrawnLine:
        """Draw image and text of a sample, or of a copy of it."""
        sample = self.draw(index, copy)
        return DrawnLine(sample.page.image, sample.text)


def open_source(
    name: str, kind: str, seed: int, profile_name: str = "", overrides: Overrides = NO_OVERRIDES, in_turn: bool = True
) -> CopiedSource:
    """Return the source of one kind of a snippet set given by name or path.

    Args:
        name: The set.
        kind: One of its kinds.
        seed: Seed of the data set.
        profile_name: Profile of all, by name or path; empty for the set's own.
        overrides: Locales, size and colour of all snippets; what else is said counts for the receipts that they are cut
            from.
        in_turn: Whether a kind of ``order: each`` draws its texts in turn, as is right where samples are drawn from the
            first to the last, or by chance, too.

    Raises:
        ConfigError: A width or fit is said, and no height that it could belong to.
    """
    snippets = snippet_set(name).value
    cut = snippets.cuts.get(kind)
    source: CopiedSource = (
        Cuts(snippets.name, kind, cut, seed, profile_name or snippets.profile, overrides)
        if cut and cut.pages
        else SnippetSource(name, kind, seed, profile_name, overrides, in_turn)
    )
    size = overrides.size_of(snippets)
    return FixedSizeSource(source, size) if size else source


def check_kinds(kinds: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return kinds as they were named.

    Raises:
        UnknownNameError: One is not known.
    """
    for kind in kinds:
        if kind == Receipts.kind and kind not in known:
            raise UnknownNameError(f"kind {kind!r} is whole receipts, which are no snippets; templates draw them")
        if kind not in known:
            raise UnknownNameError(f"unknown kind {kind!r}{hint(kind, known, len(known))}")
    return tuple(kinds)


class Snippets:
    """Synthetic text snippets, endless; snippet ``i`` is the same in every process on processors of one kind.

    Iterating yields snippet 0, 1, 2 and so on; kinds take turns. Can be pickled, and shared by threads.

    Args:
        kinds: Kinds of the set, as ``["price", "date"]``; all of them by default.
        profile: How they are printed and captured: a packaged name or a path; empty for the set's own.
        seed: Seed of the snippets.
        set: Snippet set: a packaged name or the path of a YAML file.
        locales: Countries, equally likely: names as ``de_DE``; those of the set by default.
        height: Height of all images in pixels; as the set says by default, as do width and fit.
        width: Width of all images in pixels.
        fit: How an image comes to the width: ``pad``, ``squeeze`` or ``stretch``.
        color: Whether all are in colour; otherwise profiles say so.

    Raises:
        UnknownNameError: There is no set, kind or profile of that name.
        ConfigError: A file is wrong.
    """

    def __init__(
        self,
        kinds: str | Sequence[str] = (),
        *,
        profile: str | PathLike[str] = "",
        seed: int = 0,
        set: str | PathLike[str] = STANDARD,  # as --set
        locales: str | Sequence[str] = (),
        height: int | None = None,
        width: int | None = None,
        fit: Fit | None = None,
        color: bool = False,
    ) -> None:
        forget_changed_files()
        said = {"locales": locales, "height": height, "width": width, "fit": fit, "color": color}
        self._overrides = Overrides.read(said)
        self._set, self._profile, self._seed = fspath(set), fspath(profile), seed
        snippets = snippet_set(self._set).value
        self.kinds = check_kinds([kinds] if isinstance(kinds, str) else kinds, snippets.names) or snippets.names
        load_profile(self._profile or snippets.profile)
        self._open()

    def _open(self) -> None:
        self._sources = [
            open_source(self._set, kind, self._seed, self._profile, self._overrides) for kind in self.kinds
        ]

    def __getstate__(self) -> dict[str, object]:
        """Leave behind what is loaded: another process loads its own."""
        return {key: value for key, value in self.__dict__.items() if key != "_sources"}

    def __setstate__(self, state: dict[str, object]) -> None:
        """Load what was left behind."""
        self.__dict__.update(state)
        self._open()

    def draw(self, index: int) -> Sample:
        """Draw snippet number ``index``, from 0: number ``index // len(kinds)`` of kind ``index % len(kinds)``.

        Raises:
            FontError: No font of the set has all of its characters.
            TextError: The settings of its kind leave nothing to print.
        """
        number, kind = divmod(index, len(self.kinds))
        return self._sources[kind].draw(number)

    def __iter__(self) -> Iterator[Sample]:
        return map(self.draw, count())
