"""What ``receiptgen evaluate`` does with whole receipts: their text, or their fields."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from receiptgen.reading.page_reader import PageReader


class ReaderOptions(NamedTuple):
    """What reads pages, as options say.

    Attributes:
        weights: Weights of the recogniser.
        finder: What finds text; None for the usual one.
        beam, lexicon, model: Its search.
    """

    weights: Path
    finder: str | None
    beam: int | None
    lexicon: Path | None
    model: Path | None

    def open(self) -> "PageReader":
        """Open the weights; raises WeightsError and others where that fails."""
        from receiptgen.finding.finders import USUAL, finder_of
        from receiptgen.reading.page_reader import PageReader
        from receiptgen.recognition.opened_model import open_for_reading

        model = open_for_reading(self.weights)
        search = model.search(self.beam, self.lexicon, self.model)
        return PageReader(model, search, finder_of(self.finder or USUAL))

    def __str__(self) -> str:
        """Return what reads, as one text by which readings are told apart."""
        said = [f"{name} {value}" for name, value in self._asdict().items() if value is not None]
        return ", ".join(said)


class FieldOptions(NamedTuple):
    """What reads fields, as options say.

    Attributes:
        weights: Weights that read fields; None for packaged ones.
        true_words: Whether the words are those of the truth.
        readings: File of words that were read before; None for none.
    """

    weights: str | None
    true_words: bool
    readings: Path | None


def evaluate_page_texts(
    reader_options: ReaderOptions, folders: tuple[Path, ...], limit: int | None, out: Path | None, worst: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Read and score the text of pages, print the figures, and write scores and overlays into ``out``."""
    from receiptgen.reading.evaluation import page_scores_table

    from ..evaluation.page_evaluation import evaluate_pages, pages_of, scores_json, write_page_scores

    pages = pages_of(folders, limit)
    scores = evaluate_pages(reader_options.open(), pages, _tell)
    if out:
        write_page_scores(scores, out, worst)
    figures = scores_json(scores)
    if as_json:
        click.echo(json.dumps(figures, indent=1))
        return
    for folder, of_folder in figures.items():
        if len(figures) > 1:
            click.echo(f"{folder}:")
        click.echo("\n".join(page_scores_table(of_folder)))


def evaluate_page_fields(
    reader_options: ReaderOptions, field_options: FieldOptions, folders: tuple[Path, ...], limit: int | None,
    out: Path | None, worst: int, as_json: bool,
) -> None:  # fmt: skip
    """Read and score the fields of receipts, print the figures, and write figures, misses and overlays into ``out``."""
    from receiptgen.core.files import write_atomic
    from receiptgen.extraction.opened_reader import open_field_reader

    from ..evaluation.field_evaluation import evaluate_fields, receipts_of, write_field_scores
    from ..evaluation.field_figures import field_figures, field_table
    from ..evaluation.kept_words import KeptWords
    from ..evaluation.word_sources import CorrectedWords, PageWordSource, WordSource, true_words

    def read_words() -> WordSource:
        return true_words if field_options.true_words else PageWordSource(reader_options.open(), _tell)

    receipts = receipts_of(folders, limit)
    reader = open_field_reader(field_options.weights) if field_options.weights else open_field_reader()
    words = CorrectedWords(folders, read_words)
    kept = KeptWords(field_options.readings, str(reader_options), words) if field_options.readings else None
    if kept:
        # What can't be written is told before hours of reading.
        kept.save()
    try:
        results = evaluate_fields(kept or words, reader, receipts, _tell)
    finally:  # Ctrl-C too
        if kept:
            kept.save()
    figures = {str(folder): field_figures([one.score for one in read]) for folder, read in results.items()}
    if out:
        write_field_scores(results, out, worst)
        write_atomic(out / "fields.json", json.dumps(figures, indent=1).encode())
    if as_json:
        click.echo(json.dumps(figures, indent=1))
        return
    for folder, of_folder in figures.items():
        click.echo("\n".join([f"{folder}:", *field_table(of_folder)] if len(figures) > 1 else field_table(of_folder)))
    if out:
        click.echo(f"{out}: written")


def _tell(fault: str) -> None:
    click.echo(f"receiptgen: {fault}", err=True)
