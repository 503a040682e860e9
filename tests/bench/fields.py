"""Compare the packaged reader of fields with rules, on receipts whose fields are known.

python tests/bench/fields.py DIR [DIR ...] [--readings FILE]: with true words, or with those that were read.
"""

from pathlib import Path

import click
from field_rules import FieldRules

from receiptgen.core.errors import WeightsError
from receiptgen.extraction.opened_reader import open_field_reader
from receiptgen.train.commands._evaluate_pages import ReaderOptions
from receiptgen.train.evaluation.field_evaluation import evaluate_fields, receipts_of, write_field_scores
from receiptgen.train.evaluation.field_figures import field_figures, field_table
from receiptgen.train.evaluation.kept_words import KeptWords
from receiptgen.train.evaluation.word_sources import PageWordSource, true_words


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--readings", type=click.Path(path_type=Path), help="Read the pages, and keep their words here.")
@click.option("--limit", type=click.IntRange(1), help="Receipts of each folder.  [default: all]")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for what the rules got wrong.")
def main(folders: tuple[Path, ...], readings: Path | None, limit: int | None, out: Path | None) -> None:
    """Print the figures of both readers."""
    readers = {"rules": FieldRules()}
    try:
        readers["network"] = open_field_reader()
    except WeightsError as error:
        click.echo(error)
    kept = None
    if readings:
        usual = ReaderOptions(Path("receipt"), None, None, None, None)
        kept = KeptWords(readings, str(usual), PageWordSource(usual.open(), click.echo))
    receipts = receipts_of(folders, limit)
    try:
        for name, reader in readers.items():
            results = evaluate_fields(kept or true_words, reader, receipts, click.echo)
            for folder, read in results.items():
                click.echo(f"{name}, {folder.name}:")
                click.echo("\n".join(field_table(field_figures([one.score for one in read]))))
            if out:
                write_field_scores(results, out / name, 0)
    finally:
        if kept:
            kept.save()


if __name__ == "__main__":
    main()
